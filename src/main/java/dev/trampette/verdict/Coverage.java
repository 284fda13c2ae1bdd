package dev.trampette.verdict;

import java.util.List;

/// How much of a routine was executed in calls that were recorded step by step. `SOUNDNESS.md` says what it means.
///
/// @param instructions of the routine's own symbol, without padding
/// @param executed how many of them were, at least once
/// @param missed what was not: `foo+0x31 to foo+0x37`, and `je at foo+0x2c never falls through`
public record Coverage(int instructions, int executed, List<String> missed) {

    /// {@return whether every instruction was executed, and every conditional branch went both ways}
    public boolean isComplete() {
        return missed.isEmpty();
    }

    /// `31 of 33 instructions executed; not reached: foo+0x31 to foo+0x37`.
    @Override
    public String toString() {
        return "%d of %d instructions executed%s".formatted(executed, instructions,
                isComplete() ? ", each branch both ways" : "; not reached: " + String.join(", ", missed));
    }
}
