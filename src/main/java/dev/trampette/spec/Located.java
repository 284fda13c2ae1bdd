package dev.trampette.spec;

/// A scalar of a value, and where it is.
///
/// @param member the scalar, or eight bytes of it
/// @param place the 64 bits that it is in
/// @param shift the bit there at which it begins
public record Located(Value.Member member, Place place, int shift) {
}
