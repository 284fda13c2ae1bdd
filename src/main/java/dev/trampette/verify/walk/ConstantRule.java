package dev.trampette.verify.walk;

import dev.trampette.decode.MemoryOperand;
import dev.trampette.decode.Operation;
import dev.trampette.verdict.Rule;
import java.util.Optional;

/// What is only read may lie in memory that cannot be written, and others may read it meanwhile: so it is not written,
/// not even to be put back. Of a routine with an instruction of ours it is not known what is only read.
public final class ConstantRule implements Looker {

    @Override
    public void look(Walk walk) {
        if (walk.trial().contract().effect().isPresent()) {
            return;
        }
        for (int n = 0; n < walk.executed(); n++) {
            Optional<Operation> operation = walk.operation(n);
            if (operation.isEmpty()) {
                continue;
            }
            for (MemoryOperand operand : operation.get().memory()) {
                if (operand.isWritten() && operand.segment().isEmpty()) {
                    written(walk, n, walk.address(n, operation.get(), operand));
                }
            }
        }
    }

    private static void written(Walk walk, int n, long address) {
        walk.trial().arguments().constant(address).ifPresent(name -> walk.c().broken(Rule.MEMORY,
                "%s is only read, and is written".formatted(name), walk.instruction(n)));
    }
}
