package dev.trampette.inline;

import java.util.List;

/// An asm statement of a source.
///
/// @param file as the compiler names it
/// @param line where it is; of a macro, where that is used
/// @param template its text
/// @param constraints of all operands, outputs first
/// @param isVolatile whether the compiler must keep it as it is; without outputs it always does
/// @param isBasic whether it has no operands at all, not even a colon
public record Statement(String file, int line, String template, List<String> constraints, boolean isVolatile,
        boolean isBasic) {

    /// `foo.c:41`.
    public String place() {
        return file + ":" + line;
    }
}
