package dev.trampette.abi;

import dev.trampette.call.WrapperCrash;
import java.util.List;

/// What a routine promises beyond its convention, for one kind of instruction.
///
/// @param <T> what the instruction can answer
interface Check<T> {

    /// The answers that are tried, in every round.
    List<T> outcomes();

    /// The name of an answer in findings.
    String name(T outcome);

    /// Write the script for a new case.
    void script(T outcome);

    /// How often the instruction is executed before the call comes back: -1 when nobody knows, 0 when it does not.
    int executions(T outcome);

    /// Look at a call that came back.
    ///
    /// @param seen where the declared values go
    void look(T outcome, Case c, Observation seen);

    /// What the instruction wrote, for findings.
    void addTo(Origins origins);

    /// Look at a call that did not come back.
    void crashed(T outcome, Case c, WrapperCrash crash);
}
