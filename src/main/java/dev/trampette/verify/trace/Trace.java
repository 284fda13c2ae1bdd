package dev.trampette.verify.trace;

import dev.trampette.verdict.Coverage;
import java.util.List;
import java.util.Optional;

/// One call of a routine, instruction by instruction.
///
/// @param name the routine
/// @param outcome what its instruction answered
/// @param seed where the random values started
/// @param steps what was executed, in order
/// @param end how it ended, when it did not return
/// @param missed how many more steps there were
/// @param counts the totals
/// @param coverage how much of the routine the one call has reached; empty where nobody knows what belongs to it
public record Trace(String name, String outcome, long seed, List<Step> steps, Optional<String> end, long missed,
        Counts counts, Optional<Coverage> coverage) {

    /// One executed machine instruction.
    ///
    /// @param at its place, as `symbol+0x1f`
    /// @param text what it is, in Intel syntax
    /// @param changes what is another value behind it
    /// @param registers when it is an instruction of ours, all that is in the registers at it; else empty
    public record Step(String at, String text, List<Change> changes, List<AtInstruction> registers) {

        /// The same, with what is known later of a change.
        Step withOrigin(String register, String origin) {
            return new Step(at, text, changes.stream().map(change -> change.register().equals(register)
                    ? new Change(register, change.value(), origin) : change).toList(), registers);
        }
    }

    /// A register, or RFLAGS, that has another value.
    ///
    /// @param register its name
    /// @param value the new one
    /// @param origin where the value is from, or an empty text
    public record Change(String register, long value, String origin) {
    }

    /// A register at an instruction of ours.
    ///
    /// @param register its name
    /// @param value what is in it
    /// @param origin where the value is from, or an empty text
    /// @param isExposed whether the other side sees it, and may write it
    public record AtInstruction(String register, long value, String origin, boolean isExposed) {
    }

    /// What no host and no run changes.
    ///
    /// @param instructions executed; an iteration of a REP prefix counts as one
    /// @param loads memory operands that were read, the stack's among them
    /// @param stores memory operands that were written, the stack's among them
    /// @param branches taken: jumps, calls, returns
    /// @param stackBytes the deepest stack, from the return address on
    public record Counts(long instructions, long loads, long stores, long branches, long stackBytes) {
    }
}
