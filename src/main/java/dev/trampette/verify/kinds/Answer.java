package dev.trampette.verify.kinds;

import dev.trampette.contract.Contract;
import dev.trampette.contract.Effect;
import dev.trampette.shim.Registers;
import dev.trampette.spec.CompletionStatus;
import dev.trampette.spec.GhciStatus;
import dev.trampette.spec.Instruction;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// What an instruction answers in a case, and the status that the wrapper must make of it.
sealed interface Answer {

    /// The VMM answers with a status; or the TDX module refuses the call, and RAX is not 0.
    record Vmm(String name, long rax, long status) implements Answer {
    }

    /// The TDX module answers with a completion status; an old one changes RBP too.
    record Module(String name, long status, boolean tramplesRbp) implements Answer {
    }

    /// The TDX module refuses before it looks at the leaf: RAX alone is written.
    record Refusal(String name, long status) implements Answer {
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

    /// The same answer so many times, and then another one; a wrapper may give up before that.
    ///
    /// @param most how many calls the wrapper may make
    record Again(String name, Answer first, int times, Answer then, int most) implements Answer {

        @Override
        public long status() {
            return isGivenUp() ? first.status() : then.status();
        }

        boolean isGivenUp() {
            return times >= most;
        }
    }

    /// The name of the outcome.
    String name();

    /// What the wrapper returns.
    long status();

    /// What is in RAX after the last call, when somebody answered.
    default long rax() {
        return last() instanceof Vmm vmm ? vmm.rax : last().status();
    }

    /// The answer to the last call.
    default Answer last() {
        return this instanceof Again again ? again.isGivenUp() ? again.first : again.then : this;
    }

    /// How often the instruction is executed.
    default int executions() {
        return this instanceof Again again ? Math.min(again.times + 1, again.most) : 1;
    }

    /// The answer to the nth execution.
    default Answer to(int execution) {
        return this instanceof Again again ? execution < again.times ? again.first : again.then : this;
    }

    /// How many answers differ, the last standing for all that follow.
    default int steps() {
        return this instanceof Again again ? again.isGivenUp() ? 1 : again.times + 1 : 1;
    }

    /// Whether somebody was there to answer.
    default boolean isReached() {
        return last() instanceof Vmm vmm && vmm.rax == 0 || last() instanceof Module || last() instanceof Refusal;
    }

    /// Whether somebody answered who writes more than the status.
    default boolean isWritten() {
        return isReached() && !(last() instanceof Refusal);
    }

    /// Whether the instruction faults.
    default boolean isFault() {
        return this instanceof Fault;
    }

    /// Whether TDG.VP.VMCALL itself was refused, so that nobody answered.
    default boolean isRefused() {
        return this instanceof Vmm vmm && vmm.rax != 0;
    }

    /// The answers to a wrapper that are tried.
    static List<Answer> to(Contract contract, RandomGenerator random) {
        Effect effect = contract.effect().orElseThrow();
        List<Answer> answers = new ArrayList<>(contract.promises().mask().isPresent() ? vmm(random)
                : module(contract, random));
        effect.retry().ifPresent(retry -> {
            answers.removeIf(answer -> answer.status() == retry.status());
            Answer again = contract.promises().mask().isPresent()
                    ? new Vmm("", 0, retry.status())
                    : new Module("", retry.status(), false);
            Answer success = answers.getFirst();
            answers.add(new Again("retry-once", again, 1, success, retry.most()));
            answers.add(new Again("retry-to-the-last", again, retry.most() - 1, success, retry.most()));
            answers.add(new Again("retry-for-ever", again, retry.most(), success, retry.most()));
        });
        return answers;
    }

    private static List<Answer> vmm(RandomGenerator random) {
        return List.of(
                new Vmm("success", 0, GhciStatus.SUCCESS.code()),
                new Vmm("retry", 0, GhciStatus.RETRY.code()),
                new Vmm("invalid-operand", 0, GhciStatus.INVALID_OPERAND.code()),
                new Vmm("random-status", 0, random.nextLong()),
                new Vmm("low-status", 0, half(random)),
                new Vmm("high-status", 0, half(random) << 32),
                new Vmm("rax", CompletionStatus.OPERAND_INVALID.code(), 0),
                new Vmm("rax-low", half(random), 0),
                new Vmm("rax-high", half(random) << 32, 0));
    }

    /// 32 bits that are not all 0: any, or a single one.
    private static long half(RandomGenerator random) {
        return random.nextBoolean() ? 1L << random.nextInt(Integer.SIZE) : random.nextInt() & 0xffffffffL | 1;
    }

    private static List<Answer> module(Contract contract, RandomGenerator random) {
        List<Answer> answers = new ArrayList<>(List.of(
                new Module("success", 0, false),
                new Module("warning", CompletionStatus.PAGE_ALREADY_ACCEPTED.with(1).code(), false),
                new Module("error", CompletionStatus.OPERAND_INVALID.with(random.nextInt(16)).code(), false),
                new Module("busy", CompletionStatus.OPERAND_BUSY.code(), false),
                new Module("random-status", random.nextLong(), false),
                new Module("low-status", half(random), false),
                new Module("high-status", half(random) << 32, false)));
        if (!contract.isForeign()) {
            answers.add(new Refusal("refused", CompletionStatus.SYS_SHUTDOWN.code()));
        }
        if (contract.promises().scrubsAll()) {
            answers.add(new Module("old-module", 0, true));
        }
        Effect effect = contract.effect().orElseThrow();
        if (effect.instruction() == Instruction.SEAMCALL) {
            answers.add(new NoModule("no-module", CompletionStatus.SW_VMFAILINVALID.code()));
            if (effect.faults()) {
                answers.add(new Fault("ud", Registers.UD));
                answers.add(new Fault("gp", Registers.GP));
            }
        }
        return answers;
    }
}
