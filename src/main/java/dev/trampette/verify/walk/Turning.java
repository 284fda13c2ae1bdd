package dev.trampette.verify.walk;

import dev.trampette.crossing.ReadableMemory;
import dev.trampette.decode.MemoryOperand;
import dev.trampette.decode.Operand;
import dev.trampette.decode.Operation;
import dev.trampette.decode.Rflags;
import dev.trampette.probe.Recording;
import dev.trampette.spec.Gpr;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongFunction;

/// What would turn a conditional branch of a recorded call: the operands of the instruction that has set its flags, and
/// what they should have been.
final class Turning {

    /// How far back an instruction is looked for.
    private static final int BACK = 48;
    /// The most entries of a table of addresses.
    private static final int TABLE = 256;

    private final List<Recording.Step> steps;
    private final LongFunction<Optional<Operation>> own;

    /// A value that should have been another one.
    ///
    /// @param actual what it was
    /// @param bytes how many count
    /// @param word the 8 bytes of memory that it was loaded from
    /// @param shift where it lies in the word: bits
    /// @param wanted what it should have been, the likeliest first
    record Wish(long actual, int bytes, OptionalLong word, int shift, Set<Long> wanted) {
    }

    /// The value of an operand, and where in memory it was.
    private record Seen(long value, int bytes, OptionalLong address) {
    }

    /// @param steps of the call
    /// @param own the instruction at an address, when it is the routine's
    Turning(List<Recording.Step> steps, LongFunction<Optional<Operation>> own) {
        this.steps = steps;
        this.own = own;
    }

    /// What should have been otherwise for a branch to go the other way.
    ///
    /// @param step the number of its step
    /// @param isTable whether a table of addresses comes behind it: then all that is below the limit is wanted
    List<Wish> wishes(int step, boolean isTable) {
        Operation branch = own.apply(steps.get(step).rip()).orElseThrow();
        if (branch.flagsRead() == 0) {
            return List.of(wish(seen(new Operand.Register(Gpr.RCX, Long.BYTES, false), step, branch),
                    new LinkedHashSet<>(List.of(0L, 1L, 2L))));
        }
        for (int n = step - 1; n >= 0 && n > step - BACK; n--) {
            Optional<Operation> setter = own.apply(steps.get(n).rip());
            if (setter.isPresent() && (setter.get().flagsWritten() & branch.flagsRead()) != 0) {
                return wishes(n, setter.get(), branch.flagsRead() != Rflags.ZF, isTable);
            }
        }
        return List.of();
    }

    private List<Wish> wishes(int step, Operation setter, boolean isOrdered, boolean isTable) {
        List<Operand> operands = setter.operands();
        if (operands.isEmpty() || operands.stream().anyMatch(Operand.Other.class::isInstance)) {
            return List.of();
        }
        boolean isSame = operands.size() == 2 && operands.get(0).equals(operands.get(1));
        Seen first = seen(operands.getFirst(), step, setter);
        Seen second = operands.size() > 1 ? seen(operands.get(1), step, setter) : new Seen(0, 0, OptionalLong.empty());
        if (first == null || second == null) {
            return List.of();
        }
        long a = first.value();
        long b = second.value();
        List<Wish> wishes = new ArrayList<>();
        switch (setter.mnemonic()) {
            case "cmp", "sub", "xor", "cmpxchg" -> {
                wishes.add(wish(first, near(b, first.bytes(), isOrdered)));
                if (!(operands.get(1) instanceof Operand.Immediate)) {
                    wishes.add(wish(second, near(a, first.bytes(), isOrdered)));
                } else if (isTable && b >= 0 && b < TABLE) {
                    Set<Long> all = new LinkedHashSet<>();
                    for (long entry = 0; entry <= b; entry++) {
                        all.add(entry);
                    }
                    wishes.add(wish(first, all));
                }
            }
            case "test", "and" -> {
                wishes.add(wish(first, isSame ? near(0, first.bytes(), isOrdered)
                        : new LinkedHashSet<>(List.of(a & ~b, a | b, a ^ b & -b, 0L, b))));
                if (!isSame && !(operands.get(1) instanceof Operand.Immediate)) {
                    wishes.add(wish(second, new LinkedHashSet<>(List.of(b & ~a, a | b))));
                }
            }
            case "or" -> wishes.add(wish(first, near(0, first.bytes(), isOrdered)));
            case "bt", "bts", "btr", "btc" -> wishes.add(wish(first, Set.of(a ^ 1L << (b & first.bytes() * 8L - 1))));
            case "add" -> wishes.add(wish(first, near(-b, first.bytes(), isOrdered)));
            case "dec" -> wishes.add(wish(first, near(1, first.bytes(), isOrdered)));
            case "inc" -> wishes.add(wish(first, near(-1, first.bytes(), isOrdered)));
            case "neg" -> wishes.add(wish(first, near(0, first.bytes(), isOrdered)));
            default -> { }
        }
        return wishes;
    }

    /// A value, and what is beside it where the order counts.
    private static Set<Long> near(long value, int bytes, boolean isOrdered) {
        return new LinkedHashSet<>(isOrdered ? List.of(value, value - 1, value + 1,
                value ^ 1L << bytes * Byte.SIZE - 1) : List.of(value));
    }

    private Wish wish(Seen seen, Set<Long> wanted) {
        if (seen.address().isEmpty()) {
            return new Wish(seen.value(), seen.bytes(), OptionalLong.empty(), 0, wanted);
        }
        long address = seen.address().getAsLong();
        return new Wish(seen.value(), seen.bytes(), ReadableMemory.word(address & -Long.BYTES),
                (int) (address & Long.BYTES - 1) * Byte.SIZE, wanted);
    }

    /// What an operand was, and the memory that it was loaded from, perhaps some instructions before.
    private Seen seen(Operand operand, int step, Operation it) {
        return switch (operand) {
            case Operand.Immediate(long value) -> new Seen(value, Long.BYTES, OptionalLong.empty());
            case Operand.Register register -> new Seen(register.value(steps.get(step).get(register.register())),
                    register.bytes(), register.isHigh() ? OptionalLong.empty() : loaded(register.register(), step));
            case Operand.Memory(MemoryOperand place) when place.segment().isEmpty() && place.bytes() > 0
                    && place.bytes() <= Long.BYTES -> read(place.address(steps.get(step)::get, it.next()),
                            place.bytes());
            default -> null;
        };
    }

    /// Memory as it is after the call: it may have been written since.
    private static Seen read(long address, int bytes) {
        ByteBuffer there = ReadableMemory.bytes(address, bytes);
        if (there.remaining() < bytes) {
            return null;
        }
        long value = 0;
        for (int n = bytes - 1; n >= 0; n--) {
            value = value << Byte.SIZE | there.get(n) & 0xff;
        }
        return new Seen(value, bytes, OptionalLong.of(address));
    }

    /// Where a register was loaded from, as long as it was only moved since.
    private OptionalLong loaded(Gpr register, int step) {
        Gpr wanted = register;
        for (int n = step - 1; n >= 0 && n > step - BACK; n--) {
            Optional<Operation> it = own.apply(steps.get(n).rip()).filter(one -> one.kind() == Operation.Kind.OTHER);
            if (it.isEmpty() || !it.get().writes().contains(wanted)) {
                continue;
            }
            List<Operand> operands = it.get().operands();
            if (!it.get().mnemonic().startsWith("mov") || operands.size() != 2) {
                return OptionalLong.empty();
            }
            switch (operands.get(1)) {
                case Operand.Memory(MemoryOperand place) when place.segment().isEmpty() -> {
                    return OptionalLong.of(place.address(steps.get(n)::get, it.get().next()));
                }
                case Operand.Register from -> wanted = from.register();
                default -> {
                    return OptionalLong.empty();
                }
            }
        }
        return OptionalLong.empty();
    }
}
