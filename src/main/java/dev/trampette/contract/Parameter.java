package dev.trampette.contract;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Located;
import dev.trampette.spec.Place;
import dev.trampette.spec.Value;

/// A scalar that a routine is given, or gives: what it is, and where. A structure is several of them, and so is a
/// number of more than 64 bits.
///
/// @param argument its name, type and values
/// @param place where it is
/// @param shift the bit of the place at which it begins
/// @param number of a scalar with more than 64 bits, which 64
/// @param isExtended whether a narrow integer is extended to 32 bits
public record Parameter(Argument argument, Place place, int shift, int number, boolean isExtended) {

    private static final long EXTENDED = 0xffffffffL;

    /// @param isExtended whether narrow integers are extended to 32 bits
    static Parameter of(Located located, boolean isExtended) {
        Value.Member member = located.member();
        boolean isNarrow = member.argument().type().isInteger() && member.argument().type().bytes() < Integer.BYTES;
        return new Parameter(member.argument(), located.place(), located.shift(), member.number(),
                isExtended && isNarrow);
    }

    /// The name.
    public String name() {
        return argument.name();
    }

    /// What is passed.
    public Argument.Type type() {
        return argument.type();
    }

    /// Whether it is a pointer.
    public boolean isPointer() {
        return argument.isPointer();
    }

    /// The bits of the value that count.
    public long significantBits() {
        return Value.significantBits(argument.type(), number);
    }

    /// The bits of the place that it means.
    public long mask() {
        return (isExtended ? EXTENDED : significantBits()) << shift;
    }

    /// What stands in the place for a value.
    public long placed(long value) {
        int unused = Long.SIZE - Long.bitCount(significantBits());
        long whole = isExtended && argument.type().isSigned() ? value << unused >> unused : value & significantBits();
        return whole << shift & mask();
    }

    /// The value that stands in the place.
    public long taken(long word) {
        return word >>> shift & significantBits();
    }
}
