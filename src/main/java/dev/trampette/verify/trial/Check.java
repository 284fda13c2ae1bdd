package dev.trampette.verify.trial;

import dev.trampette.call.WrapperCrash;
import dev.trampette.verdict.Rule;
import dev.trampette.verify.values.Origins;
import java.util.List;
import java.util.Optional;

/// What a routine promises beyond its convention, for one kind of instruction.
///
/// @param <T> what the instruction can answer
public interface Check<T> {

    /// The answers that are tried, in every round.
    List<T> outcomes();

    /// The name of an answer in findings.
    default String name(T outcome) {
        return outcome.toString();
    }

    /// Write the script for a new case.
    default void script(T outcome) {
    }

    /// Write other values into what the answers of the case write and nobody may keep.
    ///
    /// @return whether there are any
    default boolean isScrambled(T outcome) {
        return false;
    }

    /// How often the instruction is executed before the call comes back: -1 when nobody knows, 0 when it does not.
    default int executions(T outcome) {
        return -1;
    }

    /// Look at a call that came back.
    ///
    /// @param seen where the declared values go
    void look(T outcome, Case c, Observation seen);

    /// Whether the call may end in a function that does not return.
    default boolean mayEnd(T outcome) {
        return true;
    }

    /// Look at a call that did so.
    default void ended(T outcome, Case c, Observation seen) {
    }

    /// Look at a call that did not come back.
    default void crashed(T outcome, Case c, WrapperCrash crash) {
        c.crashed(crash, false);
    }

    /// Whether the caller cannot see that an instruction failed.
    ///
    /// @param call makes a call as the script is, and looks at it
    /// @return the rule that this breaks
    default Optional<Rule> unnoticed(T outcome, Runnable call) {
        return Optional.empty();
    }

    /// What the instruction wrote, for findings.
    default void addTo(Origins origins) {
    }
}
