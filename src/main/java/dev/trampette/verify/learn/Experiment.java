package dev.trampette.verify.learn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.call.WrapperCrash;
import dev.trampette.image.Code;
import dev.trampette.image.Image;
import dev.trampette.image.Outside;
import dev.trampette.image.Pages;
import dev.trampette.probe.ExternalReply;
import dev.trampette.probe.Mapping;
import dev.trampette.probe.Probe;
import dev.trampette.probe.Script;
import dev.trampette.probe.State;
import dev.trampette.shim.Bridge;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Place;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Calls of a routine of which only the convention is known. Arguments are tried as numbers; one that faults near its
/// value is a pointer, and gets memory that grows until the routine no longer faults.
final class Experiment {

    private static final int TRIES = 64;
    private static final int MOST_WORDS = 512;
    private static final int DEPTHS = 256;
    /// Bytes of the stack below RSP that have other values in each call.
    private static final int PAINTED = 1024;
    /// Bytes of the descriptor of INVEPT and INVVPID.
    private static final int DESCRIPTOR = 16;
    /// The alignment of the widest vectors, in bytes.
    private static final int MOST_ALIGNED = 64;
    private static final long PAGE = Pages.PAGE;
    private static final long ROOM = MOST_WORDS * 8L;
    /// How far from the value of an argument a fault still is one of it as a pointer.
    static final long NEAR = 1 << 16;
    /// Numbers begin here: addresses that exist, and where nothing is mapped.
    private static final long UNMAPPED = 0x1000_0000_0000L;

    private final Code code;
    private final Bridge bridge;
    private final Runnable reset;
    private final Convention convention;
    private final RandomGenerator random;
    /// Lengths that every loop comes to the end of.
    static final int SMALL = 40;

    /// Vectors in which arguments are, of System V.
    static final int VECTORS = 8;

    private final long[] vectors = new long[2 * VECTORS];
    private final Arena arena;
    private final Script script;
    private final Probe probe;
    private final List<Place> places;
    private final List<String> outside;
    private final List<ExternalReply> externals;
    private final List<MemorySegment> pointers;
    /// Of each argument, the address of an external; and whether it is called.
    private final long[] functions;
    private final boolean[] isFunction;
    private final long[] numbers;
    private final MemorySegment[] areas;
    private final int[] words;
    /// Whether words of it are there, and cannot be accessed where they are: vectors want an alignment.
    private final boolean[] isAligned;
    /// Whether it is taken for a length, and for no pointer.
    private final boolean[] isSmall;
    private final long[][] filled;
    /// What one argument is instead of its value.
    private OptionalLong given = OptionalLong.empty();
    private int giving;
    private boolean hasAsides;

    /// @param parameters how many are given
    /// @param outside what the routine may call
    Experiment(Image runtime, Code code, Bridge bridge, Runnable reset, Convention convention, int parameters,
            RandomGenerator random, Outside outside, Arena arena) {
        this.reset = reset;
        this.code = code;
        this.bridge = bridge;
        this.convention = convention;
        this.random = random;
        this.arena = arena;
        this.script = Script.of(runtime, arena);
        this.outside = outside.functions();
        this.pointers = outside.pointers().stream().sorted().map(outside.variables()::get).toList();
        this.externals = script.externals(this.outside.size() + parameters + pointers.size(), arena);
        for (int n = 0; n < this.outside.size(); n++) {
            if (outside.ends().contains(this.outside.get(n))) {
                externals.get(n).comesBack(ExternalReply.Mode.ENDS);
            }
        }
        for (int n = 0; n < pointers.size(); n++) {
            pointers.get(n).set(ADDRESS, 0, ExternalReply.entry(runtime, this.outside.size() + parameters + n));
        }
        this.functions = IntStream.range(0, parameters).mapToLong(n ->
                ExternalReply.entry(runtime, this.outside.size() + n).address()).toArray();
        this.isFunction = new boolean[parameters];
        this.isAligned = new boolean[parameters];
        this.isSmall = new boolean[parameters];
        this.probe = new Probe(script, arena);
        probe.setBridge(bridge, arena);
        this.places = convention.places(IntStream.range(0, parameters)
                .mapToObj(n -> new Argument("a" + n, Argument.Type.U64, 0)).toList());
        this.numbers = new long[parameters];
        this.areas = new MemorySegment[parameters];
        this.words = new int[parameters];
        this.filled = new long[parameters][];
        renew();
    }

    /// How many words an argument points to, as far as it was tried; 0 for a number.
    int words(int argument) {
        return words[argument];
    }

    /// What the address of an argument must be a multiple of, as far as it was tried; 0 for any. The memory ends at the
    /// end of a page.
    int alignment(int argument) {
        return isAligned[argument] ? Math.min(Integer.lowestOneBit(words[argument] * Long.BYTES), MOST_ALIGNED) : 0;
    }

    /// Where an argument is.
    Place place(int argument) {
        return places.get(argument);
    }

    /// Whether instructions beside ours were executed in any call: what they get is not seen at the instruction.
    boolean hasAsides() {
        return hasAsides;
    }

    /// Whether HOST_RIP was written in the last call.
    boolean isHostWritten() {
        return script.isHostWritten();
    }

    /// Whether an argument points to a function: it was called, or jumped to.
    boolean isFunction(int argument) {
        return isFunction[argument];
    }

    /// Other values in all arguments and in memory.
    void renew() {
        probe.setDepth(random.nextInt(DEPTHS) * Convention.STACK_ALIGNMENT);
        probe.setAsideValues(random.longs(Probe.ASIDES).toArray());
        for (int n = 0; n < numbers.length; n++) {
            renew(n);
        }
        externals.forEach(external -> IntStream.range(0, Script.MOST).forEach(n ->
                external.setResult(n, random.nextLong())));
    }

    /// Other values in the vectors in which arguments may be.
    void renewVectors() {
        Arrays.setAll(vectors, _ -> random.nextLong());
    }

    /// Whether anything outside was called.
    boolean isCalling() {
        return externals.stream().anyMatch(ExternalReply::isCalled) || !script.reports().isEmpty();
    }

    /// The functions outside that were called.
    List<String> called() {
        return IntStream.range(0, outside.size()).filter(n -> externals.get(n).isCalled()).mapToObj(outside::get)
                .toList();
    }

    /// Another value in one argument, and in what it points to.
    void renew(int argument) {
        numbers[argument] = isSmall[argument] ? 1 + random.nextInt(SMALL) : apart();
        filled[argument] = IntStream.range(0, words[argument]).mapToLong(_ -> number()).toArray();
    }

    /// A number whose lowest byte no argument has, and had not before: a narrow one would look like a constant, or like
    /// another one.
    private long apart() {
        long number = number();
        while (isTaken((byte) number)) {
            number = number();
        }
        return number;
    }

    private boolean isTaken(byte lowest) {
        return Arrays.stream(numbers).anyMatch(number -> (byte) number == lowest);
    }

    private long number() {
        return UNMAPPED + (random.nextLong() & 0xff_ffff_ffffL);
    }

    /// Call it; as often as arguments turn out to be pointers, or to point to more.
    ///
    /// @param answers writes the script
    Shown call(Consumer<Script> answers) {
        for (int tries = 0; tries < TRIES; tries++) {
            Optional<WrapperCrash> crash = once(answers);
            if (crash.filter(this::isCall).isPresent()) {
                continue;
            }
            OptionalLong wanted = crash.map(WrapperCrash::address).orElseGet(this::operand);
            if (wanted.isEmpty() || !isMended(wanted.getAsLong())) {
                return shown(crash);
            }
        }
        return shown(once(answers));
    }

    /// A routine that does not come back may be given a length that is none. All numbers are small then, but for one in
    /// turn: which of them are pointers shows. What is a pointer stays one, and all else is small from now on.
    void lengthen(Consumer<Script> answers) {
        for (int before = -1; before < pointers();) {
            before = pointers();
            for (int alone = 0; alone < numbers.length; alone++) {
                small(alone);
                call(answers);
            }
        }
        small(-1);
    }

    /// Whether it was given small numbers.
    boolean isLengthened() {
        return IntStream.range(0, numbers.length).anyMatch(n -> isSmall[n]);
    }

    private int pointers() {
        return (int) IntStream.range(0, numbers.length).filter(n -> areas[n] != null || isFunction[n]).count();
    }

    private void small(int except) {
        for (int n = 0; n < numbers.length; n++) {
            isSmall[n] = areas[n] == null && !isFunction[n] && n != except;
            renew(n);
        }
    }

    /// Whether it was a jump to the value of an argument, which is the address of a function now.
    private boolean isCall(WrapperCrash crash) {
        for (int n = 0; n < numbers.length; n++) {
            if (crash.kind() == WrapperCrash.Kind.JUMP && crash.rip() == numbers[n] && areas[n] == null
                    && !isFunction[n]) {
                isFunction[n] = true;
                return true;
            }
        }
        return false;
    }

    /// Whether a routine tests a pointer for NULL: it follows the pointer, and does not when it is NULL.
    ///
    /// @param answers each writes a script; one of them is enough
    boolean isNullable(int argument, List<Consumer<Script>> answers) {
        long nowhere = number();
        return answers.stream().anyMatch(script -> isFollowed(argument, nowhere, script)
                && !isFollowed(argument, 0, script));
    }

    /// Whether a routine follows a pointer to where nothing is.
    private boolean isFollowed(int argument, long address, Consumer<Script> answers) {
        given = OptionalLong.of(address);
        giving = argument;
        try {
            Optional<WrapperCrash> crash = once(answers);
            OptionalLong touched = crash.map(WrapperCrash::address).orElseGet(this::operand);
            return touched.isPresent() && Math.abs(touched.getAsLong() - address) < NEAR
                    || crash.filter(one -> one.kind() == WrapperCrash.Kind.HANG).isPresent();
        } finally {
            given = OptionalLong.empty();
        }
    }

    /// The address of an operand in memory that was not there, or of its end: nothing faults then, for a script
    /// answers.
    private OptionalLong operand() {
        return IntStream.range(0, script.recorded()).mapToObj(script::execution).flatMapToLong(execution -> {
            Bridge.Execution what = bridge.decode(execution.registers());
            long last = what.address() + DESCRIPTOR - 8;
            boolean isCut = what.operand() instanceof Place.Memory && isBehind(last)
                    && (what.instruction() == Instruction.INVEPT || what.instruction() == Instruction.INVVPID);
            return !execution.isThere() ? LongStream.of(what.address()) : isCut ? LongStream.of(last)
                    : LongStream.empty();
        }).findFirst();
    }

    /// Whether an address is behind the memory of an argument.
    private boolean isBehind(long address) {
        return Arrays.stream(areas).anyMatch(area -> area != null && address == area.address() + ROOM);
    }

    private Optional<WrapperCrash> once(Consumer<Script> answers) {
        reset.run();
        surround();
        script.clear();
        answers.accept(script);
        int window = 0;
        script.allow(window++, probe.stack());
        script.allow(window++, probe.frame());
        for (int n = 0; n < areas.length; n++) {
            if (areas[n] != null) {
                if (window < Script.MOST_WINDOWS) {
                    script.allow(window++, areas[n]);
                }
                MemorySegment.copy(filled[n], 0, areas[n], JAVA_LONG, ROOM - words[n] * 8L, words[n]);
            }
        }
        for (MemorySegment data : bridge.data()) {
            if (window < Script.MOST_WINDOWS) {
                script.allow(window++, data);
            }
        }
        try {
            probe.call(code);
            return Optional.empty();
        } catch (WrapperCrash crash) {
            return Optional.of(crash);
        }
    }

    private void surround() {
        State before = probe.stateBefore();
        for (Gpr register : Gpr.values()) {
            before.registers().set(register, random.nextLong());
        }
        before.registers().setRflags(random.nextLong() & Registers.ARITHMETIC_FLAGS);
        for (int n = 0; n < vectors.length; n++) {
            before.setVector(n / 2, n % 2, vectors[n]);
        }
        for (Gpr register : Gpr.values()) {
            script.lost().registers().set(register, random.nextLong());
        }
        for (int word = 0; word < Probe.FRAME_WORDS; word++) {
            probe.frame().setAtIndex(JAVA_LONG, word, random.nextLong());
        }
        MemorySegment stack = probe.stack();
        for (long offset = stack.byteSize() - PAINTED; offset < stack.byteSize(); offset += 8) {
            stack.set(JAVA_LONG, offset, random.nextLong());
        }
        for (int n = 0; n < places.size(); n++) {
            if (places.get(n) instanceof Place.Register(Gpr register)) {
                before.registers().set(register, value(n));
            } else if (places.get(n) instanceof Place.StackWord(int word)) {
                probe.frame().setAtIndex(JAVA_LONG, word, value(n));
            }
        }
    }

    private long value(int argument) {
        return given.isPresent() && argument == giving ? given.getAsLong()
                : isFunction[argument] ? functions[argument] : areas[argument] == null ? numbers[argument]
                : areas[argument].address() + ROOM - words[argument] * 8L;
    }

    /// Whether an argument is another one now, that may let the routine go on.
    private boolean isMended(long address) {
        for (int n = 0; n < numbers.length; n++) {
            if (areas[n] == null && !isSmall[n] && Math.abs(address - numbers[n]) < NEAR) {
                areas[n] = Mapping.guarded(ROOM, arena);
                grow(n, 1 + (int) Math.max(0, (address - numbers[n]) / 8));
                return true;
            }
            long end = areas[n] == null ? 0 : areas[n].address() + ROOM;
            if (areas[n] != null && address >= end - words[n] * 8L && address < end && words[n] < MOST_WORDS) {
                isAligned[n] = true;
                grow(n, words[n] + 1);
                return true;
            }
            if (areas[n] != null && address >= end && address < end + PAGE) {
                grow(n, words[n] + 1 + (int) ((address - end) / 8));
                return true;
            }
        }
        return false;
    }

    private void grow(int argument, int to) {
        words[argument] = Math.min(to, MOST_WORDS);
        renew(argument);
    }

    private Shown shown(Optional<WrapperCrash> crash) {
        long[][] memory = new long[areas.length][];
        long[][] written = new long[areas.length][];
        for (int n = 0; n < areas.length; n++) {
            memory[n] = filled[n].clone();
            written[n] = areas[n] == null ? new long[0]
                    : areas[n].asSlice(ROOM - words[n] * 8L).toArray(JAVA_LONG);
        }
        hasAsides |= !probe.asides().isEmpty();
        List<Shown.Executed> executions = new ArrayList<>();
        for (int n = 0; n < script.recorded(); n++) {
            Registers at = script.execution(n).registers();
            Bridge.Execution what = bridge.decode(at);
            executions.add(new Shown.Executed(what, copy(at), script.execution(n).operands(what)));
        }
        long[] arguments = IntStream.range(0, numbers.length).mapToLong(this::value).toArray();
        return new Shown(arguments, memory, written, executions, copy(probe.after()), script.reports(), crash);
    }

    private static long[] copy(Registers registers) {
        long[] values = new long[Gpr.values().length];
        for (Gpr register : Gpr.values()) {
            values[register.ordinal()] = registers.get(register);
        }
        return values;
    }
}
