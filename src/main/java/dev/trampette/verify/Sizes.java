package dev.trampette.verify;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.trampette.call.WrapperCrash;
import dev.trampette.contract.Contract;
import dev.trampette.contract.Parameter;
import dev.trampette.crossing.Fault;
import dev.trampette.image.Image;
import dev.trampette.image.Target;
import dev.trampette.probe.Mapping;
import dev.trampette.spec.Amount;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Memory;
import dev.trampette.spec.Range;
import dev.trampette.verdict.UncheckedException;
import dev.trampette.verify.trial.Trial;
import dev.trampette.verify.values.Draws;
import dev.trampette.verify.values.Round;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Learns how much pointers point to of which a prototype does not say it: they get memory that ends where nothing is,
/// and grows until the function no longer faults behind it. A number that lets it grow without an end is taken for a
/// length, and is small then. Where the memory grows as the lengths do, it is as much as they say.
///
/// @param contract with a size for each pointer
/// @param assumed what was taken for granted, a sentence each
public record Sizes(Contract contract, List<String> assumed) {

    /// The most bytes behind a pointer.
    private static final int MOST = 1 << 14;
    /// What a number is at most that is a length: the first with which it can be learnt.
    private static final int[] LONGEST = {512, 64};
    /// Cases in which 0 is above narrow numbers: what uses more of them than it may is for the verifier.
    private static final List<Round> CASES = IntStream.range(0, 128).mapToObj(Round::new).filter(Round::isClearAbove)
            .toList();
    /// With more lengths nobody asks what depends on which.
    private static final int MOST_LENGTHS = 3;
    /// A vector access that is not aligned is a fault without an address, and so is an address that is not canonical.
    private static final int ALIGNED = 16;
    /// Nothing is there on both sides: as far as an `int` reaches as an index of words.
    private static final long AROUND = 1L << 34;

    /// The contract as it is when it says all, else with what can be learnt.
    ///
    /// @param image whose probe calls the routine
    /// @param target the routine, with its contract
    /// @param seed where the random values start
    /// @return the contract, and what was taken for granted
    /// @throws UncheckedException when it cannot be learnt
    public static Sizes of(Image image, Target target, long seed) {
        Contract contract = target.contract();
        if (contract.signature().unsized().isEmpty()) {
            return new Sizes(contract, List.of());
        }
        try (Arena arena = Arena.ofConfined()) {
            return new Lesson(image, target, seed, arena).sizes();
        }
    }

    /// One function.
    private static final class Lesson {

        private final Image image;
        private final Target target;
        private final Contract contract;
        private final long seed;
        private final Arena arena;
        /// The memory of each pointer, and how many of its last bytes are given.
        private final Map<Parameter, MemorySegment> areas = new LinkedHashMap<>();
        private final Map<Parameter, Integer> bytes = new LinkedHashMap<>();
        /// More than that nobody needs.
        private final Map<Parameter, Integer> limits = new LinkedHashMap<>();
        private int longest;
        private int unit = 1;
        private String last = "";

        Lesson(Image image, Target target, long seed, Arena arena) {
            this.image = image;
            this.target = target;
            this.contract = target.contract();
            this.seed = seed;
            this.arena = arena;
            List<String> unsized = contract.signature().unsized();
            contract.signature().parameters().stream().filter(one -> unsized.contains(one.name())).forEach(pointer ->
                    areas.put(pointer, Mapping.guarded(MOST, AROUND, arena)));
        }

        /// First all numbers are lengths; then each in turn is any number, and is no length when that makes no
        /// difference.
        Sizes sizes() {
            Set<Argument> lengths = new LinkedHashSet<>(contract.signature().arguments().stream().filter(argument ->
                    argument.type().isInteger() && argument.type().bytes() > 1 && argument.callee().isEmpty()
                    && argument.range().isAll() && isNamed(argument)).toList());
            boolean isLearnt = false;
            for (int n = 0; n < LONGEST.length && !isLearnt; n++) {
                longest = LONGEST[n];
                isLearnt = isLearnt(lengths);
            }
            if (!isLearnt) {
                throw new UncheckedException(("%s: nobody says how much %s points to, and it cannot be learnt: %s; say "
                        + "it: arguments=%s").formatted(contract.symbol(), String.join(" and ",
                        contract.signature().unsized()), last, areas.keySet().iterator().next().argument().toString()
                        .replace("?", "N")));
            }
            Map<Parameter, Integer> enough = new LinkedHashMap<>(bytes);
            limits.putAll(bytes);
            for (Argument number : List.copyOf(lengths)) {
                Set<Argument> others = new LinkedHashSet<>(lengths);
                others.remove(number);
                if (isLearnt(others)) {
                    lengths.remove(number);
                }
            }
            return sized(lengths, enough, extents(List.copyOf(lengths)));
        }

        /// What a pointer points to, as far as that follows from lengths: so many bytes for each, or for a product of
        /// two. It is the same multiple whichever of them is a larger one.
        private Map<Parameter, Amount> extents(List<Argument> lengths) {
            List<long[]> tried = new ArrayList<>();
            List<Map<Parameter, Integer>> needs = new ArrayList<>();
            for (int n = -1; n < lengths.size() && lengths.size() <= MOST_LENGTHS; n++) {
                long[] values = LongStream.rangeClosed(1, lengths.size()).map(k -> k * ALIGNED).toArray();
                if (n >= 0) {
                    values[n] += ALIGNED;
                }
                tried.add(values);
                if (!isLearnt(IntStream.range(0, values.length).mapToObj(k -> within(lengths.get(k), values[k],
                        values[k])).toList(), true)) {
                    return Map.of();
                }
                needs.add(new LinkedHashMap<>(bytes));
            }
            Map<Parameter, Amount> extents = new LinkedHashMap<>();
            for (Parameter pointer : areas.keySet()) {
                List<Integer> need = needs.stream().map(one -> one.get(pointer)).toList();
                for (int a = 0; a < lengths.size() && need.stream().distinct().count() > 1; a++) {
                    for (int b = a; b < lengths.size(); b++) {
                        int first = a;
                        int second = b;
                        List<Long> products = tried.stream().map(one -> one[first] * (first == second ? 1
                                : one[second])).toList();
                        long unitOfBoth = need.getFirst() / products.getFirst() / pointer.argument().element().bytes();
                        boolean isSame = unitOfBoth > 0 && IntStream.range(0, need.size()).allMatch(n -> need.get(n)
                                == unitOfBoth * pointer.argument().element().bytes() * products.get(n));
                        if (isSame) {
                            Amount name = new Amount.Of(lengths.get(a).name());
                            Amount both = a == b ? name : new Amount.Computed(name, Amount.Operator.TIMES,
                                    new Amount.Of(lengths.get(b).name()));
                            extents.put(pointer, unitOfBoth == 1 ? both : new Amount.Computed(Amount.of(unitOfBoth),
                                    Amount.Operator.TIMES, both));
                        }
                    }
                }
            }
            return extents;
        }

        private boolean isNamed(Argument argument) {
            return contract.signature().values().stream().anyMatch(value -> value.name().equals(argument.name()));
        }

        private static Argument within(Argument number, long least, long most) {
            return new Argument(number.name(), number.type(), Range.of(least, most));
        }

        private Sizes sized(Set<Argument> lengths, Map<Parameter, Integer> enough, Map<Parameter, Amount> extents) {
            List<Argument> said = new ArrayList<>();
            List<String> assumed = new ArrayList<>();
            enough.forEach((pointer, size) -> {
                Argument argument = pointer.argument();
                int element = argument.element().bytes();
                int length = Math.ceilDiv(size, element);
                Memory memory = argument.memory();
                Amount count = extents.getOrDefault(pointer, Amount.of(length));
                said.add(argument.to(new Memory(count, memory.contents(), memory.alignment(), memory.sharing())));
                assumed.add("%s points to %s bytes".formatted(argument.name(), !extents.containsKey(pointer)
                        ? length * element : element == 1 ? count : "%s * %d".formatted(count, element)));
            });
            lengths.forEach(number -> {
                said.add(within(number, 0, longest));
                assumed.add("%s is a length, 0 to %d".formatted(number.name(), longest));
            });
            return new Sizes(contract.with(said), assumed);
        }

        /// Whether the function comes back with some size of each pointer, in all cases.
        private boolean isLearnt(Set<Argument> lengths) {
            return isLearnt(lengths.stream().map(one -> within(one, 0, longest)).toList(), true)
                    && isLearnt(lengths.stream().map(one -> within(one, longest, longest)).toList(), false);
        }

        /// @param isNew whether the memory begins small
        private boolean isLearnt(List<Argument> lengths, boolean isNew) {
            if (isNew) {
                areas.keySet().forEach(pointer -> bytes.put(pointer, element(pointer)));
                unit = 1;
            }
            Map<Parameter, Integer> least = new LinkedHashMap<>(bytes);
            List<Argument> numbers = new ArrayList<>(lengths);
            areas.keySet().forEach(pointer -> numbers.add(new Argument(pointer.name(), Argument.Type.U64, 0)));
            Target given = target.with(contract.with(numbers));
            Trial trial = new Trial(image, given, seed, arena);
            boolean isLearnt = comeBack(trial, true);
            if (isLearnt) {
                shrink(trial, least);
            }
            return isLearnt;
        }

        /// Memory has grown by leaps: let it be as small as it can be.
        private void shrink(Trial trial, Map<Parameter, Integer> least) {
            least.forEach((pointer, size) -> {
                int step = Math.max(unit, element(pointer));
                int low = Math.ceilDiv(size, step);
                int high = Math.ceilDiv(bytes.get(pointer), step);
                while (low < high) {
                    bytes.put(pointer, (low + high) / 2 * step);
                    if (comeBack(trial, false)) {
                        high = (low + high) / 2;
                    } else {
                        low = (low + high) / 2 + 1;
                    }
                }
                bytes.put(pointer, high * step);
            });
        }

        /// Whether the function comes back in all cases.
        private boolean comeBack(Trial trial, boolean mayGrow) {
            for (int n = 0; n < CASES.size();) {
                trial.renew(CASES.get(n));
                Map<Parameter, Integer> before = new LinkedHashMap<>(bytes);
                Grown grown = called(trial, new Draws(seed + n));
                if (grown == Grown.FOREVER || grown == Grown.MORE && !mayGrow) {
                    bytes.putAll(before);
                    return false;
                }
                n = grown == Grown.MORE ? 0 : n + 1;
            }
            return true;
        }

        private static int element(Parameter pointer) {
            return Math.max(pointer.argument().element().bytes(), pointer.argument().memory().alignment());
        }

        private enum Grown {
            NOT, MORE, FOREVER
        }

        private Grown called(Trial trial, Draws contents) {
            areas.forEach((pointer, area) -> {
                long begin = area.byteSize() - bytes.get(pointer);
                for (long at = begin; at < area.byteSize(); at++) {
                    area.set(JAVA_BYTE, at, (byte) contents.nextInt());
                }
                trial.give(pointer.place(), area.address() + begin);
            });
            try {
                trial.call();
                return Grown.NOT;
            } catch (WrapperCrash crash) {
                last = crash.getMessage();
                return switch (crash.kind()) {
                    case HANG -> Grown.FOREVER;
                    case SIGNAL -> crash.address().isPresent() ? grown(crash.address().getAsLong())
                            : unit == ALIGNED && last.startsWith(Fault.UNEXPLAINED) ? Grown.FOREVER : aligned();
                    default -> Grown.NOT;                   // that is for the verifier
                };
            }
        }

        private Grown grown(long address) {
            for (Map.Entry<Parameter, MemorySegment> one : areas.entrySet()) {
                long behind = address - one.getValue().address() - MOST;
                if (behind >= 0 && behind < AROUND) {
                    int element = Math.max(unit, element(one.getKey()));
                    long wanted = Math.ceilDiv(bytes.get(one.getKey()) + behind + 1, element) * element;
                    int most = limits.getOrDefault(one.getKey(), MOST);
                    bytes.put(one.getKey(), (int) Math.min(Math.max(wanted, 2L * bytes.get(one.getKey())), most));
                    return wanted > most ? Grown.FOREVER : Grown.MORE;
                }
            }
            boolean isInside = areas.values().stream().anyMatch(area -> address >= area.address()
                    && address < area.address() + MOST);
            return isInside ? aligned() : Grown.FOREVER;            // there is memory: it is not aligned
        }

        private Grown aligned() {
            if (unit == ALIGNED) {
                return Grown.NOT;
            }
            unit = ALIGNED;
            bytes.replaceAll((_, size) -> Math.ceilDiv(size, ALIGNED) * ALIGNED);
            return Grown.MORE;
        }
    }
}
