package dev.trampette.abi;

import dev.trampette.call.Crossing;
import dev.trampette.call.Probe;
import dev.trampette.call.WrapperCrash;
import dev.trampette.call.WrapperPanic;
import dev.trampette.image.Contract;
import dev.trampette.image.Image;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Leaf;
import java.lang.foreign.Arena;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// The cases of a call site of TDCALL or SEAMCALL: random values in, a random value in every register that the answer
/// may write, and a look at every register at the instruction and after the call.
///
/// What may be written: by a VMM the registers that the RCX mask exposes, by the TDX module the outputs of the leaf.
final class LeafCheck {

    private static final Set<Gpr> VOLATILE = EnumSet.of(Gpr.RCX, Gpr.RDX, Gpr.RSI, Gpr.RDI, Gpr.R8, Gpr.R9, Gpr.R10,
            Gpr.R11);

    private final Contract contract;
    private final boolean vmcall;
    /// What a VMM must see: R10, R11, inputs and outputs.
    private final long needed;
    private final RandomGenerator random;
    private final Consumer<Finding> sink;
    private final Probe probe;
    private final Buffers buffers;

    private final Map<Gpr, Long> answers = new EnumMap<>(Gpr.class);
    private Answer answer;
    private Snapshot atInstruction;
    private int calls;

    LeafCheck(Image image, Contract contract, RandomGenerator random, Consumer<Finding> sink, Arena arena) {
        this.contract = contract;
        this.vmcall = contract.mask().isPresent();
        this.needed = Gpr.R10.maskBit() | Gpr.R11.maskBit()
                | Gpr.mask(Stream.concat(contract.inputs().keySet().stream(), contract.outputs().stream()));
        this.random = random;
        this.sink = sink;
        this.probe = new Probe(Crossing.to(image, this::execute, arena));
        this.buffers = new Buffers(contract, arena);
    }

    /// The answers to try, once each.
    List<Answer> answers() {
        return Answer.to(contract, random);
    }

    /// One case.
    void run(Answer answer) {
        this.answer = answer;
        calls = 0;
        for (Gpr register : Gpr.values()) {
            answers.put(register, random.nextLong());
        }
        Snapshot.randomize(probe.before(), random);
        Map<String, Long> values = buffers.fill(probe.before(), random);
        try {
            probe.call(contract.symbol());
        } catch (WrapperPanic panic) {
            Case c = new Case(contract.symbol(), answer.name(), null, null, sink);
            if (answer.panics()) {
                c.expect(Rule.CALLS, "instruction", 1, calls);
            } else {
                c.broken(Rule.CRASH, panic.getMessage());
            }
            return;
        } catch (WrapperCrash crash) {
            new Case(contract.symbol(), answer.name(), null, null, sink).broken(
                    answer.isFault() ? Rule.FAULT : Rule.CRASH, crash.getMessage());
            return;
        }
        Case c = new Case(contract.symbol(), answer.name(), Snapshot.of(probe.before()), Snapshot.of(probe.after()),
                sink);
        if (calls == 0) {
            c.broken(Rule.NOT_REACHED, "instruction");
            return;
        }
        c.expect(Rule.CALLS, "instruction", 1, calls);
        if (answer.panics()) {
            c.broken(Rule.STATUS, "returned although RAX was not 0");
            return;
        }
        atInstruction(c, values);
        c.preserves(Rule.CALLEE_SAVED, Case.CALLEE_SAVED);
        c.expect(answer.isFault() ? Rule.FAULT : Rule.STATUS, "rax", answer.status(), c.after().get(Gpr.RAX));
        scrubbed(c);
        buffers.check(c, (output, where, filled, actual) -> output(c, output, where, filled, actual));
    }

    /// The shim.
    private void execute(Registers registers) {
        calls++;
        atInstruction = Snapshot.of(registers);
        switch (answer) {
            case Answer.Fault fault -> registers.fault(fault.vector());
            case Answer.NoModule _ -> registers.setArithmeticFlags(Registers.CF);
            case Answer.Vmm vmm -> {
                registers.set(Gpr.RAX, vmm.rax());
                if (vmm.rax() == 0) {
                    written().forEach(register -> registers.set(register, answers.get(register)));
                    registers.set(Gpr.R10, vmm.status());
                }
            }
            case Answer.Module module -> {
                registers.set(Gpr.RAX, module.status());
                registers.setArithmeticFlags(random.nextLong() & ~Registers.CF);
                written().forEach(register -> registers.set(register, answers.get(register)));
            }
        }
    }

    /// The registers that the one who answers may write, RAX apart.
    private Set<Gpr> written() {
        if (vmcall) {
            return Gpr.selectedBy(atInstruction.get(Gpr.RCX));
        }
        Set<Gpr> registers = EnumSet.noneOf(Gpr.class);
        registers.addAll(contract.outputs());
        if (contract.scrub()) {
            registers.add(Gpr.RBP);         // a guest without NO_RBP_MOD
        }
        return registers;
    }

    private void atInstruction(Case c, Map<String, Long> values) {
        Gpr selector = vmcall ? Gpr.R11 : Gpr.RAX;
        if (vmcall) {
            c.expect(Rule.SELECTOR, "rax", 0, atInstruction.get(Gpr.RAX));
            c.expect(Rule.SELECTOR, "r10", 0, atInstruction.get(Gpr.R10));
            c.expect(Rule.EXPOSURE, "rcx", contract.mask().orElseThrow(), atInstruction.get(Gpr.RCX));
            c.expect(Rule.EXPOSURE, "illegal bits of rcx", 0, atInstruction.get(Gpr.RCX) & ~Leaf.LEGAL_MASK);
            c.expect(Rule.EXPOSURE, "what the leaf needs and rcx does not expose", 0,
                    needed & ~atInstruction.get(Gpr.RCX));
        }
        contract.inputs().forEach((register, source) -> {
            long expected = Character.isDigit(source.charAt(0)) ? Contract.number(source) : values.get(source);
            c.expect(register == selector ? Rule.SELECTOR : Rule.INPUT, register.toString(), expected,
                    atInstruction.get(register));
        });
        for (Gpr register : written()) {
            if (register != Gpr.R10 && register != Gpr.RBP && !contract.inputs().containsKey(register)) {
                c.expect(vmcall ? Rule.LEAK_OUT : Rule.UNDEFINED_READ, register.toString(), 0,
                        atInstruction.get(register));
            }
        }
    }

    /// No register holds what somebody untrusted wrote: a VMM's values but for the leaf's outputs and the status, or
    /// what a guest left, which is in callee-saved registers too and must be in none.
    private void scrubbed(Case c) {
        if (!(answer instanceof Answer.Vmm) && !(contract.scrub() && answer instanceof Answer.Module)) {
            return;
        }
        for (Gpr source : written()) {
            if (vmcall && (source == Gpr.R10 || contract.outputs().contains(source))) {
                continue;
            }
            for (Gpr register : vmcall ? EnumSet.allOf(Gpr.class) : VOLATILE) {
                if (c.after().get(register) == answers.get(source)) {
                    c.expect(Rule.LEAK_IN, register + " holds the other side's " + source, 0, answers.get(source));
                }
            }
        }
    }

    /// An output is stored when it has a meaning, and the word is as it was when not. Where the module was not reached
    /// it is as it was too, or, when the contract says so, the input of the register.
    private void output(Case c, int output, String where, long filled, long actual) {
        Gpr register = contract.outputs().get(output);
        boolean stored = contract.stored().on(answer.status())
                && (answer.isReached() || contract.inputsWhenUnreached());
        long value = answer.isReached() ? answers.get(register) : atInstruction.get(register);
        c.expect(answer.status() == 0 ? Rule.OUTPUT : Rule.OUTPUT_ON_FAILURE, where, stored ? value : filled, actual);
    }
}
