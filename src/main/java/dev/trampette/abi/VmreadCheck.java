package dev.trampette.abi;

import dev.trampette.call.Crossing;
import dev.trampette.call.Probe;
import dev.trampette.call.WrapperCrash;
import dev.trampette.image.Contract;
import dev.trampette.image.Image;
import dev.trampette.shim.Gpr;
import dev.trampette.shim.Registers;
import dev.trampette.shim.Shim;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// The cases of a call site of VMREAD: success, VMfailInvalid, VMfailValid and a fault, at one read or at a sequence of
/// eight. A read that does not succeed must count as 0 and call the C error handler with (field, fault).
final class VmreadCheck implements Shim {

    private static final int SEQUENCE = 8;

    private final Contract contract;
    private final RandomGenerator random;
    private final Consumer<Finding> sink;
    private final Probe probe;

    private String outcome;
    private final List<Long> fields = new ArrayList<>();
    private final List<Long> reported = new ArrayList<>();
    private long sum;
    private boolean faultReported;

    VmreadCheck(Image image, Contract contract, RandomGenerator random, Consumer<Finding> sink) {
        this.contract = contract;
        this.random = random;
        this.sink = sink;
        this.probe = new Probe(Crossing.to(image, this));
    }

    @Override
    public void execute(Registers registers) {
        fields.add(registers.get(registers.field()));
        switch (outcome) {
            case "success" -> {
                long value = random.nextLong();
                sum += value;
                registers.set(registers.operand(), value);
                registers.setArithmeticFlags(0);
            }
            case "vmfail-invalid" -> registers.setArithmeticFlags(Registers.CF);
            case "vmfail-valid" -> registers.setArithmeticFlags(Registers.ZF);
            default -> registers.fault(Registers.UD);
        }
    }

    @Override
    public void vmreadError(long field, boolean fault) {
        reported.add(field);
        faultReported = fault;
    }

    /// One case with one outcome of every VMREAD in it.
    void run(String outcome) {
        this.outcome = outcome;
        fields.clear();
        reported.clear();
        sum = 0;
        Snapshot.randomize(probe.before(), random);
        try {
            probe.call(contract.symbol());
        } catch (WrapperCrash crash) {
            new Case(contract.symbol(), outcome, null, null, sink).broken(Rule.CRASH, crash.getMessage());
            return;
        }
        Case c = new Case(contract.symbol(), outcome, Snapshot.of(probe.before()), Snapshot.of(probe.after()), sink);
        int reads = contract.arguments().size() == 6 ? SEQUENCE : 1;
        if (fields.isEmpty()) {
            c.broken(Rule.NOT_REACHED, "instruction");
            return;
        }
        c.expect(Rule.CALLS, "instruction", reads, fields.size());
        preserved(c);
        result(c, reads);
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
    private void result(Case c, int reads) {
        long expected = sum;
        if (reads == SEQUENCE) {
            for (Gpr argument : Case.ARGUMENTS) {
                expected += c.before().get(argument);
            }
        } else {
            Gpr field = contract.convention() == Contract.Convention.REGISTERS ? Gpr.RDX : Gpr.RDI;
            c.expect(Rule.INPUT, "field", c.before().get(field), fields.getFirst());
        }
        c.expect(outcome.equals("success") ? Rule.OUTPUT : Rule.STATUS, "rax", expected, c.after().get(Gpr.RAX));
    }

    private void handler(Case c) {
        if (outcome.equals("success")) {
            c.expect(Rule.STATUS, "calls of vmread_error", 0, reported.size());
            return;
        }
        Rule rule = outcome.equals("fault") ? Rule.FAULT : Rule.STATUS;
        c.expect(rule, "calls of vmread_error", fields.size(), reported.size());
        for (int i = 0; i < Math.min(fields.size(), reported.size()); i++) {
            c.expect(rule, "vmread_error(field)", fields.get(i), reported.get(i));
        }
        c.expect(rule, "vmread_error(fault)", outcome.equals("fault") ? 1 : 0, faultReported ? 1 : 0);
    }
}
