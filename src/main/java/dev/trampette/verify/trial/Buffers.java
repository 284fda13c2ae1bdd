package dev.trampette.verify.trial;

import dev.trampette.contract.Contract;
import dev.trampette.spec.Amount;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Memory;
import dev.trampette.spec.Memory.Contents;
import dev.trampette.spec.Memory.Sharing;
import dev.trampette.spec.Range;
import dev.trampette.verify.values.Dealer;
import dev.trampette.verify.values.Draws;
import dev.trampette.verify.values.Numbers;
import dev.trampette.verify.values.Round;
import java.lang.foreign.Arena;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/// The memory of a call: how much each buffer has in a case, where it lies, and what it holds.
final class Buffers {

    /// Kinds of random texts: letters are twice as likely as others.
    private static final int KINDS = 4;

    private final Map<String, Buffer> all = new LinkedHashMap<>();
    /// Whether zeros and equal buffers are tried: not where each value must tell where it is from.
    private final boolean isPatterned;
    private final ToLongFunction<String> functions;

    /// @param functions the addresses of functions, by the names that contents have for them
    Buffers(Contract contract, ToLongFunction<String> functions, Arena arena) {
        this.functions = functions;
        List<Argument> buffers = contract.buffers();
        boolean isShared = buffers.stream().anyMatch(buffer -> buffer.memory().sharing() != Sharing.APART);
        int largest = buffers.stream().mapToInt(Argument::size).max().orElse(0);
        isPatterned = contract.effect().isEmpty();
        for (Argument buffer : buffers) {
            boolean isRead = contract.effect().stream().flatMap(effect -> effect.inputs().values().stream())
                    .anyMatch(source -> source.parameter().equals(buffer.name()));
            int written = contract.effect().map(effect -> effect.writes().getOrDefault(buffer.name(), 0)).orElse(0);
            all.put(buffer.name(), new Buffer(buffer, isRead, written,
                    Optional.ofNullable(contract.fills().get(buffer.name())),
                    isShared || isPatterned ? 2 * largest : 0, arena));
        }
    }

    /// The buffer of a name.
    Buffer get(String name) {
        return all.get(name);
    }

    /// All of them.
    Stream<Buffer> stream() {
        return all.values().stream();
    }

    /// A new case.
    ///
    /// @param numbers the values of arguments
    /// @param random of a buffer by its name
    void renew(Round round, Function<String, BigDecimal> numbers, Dealer random, Draws common) {
        Round.Pattern pattern = isPatterned ? round.pattern() : Round.Pattern.RANDOM;
        boolean areEqual = pattern == Round.Pattern.EQUAL || pattern == Round.Pattern.NEARLY_EQUAL;
        Optional<Buffer> text = Optional.empty();
        for (Buffer buffer : all.values()) {
            buffer.setCount(count(buffer, pattern, numbers, random.of(buffer.argument().name())));
            if (buffer.argument().type() == Argument.Type.STRING && areEqual && buffer.isAnything()) {
                text.ifPresent(first -> buffer.setCount(Math.min(first.count(), buffer.argument().length())));
                text = text.or(() -> Optional.of(buffer));
            }
        }
        lay(round, common);
        for (Buffer buffer : all.values()) {
            Draws own = random.of(buffer.argument().name());
            if (buffer.isHost()) {
                buffer.renewAround(own);
            }
        }
        for (Buffer buffer : all.values()) {
            Draws own = random.of(buffer.argument().name());
            own.isFor(Draws.Use.BUFFER);
            buffer.renew(own);
            hold(buffer, pattern, numbers, own);
            own.isFor(Draws.Use.OTHER);
        }
        if (areEqual) {
            equal(pattern == Round.Pattern.NEARLY_EQUAL, common);
        }
        all.values().forEach(Buffer::fill);
    }

    /// How many elements there are: of a string so many as its text needs, the 0 included.
    private static int count(Buffer buffer, Round.Pattern pattern, Function<String, BigDecimal> numbers, Draws random) {
        Argument argument = buffer.argument();
        Amount amount = argument.memory().count();
        int most = amount.isFixed() ? argument.length() : amount.value(numbers).max(BigDecimal.ZERO)
                .setScale(0, RoundingMode.CEILING).intValue();
        if (argument.type() != Argument.Type.STRING || argument.memory().contents() instanceof Contents.Texts
                || most == 0) {
            return most;
        }
        random.isFor(Draws.Use.BUFFER);
        int count = random.nextInt(most) + 1;
        random.isFor(Draws.Use.OTHER);
        return pattern == Round.Pattern.ZEROS ? 1 : pattern == Round.Pattern.ONES ? most : count;
    }

    /// Find places: each in an area of its own, or some where another one is.
    private void lay(Round round, Draws random) {
        List<Buffer> left = new ArrayList<>(all.values());
        if (round.sharing() != Sharing.APART && left.size() > 1) {
            Buffer host = left.get(random.nextInt(left.size()));
            List<Buffer> shared = new ArrayList<>(List.of(host));
            boolean isPart = round.sharing() == Sharing.OVERLAP;
            for (Buffer guest : left) {
                boolean isWanted = guest != host && (random.nextInt(KINDS) > 0 || left.size() == 2)
                        && (shared.size() == 1 || !isPart);
                if (isWanted && shared.stream().allMatch(one -> mayShare(one, guest, round.sharing()))) {
                    shared.add(guest);
                }
            }
            if (shared.size() > 1) {
                together(round, shared, isPart ? part(host, shared.get(1), random) : 0);
                left.removeAll(shared);
            }
        }
        left.forEach(buffer -> together(round, List.of(buffer), 0));
    }

    private boolean mayShare(Buffer one, Buffer other, Sharing how) {
        boolean isSaid = one.argument().memory().sharing() != Sharing.APART
                || other.argument().memory().sharing() != Sharing.APART;
        return (isSaid || isPatterned) && one.mayShare(other, how);
    }

    /// How far behind the beginning of one the other begins, when they have a part in common.
    private static int part(Buffer host, Buffer guest, Draws random) {
        int unit = Math.max(host.alignment(), guest.alignment());
        int low = -Math.max(guest.size() - 1, 0) / unit;
        int high = Math.max(host.size() - 1, 0) / unit;
        return random.nextInt(low, high + 1) * unit;
    }

    private static void together(Round round, List<Buffer> buffers, int distance) {
        Buffer host = buffers.getFirst();
        int alignment = buffers.stream().mapToInt(Buffer::alignment).max().orElseThrow();
        int lead = Math.max(-distance, 0);
        int end = host.size();
        for (Buffer guest : buffers.subList(1, buffers.size())) {
            end = Math.max(end, distance + guest.size());
        }
        int begin = host.own().place(round.placement(), lead + end, lead, alignment,
                round.shift() & -alignment) + lead;
        for (Buffer buffer : buffers) {
            buffer.lie(host.own(), buffer == host ? begin : begin + distance);
        }
    }

    /// What the contract, or the case, says that it holds.
    private void hold(Buffer buffer, Round.Pattern pattern, Function<String, BigDecimal> numbers, Draws random) {
        Argument argument = buffer.argument();
        switch (argument.memory().contents()) {
            case Contents.Any _ when argument.type() == Argument.Type.STRING -> text(buffer, pattern, random);
            case Contents.Any _ -> {
                if (buffer.isRead() && (pattern == Round.Pattern.ZEROS || pattern == Round.Pattern.ONES)) {
                    fill(buffer, pattern == Round.Pattern.ZEROS ? 0 : -1);
                }
            }
            case Contents.Within(Range range) -> within(buffer, range, pattern, numbers, random);
            case Contents.Listed(List<Memory.Item> items) -> {
                for (int n = 0; n < Math.min(items.size(), buffer.count()); n++) {
                    int number = n;
                    item(items.get(n), buffer, numbers).ifPresent(value -> buffer.set(number, value));
                }
            }
            case Contents.Texts(List<String> texts) -> {
                byte[] bytes = argument.encoded(texts.get(random.nextInt(texts.size())));
                if (argument.type() == Argument.Type.STRING) {
                    buffer.setCount(bytes.length / buffer.unit());
                }
                buffer.set(bytes);
            }
        }
    }

    private static void fill(Buffer buffer, long value) {
        for (int n = 0; n < buffer.count(); n++) {
            buffer.set(n, value);
        }
    }

    /// Letters; or blanks too; or any characters but 0.
    private static void text(Buffer buffer, Round.Pattern pattern, Draws random) {
        int kind = random.nextInt(KINDS);
        int last = buffer.count() - 1;
        for (int n = 0; n < last; n++) {
            int most = buffer.unit() == 1 ? 0xff : 0xffff;
            int drawn = kind < 2 ? random.likely('0', 'z' + 1, 1, most)
                    : kind == 2 ? random.likely(' ' - 1, '~' + 1, 1, most) : random.nextInt(1, most + 1);
            buffer.set(n, pattern == Round.Pattern.ONES ? most : kind == 2 && drawn == ' ' - 1 ? '\t' : drawn);
        }
        if (last >= 0) {
            buffer.set(last, 0);
        }
    }

    private static void within(Buffer buffer, Range range, Round.Pattern pattern,
            Function<String, BigDecimal> numbers, Draws random) {
        Numbers values = new Numbers(buffer.argument().element(), range, numbers);
        boolean isText = buffer.argument().type() == Argument.Type.STRING;
        boolean isEnd = pattern == Round.Pattern.ZEROS || pattern == Round.Pattern.ONES;
        for (int n = 0; n < buffer.count() - (isText ? 1 : 0); n++) {
            long drawn = values.any(random).orElse(0L);
            buffer.set(n, isEnd ? values.end(pattern == Round.Pattern.ONES).orElse(drawn) : drawn);
        }
        if (isText && buffer.count() > 0) {
            buffer.set(buffer.count() - 1, 0);
        }
    }

    private long address(String name) {
        Buffer buffer = all.get(name);
        return buffer == null ? functions.applyAsLong(name) : buffer.address();
    }

    private Optional<Long> item(Memory.Item item, Buffer buffer, Function<String, BigDecimal> numbers) {
        return switch (item) {
            case Memory.Item.Any _ -> Optional.empty();
            case Memory.Item.Address(String name, Amount offset) ->
                    Optional.of(address(name) + offset.value(numbers).longValue());
            case Memory.Item.Number(Amount amount) -> Optional.of(switch (buffer.argument().element()) {
                case F64 -> Double.doubleToRawLongBits(amount.value(numbers).doubleValue());
                case F32 -> (long) Float.floatToRawIntBits(amount.value(numbers).floatValue());
                default -> amount.value(numbers).toBigInteger().longValue();
            });
        };
    }

    /// All that may hold anything holds what the first of them does; or one element is another.
    private void equal(boolean isNearly, Draws random) {
        Buffer first = null;
        for (Buffer buffer : all.values()) {
            if (!buffer.isRead() || !buffer.isAnything()) {
                continue;
            }
            if (first != null && first.unit() == buffer.unit() && first.count() > 0 && buffer.count() > 0) {
                boolean isText = buffer.argument().type() == Argument.Type.STRING;
                int count = Math.min(first.count(), buffer.count()) - (isText ? 1 : 0);
                for (int n = 0; n < count; n++) {
                    buffer.set(n, first.get(n));
                }
                if (isNearly && count > 0) {
                    int n = random.nextInt(count);
                    long other = first.get(n) ^ 1L << random.nextInt(buffer.unit() * Byte.SIZE);
                    buffer.set(n, isText && other == 0 ? 1 : other);
                }
            }
            first = first == null ? buffer : first;
        }
    }

    /// Whether outputs are stored to a buffer: to those of `out` arguments, and where there is none, of `inout` ones.
    boolean isStored(Buffer buffer) {
        return buffer.isOut() || stream().noneMatch(Buffer::isOut);
    }

    /// The bits of an output that there is room for.
    long outputBits(int output) {
        int left = output;
        for (Buffer buffer : stream().toList()) {
            if (isStored(buffer)) {
                if (left < buffer.outputs()) {
                    return buffer.outputBits();
                }
                left -= buffer.outputs();
            }
        }
        return -1;
    }
}
