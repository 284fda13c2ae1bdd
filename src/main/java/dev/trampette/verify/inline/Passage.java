package dev.trampette.verify.inline;

import dev.trampette.call.WrapperCrash;
import dev.trampette.probe.AsideExecution;
import dev.trampette.shim.Bridge;
import dev.trampette.spec.Gpr;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a statement has left where it ended.
///
/// @param way which of its ends; 0 is the one behind it
/// @param moved RSP less what it was
/// @param variables what is in each section of variables
/// @param stack the words around RSP, as in the setting
/// @param executions of instructions of ours
/// @param crash why it did not end; all but this is void then
record Passage(long[] registers, long rflags, int way, long moved, long[] vectors, long[] masks,
        int mxcsr, int x87Control, int x87Tag, Map<Integer, byte[]> buffers, Map<Long, byte[]> variables, long[] stack,
        List<Executed> executions, List<AsideExecution> asides, Optional<WrapperCrash> crash) {

    /// An execution of an instruction of ours.
    ///
    /// @param what which
    /// @param registers at it
    /// @param operands its operands, as far as they are ones
    /// @param isSystemCall whether it stands for SYSCALL
    record Executed(Bridge.Execution what, long[] registers, Map<String, Long> operands, boolean isSystemCall) {

        /// What a person calls it.
        String name() {
            return isSystemCall ? "SYSCALL" : what.instruction().toString();
        }

        long get(Gpr register) {
            return registers[register.ordinal()];
        }
    }

    long get(Gpr register) {
        return registers[register.ordinal()];
    }

    boolean isCrash() {
        return crash.isPresent();
    }
}
