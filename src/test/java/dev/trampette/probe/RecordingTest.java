package dev.trampette.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.image.Image;
import dev.trampette.spec.Gpr;
import dev.trampette.support.MachineCode;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What the stack held at each step is kept when somebody wants to know: near RSP, and at its top.
class RecordingTest {

    private static final String LARGE_FRAME = """
            push rdi
            sub rsp, 4096
            mov [rsp], rsi
            mov [rsp + 2048], rsi
            mov dword [rsp], 0
            add rsp, 4096
            pop rax
            ret
            """;

    @Test
    void near_words_and_top_words_as_they_were() {
        try (Arena arena = Arena.ofConfined()) {
            Probe probe = new Probe(Script.of(Image.shim(), arena), arena);
            Recording recording = Recording.withStack(100, arena);
            probe.setDepth(160);
            probe.before().set(Gpr.RDI, 0x1234);
            probe.before().set(Gpr.RSI, 0x5678);
            probe.setSteps(100);
            probe.record(Optional.of(recording));
            probe.call(MachineCode.of(LARGE_FRAME));
            List<Recording.Step> steps = recording.steps();
            long entry = probe.frame().address();
            long low = steps.get(3).get(Gpr.RSP);

            assertThat(low).isEqualTo(entry - 16 - 4096);
            assertThat(recording.word(0, entry - 8)).hasValue(probe.returnAddress());
            assertThat(recording.word(1, entry - 16)).hasValue(0x1234);
            assertThat(recording.word(3, low)).hasValue(0x5678);
            assertThat(recording.word(3, entry - 16)).hasValue(0x1234);
            assertThat(recording.word(5, low)).hasValue(0);
            assertThat(recording.word(4, low + 2048)).isEmpty();
            assertThat(recording.word(4, low + 4)).isEmpty();
            assertThat(recording.word(4, entry)).isEmpty();
        }
    }

    /// RSP that is nowhere: the top is kept all the same, and nothing is read from there.
    @Test
    void without_a_stack() {
        try (Arena arena = Arena.ofConfined()) {
            Probe probe = new Probe(Script.of(Image.shim(), arena), arena);
            Recording recording = Recording.withStack(100, arena);
            probe.setSteps(100);
            probe.record(Optional.of(recording));
            probe.call(MachineCode.of("mov rcx, rsp\nmov rsp, 8\nnop\nmov rsp, rcx\nret\n"));

            assertThat(recording.word(2, 8)).isEmpty();
            assertThat(recording.word(2, probe.frame().address() - 8)).hasValue(probe.returnAddress());
        }
    }
}
