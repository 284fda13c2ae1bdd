package dev.trampette.tdx;

import dev.trampette.spec.GhciStatus;

/// How the conversion of a range of pages ended.
public sealed interface MapGpa {

    /// The whole range has the new attribute.
    ///
    /// @param calls how many hypercalls it took
    record Mapped(int calls) implements MapGpa {
    }

    /// The VMM refused; pages before the failing one may have been converted.
    ///
    /// @param status what it said
    /// @param failingGpa where it stopped, as it said in R11
    record Refused(GhciStatus status, long failingGpa) implements MapGpa {
    }

    /// The VMM answered RETRY with an address that is no page ahead inside the range, or three times with the same one.
    /// To go on could be an endless loop, or a conversion of pages that nobody asked for.
    ///
    /// @param gpa the address in R11
    record NoProgress(long gpa) implements MapGpa {
    }
}
