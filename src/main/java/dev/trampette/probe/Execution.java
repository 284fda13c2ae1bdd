package dev.trampette.probe;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.contract.Step;
import dev.trampette.shim.Bridge;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Gpr;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a [Script] found at one execution of the instruction.
public final class Execution {

    private static final long IS_THERE = Script.RECORD.byteOffset(groupElement("is_there"));
    private static final long OPERAND = Script.RECORD.byteOffset(groupElement("operand"));

    private final MemorySegment execution;
    private final Registers registers;

    Execution(MemorySegment execution) {
        this.execution = execution;
        this.registers = new Registers(execution.address(), execution);
    }

    /// The registers at the instruction.
    public Registers registers() {
        return registers;
    }

    /// Whether the operand was a register, or in memory that is allowed.
    public boolean isThere() {
        return execution.get(JAVA_LONG, IS_THERE) != 0;
    }

    /// The values of the operands, by the names that [Step#names] has; what is in memory that is not there has none.
    ///
    /// @param what was executed
    public Map<String, Long> operands(Bridge.Execution what) {
        Map<String, Long> operands = new LinkedHashMap<>();
        List<String> names = Step.names(what.instruction());
        switch (what.instruction()) {
            case TDCALL, SEAMCALL -> {
                for (Gpr register : Gpr.values()) {
                    if (register != Gpr.RSP) {
                        operands.put(register.toString(), registers.get(register));
                    }
                }
            }
            case VMPTRST -> { }
            default -> {
                if (what.instruction().isWithRegister()) {
                    operands.put(names.getFirst(), registers.get(what.register()));
                }
                int first = operands.size();
                for (int n = first; n < names.size() && isThere(); n++) {
                    operands.put(names.get(n), operand(n - first));
                }
            }
        }
        return operands;
    }

    /// The operand in ModRM.rm: a register, or 8 bytes of memory; word 1 is the second half of a descriptor.
    public long operand(int word) {
        return execution.get(JAVA_LONG, OPERAND + word * 8L);
    }
}
