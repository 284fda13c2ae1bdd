package dev.trampette.contract;

import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Source;
import dev.trampette.spec.Stored;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// What a routine does with its instruction: what is where at it, and what becomes of the answer.
///
/// @param instruction which it executes
/// @param leaf the specification's name of the leaf, or empty
/// @param inputs where the value of each register at the instruction is from
/// @param outputs the registers whose values go to the `out` parameter, in this order
/// @param stored the status on which the outputs are stored
/// @param inputsWhenUnreached whether the outputs are the inputs where SEAMCALL does not reach the module
/// @param carry whether CF says after the call that the module was not reached
/// @param retry how often the call is made again, and on which status
/// @param fields the VMCS fields that a sequence of VMREADs reads, in order; none for a single VMREAD of its argument
public record Effect(
        Instruction instruction,
        String leaf,
        Map<Gpr, Source> inputs,
        List<Gpr> outputs,
        Stored stored,
        boolean inputsWhenUnreached,
        boolean carry,
        Optional<Retry> retry,
        List<Long> fields) {

    /// Nothing of it changes.
    public Effect {
        inputs = Collections.unmodifiableMap(inputs);
    }

    /// A call that is made again.
    ///
    /// @param status on this status
    /// @param most so often in all
    public record Retry(long status, int most) {
    }

    /// The number of the leaf: in R11, or leaf and version in RAX; empty for what has no leaf.
    public OptionalLong number() {
        Source source = inputs.getOrDefault(Gpr.RAX, inputs.get(Gpr.R11));
        return source instanceof Source.Constant(long value) && !leaf.isEmpty() ? OptionalLong.of(value)
                : OptionalLong.empty();
    }
}
