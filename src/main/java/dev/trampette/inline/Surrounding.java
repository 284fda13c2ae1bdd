package dev.trampette.inline;

import dev.trampette.spec.Gpr;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// What the function around an instance says of the place where it is.
///
/// @param constants registers that hold a constant there
/// @param redZone how many bytes below RSP the function uses
/// @param framePointer how far RBP is above RSP, when RBP is the frame pointer
/// @param alignment RSP modulo 16, when it is known
public record Surrounding(Map<Gpr, Long> constants, int redZone, OptionalLong framePointer, OptionalInt alignment) {
}
