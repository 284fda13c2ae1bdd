package dev.trampette.abi;

import dev.trampette.call.Crossing;
import dev.trampette.call.Probe;
import dev.trampette.call.WrapperCrash;
import dev.trampette.image.Contract;
import dev.trampette.image.Image;
import dev.trampette.shim.Registers;
import dev.trampette.shim.Shim;
import dev.trampette.shim.VmxError;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Gpr;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// The cases of a call site that returns what VMREAD read, of one field or of a sequence of eight. A read that does not
/// succeed must count as 0 and call the C error handler with (field, fault).
final class VmreadCheck implements Shim {

    /// The fields of the sequence, in order: EIGHT_READS of `src/main/asm/include/vmx.inc`.
    private static final long[] SEQUENCE = {0x4402, 0x6400, 0x681e, 0x681c, 0x6820, 0x6800, 0x6802, 0x6804};

    private final Contract contract;
    private final RandomGenerator random;
    private final Consumer<Finding> sink;
    private final Probe probe;

    private VmxOutcome outcome;
    private final List<Long> fields = new ArrayList<>();
    private final List<VmxError.Vmread> expected = new ArrayList<>();
    private final List<VmxError> reported = new ArrayList<>();
    private long sum;

    VmreadCheck(Image image, Contract contract, RandomGenerator random, Consumer<Finding> sink, Arena arena) {
        this.contract = contract;
        this.random = random;
        this.sink = sink;
        this.probe = new Probe(Crossing.to(image, this, arena));
    }

    @Override
    public void execute(Registers registers) {
        long field = registers.get(registers.field());
        fields.add(field);
        VmxOutcome one = outcome.choose(random);
        if (one != VmxOutcome.SUCCESS) {
            expected.add(new VmxError.Vmread(field, one.isFault()));
        }
        one.answer(registers);
        if (one == VmxOutcome.SUCCESS) {
            long value = random.nextLong();
            sum += value;
            registers.set(registers.operand(), value);
        }
    }

    @Override
    public void error(VmxError error) {
        reported.add(error);
    }

    /// One case.
    void run(VmxOutcome outcome) {
        this.outcome = outcome;
        fields.clear();
        expected.clear();
        reported.clear();
        sum = 0;
        Snapshot.randomize(probe.before(), random);
        try {
            probe.call(contract.symbol());
        } catch (WrapperCrash crash) {
            new Case(contract.symbol(), outcome.toString(), null, null, sink).broken(Rule.CRASH, crash.getMessage());
            return;
        }
        Case c = new Case(contract.symbol(), outcome.toString(), Snapshot.of(probe.before()),
                Snapshot.of(probe.after()), sink);
        boolean sequence = contract.arguments().size() == Argument.MOST;
        if (fields.isEmpty()) {
            c.broken(Rule.NOT_REACHED, "instruction");
            return;
        }
        c.expect(Rule.CALLS, "instruction", sequence ? SEQUENCE.length : 1, fields.size());
        preserved(c);
        result(c, sequence);
        handler(c);
    }

    private void preserved(Case c) {
        if (contract.convention() == Contract.Convention.REGISTERS) {
            Set<Gpr> others = EnumSet.complementOf(EnumSet.of(Gpr.RAX, Gpr.RSP));
            c.preserves(Rule.UNDECLARED_CLOBBER, others);
        } else {
            c.preserves(Rule.CALLEE_SAVED, Case.CALLEE_SAVED);
        }
    }

    /// One read returns the value. A sequence returns the sum of the values and of its six arguments.
    private void result(Case c, boolean sequence) {
        long value = sum;
        if (sequence) {
            for (Gpr argument : Argument.REGISTERS) {
                value += c.before().get(argument);
            }
            for (int i = 0; i < Math.min(SEQUENCE.length, fields.size()); i++) {
                c.expect(Rule.INPUT, "field[%d]".formatted(i), SEQUENCE[i], fields.get(i));
            }
        } else {
            Gpr field = contract.convention() == Contract.Convention.REGISTERS ? Gpr.RDX : Gpr.RDI;
            c.expect(Rule.INPUT, "field", c.before().get(field), fields.getFirst());
        }
        c.expect(expected.isEmpty() ? Rule.OUTPUT : Rule.STATUS, "rax", value, c.after().get(Gpr.RAX));
    }

    private void handler(Case c) {
        Rule rule = outcome.isFault() ? Rule.FAULT : Rule.STATUS;
        c.expect(rule, "calls of vmread_error", expected.size(), reported.size());
        for (int i = 0; i < Math.min(expected.size(), reported.size()); i++) {
            if (reported.get(i) instanceof VmxError.Vmread(long field, boolean fault)) {
                c.expect(rule, "vmread_error(field)", expected.get(i).field(), field);
                c.expect(rule, "vmread_error(fault)", expected.get(i).fault() ? 1 : 0, fault ? 1 : 0);
            } else {
                c.broken(rule, "calls of " + reported.get(i).handler());
            }
        }
    }
}
