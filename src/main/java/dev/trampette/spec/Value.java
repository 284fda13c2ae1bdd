package dev.trampette.spec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// A value as C functions take it, or return it: one scalar, or several that are one. Where it goes is said by the
/// classes of its eight-byte parts (System V psABI 3.2.3, "Classification").
///
/// @param name its name
/// @param type as contracts have it: `u32`, `v256`, `struct(x:f64,y:f64)`
/// @param kind what it is
/// @param members the scalars, in order, each within eight bytes
/// @param bytes its size, padding at its end included
/// @param alignment what its address in memory is a multiple of, in bytes
public record Value(String name, String type, Kind kind, List<Member> members, int bytes, int alignment) {

    /// What a value is.
    public enum Kind {
        /// A number or a pointer.
        SCALAR,
        /// 128 bits of an integer, or a vector.
        WIDE,
        /// A structure.
        STRUCTURE
    }

    /// The class of an eight-byte part.
    public enum Part {
        /// In a general-purpose register.
        INTEGER,
        /// In a vector register, from bit 0.
        SSE,
        /// In the next 64 bits of the same vector register.
        SSEUP,
        /// On top of the x87 stack, the mantissa; of an argument in memory.
        X87,
        /// The rest of it.
        X87UP,
        /// In memory.
        MEMORY;

        private boolean isFloating() {
            return this == X87 || this == X87UP;
        }

        /// Of two in one part (psABI 3.2.3, step 4).
        private Part with(Part other) {
            return this == other ? this
                    : this == MEMORY || other == MEMORY ? MEMORY
                    : this == INTEGER || other == INTEGER ? INTEGER
                    : isFloating() || other.isFloating() ? MEMORY
                    : SSE;
        }
    }

    /// A scalar in a value, or the eight bytes of one that has more.
    ///
    /// @param argument the scalar, with the name that it has in the whole value
    /// @param offset where it begins, in bytes from the start of the value
    /// @param number of a scalar with more than eight bytes, which eight, from 0
    /// @param part the class that it has alone
    public record Member(Argument argument, int offset, int number, Part part) {

        private int bytes() {
            return argument.type() != Argument.Type.F80 ? argument.type().bytes() : number == 0 ? EIGHT : 2;
        }
    }

    private static final int EIGHT = 8;
    /// A structure that is larger goes to memory, but for a vector.
    private static final int MOST_PARTS = 8;
    private static final int MOST_IN_REGISTERS = 2;

    /// {@return a number or a pointer as a value; a `long double` has 16 bytes, in two members}
    ///
    /// @param argument the number or the pointer
    public static Value of(Argument argument) {
        if (argument.type() == Argument.Type.F80) {
            return new Value(argument.name(), argument.type().label(), Kind.SCALAR, List.of(
                    new Member(argument, 0, 0, Part.X87), new Member(argument, EIGHT, 1, Part.X87UP)), 16, 16);
        }
        Part part = argument.type().isFloating() ? Part.SSE : Part.INTEGER;
        int bytes = argument.type().bytes();
        return new Value(argument.name(), argument.type().label(), Kind.SCALAR,
                List.of(new Member(argument, 0, 0, part)), bytes, bytes);
    }

    /// {@return an integer of 128 bits: two members, the lower half first}
    ///
    /// @param name its name; the halves are called `name.0` and `name.1`
    /// @param type in contracts: `u128` or `i128`
    public static Value integer128(String name, String type) {
        return wide(name, type, 2, Part.INTEGER, Part.INTEGER);
    }

    /// {@return a vector: a member for each eight bytes, the lowest first}
    ///
    /// @param name its name; the members are called `name.0` and so on
    /// @param type in contracts: `v256`
    /// @param bytes its size: 16, 32 or 64
    public static Value vector(String name, String type, int bytes) {
        return wide(name, type, bytes / EIGHT, Part.SSE, Part.SSEUP);
    }

    private static Value wide(String name, String type, int parts, Part first, Part next) {
        return new Value(name, type, Kind.WIDE, IntStream.range(0, parts).mapToObj(n -> new Member(
                new Argument("%s.%d".formatted(name, n), Argument.Type.U64, 0), n * EIGHT, 0, n == 0 ? first : next))
                .toList(), parts * EIGHT, parts * EIGHT);
    }

    /// {@return a structure of values, each at the next address that is a multiple of its alignment}
    ///
    /// @param name its name
    /// @param type in contracts: `struct(x:f64,y:f64)`
    /// @param fields in order; the names of their scalars have that of the structure before them already
    public static Value structure(String name, String type, List<Value> fields) {
        List<Member> members = new ArrayList<>();
        int end = 0;
        int alignment = 1;
        for (Value field : fields) {
            int begin = up(end, field.alignment);
            field.members.forEach(one -> members.add(new Member(one.argument, begin + one.offset, one.number,
                    one.part)));
            end = begin + field.bytes;
            alignment = Math.max(alignment, field.alignment);
        }
        return new Value(name, type, Kind.STRUCTURE, List.copyOf(members), up(end, alignment), alignment);
    }

    /// {@return a structure of values without gaps} What is at no multiple of its alignment then makes that it goes to
    /// memory.
    ///
    /// @param name its name
    /// @param type in contracts: `packed(c:u8,n:u32)`
    /// @param fields in order; the names of their scalars have that of the structure before them already
    public static Value packed(String name, String type, List<Value> fields) {
        List<Member> members = new ArrayList<>();
        int end = 0;
        for (Value field : fields) {
            int begin = end;
            boolean isAligned = begin % field.alignment == 0;
            field.members.forEach(one -> members.addAll(isAligned
                    ? List.of(new Member(one.argument, begin + one.offset, one.number, one.part))
                    : pieces(one.argument.name(), begin + one.offset, one.bytes(), Part.MEMORY)));
            end = begin + field.bytes;
        }
        return new Value(name, type, Kind.STRUCTURE, List.copyOf(members), end, 1);
    }

    /// {@return a union of values} Its fields lie over each other, so it is any bits, in parts of the classes that all
    /// of them have together.
    ///
    /// @param name its name; the members are called after it
    /// @param type in contracts: `union(d:f64,n:u64)`
    /// @param fields in any order
    /// @throws IllegalArgumentException when it is a `long double` and nothing else
    public static Value union(String name, String type, List<Value> fields) {
        int alignment = fields.stream().mapToInt(Value::alignment).max().orElse(1);
        int bytes = up(fields.stream().mapToInt(Value::bytes).max().orElse(0), alignment);
        List<Member> all = fields.stream().flatMap(field -> field.members.stream()).toList();
        List<Member> members = new ArrayList<>();
        for (int n = 0; n < Math.ceilDiv(bytes, EIGHT); n++) {
            int at = n * EIGHT;
            List<Member> here = all.stream().filter(one -> one.offset / EIGHT == at / EIGHT).toList();
            Part part = here.stream().map(Member::part).reduce(Part::with).orElse(Part.SSE);
            if (part.isFloating()) {
                throw new IllegalArgumentException(name + ": a union of a long double alone is not known");
            }
            members.addAll(pieces(name, at, here.stream().mapToInt(one -> one.offset + one.bytes() - at).max()
                    .orElse(0), part));
        }
        return new Value(name, type, Kind.STRUCTURE, List.copyOf(members), bytes, alignment);
    }

    /// Bytes as integers that lie at multiples of their size.
    private static List<Member> pieces(String name, int from, int bytes, Part part) {
        List<Member> pieces = new ArrayList<>();
        int size;
        for (int at = from; at < from + bytes; at += size) {
            size = Math.min(Integer.lowestOneBit(at | EIGHT), Integer.highestOneBit(from + bytes - at));
            pieces.add(new Member(new Argument("%s.%d".formatted(name, at), Argument.Type.unsigned(size), 0), at, 0,
                    part));
        }
        return pieces;
    }

    private static int up(int bytes, int alignment) {
        return Math.ceilDiv(bytes, alignment) * alignment;
    }

    /// {@return the same with other scalars}
    ///
    /// @param arguments what becomes of each; the type of a scalar stays as it is
    public Value with(UnaryOperator<Argument> arguments) {
        return new Value(name, type, kind, members.stream().map(member -> new Member(
                arguments.apply(member.argument), member.offset, member.number, member.part)).toList(), bytes,
                alignment);
    }

    /// {@return the same with other names}
    ///
    /// @param names what becomes of the name, and of that of each scalar
    public Value named(UnaryOperator<String> names) {
        return new Value(names.apply(name), type, kind, members.stream().map(member -> new Member(
                member.argument.named(names.apply(member.argument.name())), member.offset, member.number,
                member.part)).toList(), bytes, alignment);
    }

    /// {@return how many eight-byte parts it has, the last of which may be filled in part}
    int words() {
        return Math.ceilDiv(bytes, EIGHT);
    }

    /// {@return the class of each eight-byte part; one alone, MEMORY, when it goes to memory}
    List<Part> parts() {
        List<Part> memory = List.of(Part.MEMORY);
        if (words() > MOST_PARTS) {
            return memory;
        }
        Part[] parts = new Part[words()];
        for (Member member : members) {
            int n = member.offset / EIGHT;
            parts[n] = parts[n] == null ? member.part : parts[n].with(member.part);
        }
        boolean isVector = parts[0] == Part.SSE
                && Arrays.stream(parts).skip(1).allMatch(part -> part == Part.SSEUP);
        boolean isTorn = IntStream.range(0, parts.length).anyMatch(n -> parts[n] == Part.X87UP
                && (n == 0 || parts[n - 1] != Part.X87));
        return isTorn || Arrays.asList(parts).contains(Part.MEMORY)
                || parts.length > MOST_IN_REGISTERS && !isVector ? memory : List.of(parts);
    }

    /// {@return how many of its parts are of a class}
    ///
    /// @param part the class
    int count(Part part) {
        return Collections.frequency(parts(), part);
    }

    /// {@return whether it is in memory as an argument, or as a result where that is not on the x87 stack}
    boolean isInMemory() {
        return parts().contains(Part.MEMORY);
    }

    /// {@return for each eight-byte part a mask of the bits that no member means}
    public List<Long> padding() {
        long[] meant = new long[words()];
        for (Member member : members) {
            meant[member.offset / EIGHT] |= significantBits(member.argument.type(), member.number)
                    << member.offset % EIGHT * Byte.SIZE;
        }
        return Arrays.stream(meant).mapToObj(bits -> ~bits).toList();
    }

    /// {@return the bits that count of a scalar, as a mask}
    ///
    /// @param type of the scalar
    /// @param number of one that has more than eight bytes, which eight, from 0
    public static long significantBits(Argument.Type type, int number) {
        return type == Argument.Type.F80 && number == 1 ? 0xffff : type.significantBits();
    }

    /// As contracts have it.
    @Override
    public String toString() {
        return kind == Kind.SCALAR ? members.getFirst().argument.toString() : name + ":" + type;
    }
}
