package dev.trampette.verify.walk;

import dev.trampette.decode.MemoryOperand;
import dev.trampette.decode.Operation;
import dev.trampette.spec.Gpr;
import dev.trampette.verdict.Rule;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// At every instruction RSP points into a stack, or to the end of memory that may be written and can be one; and what
/// lies below it is not wanted any more: an interrupt, or a signal, may come at any time. Below RSP a function of the
/// System V ABI has a red zone of 128 bytes; kernels have none, nor has firmware, nor code with an instruction of ours.
public final class StackRule implements Looker {

    /// What was stored, and how far below RSP it was at most.
    private record Stored(int step, long below) {
    }

    @Override
    public void look(Walk walk) {
        pointer(walk);
        new Below(walk).look();
    }

    private static void pointer(Walk walk) {
        int last = 0;
        for (int n = 0; n < walk.executed(); n++) {
            if (!walk.isOwn(n)) {
                continue;
            }
            long rsp = walk.steps().get(n).get(Gpr.RSP);
            if (!isOnStack(walk, rsp) && !walk.trial().arguments().isWritten(rsp - Long.BYTES)
                    && walk.trial().target().bridge().data().stream().noneMatch(data ->
                            contains(data, rsp - Long.BYTES))) {
                walk.c().broken(Rule.STACK_POINTER, "rsp points to no stack", walk.instruction(last));
                return;
            }
            last = n;
        }
    }

    /// The routine's stack, and the frame of its caller above it.
    private static boolean isOnStack(Walk walk, long address) {
        return contains(walk.trial().probe().stack(), address)
                || contains(walk.trial().probe().frame(), address);
    }

    private static boolean contains(MemorySegment segment, long address) {
        return address >= segment.address() && address < segment.address() + segment.byteSize();
    }

    /// The bytes of the stack that the routine has stored.
    private static final class Below {

        private final Walk walk;
        private final long zone;
        /// By their addresses: those that were never below RSP, and those that were.
        private final TreeMap<Long, Stored> kept = new TreeMap<>();
        private final TreeMap<Long, Stored> exposed = new TreeMap<>();
        /// Those that were stored below RSP, and those of them over which a PUSH or a CALL has gone.
        private final Set<Long> below = new HashSet<>();
        private final Map<Long, Integer> overwritten = new HashMap<>();

        Below(Walk walk) {
            this.walk = walk;
            this.zone = walk.trial().redZone();
        }

        void look() {
            for (int n = 0; n < walk.executed(); n++) {
                long rsp = walk.steps().get(n).get(Gpr.RSP);
                if (!isOnStack(walk, rsp)) {
                    return;
                }
                expose(rsp);
                Optional<Operation> operation = walk.operation(n);
                if (operation.isEmpty()) {
                    exposed.clear();                // what others write there nobody knows
                    continue;
                }
                for (MemoryOperand operand : operation.get().memory()) {
                    access(n, operation.get(), operand);
                }
            }
        }

        private Rule rule() {
            return walk.trial().contract().effect().isPresent() ? Rule.RED_ZONE : Rule.STACK_POINTER;
        }

        /// All that is below RSP now, but for a red zone.
        private void expose(long rsp) {
            Map<Long, Stored> below = kept.headMap(rsp - zone);
            below.forEach((address, stored) -> exposed.put(address, new Stored(stored.step(), rsp - address)));
            below.clear();
        }

        private void access(int n, Operation operation, MemoryOperand operand) {
            long address = walk.address(n, operation, operand);
            if (!operand.segment().isEmpty() || !isOnStack(walk, address)) {
                return;
            }
            if (operand.bytes() == 0) {
                exposed.clear();
                return;
            }
            if (operand.isRead() && !isProbe(operation, operand)) {
                read(n, address, address + operand.bytes());
            }
            if (operand.isWritten()) {
                boolean isPush = operation.mnemonic().startsWith("push")
                        || operation.kind() == Operation.Kind.CALL;
                boolean isBelow = address < walk.steps().get(n).get(Gpr.RSP);
                for (long at = address; at < address + operand.bytes(); at++) {
                    if (isPush && below.remove(at)) {
                        overwritten.put(at, n);
                    } else if (!isPush) {
                        overwritten.remove(at);
                        note(at, isBelow);
                    }
                    exposed.remove(at);
                    kept.put(at, new Stored(n, 0));
                }
            }
        }

        /// `or qword ptr [rsp], 0` touches a page, and wants nothing.
        private static boolean isProbe(Operation operation, MemoryOperand operand) {
            return operand.isWritten() && operation.mnemonic().equals("or") && operation.immediates().contains(0L);
        }

        private void note(long at, boolean isBelow) {
            if (isBelow) {
                below.add(at);
            } else {
                below.remove(at);
            }
        }

        private void read(int n, long begin, long end) {
            Integer over = overwritten.get(begin);
            if (over != null && begin < walk.steps().get(n).get(Gpr.RSP)) {
                walk.c().broken(rule(), "below rsp, and read again at %s: it is overwritten".formatted(
                        walk.instruction(n).at()), walk.instruction(over));
            }
            Map<Long, Stored> wanted = exposed.subMap(begin, end);
            if (wanted.size() < end - begin) {
                return;
            }
            Stored stored = wanted.values().iterator().next();
            walk.c().broken(rule(), "%d bytes below rsp, and read again at %s".formatted(stored.below(),
                            walk.instruction(n).at()), walk.instruction(stored.step()));
        }
    }
}
