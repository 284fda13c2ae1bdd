package dev.trampette.verify.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.contract.Contract;
import dev.trampette.probe.Recording;
import dev.trampette.support.Disturbance;
import dev.trampette.trap.TrappedImage;
import dev.trampette.verify.Verifier;
import dev.trampette.verify.trial.Check;
import dev.trampette.verify.trial.Trial;
import dev.trampette.verify.values.Draws;
import dev.trampette.verify.values.Round;
import java.lang.foreign.Arena;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Steps are signals of the processor, and so are HotSpot's null checks and safepoints.
@Timeout(120)
class TraceContainmentTest {

    /// 10,000 take half a minute: `-Dtrampette.traces=10000`.
    private static final int TRACES = Integer.getInteger("trampette.traces", 2000);
    private static final long SEED = Long.getLong("trampette.seed", ThreadLocalRandom.current().nextLong());

    @Test
    void traces_beside_exceptions_and_collections() throws Exception {
        TrappedImage hardware = TrappedImage.of("hardware");
        Contract contract = hardware.contracts().stream().filter(it -> it.symbol().equals("memory_struct_cpuid"))
                .findFirst().orElseThrow();
        AtomicBoolean done = new AtomicBoolean();
        Set<Integer> lengths = new HashSet<>();
        try (ExecutorService others = Executors.newFixedThreadPool(2); Arena arena = Arena.ofConfined()) {
            Future<Long> nullPointers = others.submit(Disturbance.until(done, Disturbance::nullPointer));
            Future<Long> garbage = others.submit(Disturbance.until(done, Disturbance::garbage));
            Trial trial = new Trial(hardware.image(), hardware.target(contract), new Draws(SEED), arena);
            Recording recording = new Recording(1000, arena);
            try {
                script(trial, Verifier.check(trial));
                for (int i = 0; i < TRACES; i++) {
                    trial.record(recording);
                    lengths.add(recording.steps().size());
                    if (i % 100 == 0) {
                        assertThat(Disturbance.nullPointer()).isOne();
                    }
                    if (i % 500 == 0) {
                        System.gc();
                    }
                }
            } finally {
                done.set(true);
            }

            assertThat(lengths).hasSize(1);
            assertThat(nullPointers.get()).isPositive();
            assertThat(garbage.get()).isPositive();
        }
        assertThat(lengths).containsExactly((int) new Tracer(hardware.image(), SEED)
                .trace(hardware.target(contract), Optional.empty()).counts().instructions() + 1);
    }

    private static <T> void script(Trial trial, Check<T> check) {
        trial.renew(new Round(0));
        check.script(check.outcomes().getFirst());
    }
}
