package dev.trampette.abi;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.call.Probe;
import dev.trampette.call.Script;
import dev.trampette.call.State;
import dev.trampette.contract.Contract;
import dev.trampette.contract.Parameter;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Place;
import dev.trampette.spec.Source;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// The arguments of a routine: random values in their places, and the memory that they point to, with words around each
/// buffer that nobody may write.
final class Arguments {

    /// The number of an output that no routine has.
    private static final int NOT_STORED = 1 << 20;

    private final List<Parameter> parameters;
    private final List<Place> places;
    private final Set<Place> named;
    /// Whether an instruction of ours gets the values, or a C function.
    private final boolean isPassedOn;
    private final ToLongFunction<Argument> functions;
    private final Map<Parameter, Buffer> memory = new LinkedHashMap<>();
    private final Map<Source, Long> values = new HashMap<>();
    /// The pointer that is NULL in this case, or -1.
    private int nulled = -1;
    /// What changes above narrow arguments, by argument.
    private final long[] above;

    /// @param functions what arguments hold that point to functions
    Arguments(Contract contract, ToLongFunction<Argument> functions, Arena arena) {
        this.functions = functions;
        this.parameters = contract.signature().parameters();
        this.places = contract.signature().places();
        this.named = Set.copyOf(places);
        this.isPassedOn = contract.effect().isPresent() && contract.signature().convention() != Convention.STACK;
        this.above = new long[places.size()];
        for (Parameter parameter : parameters) {
            if (parameter.isPointer()) {
                boolean read = contract.effect().stream().flatMap(effect -> effect.inputs().values().stream())
                        .anyMatch(source -> source.parameter().equals(parameter.name()));
                int written = contract.effect().map(effect -> effect.writes().getOrDefault(parameter.name(), 0))
                        .orElse(0);
                memory.put(parameter, new Buffer(parameter.argument(), read, written, arena));
            }
        }
    }

    /// Let operands be in the memory of all pointers, as far as there are windows for it.
    ///
    /// @param first the first window that is free
    /// @return the next one
    int allow(Script script, int first) {
        int window = first;
        for (Buffer buffer : memory.values()) {
            if (window < Script.MOST_WINDOWS) {
                script.allow(window++, buffer.memory());
            }
        }
        return window;
    }

    /// The memory of the one pointer that a wrapper has, canaries included; empty when it has none.
    MemorySegment only() {
        return memory.values().stream().findFirst().map(Buffer::memory).orElse(MemorySegment.NULL);
    }

    /// The value of a source in this case: a constant, the part that counts of an argument, an element of a buffer.
    long value(Source source) {
        return source instanceof Source.Constant(long value) ? value : values.get(source);
    }

    /// The part that counts of an argument.
    long value(int argument) {
        return values.get(new Source.Parameter(parameters.get(argument).name()));
    }

    /// The case, for somebody who knows what must come out.
    GivenArguments given() {
        return new GivenArguments(parameters, IntStream.range(0, parameters.size()).mapToObj(this::value).toList(),
                IntStream.range(0, parameters.size()).mapToObj(n -> n == nulled || !parameters.get(n).isPointer()
                        ? MemorySegment.NULL : memory.get(parameters.get(n)).content()).toList());
    }

    /// Give the arguments other values in the case as it is.
    void give(Probe probe, Round round, long[] given) {
        for (int i = 0; i < given.length; i++) {
            pass(probe, i, given[i], round);
        }
    }

    /// Let a pointer be NULL in the cases that follow, or none with -1.
    void setNull(int argument) {
        nulled = argument;
    }

    /// The pointers that may be NULL.
    List<Integer> nullable() {
        return IntStream.range(0, parameters.size()).filter(n -> parameters.get(n).argument().isNullable()).boxed()
                .toList();
    }

    /// The name of the pointer that is NULL.
    Optional<String> nulled() {
        return nulled < 0 ? Optional.empty() : Optional.of(parameters.get(nulled).name());
    }

    /// Whether a source has a value in this case: it is not behind NULL.
    boolean isThere(Source source) {
        return nulled().filter(source.parameter()::equals).isEmpty();
    }

    /// A word of the buffer that an argument points to.
    long element(int argument, int index) {
        return values.get(new Source.Element(parameters.get(argument).name(), index));
    }

    /// The words of an argument before the call: those that a pointer points to, or the value.
    List<Long> words(String name) {
        int n = parameters.stream().map(Parameter::name).toList().indexOf(name);
        Buffer buffer = memory.get(parameters.get(n));
        return buffer == null ? List.of(value(n)) : n == nulled ? List.of() : buffer.words();
    }

    /// Whether an address is in memory that an argument gives the routine to write to.
    boolean isWritten(long address) {
        return memory.values().stream().anyMatch(buffer -> buffer.outputs() > 0 && address >= buffer.memory().address()
                && address < buffer.memory().address() + buffer.memory().byteSize());
    }

    /// New values, in the places and in memory.
    void renew(Probe probe, Round round, Draws random) {
        values.clear();
        for (int i = 0; i < places.size(); i++) {
            Argument argument = parameters.get(i).argument();
            OptionalLong address = address(i, random);
            long value = address.orElse(0);
            if (address.isEmpty()) {
                random.isFor(Draws.Use.ARGUMENT);
                value = isLikePrevious(i, round) ? value(i - 1)
                        : random(argument, i, places.size(), round, random) & argument.type().significantBits();
                random.isFor(Draws.Use.OTHER);
            }
            pass(probe, i, value, round);
            above[i] = round.change(random);
        }
        restore();
    }

    /// New values that depend on the case and on the names of the arguments only: another routine that is given the
    /// same names gets the same.
    ///
    /// @param partners one for each argument
    /// @param random begins anew for each name
    void deal(Probe probe, Round round, List<Pairing.Partner> partners, Dealer random) {
        values.clear();
        for (int i = 0; i < places.size(); i++) {
            Pairing.Partner partner = partners.get(i);
            Draws own = random.of(partner.name());
            pass(probe, i, address(i, own).orElseGet(() -> random(partner.argument(), partner.number(),
                    partners.size(), round, own) & partner.significant()), round);
        }
        restore();
    }

    /// The value of a pointer, with new values behind it, or to a function; empty for a number.
    private OptionalLong address(int n, Draws random) {
        Parameter parameter = parameters.get(n);
        if (parameter.isPointer()) {
            Buffer buffer = memory.get(parameter);
            buffer.renew(random);
            buffer.addTo(values);
            return OptionalLong.of(n == nulled ? 0 : buffer.address());
        }
        return parameter.argument().callee().isEmpty() ? OptionalLong.empty()
                : OptionalLong.of(functions.applyAsLong(parameter.argument()));
    }

    private void pass(Probe probe, int n, long value, Round round) {
        long significant = parameters.get(n).type().significantBits();
        long high = round.isClearAbove() ? 0 : get(probe, places.get(n)) & ~significant;
        set(probe, places.get(n), high | value);
        values.put(new Source.Parameter(parameters.get(n).name()), value);
    }

    /// What the routine has written, word by word, canaries included.
    ///
    /// @param seen is told the number of the argument, the offset in bytes, the word before and after
    void written(Written seen) {
        for (int i = 0; i < parameters.size(); i++) {
            int number = i;
            if (parameters.get(i).isPointer() && i != nulled) {
                memory.get(parameters.get(i)).written((offset, before, after) ->
                        seen.written(number, offset, before, after));
            }
        }
    }

    /// A word of memory that has changed.
    @FunctionalInterface
    interface Written {

        /// @param argument the pointer's number
        /// @param offset from where it points to, in bytes
        void written(int argument, long offset, long before, long after);
    }

    /// Where an address is in the memory of a pointer, or what function it is.
    ///
    /// @param named the names of the arguments
    Optional<String> address(long address, List<String> named) {
        for (int i = 0; i < parameters.size(); i++) {
            Parameter parameter = parameters.get(i);
            String name = "the address of " + named.get(i);
            if (parameter.isPointer() && memory.get(parameter).isNear(address)) {
                long offset = address - memory.get(parameter).address();
                return Optional.of(offset == 0 ? name : "%s %s %d".formatted(name, offset < 0 ? "-" : "+",
                        Math.abs(offset)));
            }
            if (parameter.argument().callee().isPresent() && value(i) == address) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    /// At times two arguments are equal, as far as they count.
    private boolean isLikePrevious(int n, Round round) {
        return round.isEqual() && n > 0 && parameters.get(n).type() == parameters.get(n - 1).type()
                && parameters.get(n - 1).argument().callee().isEmpty()
                && parameters.get(n).argument().range().equals(parameters.get(n - 1).argument().range());
    }

    /// Take the values from the registers, where somebody else put them. Those on the stack stay as they are.
    void read(Probe probe) {
        for (int i = 0; i < places.size(); i++) {
            if (places.get(i) instanceof Place.StackWord) {
                continue;
            }
            Parameter parameter = parameters.get(i);
            values.put(new Source.Parameter(parameter.name()),
                    get(probe, places.get(i)) & parameter.type().significantBits());
        }
    }

    /// Fill the memory as it was before the call.
    void restore() {
        memory.values().forEach(Buffer::restore);
    }

    /// The bits of a place that the arguments name.
    long named(Place place) {
        int i = places.indexOf(place);
        return i < 0 ? 0 : parameters.get(i).type().significantBits();
    }

    /// Change what is above the narrow arguments, or change it back.
    void changeNarrow(Probe probe) {
        for (int i = 0; i < places.size(); i++) {
            set(probe, places.get(i), get(probe, places.get(i)) ^ above[i] & ~named(places.get(i)));
        }
    }

    /// Complement the words around buffers, and what outputs hold before they are written; or back.
    void complementBuffers() {
        memory.values().forEach(Buffer::complement);
    }

    /// Give the words that no argument means one value, until [#emptyBuffers].
    void fillBuffers(long value) {
        memory.values().forEach(buffer -> buffer.fill(value));
    }

    /// Take back what was there before [#fillBuffers].
    void emptyBuffers() {
        memory.values().forEach(Buffer::empty);
    }

    /// Whether a place holds an argument.
    boolean isNamed(Place place) {
        return named.contains(place);
    }

    /// Whether not every value can be tried at a place of an argument: it is a pointer, or has a range.
    boolean isChosen(Place place) {
        Argument argument = parameters.get(places.indexOf(place)).argument();
        return argument.isPointer() || argument.callee().isPresent() || !argument.range().isAll();
    }

    /// The places, in the order of the arguments.
    List<Place> places() {
        return places;
    }

    /// What one word of an output buffer must hold after the call.
    @FunctionalInterface
    interface Expected {

        /// Look at the nth output.
        ///
        /// @param where the word, for a finding
        /// @param filled what it held before the call
        /// @param actual what it holds
        void check(int output, String where, long filled, long actual);
    }

    /// Look at every word: outputs as expected, and all others as they were.
    void check(Case c, Expected outputs) {
        int next = 0;
        for (Map.Entry<Parameter, Buffer> one : memory.entrySet()) {
            Buffer buffer = one.getValue();
            boolean isStored = isStored(buffer);
            if (nulled().filter(one.getKey().name()::equals).isEmpty()) {
                buffer.check(c, isStored ? next : NOT_STORED, outputs);
            }
            next += isStored ? buffer.outputs() : 0;
        }
    }

    /// Whether outputs are stored to a buffer: to those of `out` arguments, and where there is none, of `inout` ones.
    private boolean isStored(Buffer buffer) {
        return buffer.isOut() || memory.values().stream().noneMatch(Buffer::isOut);
    }

    /// The bits of an output that there is room for.
    long outputBits(int output) {
        int left = output;
        for (Buffer buffer : memory.values()) {
            if (isStored(buffer)) {
                if (left < buffer.outputs()) {
                    return buffer.outputBits();
                }
                left -= buffer.outputs();
            }
        }
        return -1;
    }

    /// Let a script write what the instruction writes itself.
    void addTo(Script script) {
        int number = 0;
        for (Buffer buffer : memory.values()) {
            if (buffer.isWrittenByInstruction()) {
                buffer.addTo(script, number++);
            }
        }
    }

    /// Say whether the instruction has written in the call that is looked at.
    void setWritten(boolean hasWritten) {
        memory.values().forEach(buffer -> buffer.setWritten(hasWritten));
    }

    /// The buffer behind or before which an address is: `8 bytes behind data[8]`.
    Optional<String> near(long address) {
        return memory.values().stream().flatMap(buffer -> buffer.near(address).stream()).findFirst();
    }

    /// What a finding may name.
    void addTo(Origins origins, Probe probe) {
        for (int i = 0; i < places.size(); i++) {
            Argument argument = parameters.get(i).argument();
            if (!argument.isPointer() && argument.callee().isEmpty()) {
                origins.add("argument " + argument.name(), value(i));
            }
            if (argument.type().significantBits() != -1) {
                origins.add("argument %s with what is above it in %s".formatted(argument.name(), places.get(i)),
                        get(probe, places.get(i)));
            }
        }
        memory.values().forEach(buffer -> buffer.addTo(origins));
    }

    /// @param n the number of the argument
    /// @param values how many there are
    private long random(Argument argument, int n, int values, Round round, RandomGenerator random) {
        Argument.Range range = argument.range();
        if (argument.type().isFloating()) {
            double value = range.isAll() ? round.number(n, values, random)
                    : round.isEdge(n, values) ? round.end(range.low(), range.high(), values)
                    : range.low() + random.nextDouble() * (range.high() - range.low());
            return argument.type() == Argument.Type.F64 ? Double.doubleToRawLongBits(value)
                    : Float.floatToRawIntBits((float) value);
        }
        if (!range.isAll()) {
            return round.isEdge(n, values) ? (long) round.end(range.low(), range.high(), values)
                    : random.nextLong((long) range.low(), (long) range.high() + 1);
        }
        // A _Bool has two values (psABI 3.1.2), but a wrapper that passes it on is tried with all of the byte.
        long mask = argument.type() == Argument.Type.BOOL && !isPassedOn ? 1 : -1;
        return round.bits(n, values, random) & mask;
    }

    private static long get(Probe probe, Place place) {
        return switch (place) {
            case Place.Register(Gpr register) -> probe.before().get(register);
            case Place.Vector(int number) -> probe.stateBefore().vector(number, 0);
            case Place.StackWord(int word) -> probe.frame().getAtIndex(JAVA_LONG, word);
            case Place.Memory _ -> throw new IllegalArgumentException("no parameter is passed in memory: " + place);
        };
    }

    private static void set(Probe probe, Place place, long value) {
        State before = probe.stateBefore();
        switch (place) {
            case Place.Register(Gpr register) -> before.registers().set(register, value);
            case Place.Vector(int number) -> before.setVector(number, 0, value);
            case Place.StackWord(int word) -> probe.frame().setAtIndex(JAVA_LONG, word, value);
            case Place.Memory _ -> throw new IllegalArgumentException("no parameter is passed in memory: " + place);
        }
    }
}
