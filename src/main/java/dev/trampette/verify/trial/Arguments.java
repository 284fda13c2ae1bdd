package dev.trampette.verify.trial;

import dev.trampette.contract.Contract;
import dev.trampette.contract.Parameter;
import dev.trampette.probe.Probe;
import dev.trampette.probe.Script;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Place;
import dev.trampette.spec.Source;
import dev.trampette.verify.values.Area;
import dev.trampette.verify.values.Choice;
import dev.trampette.verify.values.Dealer;
import dev.trampette.verify.values.Draws;
import dev.trampette.verify.values.GivenArguments;
import dev.trampette.verify.values.Origins;
import dev.trampette.verify.values.Pairing;
import dev.trampette.verify.values.Places;
import dev.trampette.verify.values.Round;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The arguments of a routine: random values in their places, and the memory that they point to, with words around each
/// buffer that nobody may write.
public final class Arguments {

    /// The number of an output that no routine has.
    private static final int NOT_STORED = 1 << 20;
    private final List<Parameter> parameters;
    private final List<Place> places;
    /// The places that hold 0.
    private final Set<Place> zeros;
    private final Map<Place, Long> masks;
    private final ToLongFunction<String> functions;
    private final Buffers buffers;
    /// The buffers of the arguments, and nothing for those that are numbers.
    private final List<Optional<Buffer>> memory;
    private final Choice choice;
    /// The pointer that is NULL in this case, or -1.
    private int nulled = -1;
    private final Above above;

    /// @param functions what arguments hold that point to functions
    Arguments(Contract contract, ToLongFunction<String> functions, Arena arena) {
        this.functions = functions;
        this.parameters = contract.signature().parameters();
        this.places = contract.signature().places();
        this.zeros = contract.promises().zeros();
        this.masks = Stream.concat(places.stream(), zeros.stream()).distinct()
                .collect(Collectors.toUnmodifiableMap(Function.identity(), this::mask));
        this.above = new Above(parameters, places, masks);
        this.buffers = new Buffers(contract, functions, arena);
        this.memory = parameters.stream().map(parameter -> Optional.ofNullable(buffers.get(parameter.name()))).toList();
        this.choice = new Choice(contract);
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
    public MemorySegment only() {
        return buffers.stream().findFirst().map(Buffer::pages).orElse(MemorySegment.NULL);
    }

    /// The value of a source in this case: a constant, the part that counts of an argument, an element of a buffer.
    public long value(Source source) {
        return switch (source) {
            case Source.Constant(long value) -> value;
            case Source.Parameter(String name) -> choice.value(name, 0);
            case Source.Element(String name, int index) -> buffers.get(name).get(index);
        };
    }

    /// The part that counts of an argument.
    public long value(int argument) {
        return choice.value(parameters.get(argument).name(), parameters.get(argument).number());
    }

    /// The case, for somebody who knows what must come out.
    public GivenArguments given() {
        return new GivenArguments(parameters, IntStream.range(0, parameters.size()).mapToObj(this::value).toList(),
                IntStream.range(0, parameters.size()).mapToObj(n -> memory.get(n).filter(_ -> n != nulled)
                        .map(Buffer::content).orElse(MemorySegment.NULL)).toList());
    }

    /// Give the arguments other values in the case as it is.
    void give(Probe probe, Round round, long[] given) {
        for (int i = 0; i < given.length; i++) {
            choice.set(parameters.get(i).name(), given[i]);
            pass(probe, i, round);
        }
    }

    /// Let a pointer be NULL in the cases that follow, or none with -1.
    public void setNull(int argument) {
        nulled = argument;
    }

    /// The pointers that may be NULL.
    public List<Integer> nullable() {
        return IntStream.range(0, parameters.size()).filter(n -> parameters.get(n).argument().isNullable()).boxed()
                .toList();
    }

    /// How many values the number has that has the most of those that lengths depend on; 0 when none does.
    ///
    /// @param most it is not counted further
    public int lengths(int most) {
        return choice.lengths(most);
    }

    /// The name of the pointer that is NULL.
    public Optional<String> nulled() {
        return nulled < 0 ? Optional.empty() : Optional.of(parameters.get(nulled).name());
    }

    /// Whether a source has a value in this case: it is not behind NULL.
    public boolean isThere(Source source) {
        return nulled().filter(source.parameter()::equals).isEmpty();
    }

    /// A word of the buffer that an argument points to.
    public long element(int argument, int index) {
        return memory.get(argument).orElseThrow().get(index);
    }

    /// The words of an argument before the call: those that a pointer points to, or the value.
    public List<Long> words(String name) {
        return IntStream.range(0, parameters.size())
                .filter(n -> (parameters.get(n).name() + ".").startsWith(name + ".")).boxed()
                .flatMap(n -> memory.get(n).map(buffer -> n == nulled ? List.<Long>of() : buffer.words())
                        .orElseGet(() -> List.of(value(n))).stream()).toList();
    }

    /// Whether an address is in memory that an argument gives the routine to write to.
    public boolean isWritten(long address) {
        return buffers.stream().anyMatch(buffer -> buffer.isWritten(address));
    }

    /// The buffer at an address that nothing may write to.
    public Optional<String> constant(long address) {
        return isWritten(address) ? Optional.empty() : buffers.stream().filter(buffer -> buffer.isConstant(address))
                .map(buffer -> buffer.argument().name()).findFirst();
    }

    /// New values, in the places and in memory.
    void renew(Probe probe, Round round, Draws random) {
        random.isFor(Draws.Use.ARGUMENT);
        choice.renew(round, IntStream.range(0, places.size()).mapToObj(n -> new Choice.Drawing(
                parameters.get(n).argument(), n, places.size(), random, -1, parameters.get(n).name())).toList());
        random.isFor(Draws.Use.OTHER);
        buffers.renew(round, choice::number, _ -> random, random);
        for (int i = 0; i < places.size(); i++) {
            pass(probe, i, round);
            above.renew(i, round, random);
        }
        zeros.forEach(place -> Places.set(probe, place, 0));
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
        choice.renew(plain, IntStream.range(0, partners.size()).mapToObj(n -> {
            Pairing.Partner partner = partners.get(n);
            return new Choice.Drawing(partner.argument(), partner.number(), partners.size(),
                    own.get(parameters.get(n).name()), partner.significant(), partner.name());
        }).toList());
        buffers.renew(plain, choice::number, name -> own.computeIfAbsent(name, random::of),
                random.of("how buffers lie"));
        for (int i = 0; i < places.size(); i++) {
            pass(probe, i, plain);
        }
        restore();
    }

    /// The value of a pointer, or of a pointer to a function; empty for a number.
    private OptionalLong address(int n) {
        return memory.get(n).map(buffer -> OptionalLong.of(n == nulled ? 0 : buffer.address()))
                .orElseGet(() -> parameters.get(n).argument().callee().isEmpty() ? OptionalLong.empty()
                        : OptionalLong.of(functions.applyAsLong(parameters.get(n).name())));
    }

    private void pass(Probe probe, int n, Round round) {
        address(n).ifPresent(address -> choice.set(parameters.get(n).name(), address));
        Parameter parameter = parameters.get(n);
        Place place = places.get(n);
        long others = Places.get(probe, place) & (round.isClearAbove() ? named(place) : -1) & ~parameter.mask();
        Places.set(probe, place, others | parameter.placed(value(n)));
    }

    /// What the routine has written, word by word, canaries included.
    ///
    /// @param seen is told the number of the argument, the offset in bytes, the word before and after
    public void written(Written seen) {
        for (int i = 0; i < parameters.size(); i++) {
            int number = i;
            memory.get(i).filter(_ -> number != nulled).ifPresent(buffer -> buffer.written((offset, before, after) ->
                    seen.written(number, offset, before, after)));
        }
    }

    /// A word of memory that has changed.
    @FunctionalInterface
    public interface Written {

        /// @param argument the pointer's number
        /// @param offset from where it points to, in bytes
        void written(int argument, long offset, long before, long after);
    }

    /// Where an address is in the memory of a pointer, or what function it is.
    ///
    /// @param named the names of the arguments
    public Optional<String> address(long address, List<String> named) {
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

    /// Take the values from the registers, where somebody else put them. Those on the stack stay as they are.
    void read(Probe probe) {
        for (int i = 0; i < places.size(); i++) {
            if (places.get(i) instanceof Place.StackWord) {
                continue;
            }
            Parameter parameter = parameters.get(i);
            if (parameter.number() == 0) {
                choice.set(parameter.name(), parameter.taken(Places.get(probe, places.get(i))));
            }
        }
    }

    /// Fill the memory as it was before the call.
    void restore() {
        areas().forEach(Area::restore);
    }

    /// The bits of a place that the arguments name.
    long named(Place place) {
        return masks.getOrDefault(place, 0L);
    }

    private long mask(Place place) {
        return zeros.contains(place) ? -1 : parameters.stream().filter(parameter -> parameter.place().equals(place))
                .mapToLong(Parameter::mask).reduce(0, (one, other) -> one | other);
    }

    /// What is above the narrow ones.
    public Above above() {
        return above;
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
        return masks.containsKey(place);
    }

    /// Whether many calls can be made without memory as it was before each of them.
    boolean needsNoRestoring() {
        return buffers.stream().allMatch(buffer -> buffer.isAnything() || !buffer.argument().type().isWritten());
    }

    /// Whether not every value can be tried at a place of an argument: it is a pointer, has a range, is extended, or
    /// something depends on it; or the place must be 0.
    boolean isChosen(Place place) {
        return zeros.contains(place) || parameters.stream().filter(parameter -> parameter.place().equals(place))
                .anyMatch(parameter -> parameter.isPointer() || parameter.argument().callee().isPresent()
                        || parameter.isExtended() || choice.isBound(parameter.argument()));
    }

    /// Whether a vector is a place at which not every value can be tried.
    boolean isVectorChosen() {
        return masks.keySet().stream().anyMatch(place -> place instanceof Place.Vector && isChosen(place));
    }

    /// The places, in the order of the arguments.
    List<Place> places() {
        return places;
    }

    /// What one word of an output buffer must hold after the call.
    @FunctionalInterface
    public interface Expected {

        /// Look at the nth output.
        ///
        /// @param where the word, for a finding
        /// @param filled what it held before the call
        /// @param actual what it holds
        void check(int output, String where, long filled, long actual);
    }

    /// Look at every element: outputs as expected, and all others as they were.
    public void check(Case c, Expected outputs) {
        checkAround(c);
        int next = 0;
        for (Buffer buffer : buffers.stream().toList()) {
            boolean isStored = buffers.isStored(buffer);
            if (isThere(buffer)) {
                buffer.check(isStored ? next : NOT_STORED, outputs);
            }
            next += isStored ? buffer.outputs() : 0;
        }
    }

    /// Look at what may be written as a whole, and at all else as it was.
    ///
    /// @param ignored bits of elements that mean nothing
    /// @param whole the name of the one of which every byte is written
    public void observe(Case c, Observation seen, Map<String, Long> ignored, Optional<String> whole) {
        checkAround(c);
        buffers.stream().filter(this::isThere).forEach(buffer -> buffer.observe(seen, ignored,
                whole.filter(buffer.argument().name()::equals).isPresent()));
    }

    private void checkAround(Case c) {
        areas().forEach(Area::look);
        areas().filter(Area::isOverrun).forEach(area -> buffers.stream().filter(this::isThere)
                .filter(buffer -> buffer.area() == area).min(Comparator.comparing(buffer -> !buffer.isHost()))
                .ifPresent(buffer -> buffer.checkAround(c)));
    }

    private boolean isThere(Buffer buffer) {
        return nulled().filter(buffer.argument().name()::equals).isEmpty();
    }

    private Stream<Area> areas() {
        return buffers.stream().filter(Buffer::isHost).map(Buffer::area);
    }

    /// The bits of an output that there is room for.
    public long outputBits(int output) {
        return buffers.outputBits(output);
    }

    /// Let a script write what the instruction writes itself.
    public void addTo(Script script) {
        int number = 0;
        for (Buffer buffer : buffers.stream().toList()) {
            if (buffer.isWrittenByInstruction()) {
                buffer.addTo(script, number++);
            }
        }
    }

    /// Say whether the instruction has written in the call that is looked at.
    public void setWritten(boolean hasWritten) {
        buffers.stream().forEach(buffer -> buffer.setWritten(hasWritten));
    }

    /// The buffer behind or before which an address is: `8 bytes behind data[8]`.
    Optional<String> near(long address) {
        return buffers.stream().flatMap(buffer -> buffer.near(address).stream()).findFirst();
    }

    /// What is passed, and the buffers to which no argument points: a line each.
    List<String> situation(Probe probe) {
        List<String> lines = new ArrayList<>();
        for (int n = 0; n < places.size(); n++) {
            Argument argument = parameters.get(n).argument();
            if (parameters.get(n).number() > 0) {
                continue;
            }
            if (n == nulled) {
                lines.add(argument.name() + " = NULL");
            } else if (argument.callee().isEmpty() && !argument.isPointer()) {
                long whole = Places.get(probe, places.get(n));
                lines.add("%s = %s%s".formatted(argument.name(), choice.text(argument), whole == value(n)
                        ? "" : ", of 0x%x in %s".formatted(whole, places.get(n))));
            } else if (argument.isPointer()) {
                lines.add(memory.get(n).orElseThrow().toString());
            }
        }
        buffers.stream().filter(buffer -> parameters.stream().noneMatch(parameter ->
                parameter.name().equals(buffer.argument().name()))).map(Buffer::toString).forEach(lines::add);
        return lines;
    }

    /// What a finding may name.
    public void addTo(Origins origins, Probe probe) {
        for (int i = 0; i < places.size(); i++) {
            Argument argument = parameters.get(i).argument();
            if (!argument.isPointer() && argument.callee().isEmpty()) {
                origins.add("argument " + argument.name(), value(i));
            }
            if (parameters.get(i).mask() != -1 && parameters.get(i).number() == 0) {
                origins.add("argument %s with what is above it in %s".formatted(argument.name(), places.get(i)),
                        Places.get(probe, places.get(i)));
            }
        }
        buffers.stream().forEach(buffer -> buffer.addTo(origins));
    }
}
