package dev.trampette.probe;

import static dev.trampette.probe.ProbeLayout.offset;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.call.UpcallException;
import dev.trampette.call.WrapperCrash;
import dev.trampette.crossing.CallBlock;
import dev.trampette.crossing.Crossing;
import dev.trampette.crossing.Departure;
import dev.trampette.crossing.Guard;
import dev.trampette.image.Code;
import dev.trampette.image.Image;
import dev.trampette.shim.Bridge;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Aside;
import dev.trampette.spec.Gpr;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.LongStream;

/// The checked call: a known value in all that a routine can find, and a look at all that it leaves.
///
/// Any routine at any address and of any convention, on a stack of its own with guard pages around it. The look is in
/// assembly (`src/main/asm/runtime/probe.asm`), for a Java caller does not notice a lost RBX, R13 or R14, and dies of a
/// lost DF. A routine that crashes, jumps into nowhere, overflows its stack or does not come to an end is given up, and
/// the thread goes on in Java.
///
/// Signals of others wait until a call is over, also while a shim answers: their handlers would run among what is
/// watched. A thread or a process that a shim starts meanwhile inherits that.
///
/// One probe is for one thread; it is filled, used and read again and again.
public final class Probe {

    /// The words that an interrupt between two instructions overwrites.
    public static final int INTERRUPT_WORDS = 32;

    /// How many instructions beside ours are recorded in a call, and how many values they read.
    public static final int ASIDES = 16;

    /// The number of 64-bit words above the return address that belong to the caller, or are arguments.
    public static final int FRAME_WORDS = ProbeMemory.FRAME_WORDS;

    /// `PROBED_FLAGS` of `src/main/asm/runtime/probe.asm`.
    private static final long FLAGS = Registers.ARITHMETIC_FLAGS | Registers.DF | Registers.AC | Registers.ID;

    private static final int MOST_DEPTH = 1 << 16;

    private static final long FUNCTION = offset("function");
    private static final long ENTRY = offset("entry");
    private static final long SEQUENCE = offset("sequence");
    private static final long VECTORS = offset("vectors");
    private static final long CLEAN = offset("clean");
    private static final long PROCESSOR = offset("processor");
    private static final long SIGNAL_STACK = offset("signal_stack");
    private static final long STEPS_BEGIN = offset("steps_begin");

    private static final MethodHandle CALL = Linker.nativeLinker().downcallHandle(
            FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle BATCH = Linker.nativeLinker().downcallHandle(
            FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG));

    private static volatile IntConsumer heard = _ -> { };

    private final Image image;
    private final MemorySegment shim;
    private final ProbeMemory memory;
    private MemorySegment stack;
    private MemorySegment frame;
    private final State before;
    private final State after;
    private final Vectors available;
    private Code called = Code.NONE;
    /// Kept alive for the guard.
    private TrapTable traps;
    private Optional<Recording> recording = Optional.empty();

    /// A probe whose calls a shim in Java answers. Its memory is unmapped when nobody refers to it any more.
    public Probe(Crossing crossing) {
        this(crossing.image(), crossing.block(), Arena.ofAuto());
    }

    /// A probe whose calls a script answers.
    ///
    /// @param arena how long it can be used
    public Probe(Script script, Arena arena) {
        this(script.image(), script.block(), arena);
    }

    private Probe(Image image, MemorySegment shim, Arena arena) {
        Guard.watch(image);
        this.image = image;
        this.shim = shim;
        this.memory = ProbeMemory.map(image, arena);
        this.stack = memory.stack();
        this.frame = memory.frame();
        this.before = new State(block().asSlice(offset("before"), State.LAYOUT));
        this.after = new State(block().asSlice(offset("after"), State.LAYOUT));
        Features features = Features.of(image);
        this.available = features.vectors();
        block().set(JAVA_INT, PROCESSOR, features.processor());
        block().set(JAVA_LONG, offset("self"), block().address());
        block().set(JAVA_LONG, ENTRY, memory.frame().address());
        block().set(JAVA_LONG, SIGNAL_STACK, memory.signalStack().address());
        block().set(JAVA_LONG, SIGNAL_STACK + 16, memory.signalStack().byteSize());
        before.setMxcsr(State.MXCSR_DEFAULT);
        before.setX87Control(State.X87_DEFAULT);
        look(available);
    }

    /// The general-purpose registers at the call. RSP cannot be chosen: after the call it reads what RSP was.
    public Registers before() {
        return before.registers();
    }

    /// The general-purpose registers after the call.
    public Registers after() {
        return after.registers();
    }

    /// All that the routine finds. Of RFLAGS the arithmetic flags, DF, AC and ID can be given.
    public State stateBefore() {
        return before;
    }

    /// All that it left.
    public State stateAfter() {
        return after;
    }

    /// What vector state this processor has.
    public Vectors available() {
        return available;
    }

    /// What is given and looked at: all there is, unless said otherwise.
    ///
    /// @throws IllegalArgumentException when the processor has not so much
    public void look(Vectors vectors) {
        if (vectors.compareTo(available) > 0) {
            throw new IllegalArgumentException("not on this processor, vectors=%s, available=%s"
                    .formatted(vectors, available));
        }
        block().set(JAVA_INT, VECTORS, vectors.ordinal());
    }

    /// What is looked at.
    public Vectors looked() {
        return Vectors.values()[block().get(JAVA_INT, VECTORS)];
    }

    /// For tests: only these features of the processor, as a lesser one has them.
    void restrict(int features) {
        block().set(JAVA_INT, PROCESSOR, Features.of(image).processor() & features);
    }

    /// Whether bits 128 and above of vectors 0 to 15 are 0 at the call, whatever [#stateBefore] says: the state in
    /// which code with AVX leaves them to others (VZEROUPPER).
    public void setClean(boolean clean) {
        block().set(JAVA_INT, CLEAN, clean ? 1 : 0);
    }

    /// See [#setClean].
    public boolean isClean() {
        return block().get(JAVA_INT, CLEAN) != 0;
    }

    /// Whether this processor can be asked for dirty upper halves: XINUSE has none after a clean call of a routine that
    /// does nothing. Some always say that they are in use.
    public boolean tellsDirty() {
        boolean clean = isClean();
        setClean(true);
        call(image.address("probe_nothing"));
        setClean(clean);
        return (block().get(JAVA_INT, PROCESSOR) & Features.XINUSE) != 0 && (after.xinuse() & State.XINUSE_UPPER) == 0;
    }

    /// What this processor has not and a probe does therefore in another way, or does not look at.
    public String limits() {
        Features features = Features.of(image);
        return "x87 by %s; FS and GS base %s; PKRU %s".formatted(
                features.has(Features.X87) ? "XGETBV(1)" : "FNSTENV, and in batches with vectors only",
                features.has(Features.FSGSBASE) ? "after each call" : "FS after each call, GS after a batch",
                features.has(Features.PKRU) ? "after each call" : "is not there");
    }

    /// Give every call up after so many machine instructions of the routine; those of the runtime do not count. Each is
    /// then a trap, of some microseconds. A routine that clears RFLAGS.TF by itself is not stepped any more. 0 is no
    /// limit, and the speed of the processor.
    ///
    /// @throws IllegalArgumentException when it is negative
    public void setSteps(long instructions) {
        if (instructions < 0) {
            throw new IllegalArgumentException("a budget is 0 or more, steps=" + instructions);
        }
        block().set(JAVA_LONG, offset("steps"), instructions);
    }

    /// How many there may be, or 0.
    public long steps() {
        return block().get(JAVA_LONG, offset("steps"));
    }

    /// Keep the steps of each call that is stepped ([#setSteps]), until another one begins.
    ///
    /// @param steps where they are kept, or nothing: they are not
    public void record(Optional<Recording> steps) {
        recording = steps;
        block().set(JAVA_LONG, STEPS_BEGIN, 0);
    }

    /// In calls that are stepped ([#setSteps]) look out for stubs that call Java: a routine that is about to enter one
    /// is given up, for it would end this process. See [#letGo].
    public void lookOutForJava() {
        Upcalls stubs = Upcalls.here();
        block().set(JAVA_LONG, offset("stubs"), stubs.begin());
        block().set(JAVA_LONG, offset("stubs") + Long.BYTES, stubs.end());
        block().set(JAVA_INT, offset("stub"), stubs.first());
    }

    /// Whether a routine goes on behind the last step that is allowed, without further steps; it is given up else.
    public void letGo(boolean goesOn) {
        block().set(JAVA_INT, offset("steps_only"), goesOn ? 1 : 0);
    }

    /// How many machine instructions the last call took, those of the probe among them, when there is a budget.
    public long stepped() {
        return steps() - block().get(JAVA_LONG, offset("steps_left"));
    }

    /// The stack that the routine runs on; its end is the frame. What is in it stays there from call to call.
    public MemorySegment stack() {
        return stack;
    }

    /// Where the routine returns to.
    public long returnAddress() {
        return image.address("probe_returned").address();
    }

    /// The words above the return address, [#FRAME_WORDS] of them: first the arguments on the stack, and the rest is
    /// the caller's. The frame begins at RSP before the CALL.
    public MemorySegment frame() {
        return frame;
    }

    /// Let the frame begin so many bytes lower: a routine may depend on where its stack is.
    ///
    /// @param bytes a multiple of 8, less than 64 KiB; of 16, where the routine is a C function
    /// @throws IllegalArgumentException when it is anything else
    public void setDepth(int bytes) {
        if (bytes < 0 || bytes >= MOST_DEPTH || bytes % 8 != 0) {
            throw new IllegalArgumentException("not so deep, bytes=" + bytes);
        }
        stack = memory.stack().asSlice(0, memory.stack().byteSize() - bytes);
        frame = MemorySegment.ofAddress(memory.frame().address() - bytes).reinterpret(memory.frame().byteSize());
        block().set(JAVA_LONG, ENTRY, frame.address());
    }

    /// Overwrite the stack below RSP after each step ([#setSteps]), as an interrupt may.
    ///
    /// @param owned the bytes below RSP that are the routine's own: the red zone; or -1 for no interrupts
    /// @param words what is written there, [#INTERRUPT_WORDS] words, the first nearest to RSP
    public void setInterrupts(int owned, long[] words) {
        block().set(JAVA_INT, offset("interrupts"), owned + 1);
        MemorySegment.copy(words, 0, block(), JAVA_LONG, offset("interrupt"), words.length);
    }

    /// Say how the instructions of the routines are reached. With traps all others reach the shim too that the
    /// processor refuses, but for UD2, which is a panic still; the other bridges need nothing of a probe.
    ///
    /// @param arena of the table of traps
    public void setBridge(Bridge bridge, Arena arena) {
        if (bridge instanceof Bridge.Trap trap) {
            this.traps = new TrapTable(trap, arena);
            block().set(ADDRESS, offset("traps"), traps.segment());
        }
    }

    /// What instructions beside ours read, in turn: RDMSR, IN, MOV from a control register.
    ///
    /// @param values [#ASIDES] of them
    public void setAsideValues(long[] values) {
        MemorySegment.copy(values, 0, block(), JAVA_LONG, offset("aside_values"), ASIDES);
    }

    /// The instructions beside ours that the last call executed, in order, [#ASIDES] at most.
    public List<AsideExecution> asides() {
        boolean isOfLastCall = block().get(JAVA_LONG, offset("aside_sequence"))
                == (block().get(JAVA_LONG, SEQUENCE) - 1 | 1);
        long count = isOfLastCall ? Math.min(ASIDES, block().get(JAVA_LONG, offset("aside_count"))) : 0;
        return LongStream.range(0, count).map(n -> offset("asides") + n * 32).mapToObj(at -> new AsideExecution(
                Aside.values()[(block().get(JAVA_INT, at + 8) & 0xff) - Aside.FIRST], block().get(JAVA_LONG, at),
                block().get(JAVA_LONG, at + 16), block().get(JAVA_LONG, at + 24))).toList();
    }

    /// How long a call of any probe may sleep or wait, ten seconds when nobody says it.
    public static void limitIdle(Duration time) {
        Watchdog.limitIdle(time.toMillis());
    }

    /// Hear of signals that end a call of any probe, at once: the C library may have left a lock locked, and nothing
    /// that allocates comes to an end.
    ///
    /// @param listener is given the number
    public static void hearSignals(IntConsumer listener) {
        heard = listener;
    }

    /// Call a routine of the image, of any convention.
    ///
    /// @throws WrapperCrash when it did not return; [#after] is then what it was
    /// @throws dev.trampette.call.ImageException when there is no such routine
    public void call(String symbol) {
        call(image.code(image.symbol(symbol).name()));
    }

    /// Call any machine code.
    ///
    /// @throws WrapperCrash when it did not return; [#after] is then what it was
    public void call(MemorySegment routine) {
        call(new Code("routine", routine.reinterpret(0)));
    }

    /// Call any machine code, and name places in it by its symbol.
    ///
    /// @throws WrapperCrash when it did not return; [#after] is then what it was. When it is stepped and blocks
    ///         signals, it comes to its end, and there are no more steps
    public void call(Code routine) {
        begin(routine);
        CallBlock thread = CallBlock.current();
        long returned;
        try {
            returned = (long) CALL.invokeExact(image.address("probe"), shim, thread.departure(), block());
        } catch (Throwable e) {
            throw CallBlock.<RuntimeException>unchanged(e);
        }
        Copy.end();
        if (returned == 0) {
            throw raise(thread);
        }
        long unstepped = block().get(JAVA_LONG, offset("let_go"));
        if (steps() > 0 && unstepped != 0 && block().get(JAVA_INT, offset("steps_only")) == 0) {
            throw new WrapperCrash(WrapperCrash.Kind.STEPS, "it blocks signals, and is not stepped any further",
                    locate(unstepped), unstepped);
        }
    }

    /// Make cases, call, and look at what the calls leave, all in assembly.
    ///
    /// @param cases how many, of two calls each
    /// @return how many calls held. When they are fewer than twice the cases, [#before] and [#after] are those of the
    ///         one that did not
    /// @throws WrapperCrash when a call did not return
    /// @throws IllegalArgumentException when the number of cases is negative
    public long batch(MemorySegment routine, Batch batch, long cases) {
        return batch(new Code("routine", routine.reinterpret(0)), batch, cases);
    }

    /// The same, and places in the routine are named by its symbol.
    ///
    /// @throws WrapperCrash when a call did not return
    /// @throws IllegalArgumentException when the number of cases is negative
    public long batch(Code routine, Batch batch, long cases) {
        if (cases < 0) {
            throw new IllegalArgumentException("so many cases cannot be made, cases=" + cases);
        }
        begin(routine);
        batch.write(block(), frame);
        CallBlock thread = CallBlock.current();
        long held;
        try {
            held = (long) BATCH.invokeExact(image.address("probe_batch"), shim, thread.departure(), block(), cases);
        } catch (Throwable e) {
            throw CallBlock.<RuntimeException>unchanged(e);
        }
        Copy.end();
        if (thread.departure().get(JAVA_INT, 0) != 0) {
            throw raise(thread);
        }
        return held;
    }

    private void begin(Code routine) {
        if ((block().get(JAVA_LONG, SEQUENCE) & 1) != 0) {
            throw new IllegalStateException("the probe is in use: a shim, or another thread, needs one of its own");
        }
        called = routine;
        block().set(JAVA_LONG, FUNCTION, routine.entry().address());
        before().setRflags(before().rflags() & FLAGS);
        recording.ifPresent(steps -> steps.begin(block().asSlice(STEPS_BEGIN), stack));
    }

    /// RAX after the first call of the case that a batch stopped at.
    public long firstResult() {
        return block().get(JAVA_LONG, offset("first_result"));
    }

    private RuntimeException raise(CallBlock thread) {
        Departure departure = Departure.take(thread.departure());
        if (departure.isSignal()) {
            heard.accept(departure.number());
        }
        if (departure.isOfJava()) {
            return new UpcallException(("%s calls Java at %s, which cannot run on the stack of a check: let it call "
                    + "machine code, or say in the contract that the pointer is a function (fn), and the lab has one")
                    .formatted(called.symbol(), locate(departure.rip())));
        }
        if (departure.isThrown()) {
            return CallBlock.unchanged(CallBlock.takeThrown());
        }
        if (departure.isOfMemory() && departure.rip() == image.address("probe_calls").address()) {
            departure = departure.at(called.entry().address());
        }
        long rip = departure.rip();
        if (departure.isOfMemory() && contains(memory.overflow(), departure.address())) {
            return new WrapperCrash(WrapperCrash.Kind.STACK_OVERFLOW, "stack overflow", locate(rip), rip);
        }
        if (departure.isSignal() && rip >= returnAddress() && rip < image.address("probe_captured").address()) {
            return new WrapperCrash(WrapperCrash.Kind.LOST_STACK, "RSP cannot be used after the return, RSP=0x%x"
                    .formatted(departure.registers()[Gpr.RSP.ordinal()]), "the return", rip);
        }
        return departure.exception(called, frame.address());
    }

    /// The place of an address, as `symbol+0x1f`; in the routine that was called last, from its entry.
    public String locate(long address) {
        return Image.locate(address, called);
    }

    private static boolean contains(MemorySegment segment, long address) {
        return address >= segment.address() && address < segment.address() + segment.byteSize();
    }

    private MemorySegment block() {
        return memory.probe();
    }
}
