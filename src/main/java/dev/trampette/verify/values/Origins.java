package dev.trampette.verify.values;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Where values are from. Every register, every word of memory and every answer of a case has a random value of its
/// own, so a value that turns up somewhere else can be named: also complemented, cut, shifted or swapped.
public final class Origins {

    /// Values below this are not recognised: there are too few of them.
    public static final long SMALL = 0x10000;
    /// How far from an address something still counts as near it.
    private static final long NEAR = 4096;

    private record Known(String name, long value, boolean redZone) {
    }

    private record Area(String name, long begin, long end) {
    }

    private record Change(String name, LongUnaryOperator change) {
    }

    private static final List<Change> CHANGES = List.of(
            new Change("", value -> value),
            new Change(", complemented", value -> ~value),
            new Change(", low 32 bits", value -> value & 0xffffffffL),
            new Change(", low 32 bits sign-extended", value -> (int) value),
            new Change(", high half", value -> value >>> 32),
            new Change(", low half shifted up", value -> value << 32),
            new Change(", halves exchanged", value -> Long.rotateLeft(value, 32)),
            new Change(", bytes reversed", Long::reverseBytes));

    /// The bits of RFLAGS that are 0 in user space, and IF and bit 1, which are 1 (SDM volume 1, "EFLAGS Register").
    private static final long FLAGS_CLEAR = 0xffffffffffc00000L | 0x8028L;
    private static final long FLAGS_SET = 0x202;

    private final List<Known> known = new ArrayList<>();
    private final List<Known> addresses = new ArrayList<>();
    private final List<Area> areas = new ArrayList<>();

    /// A value that is the case's own.
    public void add(String name, long value) {
        known.add(new Known(name, value, false));
    }

    /// A value that was put below RSP.
    public void addRedZone(String name, long value) {
        known.add(new Known(name, value, true));
    }

    /// An address: values near it are named by their distance.
    public void addAddress(String name, long value) {
        addresses.add(new Known(name, value, false));
    }

    /// A part of memory: addresses in it are named by their offset.
    public void addArea(String name, long begin, long size) {
        areas.add(new Area(name, begin, begin + size));
    }

    /// What a value is, or an empty text.
    public String of(long value) {
        for (Change change : CHANGES) {
            for (Known candidate : known) {
                if (matches(change, candidate, value)) {
                    return candidate.name + change.name;
                }
            }
        }
        for (Known address : addresses) {
            long distance = value - address.value;
            if (Math.abs(distance) < NEAR) {
                return distance == 0 ? address.name
                        : "%s %s %d".formatted(address.name, distance < 0 ? "-" : "+", Math.abs(distance));
            }
        }
        for (Area area : areas) {
            if (Long.compareUnsigned(value, area.begin) >= 0 && Long.compareUnsigned(value, area.end) < 0) {
                return "%s + 0x%x".formatted(area.name, value - area.begin);
            }
        }
        return isFlags(value) ? flags(value) : "";
    }

    /// The part of memory that an address is in, or near: `the stack`. It is none of the values of the case.
    public Optional<String> area(long value) {
        if (known.stream().anyMatch(one -> one.value == value)) {
            return Optional.empty();
        }
        return areas.stream().filter(area -> Long.compareUnsigned(value, area.begin) >= 0
                && Long.compareUnsigned(value, area.end) < 0).map(Area::name).findFirst()
                .or(() -> addresses.stream().filter(address -> Math.abs(value - address.value) < NEAR)
                        .map(Known::name).findFirst());
    }

    /// Whether it looks like RFLAGS as PUSHFQ stores it: one random number in 2^45 does.
    private static boolean isFlags(long value) {
        return (value & (FLAGS_CLEAR | FLAGS_SET)) == FLAGS_SET;
    }

    private static String flags(long value) {
        String set = Stream.of(Flag.values()).filter(flag -> (value & flag.bit()) != 0).map(Flag::name)
                .collect(Collectors.joining(" "));
        return set.isEmpty() ? "RFLAGS" : "RFLAGS: " + set;
    }

    /// Whether a value was taken from below RSP.
    public boolean isRedZone(long value) {
        return known.stream().anyMatch(candidate -> candidate.redZone
                && CHANGES.stream().anyMatch(change -> matches(change, candidate, value)));
    }

    private static boolean matches(Change change, Known candidate, long value) {
        return Long.compareUnsigned(value, SMALL) >= 0 && change.change.applyAsLong(candidate.value) == value;
    }
}
