package dev.trampette.abi.learn;

import dev.trampette.call.WrapperCrash;
import dev.trampette.shim.Bridge;
import dev.trampette.spec.Gpr;
import java.util.List;
import java.util.Optional;

/// What one call of an unknown routine showed.
///
/// @param arguments the values of the arguments
/// @param memory what each argument pointed to before the call; empty for a number
/// @param written what it pointed to after it
/// @param executions the instructions that were executed, the first sixteen
/// @param after the registers after the call, by [Gpr]
/// @param reports calls of error handlers
/// @param crash why it did not return
record Shown(long[] arguments, long[][] memory, long[][] written, List<Executed> executions, long[] after, int reports,
        Optional<WrapperCrash> crash) {

    /// An instruction, and the registers at it.
    record Executed(Bridge.Execution what, long[] registers) {

        long get(Gpr register) {
            return registers[register.ordinal()];
        }
    }

    long after(Gpr register) {
        return after[register.ordinal()];
    }

    boolean returned() {
        return crash.isEmpty();
    }

    boolean isCrash(WrapperCrash.Kind kind) {
        return crash.filter(crashed -> crashed.kind() == kind).isPresent();
    }
}
