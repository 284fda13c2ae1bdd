package dev.trampette.verify.kinds;

import dev.trampette.contract.Effect;
import dev.trampette.contract.Step;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What the instructions of a routine do that are listed one by one: all succeed, or one of them fails.
///
/// @param step the number of the one that fails, from 0
/// @param how it ends
/// @param isAlone whether there is only one instruction
record StepOutcome(int step, How how, boolean isAlone) {

    /// How an instruction can end.
    enum How {
        SUCCESS,
        /// CF = 1.
        VMFAIL_INVALID,
        /// ZF = 1.
        VMFAIL_VALID,
        /// The TDX module says no, in RAX.
        RAX,
        /// The VMM says no, in R10.
        R10,
        /// SEAMCALL finds no module: CF = 1.
        NO_MODULE,
        UD,
        GP
    }

    /// Those that are tried.
    static List<StepOutcome> all(Effect effect) {
        List<Step> steps = effect.steps();
        List<StepOutcome> all = new ArrayList<>();
        all.add(new StepOutcome(0, How.SUCCESS, steps.size() == 1));
        for (int n = 0; n < steps.size(); n++) {
            for (How how : failures(steps.get(n), effect.faults())) {
                all.add(new StepOutcome(n, how, steps.size() == 1));
            }
        }
        return all;
    }

    /// VMPTRST always succeeds, or faults (SDM volume 3, "VMPTRST").
    private static List<How> failures(Step step, boolean faults) {
        List<How> failures = new ArrayList<>(switch (step.instruction()) {
            case TDCALL -> isVmcall(step) && isGhci(step) ? List.of(How.RAX, How.R10) : List.of(How.RAX);
            case SEAMCALL -> List.of(How.RAX, How.NO_MODULE);
            case VMPTRST -> List.of();
            default -> List.of(How.VMFAIL_INVALID, How.VMFAIL_VALID);
        });
        if (faults) {
            failures.addAll(List.of(How.UD, How.GP));
        }
        return failures;
    }

    /// Whether a VMM answers: RAX is 0 at TDCALL.
    static boolean isVmcall(Step step) {
        return new Source.Constant(0).equals(step.operands().get(Gpr.RAX.toString()));
    }

    /// Whether R10 may be 0, and so has the status when the VMM has answered: other calls are the VMM's own.
    private static boolean isGhci(Step step) {
        Source source = step.operands().get(Gpr.R10.toString());
        return source == null || source instanceof Source.Element;
    }

    boolean isSuccess() {
        return how == How.SUCCESS;
    }

    boolean isFault() {
        return how == How.UD || how == How.GP;
    }

    /// What the nth instruction does.
    How of(int n) {
        return n == step ? how : How.SUCCESS;
    }

    /// The name in reports: `vmfail-valid`, or `vmfail-valid@2` when the second of several fails.
    @Override
    public String toString() {
        return how.name().toLowerCase(Locale.ROOT).replace('_', '-')
                + (isAlone || isSuccess() ? "" : "@" + (step + 1));
    }
}
