package dev.trampette.verify.walk;

import dev.trampette.decode.Operation;
import dev.trampette.decode.Ours;
import dev.trampette.decode.Rflags;
import dev.trampette.spec.Instruction;
import dev.trampette.verdict.Rule;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// Flags that say whether an instruction has succeeded are read before they are overwritten, or the routine returns:
/// CF and ZF of VMX instructions (SDM volume 3C, "Conventions"), CF of SEAMCALL, RDRAND and RDSEED. One of them is
/// enough: which of them matters, others look at.
public final class StatusRule implements Looker {

    /// VMXOFF and VMPTRST fail only with an exception, in practice; and who comes behind a VM entry knows that it has
    /// failed.
    private static final Set<Instruction> VMX = Set.of(Instruction.VMREAD, Instruction.VMWRITE, Instruction.VMCLEAR,
            Instruction.VMPTRLD, Instruction.VMXON, Instruction.INVEPT, Instruction.INVVPID);
    private static final Set<String> ENTRIES = Set.of("vmlaunch", "vmresume");

    /// The field of the VMCS with the number of the error (SDM volume 3D, appendix B.4.2).
    private static final long VM_INSTRUCTION_ERROR = 0x4400;

    @Override
    public void look(Walk walk) {
        for (int n = 0; n < walk.executed(); n++) {
            Optional<Operation> operation = walk.operation(n);
            long status = operation.map(StatusRule::status).orElse(0L);
            if (status != 0 && !isErrorRead(walk, n, operation.orElseThrow())
                    && !isEntered(walk, n, operation.orElseThrow()) && isBehind(walk, n, operation.orElseThrow())
                    && isLost(walk, walk.nextOwn(n), status)) {
                walk.c().broken(Rule.STATUS_UNREAD, "nobody reads %s".formatted(status == Rflags.CF ? "cf"
                        : "cf and zf"), walk.instruction(n));
            }
        }
    }

    /// Whether it goes on behind the instruction: there was no fault.
    private static boolean isBehind(Walk walk, int n, Operation operation) {
        int next = walk.nextOwn(n);
        return next < walk.executed() && walk.steps().get(next).rip() == operation.next();
    }

    /// Behind VMfailValid a VMCS is current, and has the number of the error: to read that cannot fail.
    private static boolean isErrorRead(Walk walk, int n, Operation operation) {
        return operation.mnemonic().equals("vmread") && operation.reads().stream().anyMatch(register ->
                operation.text().endsWith(" " + register)
                        && walk.steps().get(n).get(register) == VM_INSTRUCTION_ERROR);
    }

    /// A VMCS that cannot be written cannot be entered either, and that is told.
    private static boolean isEntered(Walk walk, int from, Operation operation) {
        return operation.mnemonic().equals("vmwrite") && IntStream.range(from, walk.executed())
                .mapToObj(walk::operation).flatMap(Optional::stream).map(Operation::mnemonic)
                .anyMatch(ENTRIES::contains);
    }

    private static long status(Operation operation) {
        if (operation.mnemonic().equals("rdrand") || operation.mnemonic().equals("rdseed")) {
            return Rflags.CF;
        }
        return Ours.of(operation.mnemonic()).map(one -> VMX.contains(one) ? Rflags.CF | Rflags.ZF
                : one == Instruction.SEAMCALL ? Rflags.CF : 0).orElse(0L);
    }

    /// From a step on, until something reads one of the flags, or all are gone. A function that is called may be one
    /// that takes them.
    private static boolean isLost(Walk walk, int from, long status) {
        long left = status;
        for (int n = from; n < walk.executed(); n++) {
            Optional<Operation> operation = walk.operation(n);
            if (operation.isEmpty() || (operation.get().flagsRead() & left) != 0) {
                return false;
            }
            left &= ~operation.get().flagsWritten();
            if (left == 0) {
                return true;
            }
        }
        return walk.isWhole() && walk.trial().contract().signature().convention().isC();
    }
}
