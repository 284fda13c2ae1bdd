package dev.trampette.inline;

import java.util.OptionalInt;
import java.util.OptionalLong;

/// What the function around an instance says of the place where it is.
///
/// @param values what is known of the registers there
/// @param redZone how many bytes below RSP the function uses
/// @param framePointer how far RBP is above RSP, when RBP is the frame pointer
/// @param alignment RSP modulo 16, when it is known
public record Surrounding(KnownValues values, int redZone, OptionalLong framePointer, OptionalInt alignment) {
}
