package dev.trampette.probe;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.shim.Registers;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The memory that a [Probe] shares with its assembly.
final class ProbeLayout {

    /// `PROBE` of `src/main/asm/include/probe.inc`.
    static final StructLayout LAYOUT = MemoryLayout.structLayout(
            State.LAYOUT.withName("before"),
            State.LAYOUT.withName("after"),
            JAVA_LONG.withName("function"),
            JAVA_LONG.withName("entry"),
            JAVA_LONG.withName("rsp"),
            JAVA_LONG.withName("sequence"),
            JAVA_LONG.withName("overdue"),
            JAVA_INT.withName("thread"),
            JAVA_INT.withName("vectors"),
            JAVA_INT.withName("clean"),
            JAVA_INT.withName("processor"),
            MemoryLayout.sequenceLayout(3, JAVA_LONG).withName("signal_stack"),
            MemoryLayout.sequenceLayout(3, JAVA_LONG).withName("signal_stack_before"),
            JAVA_LONG.withName("random"),
            MemoryLayout.sequenceLayout(16, JAVA_LONG).withName("same"),
            MemoryLayout.sequenceLayout(16, JAVA_LONG).withName("fixed"),
            MemoryLayout.sequenceLayout(16, JAVA_LONG).withName("keep"),
            JAVA_LONG.withName("keep_flags"),
            JAVA_LONG.withName("result"),
            JAVA_LONG.withName("first_result"),
            JAVA_LONG.withName("calls"),
            JAVA_INT.withName("keep_vectors"),
            JAVA_INT.withName("x87"),
            JAVA_LONG.withName("asked"),
            JAVA_LONG.withName("held"),
            JAVA_LONG.withName("steps"),
            MemoryLayout.sequenceLayout(ProbeMemory.FRAME_WORDS, JAVA_LONG).withName("frame"),
            JAVA_LONG.withName("steps_left"),
            JAVA_LONG.withName("signal_mask"),
            JAVA_LONG.withName("self"),
            JAVA_LONG.withName("crossing"),
            MemoryLayout.sequenceLayout(8, JAVA_LONG).withName("generators"),
            JAVA_LONG.withName("change"),
            JAVA_INT.withName("own_words"),
            JAVA_INT.withName("interrupts"),
            MemoryLayout.sequenceLayout(Probe.INTERRUPT_WORDS, JAVA_LONG).withName("interrupt"),
            JAVA_LONG.withName("traps"),
            TrapTable.SITE.withName("site"),
            Registers.LAYOUT.withName("trapped"),
            MemoryLayout.sequenceLayout(5, JAVA_LONG).withName("return"),
            JAVA_LONG.withName("stepped"),
            JAVA_LONG.withName("aside_count"),
            JAVA_LONG.withName("aside_sequence"),
            JAVA_LONG.withName("aside_window"),
            MemoryLayout.sequenceLayout(Probe.ASIDES, JAVA_LONG).withName("aside_values"),
            MemoryLayout.sequenceLayout(4L * Probe.ASIDES, JAVA_LONG).withName("asides"),
            JAVA_LONG.withName("steps_begin"),
            JAVA_LONG.withName("steps_next"),
            JAVA_LONG.withName("steps_end"),
            JAVA_LONG.withName("steps_stride"),
            MemoryLayout.sequenceLayout(2, JAVA_LONG).withName("stubs"),
            JAVA_INT.withName("stub"),
            JAVA_INT.withName("steps_only"),
            JAVA_LONG.withName("let_go"));

    private static final Map<String, Long> OFFSETS = LAYOUT.memberLayouts().stream()
            .map(member -> member.name().orElseThrow())
            .collect(Collectors.toMap(Function.identity(), name -> LAYOUT.byteOffset(groupElement(name))));

    private ProbeLayout() {
    }

    /// Where a member is.
    static long offset(String member) {
        return OFFSETS.get(member);
    }
}
