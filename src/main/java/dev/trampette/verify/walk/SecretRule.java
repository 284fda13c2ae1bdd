package dev.trampette.verify.walk;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.trampette.decode.MemoryOperand;
import dev.trampette.decode.Operation;
import dev.trampette.probe.Vectors;
import dev.trampette.spec.Gpr;
import dev.trampette.verdict.Rule;
import dev.trampette.verify.trial.Surroundings;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntPredicate;

/// Nothing of an argument that the contract calls secret is left after the return: not in a register, not in a vector,
/// not below RSP. What is looked for are its words, 64 bits each; one with 32 bits that are all alike may be anything.
public final class SecretRule implements Looker {

    /// Bytes of the stack below RSP that are searched.
    private static final int SEARCHED = 16 << 10;

    @Override
    public void look(Walk walk) {
        Set<Long> secret = new HashSet<>();
        for (String name : walk.trial().contract().promises().secrets()) {
            walk.trial().arguments().words(name).stream().filter(SecretRule::isRecognised).forEach(secret::add);
        }
        if (!secret.isEmpty() && walk.isWhole()) {
            registers(walk, secret);
            vectors(walk, secret);
            stack(walk, secret);
        }
    }

    private static boolean isRecognised(long word) {
        return word >>> 32 != 0 && word >> 32 != -1 && (int) word != 0 && (int) word != -1;
    }

    private static void registers(Walk walk, Set<Long> secret) {
        for (Gpr register : Gpr.values()) {
            long left = walk.c().after().get(register);
            if (secret.contains(left)) {
                found(walk, register.toString(), left, step -> step + 1 < walk.steps().size()
                        && walk.steps().get(step).get(register) != walk.steps().get(step + 1).get(register));
            }
        }
    }

    private static void vectors(Walk walk, Set<Long> secret) {
        Vectors looked = walk.trial().probe().looked();
        for (int n = 0; n < looked.registers(); n++) {
            for (int lane = 0; lane < looked.lanes(); lane++) {
                long left = walk.trial().probe().stateAfter().vector(n, lane);
                if (secret.contains(left)) {
                    String name = "[xyz]mm" + n + "\\b.*";
                    found(walk, Surroundings.lane(n, lane), left, step -> walk.operation(step)
                            .filter(it -> it.text().matches("\\S+ +" + name)).isPresent());
                }
            }
        }
    }

    /// Only words that the call has stored: what an earlier call has left below is not this one's. Two of them the
    /// probe overwrites behind the return, and the last step has them.
    private static void stack(Walk walk, Set<Long> secret) {
        MemorySegment stack = walk.trial().probe().stack();
        Map<Long, Integer> stores = stores(walk);
        long begin = Math.max(0, stack.byteSize() - SEARCHED);
        for (long at = begin; at + Long.BYTES <= stack.byteSize(); at++) {
            long kept = stack.get(JAVA_LONG_UNALIGNED, at);
            long left = walk.recording().word(walk.steps().size() - 1, stack.address() + at).orElse(kept);
            Integer store = stores.get(stack.address() + at);
            if (secret.contains(left) && store != null) {
                found(walk, "[rsp - %d]".formatted(walk.c().after().get(Gpr.RSP) - stack.address() - at), left,
                        step -> step == store);
            }
        }
    }

    /// By each byte of the stack, the last step that has stored it.
    private static Map<Long, Integer> stores(Walk walk) {
        Map<Long, Integer> stores = new HashMap<>();
        for (int n = 0; n < walk.executed(); n++) {
            Optional<Operation> operation = walk.operation(n);
            if (operation.isPresent()) {
                for (MemoryOperand operand : operation.get().memory()) {
                    long address = walk.address(n, operation.get(), operand);
                    for (long at = 0; operand.isWritten() && at < operand.bytes(); at++) {
                        stores.put(address + at, n);
                    }
                }
            }
        }
        return stores;
    }

    /// The last step of the routine's own that a test is true of has left it there.
    private static void found(Walk walk, String where, long left, IntPredicate isCause) {
        int last = -1;
        for (int n = 0; n < walk.executed(); n++) {
            last = walk.isOwn(n) && isCause.test(n) ? n : last;
        }
        walk.c().broken(Rule.SECRET, "a word of it is left in " + where, 0, OptionalLong.of(left),
                walk.instruction(Math.max(last, 0)));
    }
}
