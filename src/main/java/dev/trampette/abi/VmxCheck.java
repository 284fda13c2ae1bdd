package dev.trampette.abi;

import dev.trampette.call.Crossing;
import dev.trampette.call.Probe;
import dev.trampette.call.WrapperCrash;
import dev.trampette.image.Contract;
import dev.trampette.image.Image;
import dev.trampette.shim.Registers;
import dev.trampette.shim.Shim;
import dev.trampette.shim.VmxError;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// The cases of a call site that executes one VMX instruction, and returns 0, or 1 after it called an error handler:
/// random arguments, random words behind a pointer and around it, and a look at the operands at the instruction, at
/// what the handler was told, and at every register and every word after the call.
final class VmxCheck implements Shim {

    private final Contract contract;
    private final Instruction instruction;
    private final RandomGenerator random;
    private final Consumer<Finding> sink;
    private final Probe probe;
    private final Buffers buffers;

    private VmxOutcome outcome;
    private long read;
    private int calls;
    private VmxOperands seen;
    private final List<VmxError> reported = new ArrayList<>();

    VmxCheck(Image image, Contract contract, RandomGenerator random, Consumer<Finding> sink, Arena arena) {
        this.contract = contract;
        this.instruction = Instruction.valueOf(contract.instruction());
        this.random = random;
        this.sink = sink;
        this.probe = new Probe(Crossing.to(image, this, arena));
        this.buffers = new Buffers(contract, arena);
    }

    @Override
    public void execute(Registers registers) {
        calls++;
        long rsp = registers.get(Gpr.RSP);
        long frame = probe.before().get(Gpr.RSP) - 8 - rsp;
        seen = VmxOperands.of(registers, buffers.only(), MemorySegment.ofAddress(rsp).reinterpret(Math.max(0, frame)));
        outcome.answer(registers);
        if (outcome == VmxOutcome.SUCCESS && seen.instruction() == Instruction.VMREAD && seen.isThere()) {
            registers.setOperandValue(read);
        }
    }

    @Override
    public void error(VmxError error) {
        reported.add(error);
    }

    /// One case.
    void run(VmxOutcome outcome) {
        this.outcome = outcome;
        calls = 0;
        reported.clear();
        read = random.nextLong();
        Snapshot.randomize(probe.before(), random);
        Map<String, Long> values = buffers.fill(probe.before(), random);
        long[] arguments = arguments(values);
        long word = values.getOrDefault("value[0]", 0L);
        try {
            probe.call(contract.symbol());
        } catch (WrapperCrash crash) {
            new Case(contract.symbol(), outcome.toString(), null, null, sink).broken(Rule.CRASH, crash.getMessage());
            return;
        }
        Case c = new Case(contract.symbol(), outcome.toString(), Snapshot.of(probe.before()),
                Snapshot.of(probe.after()), sink);
        if (calls == 0) {
            c.broken(Rule.NOT_REACHED, "instruction");
            return;
        }
        c.expect(Rule.CALLS, "instruction", 1, calls);
        atInstruction(c, arguments, word);
        c.preserves(Rule.CALLEE_SAVED, Case.CALLEE_SAVED);
        c.expect(Rule.STATUS, "rax", outcome == VmxOutcome.SUCCESS ? 0 : 1, c.after().get(Gpr.RAX));
        handler(c, arguments, word);
        buffers.check(c, (_, where, filled, actual) -> output(c, where, filled, actual));
    }

    /// The arguments as far as they count. A VPID is 16 bits, whatever the type says.
    private long[] arguments(Map<String, Long> values) {
        long[] arguments = new long[3];
        for (int i = 0; i < contract.arguments().size(); i++) {
            arguments[i] = values.get(contract.arguments().get(i).name());
        }
        if (instruction == Instruction.INVVPID) {
            arguments[1] &= 0xffff;
        }
        return arguments;
    }

    private void atInstruction(Case c, long[] arguments, long word) {
        c.expect(Rule.SELECTOR, "instruction", instruction.number(), seen.instruction().number());
        if (!seen.isThere()) {
            c.broken(Rule.INPUT, "address of the operand");
            return;
        }
        boolean pointer = contract.arguments().get(1).isPointer();
        if (pointer) {
            c.expect(Rule.INPUT, "address of the operand", arguments[1], seen.address());
        }
        switch (instruction) {
            case VMREAD -> c.expect(Rule.INPUT, "field", arguments[0], seen.register());
            case VMWRITE -> {
                c.expect(Rule.INPUT, "field", arguments[0], seen.register());
                c.expect(Rule.INPUT, "value", pointer ? word : arguments[1], seen.first());
            }
            case VMCLEAR, VMPTRLD -> c.expect(Rule.INPUT, "physical address", arguments[1], seen.first());
            default -> {
                c.expect(Rule.INPUT, "type", arguments[0], seen.register());
                c.expect(Rule.INPUT, "descriptor[0]", arguments[1], seen.first());
                c.expect(Rule.INPUT, "descriptor[1]", arguments[2], seen.second());
            }
        }
    }

    /// Called once, by its name and with its arguments, when the instruction does not succeed; else not at all.
    private void handler(Case c, long[] arguments, long word) {
        Rule rule = outcome.isFault() ? Rule.FAULT : Rule.STATUS;
        if (outcome == VmxOutcome.SUCCESS) {
            c.expect(rule, "calls of error handlers", 0, reported.size());
            return;
        }
        boolean pointer = contract.arguments().get(1).isPointer();
        long vmread = outcome.isFault() ? 1 : 0;
        VmxError expected = outcome.isFault() && instruction != Instruction.VMREAD
                ? new VmxError.SpuriousFault()
                : VmxError.of(instruction.number(), arguments[0],
                        instruction == Instruction.VMREAD ? vmread : pointer ? word : arguments[1], arguments[2]);
        c.expect(rule, "calls of " + expected.handler(), 1, reported.stream()
                .filter(error -> error.getClass() == expected.getClass()).count());
        c.expect(rule, "calls of error handlers", 1, reported.size());
        if (reported.size() == 1 && reported.getFirst().getClass() == expected.getClass()) {
            long[] told = arguments(reported.getFirst());
            for (int i = 0; i < told.length; i++) {
                c.expect(rule, "%s[%d]".formatted(expected.handler(), i), arguments(expected)[i], told[i]);
            }
        }
    }

    private static long[] arguments(VmxError error) {
        return switch (error) {
            case VmxError.Vmread(long field, boolean fault) -> new long[] {field, fault ? 1 : 0};
            case VmxError.Vmwrite(long field, long value) -> new long[] {field, value};
            case VmxError.Vmclear(long vmcs, long address) -> new long[] {vmcs, address};
            case VmxError.Vmptrld(long vmcs, long address) -> new long[] {vmcs, address};
            case VmxError.Invvpid(long type, long vpid, long address) -> new long[] {type, vpid, address};
            case VmxError.Invept(long type, long eptp) -> new long[] {type, eptp};
            case VmxError.SpuriousFault() -> new long[0];
        };
    }

    /// The value is there when the instruction succeeded, and the word is as it was when not.
    private void output(Case c, String where, long filled, long actual) {
        boolean stored = outcome == VmxOutcome.SUCCESS;
        c.expect(stored ? Rule.OUTPUT : Rule.OUTPUT_ON_FAILURE, where, stored ? read : filled, actual);
    }
}
