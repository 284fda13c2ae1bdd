package dev.trampette.probe;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.image.Image;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A shim in assembly for checking: it records all registers at each execution of the instruction, answers as it was
/// told, and writes to the red zone what an interrupt might (`src/main/asm/runtime/script.asm`).
///
/// ```java
/// script.clear();
/// script.answer(0).write(Gpr.RAX, 0).expose(Gpr.R11, poison);
/// probe.call(wrapper);
/// script.execution(0).registers().get(Gpr.R12);
/// ```
///
/// One script is for one probe.
public final class Script {

    /// The most answers that differ, and the most executions and reports that are recorded.
    public static final int MOST = 16;
    /// Parts of memory in which an operand may be.
    public static final int MOST_WINDOWS = 8;
    /// The most executions that are allowed, when nothing else is said.
    public static final int BUDGET = 1000;
    /// The words below RSP that are written at every execution; the nth is at RSP - 128 + 8 n.
    public static final int RED_ZONE_WORDS = 16;

    /// `ANSWER` of `src/main/asm/include/probe.inc`.
    static final StructLayout ANSWER = MemoryLayout.structLayout(
            JAVA_LONG.withName("write"),
            JAVA_LONG.withName("exposed"),
            JAVA_LONG.withName("flags"),
            JAVA_LONG.withName("operand"),
            JAVA_INT.withName("has_operand"),
            JAVA_INT.withName("has_vectors"),
            JAVA_INT.withName("exits"),
            JAVA_INT.withName("has_stores"),
            JAVA_INT.withName("exception"),
            JAVA_INT.withName("unused"),
            MemoryLayout.sequenceLayout(16, JAVA_LONG).withName("values"));

    /// `RECORD`.
    static final StructLayout RECORD = MemoryLayout.structLayout(
            Registers.LAYOUT.withName("registers"),
            MemoryLayout.sequenceLayout(2, JAVA_LONG).withName("operand"),
            JAVA_LONG.withName("is_there"));

    /// `REPORT`.
    static final StructLayout REPORT = MemoryLayout.structLayout(
            JAVA_LONG.withName("handler"),
            MemoryLayout.sequenceLayout(Report.ARGUMENTS, JAVA_LONG).withName("arguments"),
            JAVA_LONG.withName("rsp"),
            JAVA_LONG.withName("return"),
            JAVA_LONG.withName("rflags"),
            JAVA_INT.withName("mxcsr"),
            JAVA_INT.withName("x87_tag"));

    /// `STORE`.
    static final StructLayout STORE = MemoryLayout.structLayout(
            ADDRESS.withName("to"),
            ADDRESS.withName("from"),
            JAVA_LONG.withName("bytes"));

    /// The most areas of memory that an instruction writes itself.
    public static final int STORES = 4;

    /// `SCRIPT`.
    static final StructLayout LAYOUT = MemoryLayout.structLayout(
            MemoryLayout.sequenceLayout(3, ADDRESS).withName("shim"),
            JAVA_LONG.withName("calls"),
            JAVA_LONG.withName("budget"),
            JAVA_LONG.withName("reports"),
            JAVA_LONG.withName("last"),
            MemoryLayout.sequenceLayout(2 * MOST_WINDOWS, JAVA_LONG).withName("windows"),
            MemoryLayout.sequenceLayout(RED_ZONE_WORDS, JAVA_LONG).withName("red_zone"),
            JAVA_LONG.withName("vectors"),
            JAVA_LONG.withName("level"),
            JAVA_LONG.withName("home_words"),
            JAVA_LONG.withName("beside"),
            JAVA_LONG.withName("read"),
            JAVA_LONG.withName("host_rip"),
            JAVA_LONG.withName("host_rsp"),
            JAVA_LONG.withName("exit"),
            ADDRESS.withName("externals"),
            JAVA_INT.withName("external_count"),
            JAVA_INT.withName("kept"),
            MemoryLayout.sequenceLayout(16, JAVA_LONG).withName("left"),
            MemoryLayout.sequenceLayout(STORES, STORE).withName("stores"),
            MemoryLayout.sequenceLayout(MOST, ANSWER).withName("answers"),
            MemoryLayout.sequenceLayout(MOST, RECORD).withName("records"),
            MemoryLayout.sequenceLayout(MOST, REPORT).withName("told"),
            MemoryLayout.paddingLayout(24),
            State.LAYOUT.withName("state"));

    private static final Map<String, Long> OFFSETS = LAYOUT.memberLayouts().stream()
            .flatMap(member -> member.name().stream())
            .collect(Collectors.toMap(Function.identity(), name -> LAYOUT.byteOffset(groupElement(name))));

    private static final long CALLS = offset("calls");
    private static final long REPORTS = offset("reports");
    private static final long LAST = offset("last");
    private static final long WINDOWS = offset("windows");
    private static final long RED_ZONE = offset("red_zone");
    private static final long HOST_RIP = offset("host_rip");
    private static final long HOST_RSP = offset("host_rsp");

    private final Image image;
    private final MemorySegment block;
    private final State lost;
    private final List<Reply> answers;
    private final List<Execution> executions;

    private Script(Image image, MemorySegment block, State lost) {
        this.image = image;
        this.lost = lost;
        this.block = block;
        this.answers = IntStream.range(0, MOST)
                .mapToObj(n -> new Reply(block.asSlice(offset("answers") + n * ANSWER.byteSize(), ANSWER))).toList();
        this.executions = IntStream.range(0, MOST)
                .mapToObj(n -> new Execution(block.asSlice(offset("records") + n * RECORD.byteSize(), RECORD)))
                .toList();
    }

    /// A script for wrappers of an image, which must have the runtime.
    ///
    /// @param arena how long it can be used
    /// @throws dev.trampette.call.ImageException when the runtime is not in the image
    public static Script of(Image image, Arena arena) {
        MemorySegment block = arena.allocate(LAYOUT.byteSize(), 64);
        MemorySegment lost = arena.allocate(State.LAYOUT.byteSize(), 64);
        block.set(ADDRESS, 0, image.address("script_execute"));
        block.set(ADDRESS, 8, image.address("script_error"));
        block.set(ADDRESS, 16, lost);
        block.set(JAVA_LONG, offset("level"), Features.of(image).vectors().ordinal());
        Script script = new Script(image, block, new State(lost));
        script.setBudget(BUDGET);
        return script;
    }

    /// Forget what was recorded, and keep the answers.
    public void rewind() {
        block.set(JAVA_LONG, CALLS, 0);
        block.set(JAVA_LONG, REPORTS, 0);
        block.set(JAVA_LONG, HOST_RIP, 0);
        block.set(JAVA_LONG, HOST_RSP, 0);
    }

    /// Forget everything: one answer that writes nothing, and no operand in memory may be touched.
    public void clear() {
        rewind();
        block.set(JAVA_LONG, LAST, 0);
        block.asSlice(WINDOWS, MOST_WINDOWS * 16L).fill((byte) 0);
        block.asSlice(offset("stores"), STORES * STORE.byteSize()).fill((byte) 0);
        answers.getFirst().clear();
    }

    /// How often the instruction may be executed before the wrapper is given up.
    public void setBudget(long executions) {
        block.set(JAVA_LONG, offset("budget"), executions);
    }

    /// Let these instructions succeed beside those that are looked at: they are neither counted nor recorded. VMWRITE
    /// of HOST_RIP and HOST_RSP says where a VM exit goes on ([Reply#exits]).
    ///
    /// @param read what VMREAD reads
    public void setBeside(Set<Instruction> instructions, long read) {
        block.set(JAVA_LONG, offset("beside"), instructions.stream()
                .mapToLong(instruction -> 1L << instruction.number()).sum());
        block.set(JAVA_LONG, offset("read"), read);
    }

    /// Where a VM exit goes on when the routine has not written HOST_RIP; with RSP as it is then.
    public void setExit(long address) {
        block.set(JAVA_LONG, offset("exit"), address);
    }

    /// Whether the routine wrote HOST_RIP in the last call.
    public boolean isHostWritten() {
        return block.get(JAVA_LONG, HOST_RIP) != 0;
    }

    /// Let an operand be in this memory.
    ///
    /// @param window 0 to [#MOST_WINDOWS] - 1
    public void allow(int window, MemorySegment memory) {
        block.set(JAVA_LONG, WINDOWS + window * 16L, memory.address());
        block.set(JAVA_LONG, WINDOWS + window * 16L + 8, memory.address() + memory.byteSize());
    }

    /// Let the instruction write to memory, where its answer says so ([Reply#stores]).
    ///
    /// @param number less than [#STORES]
    /// @param from what is there afterwards, of the same size
    public void store(int number, MemorySegment to, MemorySegment from) {
        MemorySegment store = block.asSlice(offset("stores") + number * STORE.byteSize(), STORE);
        store.set(ADDRESS, 0, to);
        store.set(ADDRESS, 8, from);
        store.set(JAVA_LONG, 16, from.byteSize());
    }

    /// What a C function that the wrapper calls leaves in volatile registers, vectors, masks and arithmetic flags, and
    /// on the stack below its return address, where the words of the vectors are put; and what an answer leaves in
    /// vectors ([Reply#vectors]). Upper halves are clean, whatever is here.
    public State lost() {
        return lost;
    }

    /// Let functions answer that are none of the routine's own: [ExternalReply#entry] says where they are called.
    ///
    /// @param count how many
    /// @param arena how long they can be called
    /// @throws IllegalArgumentException when there are more than [ExternalReply#MOST]
    public List<ExternalReply> externals(int count, Arena arena) {
        if (count > ExternalReply.MOST) {
            throw new IllegalArgumentException("more than %d external functions, externals=%d"
                    .formatted(ExternalReply.MOST, count));
        }
        MemorySegment table = arena.allocate(ExternalReply.LAYOUT.byteSize() * Math.max(count, 1), 8);
        block.set(ADDRESS, offset("externals"), table);
        block.set(JAVA_INT, offset("external_count"), count);
        return IntStream.range(0, count).mapToObj(n ->
                new ExternalReply(table.asSlice(n * ExternalReply.LAYOUT.byteSize(), ExternalReply.LAYOUT))).toList();
    }

    /// What a function that the wrapper calls preserves of what its convention could have it lose.
    ///
    /// @param registers bit n is register n; RSI and RDI can be kept
    /// @param vectors bit n is the low half of vector n
    public void setKept(int registers, int vectors) {
        block.set(JAVA_INT, offset("kept"), registers | vectors << Gpr.values().length);
    }

    /// How many words above its return address belong to a C function that the wrapper calls: the home space of its
    /// convention.
    public void setHomeWords(int words) {
        block.set(JAVA_LONG, offset("home_words"), words);
    }

    /// What is put below RSP at every execution.
    public void setRedZone(int word, long value) {
        block.set(JAVA_LONG, RED_ZONE + word * 8L, value);
    }

    /// See [#setRedZone].
    public long redZone(int word) {
        return block.get(JAVA_LONG, RED_ZONE + word * 8L);
    }

    /// The answer to the nth execution; one that was not asked for before writes nothing. The last that was asked for
    /// answers to all that follow.
    public Reply answer(int n) {
        for (long next = block.get(JAVA_LONG, LAST) + 1; next <= n; next++) {
            answers.get((int) next).clear();
        }
        block.set(JAVA_LONG, LAST, Math.max(n, block.get(JAVA_LONG, LAST)));
        return answers.get(n);
    }

    /// Record MXCSR, the x87 control word and vectors at the first execution too, as much as a processor has.
    public void recordVectors(Vectors vectors) {
        block.set(JAVA_LONG, offset("vectors"), vectors.ordinal());
    }

    /// What [#recordVectors] asked for.
    public State firstState() {
        return new State(block.asSlice(offset("state"), State.LAYOUT));
    }

    /// How often the instruction was executed.
    public long executions() {
        return block.get(JAVA_LONG, CALLS);
    }

    /// How many executions are recorded.
    public int recorded() {
        return (int) Math.min(executions(), MOST);
    }

    /// What the nth execution found; the first [#MOST] are recorded.
    public Execution execution(int n) {
        return executions.get(n);
    }

    /// What the C error handlers were told, in order; of them and the calls of externals the first [#MOST] are
    /// recorded.
    public List<Report> reports() {
        return told().filter(report -> !report.isExternal()).toList();
    }

    /// What external functions were told, likewise.
    public List<Report> externalCalls() {
        return told().filter(Report::isExternal).toList();
    }

    private Stream<Report> told() {
        return IntStream.range(0, (int) Math.min(MOST, block.get(JAVA_LONG, REPORTS)))
                .mapToObj(n -> Report.of(block.asSlice(offset("told") + n * REPORT.byteSize(), REPORT)));
    }

    Image image() {
        return image;
    }

    /// The SHIM that it begins with.
    MemorySegment block() {
        return block;
    }

    private static long offset(String member) {
        return OFFSETS.get(member);
    }
}
