package dev.trampette.abi;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.call.Crossing;
import dev.trampette.call.Probe;
import dev.trampette.call.WrapperCrash;
import dev.trampette.call.WrapperPanic;
import dev.trampette.image.Contract;
import dev.trampette.image.Image;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Argument;
import dev.trampette.spec.CompletionStatus;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Stored;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// The cases of a call site of TDG.VP.VMCALL: random values in, a random value of the VMM's in every exposed register
/// out, and a look at every register at the instruction and after the call.
final class VmcallCheck {

    /// Words around an output buffer that nobody may write.
    private static final int CANARIES = 4;

    private final Contract contract;
    private final RandomGenerator random;
    private final Consumer<Finding> sink;
    private final Probe probe;
    private final Map<Argument, MemorySegment> memory = new LinkedHashMap<>();

    private final Map<Gpr, Long> answers = new EnumMap<>(Gpr.class);
    private long rax;
    private Snapshot atInstruction;
    private int calls;

    VmcallCheck(Image image, Contract contract, RandomGenerator random, Consumer<Finding> sink, Arena arena) {
        this.contract = contract;
        this.random = random;
        this.sink = sink;
        this.probe = new Probe(Crossing.to(image, this::answer, arena));
        for (Argument argument : contract.arguments()) {
            if (argument.length() > 0) {
                memory.put(argument, arena.allocate(JAVA_LONG, argument.length() + 2 * CANARIES));
            }
        }
    }

    /// One case in which the VMM answers with a status.
    void run(String outcome, long status) {
        Map<String, Long> values = call(CompletionStatus.SUCCESS.code(), status);
        Map<Argument, long[]> filled = new LinkedHashMap<>();
        memory.forEach((argument, buffer) -> filled.put(argument, buffer.toArray(JAVA_LONG)));
        try {
            probe.call(contract.symbol());
        } catch (WrapperCrash crash) {
            new Case(contract.symbol(), outcome, null, null, sink).broken(Rule.CRASH, crash.getMessage());
            return;
        }
        Case c = new Case(contract.symbol(), outcome, Snapshot.of(probe.before()), Snapshot.of(probe.after()), sink);
        if (calls == 0) {
            c.broken(Rule.NOT_REACHED, "instruction");
            return;
        }
        c.expect(Rule.CALLS, "instruction", 1, calls);
        atInstruction(c, values);
        c.preserves(Rule.CALLEE_SAVED, Case.CALLEE_SAVED);
        c.expect(Rule.STATUS, "rax", status, c.after().get(Gpr.RAX));
        scrubbed(c);
        filled.forEach((argument, words) -> buffer(c, status, argument, words));
    }

    /// The case in which the TDX module refuses the call: the design's panic.
    void runPanic() {
        call(CompletionStatus.OPERAND_INVALID.code(), 0);
        Case c = new Case(contract.symbol(), "rax", null, null, sink);
        try {
            probe.call(contract.symbol());
            c.broken(Rule.STATUS, "returned although RAX was not 0");
        } catch (WrapperPanic panic) {
            c.expect(Rule.CALLS, "instruction", 1, calls);
        } catch (WrapperCrash crash) {
            c.broken(Rule.CRASH, crash.getMessage());
        }
    }

    private void answer(Registers registers) {
        calls++;
        atInstruction = Snapshot.of(registers);
        registers.set(Gpr.RAX, rax);
        if (rax == CompletionStatus.SUCCESS.code()) {
            for (Gpr register : exposed(atInstruction.get(Gpr.RCX))) {
                registers.set(register, answers.get(register));
            }
        }
    }

    /// Fill registers and memory; the values of the arguments by name, elements of buffers as `name[i]`.
    private Map<String, Long> call(long rax, long status) {
        this.rax = rax;
        calls = 0;
        for (Gpr register : Gpr.values()) {
            answers.put(register, random.nextLong());
        }
        answers.put(Gpr.R10, status);
        Registers before = probe.before();
        Snapshot.randomize(before, random);
        Map<String, Long> values = new HashMap<>();
        for (int i = 0; i < contract.arguments().size(); i++) {
            Argument argument = contract.arguments().get(i);
            Gpr register = Case.ARGUMENTS.get(i);
            if (argument.length() > 0) {
                MemorySegment buffer = memory.get(argument);
                for (long word = 0; word < buffer.byteSize() / 8; word++) {
                    long value = random.nextLong();
                    buffer.setAtIndex(JAVA_LONG, word, value);
                    values.put("%s[%d]".formatted(argument.name(), word - CANARIES), value);
                }
                before.set(register, buffer.address() + CANARIES * 8);
            }
            values.put(argument.name(), before.get(register) & argument.type().significantBits());
        }
        return values;
    }

    private void atInstruction(Case c, Map<String, Long> values) {
        c.expect(Rule.SELECTOR, "rax", 0, atInstruction.get(Gpr.RAX));
        c.expect(Rule.SELECTOR, "r10", 0, atInstruction.get(Gpr.R10));
        c.expect(Rule.EXPOSURE, "rcx", contract.mask().orElseThrow(), atInstruction.get(Gpr.RCX));
        contract.inputs().forEach((register, source) -> {
            long expected = Character.isDigit(source.charAt(0)) ? Long.decode(source) : values.get(source);
            Rule rule = register == Gpr.R11 ? Rule.SELECTOR : Rule.INPUT;
            c.expect(rule, register.toString(), expected, atInstruction.get(register));
        });
        for (Gpr register : exposed(atInstruction.get(Gpr.RCX))) {
            if (register != Gpr.R10 && !contract.inputs().containsKey(register)) {
                c.expect(Rule.LEAK_OUT, register.toString(), 0, atInstruction.get(register));
            }
        }
    }

    /// No register holds what the VMM wrote, but for the values of the leaf's outputs and the status.
    private void scrubbed(Case c) {
        for (Gpr source : exposed(atInstruction.get(Gpr.RCX))) {
            if (source == Gpr.R10 || contract.outputs().contains(source)) {
                continue;
            }
            for (Gpr register : Gpr.values()) {
                if (c.after().get(register) == answers.get(source)) {
                    c.expect(Rule.LEAK_IN, register + " holds the VMM's " + source, 0, answers.get(source));
                }
            }
        }
    }

    /// The outputs are where they belong when they are stored, and every other word is as it was.
    private void buffer(Case c, long status, Argument argument, long[] filled) {
        boolean stored = contract.stored() == (status == 0 ? Stored.SUCCESS : Stored.FAILURE);
        for (int word = 0; word < filled.length; word++) {
            int element = word - CANARIES;
            boolean output = argument.type() == Argument.Type.OUT && element >= 0 && element < argument.length();
            long expected = output && stored ? answers.get(contract.outputs().get(element)) : filled[word];
            Rule rule = !output ? Rule.MEMORY : status == 0 ? Rule.OUTPUT : Rule.OUTPUT_ON_FAILURE;
            c.expect(rule, "%s[%d]".formatted(argument.name(), element), expected,
                    memory.get(argument).getAtIndex(JAVA_LONG, word));
        }
    }

    private static Set<Gpr> exposed(long mask) {
        Set<Gpr> registers = EnumSet.noneOf(Gpr.class);
        for (Gpr register : Gpr.values()) {
            if ((mask & register.maskBit()) != 0) {
                registers.add(register);
            }
        }
        return registers;
    }
}
