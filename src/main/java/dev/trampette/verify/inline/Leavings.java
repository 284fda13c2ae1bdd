package dev.trampette.verify.inline;

import dev.trampette.inline.InlineCode;
import dev.trampette.inline.Instance;
import dev.trampette.inline.Operand;
import dev.trampette.probe.State;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Aside;
import dev.trampette.spec.Gpr;
import dev.trampette.verdict.Rule;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What a copy of a statement has left, against its outputs and clobbers.
///
/// @param code says which vectors the compiler uses
/// @param plan what is where
/// @param stage where it ran
/// @param kinds what its inputs are
/// @param found takes what is wrong
/// @param mend says what would be right
record Leavings(InlineCode code, Plan plan, Stage stage, Kinds kinds, Found found, Mend mend) {

    private static final int VALUES_OF_XMM = 2;
    private static final int VALUES_OF_YMM = 4;
    private static final int XMM = 16;

    private Instance instance() {
        return plan.instance();
    }

    /// Look at all of it.
    void look(Passage passage, Setting setting, String outcome) {
        if (passage.moved() != 0) {
            found.add(Rule.STACK_BALANCE, outcome, "rsp has moved by %d at its end".formatted(passage.moved()));
        }
        registers(passage, setting, outcome);
        vectors(passage, setting, outcome);
        flags(passage, outcome);
        memory(passage, setting, outcome);
    }

    private void registers(Passage passage, Setting setting, String outcome) {
        for (Gpr register : Gpr.values()) {
            if (register == Gpr.RSP || passage.get(register) == setting.registers[register.ordinal()]
                    || instance().gprs().contains(register) || instance().output(register).isPresent()) {
                continue;
            }
            Optional<Integer> input = plan.inputIn(register);
            if (input.isPresent()) {
                found.add(Rule.UNDECLARED_CLOBBER, outcome, "%s, an input only, is changed: make it %s"
                        .formatted(mend.name(input.get()), mend.readWrite(input.get())));
            } else if (plan.addressIn(register).isPresent()) {
                found.add(Rule.UNDECLARED_CLOBBER, outcome, ("%s has the address of %s, and is changed: give the "
                        + "address as an operand of its own, \"+r\"").formatted(register,
                        mend.name(plan.addressIn(register).get())));
            } else {
                found.changed(register.toString(), outcome);
            }
        }
    }

    private void vectors(Passage passage, Setting setting, String outcome) {
        int lanes = code.hasAvx512() ? State.LANES : code.hasAvx() ? VALUES_OF_YMM : VALUES_OF_XMM;
        Set<String> uppers = new TreeSet<>();
        for (int number = 0; number < (code.hasAvx512() ? 2 * XMM : XMM); number++) {
            int v = number;
            if (instance().vectors().contains(number)
                    || instance().outputs().stream().anyMatch(one -> Plan.isVector(one, v))) {
                continue;
            }
            int changed = -1;
            for (int lane = 0; lane < Math.min(lanes, stage.probe().available().lanes()) && changed < 0; lane++) {
                int at = number * State.LANES + lane;
                changed = passage.vectors()[at] == setting.vectors[at] ? -1 : lane;
            }
            Optional<Operand> input = instance().inputs().stream().filter(one -> Plan.isVector(one, v)).findFirst();
            if (changed >= VALUES_OF_XMM) {
                uppers.add("xmm" + number);
            } else if (changed >= 0 && input.isPresent()) {
                found.add(Rule.UNDECLARED_CLOBBER, outcome, "%s, an input only, is changed: make it %s"
                        .formatted(mend.name(input.get().number()), mend.readWrite(input.get().number())));
            } else if (changed >= 0) {
                found.changed("xmm" + number, outcome);
            }
        }
        if (uppers.size() == 1) {
            found.changed(uppers.iterator().next(), outcome);
        } else if (!uppers.isEmpty()) {
            found.add(Rule.UNDECLARED_CLOBBER, outcome, ("bits 128 and above of vectors that are no clobbers are "
                    + "changed, in which the compiler may keep values: add \"xmm0\" to \"xmm15\" to the clobbers"));
        }
        for (int k = 0; k < Setting.MASKS && code.hasAvx512(); k++) {
            if (passage.masks()[k] != setting.masks[k] && !instance().masks().contains(k)) {
                found.changed("k" + k, outcome);
            }
        }
    }

    private void flags(Passage passage, String outcome) {
        if ((passage.rflags() & Registers.DF) != 0) {
            found.add(Rule.DIRECTION_FLAG, outcome, "DF is set at its end: CLD");
        }
        if ((passage.rflags() & Registers.AC) != 0
                && passage.asides().stream().noneMatch(aside -> aside.what() == Aside.STAC)) {
            found.add(Rule.ALIGNMENT_CHECK, outcome, "AC is set at its end");
        }
        if (((passage.mxcsr() ^ State.MXCSR_DEFAULT) & State.MXCSR_OTHER) != 0) {
            found.add(Rule.MXCSR, outcome, "MXCSR has other control bits at its end");
        }
        if (passage.x87Control() != State.X87_DEFAULT) {
            found.add(Rule.X87_CONTROL, outcome, "the x87 control word is another one at its end");
        }
        if (passage.x87Tag() != State.X87_EMPTY && !instance().hasX87()) {
            found.add(Rule.X87_CONTROL, outcome, "an x87 or MMX register is in use at its end: EMMS, and "
                    + mend.clobber(List.of("st", "mm0")));
        }
    }

    private void memory(Passage passage, Setting setting, String outcome) {
        boolean isAllowed = instance().hasMemory();
        for (OperandMemory.Written written : plan.memory().written(setting, passage)) {
            if (written.operand() >= 0 && !isAllowed) {
                found.add(Rule.UNDECLARED_CLOBBER, outcome, "%s, an input only, is written: make it %s"
                        .formatted(mend.name(written.operand()), mend.readWrite(written.operand())));
            } else if (!isAllowed) {
                found.add(Rule.UNDECLARED_CLOBBER, outcome, "%s is written: %s, or make what is written an operand"
                        .formatted(written.buffer() >= 0 ? "memory behind " + mend.name(kinds.pointer(written.buffer()))
                                : written.what(), mend.clobber(List.of("memory"))));
            } else if (!instance().statement().isVolatile()) {
                found.add(Rule.ASM_VOLATILE, outcome, "memory is written that is no operand, and the compiler may "
                        + "leave that out: make it asm volatile");
            }
        }
        int below = plan.memory().below(setting, passage);
        if (below > 0 && below <= plan.copy().surrounding().redZone()) {
            found.add(Rule.RED_ZONE, outcome, ("it writes below rsp, where %s keeps values: compile with "
                    + "-mno-red-zone, or move rsp by 128 bytes before and behind").formatted(instance().function()));
        }
    }
}
