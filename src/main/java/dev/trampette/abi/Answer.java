package dev.trampette.abi;

import dev.trampette.image.Contract;
import dev.trampette.shim.Registers;
import dev.trampette.spec.CompletionStatus;
import dev.trampette.spec.GhciStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// What an instruction answers in a case, and the status that the wrapper must make of it.
sealed interface Answer {

    /// The VMM answers with a status; or the TDX module refuses the call, and RAX is not 0.
    record Vmm(String name, long rax, long status) implements Answer {
    }

    /// The TDX module answers with a completion status.
    record Module(String name, long status) implements Answer {
    }

    /// SEAMCALL finds no module: CF = 1, and nothing is written.
    record NoModule(String name, long status) implements Answer {
    }

    /// SEAMCALL faults.
    record Fault(String name, int vector) implements Answer {

        @Override
        public long status() {
            return CompletionStatus.SW_UD.with(vector).code();
        }
    }

    /// The name of the outcome.
    String name();

    /// What the wrapper returns.
    long status();

    /// Whether somebody was there to answer.
    default boolean isReached() {
        return this instanceof Vmm || this instanceof Module;
    }

    /// Whether the instruction faults.
    default boolean isFault() {
        return this instanceof Fault;
    }

    /// Whether there is nobody to return the answer to: TDG.VP.VMCALL itself was refused.
    default boolean panics() {
        return this instanceof Vmm vmm && vmm.rax != 0;
    }

    /// The answers to a call site that are tried.
    static List<Answer> to(Contract contract, RandomGenerator random) {
        if (contract.mask().isPresent()) {
            return List.of(
                    new Vmm("success", 0, GhciStatus.SUCCESS.code()),
                    new Vmm("retry", 0, GhciStatus.RETRY.code()),
                    new Vmm("invalid-operand", 0, GhciStatus.INVALID_OPERAND.code()),
                    new Vmm("random-status", 0, random.nextLong()),
                    new Vmm("rax", CompletionStatus.OPERAND_INVALID.code(), 0));
        }
        List<Answer> answers = new ArrayList<>(List.of(
                new Module("success", 0),
                new Module("warning", CompletionStatus.PAGE_ALREADY_ACCEPTED.with(1).code()),
                new Module("error", CompletionStatus.OPERAND_INVALID.with(random.nextInt(16)).code()),
                new Module("busy", CompletionStatus.OPERAND_BUSY.code()),
                new Module("random-status", random.nextLong())));
        if (contract.instruction().equals("SEAMCALL")) {
            answers.add(new NoModule("no-module", CompletionStatus.SW_VMFAILINVALID.code()));
            answers.add(new Fault("ud", Registers.UD));
            answers.add(new Fault("gp", Registers.GP));
        }
        return answers;
    }
}
