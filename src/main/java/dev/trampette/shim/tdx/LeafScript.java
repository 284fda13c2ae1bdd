package dev.trampette.shim.tdx;

import dev.trampette.shim.Registers;
import dev.trampette.spec.CompletionStatus;
import dev.trampette.spec.Family;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.LeafTable;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// The leaves that a module has, and what they answer: what a test asked for, else SUCCESS.
///
/// An answer writes the outputs that the table has for the leaf and nothing else. Those that a test does not name are
/// written with 0, because a module that sets defaults sets them on every status; but [Leaf.Output#kept] ones, such as
/// the UUID of TDG.SERVTD.RD, keep what the caller put there.
///
/// A [CompletionStatus#isRefusal] writes RAX alone, and so does an error of a leaf that enters a guest: the guest did
/// not run. When it ran, RBP is written too: TDX module 1.5 sets it to 0 on every asynchronous exit to the host,
/// NO_RBP_MOD or not, and gives a TD that of its L2 guest.
///
/// A table is read when the first leaf is asked for, and once for all modules: a TD that makes hypercalls only never
/// reads one. Thread-safe.
final class LeafScript {

    /// What to answer.
    private record Answer(CompletionStatus status, Map<Gpr, Long> outputs) {
    }

    /// What a leaf writes.
    ///
    /// @param outputs the registers, RAX apart, and whether these keep their input
    /// @param enters whether a guest runs behind it
    private record Writes(Map<Gpr, Boolean> outputs, boolean enters) {
    }

    private static final Map<Family, Map<Long, Writes>> TABLES = new ConcurrentHashMap<>();

    private final Family family;
    private final Map<Long, Answer> always = new ConcurrentHashMap<>();
    private final Map<Long, Queue<Answer>> next = new ConcurrentHashMap<>();

    /// The leaves of a table.
    LeafScript(Family family) {
        this.family = family;
    }

    private Map<Long, Writes> leaves() {
        return TABLES.computeIfAbsent(family, LeafScript::writes);
    }

    private static Map<Long, Writes> writes(Family family) {
        Map<Long, Writes> writes = new HashMap<>();
        for (Leaf leaf : LeafTable.of(family).leaves()) {
            Map<Gpr, Boolean> kept = writes.computeIfAbsent(leaf.number(),
                    _ -> new Writes(new EnumMap<>(Gpr.class), leaf.scrub())).outputs;
            leaf.outputs().forEach(output -> kept.merge(output.register(), output.kept(), Boolean::logicalAnd));
        }
        return writes;
    }

    /// Whether there is such a leaf in such a version.
    boolean has(long leaf) {
        return leaves().containsKey(leaf);
    }

    /// Answer so from now on.
    ///
    /// @throws IllegalArgumentException when there is no such leaf, or a register is no output of it
    void always(long leaf, CompletionStatus status, Map<Gpr, Long> values) {
        always.put(leaf, answer(leaf, status, values));
    }

    /// Answer so to the next calls that have no such answer yet, and then as before.
    ///
    /// @throws IllegalArgumentException when there is no such leaf, a register is no output of it, or it is no times
    void next(long leaf, int times, CompletionStatus status, Map<Gpr, Long> values) {
        if (times < 1) {
            throw new IllegalArgumentException("an answer is given once or more often, times=" + times);
        }
        Answer answer = answer(leaf, status, values);
        Queue<Answer> queue = next.computeIfAbsent(leaf, _ -> new ConcurrentLinkedQueue<>());
        for (int i = 0; i < times; i++) {
            queue.add(answer);
        }
    }

    private Answer answer(long leaf, CompletionStatus status, Map<Gpr, Long> values) {
        Writes writes = leaves().get(leaf);
        if (writes == null) {
            throw new IllegalArgumentException("no such leaf, leaf=0x%x".formatted(leaf));
        }
        Map<Gpr, Boolean> registers = writes.outputs;
        if (!registers.keySet().containsAll(values.keySet())) {
            throw new IllegalArgumentException("the outputs of leaf 0x%x are %s, outputs=%s"
                    .formatted(leaf, registers.keySet(), values.keySet()));
        }
        return new Answer(status, Map.copyOf(values));
    }

    /// Answer as a test asked for, or leave the registers alone and say nothing.
    ///
    /// @return the status, or null
    CompletionStatus scripted(Registers registers, long leaf) {
        Queue<Answer> queue = next.get(leaf);
        Answer answer = queue == null ? null : queue.poll();
        if (answer == null) {
            answer = always.get(leaf);
        }
        return answer == null ? null : write(registers, leaf, answer);
    }

    /// Answer SUCCESS with all outputs 0, but those that keep their input.
    CompletionStatus byTable(Registers registers, long leaf) {
        return write(registers, leaf, new Answer(CompletionStatus.SUCCESS, Map.of()));
    }

    private CompletionStatus write(Registers registers, long leaf, Answer answer) {
        Writes writes = leaves().get(leaf);
        if (answer.status.isRefusal() || writes.enters && answer.status.isError() && answer.outputs.isEmpty()) {
            return answer.status;
        }
        writes.outputs.forEach((output, kept) -> {
            Long value = answer.outputs.get(output);
            if (value != null || !kept) {
                registers.set(output, value == null ? 0 : value);
            }
        });
        if (writes.enters) {
            registers.set(Gpr.RBP, 0);
        }
        return answer.status;
    }
}
