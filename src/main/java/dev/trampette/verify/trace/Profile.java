package dev.trampette.verify.trace;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a routine does in cases that another routine can be given too, as far as it can be seen from outside.
///
/// @param name the routine
/// @param scenes each outcome in each case
/// @param counts of each outcome, what one call executes
/// @param routines the routines that its instructions are of, its own the first
/// @param obstacle why nobody can call it where nothing answers for what it needs, a sentence without its name
public record Profile(String name, List<Scene> scenes, Map<String, Trace.Counts> counts, List<String> routines,
        Optional<String> obstacle) {

    /// One call.
    ///
    /// @param outcome what the instruction answered
    /// @param number of the case
    /// @param seen what was seen, in order
    public record Scene(String outcome, int number, List<Seen> seen) {
    }

    /// What was where.
    ///
    /// @param place a register at the instruction, the result, a word of memory
    /// @param kind what sort of place that is
    /// @param isNamed whether the contract says something of it
    /// @param value what was there; of an address what it is the address of
    /// @param origin where that is from, or an empty text
    public record Seen(String place, Kind kind, boolean isNamed, String value, String origin) {
    }

    /// What is looked at.
    public enum Kind {
        /// What reaches the instruction, or a function outside.
        REACHES,
        /// What a VMM sees in a register: of two routines, when both let it. Which they are says the mask.
        EXPOSED,
        /// How the call ends.
        ENDS,
        /// What is returned.
        RETURNED,
        /// What is stored. A word that is not there is as it was.
        STORED
    }
}
