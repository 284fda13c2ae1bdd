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
import java.util.function.Supplier;

/// The leaves that a module has, and what they answer: what a test asked for, else SUCCESS.
///
/// An answer writes the outputs that the table has for the leaf and nothing else. Those that a test does not name are
/// written with 0, because a module that sets defaults sets them on every status; but [Leaf.Output#kept] ones, such as
/// the UUID of TDG.SERVTD.RD, keep what the caller put there. Leaves are called by bits 23:0 of RAX, leaf and version.
///
/// A table is read when the first leaf is asked for, and once for all modules: a TD that makes hypercalls only never
/// reads one. Thread-safe.
final class LeafScript {

    /// What to answer.
    private record Answer(CompletionStatus status, Map<Gpr, Long> outputs) {
    }

    private static final Map<Family, Map<Long, Map<Gpr, Boolean>>> TABLES = new ConcurrentHashMap<>();

    private final Supplier<Map<Long, Map<Gpr, Boolean>>> outputs;
    private final Map<Long, Answer> always = new ConcurrentHashMap<>();
    private final Map<Long, Queue<Answer>> next = new ConcurrentHashMap<>();

    /// Leaves, the registers that each of them writes, RAX apart, and whether these keep their input.
    LeafScript(Map<Long, Map<Gpr, Boolean>> outputs) {
        this.outputs = () -> outputs;
    }

    /// The leaves of a table.
    LeafScript(Family family) {
        this.outputs = () -> TABLES.computeIfAbsent(family, LeafScript::outputs);
    }

    private static Map<Long, Map<Gpr, Boolean>> outputs(Family family) {
        Map<Long, Map<Gpr, Boolean>> outputs = new HashMap<>();
        for (Leaf leaf : LeafTable.of(family).leaves()) {
            Map<Gpr, Boolean> kept = outputs.computeIfAbsent(leaf.number(), _ -> new EnumMap<>(Gpr.class));
            leaf.outputs().forEach(output -> kept.merge(output.register(), output.kept(), Boolean::logicalAnd));
        }
        return outputs;
    }

    /// Whether there is such a leaf in such a version.
    boolean has(long leaf) {
        return outputs.get().containsKey(leaf);
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
        Map<Gpr, Boolean> registers = outputs.get().get(leaf);
        if (registers == null) {
            throw new IllegalArgumentException("no such leaf, leaf=0x%x".formatted(leaf));
        }
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
        outputs.get().get(leaf).forEach((output, kept) -> {
            Long value = answer.outputs.get(output);
            if (value != null || !kept) {
                registers.set(output, value == null ? 0 : value);
            }
        });
        return answer.status;
    }
}
