package dev.trampette.contract;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Located;
import dev.trampette.spec.Place;
import dev.trampette.spec.Value;

/// A scalar that a routine is given, or gives: what it is, and where. A structure is several of them, and so is a
/// number of more than 64 bits.
///
/// @param argument its name, type and values
/// @param place the register, the 64 bits of a vector or the word of the stack where it is
/// @param shift the bit of the place at which it begins, 0 to 63
/// @param number of a scalar with more than 64 bits, which 64: 0 is the lowest; else 0
/// @param isExtended whether it is an integer of less than 32 bits that its caller extends to 32
public record Parameter(Argument argument, Place place, int shift, int number, boolean isExtended) {

    private static final long EXTENDED = 0xffffffffL;

    /// @param isExtended whether narrow integers are extended to 32 bits
    static Parameter of(Located located, boolean isExtended) {
        Value.Member member = located.member();
        boolean isNarrow = member.argument().type().isInteger() && member.argument().type().bytes() < Integer.BYTES;
        return new Parameter(member.argument(), located.place(), located.shift(), member.number(),
                isExtended && isNarrow);
    }

    /// {@return the name of its argument}
    public String name() {
        return argument.name();
    }

    /// {@return what is passed}
    public Argument.Type type() {
        return argument.type();
    }

    /// {@return whether it is the address of memory}
    public boolean isPointer() {
        return argument.isPointer();
    }

    /// {@return the bits of the value that count, from bit 0 on}
    public long significantBits() {
        return Value.significantBits(argument.type(), number);
    }

    /// {@return the bits of the place that it means, from bit `shift` on; other bits there may be anything}
    public long mask() {
        return (isExtended ? EXTENDED : significantBits()) << shift;
    }

    /// Put a value where it goes in the place.
    ///
    /// @param value only its significant bits count
    /// @return the 64 bits of the place; those outside of [#mask] are 0
    public long placed(long value) {
        int unused = Long.SIZE - Long.bitCount(significantBits());
        long whole = isExtended && argument.type().isSigned() ? value << unused >> unused : value & significantBits();
        return whole << shift & mask();
    }

    /// Take the value out of the place.
    ///
    /// @param word the 64 bits of the place
    /// @return its significant bits, without an extension by the sign
    public long taken(long word) {
        return word >>> shift & significantBits();
    }
}
