package dev.trampette.abi;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.call.Probe;
import dev.trampette.call.Script;
import dev.trampette.call.State;
import dev.trampette.contract.Contract;
import dev.trampette.contract.ContractException;
import dev.trampette.contract.Parameter;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Place;
import dev.trampette.spec.Range;
import dev.trampette.spec.Source;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The arguments of a routine: random values in their places, and the memory that they point to, with words around each
/// buffer that nobody may write.
final class Arguments {

    /// The number of an output that no routine has.
    private static final int NOT_STORED = 1 << 20;
    /// How often numbers are chosen until they go together.
    private static final int TRIES = 64;

    private final List<Parameter> parameters;
    private final List<Place> places;
    private final Set<Place> named;
    /// Whether an instruction of ours gets the values, or a C function.
    private final boolean isPassedOn;
    private final ToLongFunction<Argument> functions;
    private final Buffers buffers;
    /// The buffers of the arguments, and nothing for those that are numbers.
    private final List<Optional<Buffer>> memory;
    /// The arguments in an order in which each comes behind those that its values depend on.
    private final List<Integer> order;
    /// Those that a length depends on.
    private final Set<String> lengths;
    /// Those that anything depends on: a length, what a buffer holds, the values of another one.
    private final Set<String> needed;
    private final Map<String, Long> values = new HashMap<>();
    private final Map<String, BigDecimal> numbers = new HashMap<>();
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
        this.buffers = new Buffers(contract, arena);
        this.memory = parameters.stream().map(parameter -> Optional.ofNullable(buffers.get(parameter.name()))).toList();
        this.order = order(parameters);
        this.lengths = contract.buffers().stream().flatMap(buffer -> buffer.memory().count().names().stream())
                .collect(Collectors.toSet());
        this.needed = Stream.concat(contract.signature().arguments().stream().map(Argument::range).map(Range::names),
                contract.buffers().stream().map(buffer -> buffer.memory().names())).flatMap(Set::stream)
                .collect(Collectors.toSet());
    }

    private static List<Integer> order(List<Parameter> parameters) {
        List<Integer> order = new ArrayList<>();
        Set<String> known = new HashSet<>();
        while (order.size() < parameters.size()) {
            for (int n = 0; n < parameters.size(); n++) {
                Argument argument = parameters.get(n).argument();
                if (!known.contains(argument.name()) && known.containsAll(argument.range().names())) {
                    known.add(argument.name());
                    order.add(n);
                }
            }
        }
        return order;
    }

    /// Let operands be in the memory of all pointers, as far as there are windows for it.
    ///
    /// @param first the first window that is free
    /// @return the next one
    int allow(Script script, int first) {
        int window = first;
        for (Buffer buffer : buffers.stream().limit(Math.max(Script.MOST_WINDOWS - first, 0)).toList()) {
            script.allow(window++, buffer.pages());
        }
        return window;
    }

    /// The memory of the one pointer that a wrapper has, and around it; empty when it has none.
    MemorySegment only() {
        return buffers.stream().findFirst().map(Buffer::pages).orElse(MemorySegment.NULL);
    }

    /// The value of a source in this case: a constant, the part that counts of an argument, an element of a buffer.
    long value(Source source) {
        return switch (source) {
            case Source.Constant(long value) -> value;
            case Source.Parameter(String name) -> values.get(name);
            case Source.Element(String name, int index) -> buffers.get(name).get(index);
        };
    }

    /// The part that counts of an argument.
    long value(int argument) {
        return values.get(parameters.get(argument).name());
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

    /// How many values the number has that has the most of those that lengths depend on; 0 when none does.
    ///
    /// @param most it is not counted further
    int lengths(int most) {
        return parameters.stream().map(Parameter::argument).filter(argument -> lengths.contains(argument.name()))
                .filter(argument -> argument.range().names().isEmpty())
                .mapToInt(argument -> Numbers.fixed(argument.type(), argument.range()).count(most)).max().orElse(0);
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
        return memory.get(argument).orElseThrow().get(index);
    }

    /// The words of an argument before the call: those that a pointer points to, or the value.
    List<Long> words(String name) {
        int n = parameters.stream().map(Parameter::name).toList().indexOf(name);
        return memory.get(n).map(buffer -> n == nulled ? List.<Long>of() : buffer.words())
                .orElseGet(() -> List.of(value(n)));
    }

    /// Whether an address is in memory that an argument gives the routine to write to.
    boolean isWritten(long address) {
        return buffers.stream().anyMatch(buffer -> buffer.isWritten(address));
    }

    /// New values, in the places and in memory.
    void renew(Probe probe, Round round, Draws random) {
        random.isFor(Draws.Use.ARGUMENT);
        choose(round, (n, tried) -> isLikePrevious(n, tried) ? Optional.of(value(n - 1))
                : random(parameters.get(n).argument(), n, places.size(), tried, random), parameters.stream()
                .map(Parameter::name).toList());
        random.isFor(Draws.Use.OTHER);
        buffers.renew(round, numbers::get, _ -> random, random);
        for (int i = 0; i < places.size(); i++) {
            pass(probe, i, round);
            above[i] = round.change(random);
        }
        restore();
    }

    /// New values that depend on the case and on the names of the arguments only: another routine that is given the
    /// same names gets the same, with the same alignment.
    ///
    /// @param partners one for each argument
    /// @param random begins anew for each name
    void deal(Probe probe, Round round, List<Pairing.Partner> partners, Dealer random) {
        Round plain = new Round(round.number(), Area.Placement.BETWEEN, -1);
        Map<String, Draws> own = new HashMap<>();
        for (int n = 0; n < partners.size(); n++) {
            own.put(parameters.get(n).name(), random.of(partners.get(n).name()));
        }
        choose(plain, (n, tried) -> {
            Pairing.Partner partner = partners.get(n);
            return random(partner.argument(), partner.number(), partners.size(), tried,
                    own.get(parameters.get(n).name())).map(value -> value & partner.significant());
        }, partners.stream().map(Pairing.Partner::name).toList());
        buffers.renew(plain, numbers::get, name -> own.computeIfAbsent(name, random::of),
                random.of("how buffers lie"));
        for (int i = 0; i < places.size(); i++) {
            pass(probe, i, plain);
        }
        restore();
    }

    /// Choose all numbers. Where the values of one leave none for another, all are chosen again.
    ///
    /// @param names what the numbers are called in ranges, beside their own names
    private void choose(Round round, BiFunction<Integer, Round, Optional<Long>> choice, List<String> names) {
        Round tried = round;
        for (int tries = 0; tries < TRIES; tries++) {
            values.clear();
            numbers.clear();
            if (isChosen(tried, choice, names)) {
                return;
            }
            tried = new Round(2, round.placement(), -1);
        }
        throw new ContractException("no case: no values go together of " + parameters.stream()
                .map(parameter -> parameter.argument().toString()).collect(Collectors.joining(" ")));
    }

    private boolean isChosen(Round round, BiFunction<Integer, Round, Optional<Long>> choice, List<String> names) {
        for (int n : order) {
            Argument argument = parameters.get(n).argument();
            if (argument.isPointer() || argument.callee().isPresent()) {
                continue;
            }
            Optional<Long> value = choice.apply(n, round).map(bits -> bits & argument.type().significantBits());
            if (value.isEmpty()) {
                return false;
            }
            values.put(argument.name(), value.get());
            if (!argument.type().isFloating()) {
                BigDecimal number = Numbers.number(value.get(), argument.type(), argument.range());
                numbers.put(argument.name(), number);
                numbers.put(names.get(n), number);
            }
        }
        return true;
    }

    /// The value of a pointer, or of a pointer to a function; empty for a number.
    private OptionalLong address(int n) {
        return memory.get(n).map(buffer -> OptionalLong.of(n == nulled ? 0 : buffer.address()))
                .orElseGet(() -> parameters.get(n).argument().callee().isEmpty() ? OptionalLong.empty()
                        : OptionalLong.of(functions.applyAsLong(parameters.get(n).argument())));
    }

    private void pass(Probe probe, int n, Round round) {
        address(n).ifPresent(address -> values.put(parameters.get(n).name(), address));
        long significant = parameters.get(n).type().significantBits();
        long high = round.isClearAbove() ? 0 : get(probe, places.get(n)) & ~significant;
        set(probe, places.get(n), high | value(n));
    }

    /// What the routine has written, word by word, canaries included.
    ///
    /// @param seen is told the number of the argument, the offset in bytes, the word before and after
    void written(Written seen) {
        for (int i = 0; i < parameters.size(); i++) {
            int number = i;
            memory.get(i).filter(_ -> number != nulled).ifPresent(buffer -> buffer.written((offset, before, after) ->
                    seen.written(number, offset, before, after)));
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
            Optional<Buffer> near = memory.get(i).filter(buffer -> buffer.isNear(address));
            if (near.isPresent()) {
                long offset = address - near.get().address();
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
        return round.isEqual() && n > 0 && values.containsKey(parameters.get(n - 1).name())
                && parameters.get(n).type() == parameters.get(n - 1).type()
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
            values.put(parameter.name(),
                    get(probe, places.get(i)) & parameter.type().significantBits());
        }
    }

    /// Fill the memory as it was before the call.
    void restore() {
        areas().forEach(Area::restore);
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
        areas().forEach(Area::complement);
    }

    /// Give the words that no argument means one value, until [#emptyBuffers].
    void fillBuffers(long value) {
        areas().forEach(area -> area.fill(value));
    }

    /// Take back what was there before [#fillBuffers].
    void emptyBuffers() {
        areas().forEach(Area::empty);
    }

    /// Whether a place holds an argument.
    boolean isNamed(Place place) {
        return named.contains(place);
    }

    /// Whether many calls can be made without memory as it was before each of them.
    boolean needsNoRestoring() {
        return buffers.stream().allMatch(buffer -> buffer.isAnything() || !buffer.argument().type().isWritten());
    }

    /// Whether not every value can be tried at a place of an argument: it is a pointer, has a range, or something
    /// depends on it.
    boolean isChosen(Place place) {
        Argument argument = parameters.get(places.indexOf(place)).argument();
        return argument.isPointer() || argument.callee().isPresent() || !argument.range().isAll() || needed.contains(argument.name());
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

    /// Look at every element: outputs as expected, and all others as they were.
    void check(Case c, Expected outputs) {
        checkAround(c);
        int next = 0;
        for (Buffer buffer : buffers.stream().toList()) {
            boolean isStored = isStored(buffer);
            if (isThere(buffer)) {
                buffer.check(isStored ? next : NOT_STORED, outputs);
            }
            next += isStored ? buffer.outputs() : 0;
        }
    }

    /// Look at what may be written as a whole, and at all else as it was.
    void observe(Case c, Observation seen) {
        checkAround(c);
        buffers.stream().filter(this::isThere).forEach(buffer -> buffer.observe(seen));
    }

    private void checkAround(Case c) {
        areas().forEach(Area::look);
        buffers.stream().filter(Buffer::isHost).filter(this::isThere).filter(buffer -> buffer.area().isOverrun())
                .forEach(buffer -> buffer.checkAround(c));
    }

    private boolean isThere(Buffer buffer) {
        return nulled().filter(buffer.argument().name()::equals).isEmpty();
    }

    private Stream<Area> areas() {
        return buffers.stream().filter(Buffer::isHost).map(Buffer::area);
    }

    /// Whether outputs are stored to a buffer: to those of `out` arguments, and where there is none, of `inout` ones.
    private boolean isStored(Buffer buffer) {
        return buffer.isOut() || buffers.stream().noneMatch(Buffer::isOut);
    }

    /// The bits of an output that there is room for.
    long outputBits(int output) {
        int left = output;
        for (Buffer buffer : buffers.stream().toList()) {
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
        for (Buffer buffer : buffers.stream().toList()) {
            if (buffer.isWrittenByInstruction()) {
                buffer.addTo(script, number++);
            }
        }
    }

    /// Say whether the instruction has written in the call that is looked at.
    void setWritten(boolean hasWritten) {
        buffers.stream().forEach(buffer -> buffer.setWritten(hasWritten));
    }

    /// The buffer behind or before which an address is: `8 bytes behind data[8]`.
    Optional<String> near(long address) {
        return buffers.stream().flatMap(buffer -> buffer.near(address).stream()).findFirst();
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
        buffers.stream().forEach(buffer -> buffer.addTo(origins));
    }

    /// A value of an argument; empty when it has none beside what is chosen already.
    ///
    /// @param n the number of the argument
    /// @param count how many there are
    private Optional<Long> random(Argument argument, int n, int count, Round round, Draws random) {
        Argument.Type type = argument.type();
        if (!argument.range().isAll()) {
            Numbers range = new Numbers(type, argument.range(), numbers::get);
            OptionalLong chosen = round.rank() >= 0 && lengths.contains(argument.name()) ? range.nth(round.rank())
                    : round.isEdge(n, count) ? range.end(round.isHighEdge(count)) : OptionalLong.empty();
            return chosen.isPresent() ? Optional.of(chosen.getAsLong()) : range.any(random);
        }
        if (type.isFloating()) {
            double value = round.number(n, count, random);
            return Optional.of(type == Argument.Type.F64 ? Double.doubleToRawLongBits(value)
                    : Float.floatToRawIntBits((float) value));
        }
        // A _Bool has two values (psABI 3.1.2), but a wrapper that passes it on is tried with all of the byte.
        long mask = type == Argument.Type.BOOL && !isPassedOn ? 1 : -1;
        return Optional.of(round.bits(n, count, random) & mask);
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
