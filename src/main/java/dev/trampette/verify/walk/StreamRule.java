package dev.trampette.verify.walk;

import dev.trampette.decode.MemoryOperand;
import dev.trampette.decode.Operation;
import dev.trampette.verdict.Rule;
import java.lang.foreign.MemorySegment;
import java.util.regex.Pattern;

/// Streaming stores are not ordered with others: whoever sees what the caller stores next need not see them. So a fence
/// follows them before the return, unless the contract leaves that to the caller (SDM volume 1, "Programming With
/// Non-temporal ... Data"; volume 3A, "Strengthening or Weakening the Memory-Ordering Model").
public final class StreamRule implements Looker {

    private static final Pattern STREAMING = Pattern.compile("v?movnt(i|dq|ps|pd|q|sd|ss)|v?maskmov(q|dqu)");
    /// What is written back is in memory behind a fence only. Who does nothing else leaves the fence to its caller.
    private static final Pattern FLUSHING = Pattern.compile("clflushopt|clwb");
    private static final Pattern ORDERING = Pattern.compile("sfence|mfence|cpuid|iret.*|serialize");

    @Override
    public void look(Walk walk) {
        if (!walk.trial().contract().signature().convention().isC() || walk.trial().contract().promises().isUnordered()
                || !walk.isWhole()) {
            return;
        }
        int pending = -1;
        boolean hasStored = false;
        for (int n = 0; n < walk.executed(); n++) {
            if (!walk.isOwn(n) || walk.isOurs(n)) {
                pending = -1;               // nobody looks for a fence there; and an exit is one
                continue;
            }
            Operation operation = walk.operation(n).orElse(null);
            hasStored |= operation != null && isStore(walk, n, operation);
            if (operation != null && (STREAMING.matcher(operation.mnemonic()).matches()
                    || hasStored && FLUSHING.matcher(operation.mnemonic()).matches())) {
                pending = n;
            } else if (operation == null || pending >= 0 && isOrdering(operation)) {
                pending = -1;
            }
        }
        if (pending >= 0) {
            boolean isFlush = FLUSHING.matcher(walk.operation(pending).orElseThrow().mnemonic()).matches();
            walk.c().broken(Rule.ORDERING, isFlush ? "no fence follows the flush of a cache line"
                    : "no fence follows a streaming store", walk.instruction(pending));
        }
    }

    /// Whether a step stores to memory that is not the routine's stack.
    private static boolean isStore(Walk walk, int step, Operation operation) {
        MemorySegment stack = walk.trial().probe().stack();
        return operation.memory().stream().filter(MemoryOperand::isWritten).mapToLong(operand ->
                walk.address(step, operation, operand) - stack.address()).anyMatch(offset ->
                        offset < 0 || offset >= stack.byteSize());
    }

    private static boolean isOrdering(Operation operation) {
        return ORDERING.matcher(operation.mnemonic()).matches() || operation.text().matches("(x\\w+ )?lock .*")
                || operation.mnemonic().equals("xchg")
                && operation.memory().stream().anyMatch(MemoryOperand::isWritten);
    }
}
