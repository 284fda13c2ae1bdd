package dev.trampette.verify.trial;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.contract.Contract;
import dev.trampette.contract.Promises;
import dev.trampette.contract.Signature;
import dev.trampette.probe.Execution;
import dev.trampette.probe.Probe;
import dev.trampette.probe.Report;
import dev.trampette.probe.State;
import dev.trampette.probe.Vectors;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import dev.trampette.verdict.Rule;
import dev.trampette.verify.values.Flag;
import dev.trampette.verify.values.Places;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// The promises that every routine has to keep, whatever it is for: registers, stack, flags, control state, vectors,
/// and the stack at the C functions that it calls.
final class StateRules {

    private static final int XMM_LANES = 2;
    /// VZEROUPPER clears those of the first 16. SSE code that runs while they are in use is slow on many processors:
    /// what uses them clears them (SDM volume 1, "VZEROUPPER"). One may be in use and 0; the processor may know.
    private static final int CLEANED_VECTORS = 16;

    private final Case c;
    private final Trial trial;
    private final Convention convention;
    private final Promises promises;

    StateRules(Case c, Trial trial) {
        this.c = c;
        this.trial = trial;
        this.convention = trial.contract().signature().convention();
        this.promises = trial.contract().promises();
    }

    void check() {
        segments();
        registers();
        frame();
        flags();
        State before = trial.probe().stateBefore();
        State after = trial.probe().stateAfter();
        if (!promises.changes().contains(Promises.Changeable.MXCSR)) {
            c.expect(Rule.MXCSR, "mxcsr", before.mxcsr() & State.MXCSR_CONTROL, after.mxcsr() & State.MXCSR_CONTROL);
        }
        if (!promises.changes().contains(Promises.Changeable.X87)) {
            c.expect(Rule.X87_CONTROL, "x87 control word", before.x87Control(), after.x87Control());
        }
        x87(after);
        zeros();
        vectors(before, after);
        calls();
    }

    /// All registers are empty, but for the one with the result.
    private void x87(State after) {
        boolean isReturned = trial.contract().signature().isReturnedOnX87();
        int expected = !isReturned ? State.X87_EMPTY : after.x87Tag() == State.X87_EMPTY ? State.X87_ONE_IN_USE
                : after.x87TagOfTop();
        c.expect(Rule.X87_CONTROL, "x87 tag word", expected, after.x87Tag());
    }

    private void zeros() {
        promises.zeros().forEach(place ->
                c.expect(Rule.UNDECLARED_CLOBBER, place.toString(), 0, Places.after(trial.probe(), place)));
    }

    /// Those of a call that did not return, too.
    void segments() {
        State before = trial.probe().stateBefore();
        State after = trial.probe().stateAfter();
        c.expect(Rule.SEGMENT_BASE, "fs base", before.fsBase(), after.fsBase());
        c.expect(Rule.SEGMENT_BASE, "gs base", before.gsBase(), after.gsBase());
        c.expect(Rule.SEGMENT_BASE, "pkru", before.pkru(), after.pkru());
    }

    private void registers() {
        Set<Gpr> saved = convention.preserved();
        for (Gpr register : trial.preserved()) {
            c.expect(saved.contains(register) ? Rule.CALLEE_SAVED : Rule.UNDECLARED_CLOBBER, register.toString(),
                    c.before().get(register), c.after().get(register));
        }
        c.expect(Rule.STACK_BALANCE, "rsp", c.before().get(Gpr.RSP), c.after().get(Gpr.RSP));
    }

    /// The registers that must come back as they were by this contract, but for RSP.
    static Set<Gpr> preserved(Contract contract) {
        Set<Gpr> registers = EnumSet.noneOf(Gpr.class);
        Signature signature = contract.signature();
        Optional<Set<Gpr>> clobbers = contract.promises().clobbers();
        if (!signature.convention().isC() || clobbers.isPresent()) {
            registers.addAll(EnumSet.complementOf(EnumSet.of(Gpr.RSP)));
            boolean isAnything = !signature.isVoid()
                    && (contract.effect().isPresent() || signature.result().isPresent());
            if (signature.convention().leavesStatus() && isAnything) {
                registers.remove(signature.status());
            }
            signature.left().forEach(registers::remove);
            contract.effect().ifPresent(effect -> effect.returned().keySet().forEach(registers::remove));
            clobbers.ifPresent(registers::removeAll);
        }
        registers.addAll(signature.convention().preserved());
        return registers;
    }

    /// The words above the return address. The arguments among them are the callee's, the shadow space too; and two
    /// words below an RSP that is off are the probe's.
    private void frame() {
        int own = convention.homeWords();
        long probes = c.after().get(Gpr.RSP) - trial.probe().frame().address();
        for (int word = own; word < Probe.FRAME_WORDS; word++) {
            long offset = word * 8L;
            boolean written = offset < probes && offset > probes - 24;
            long actual = trial.probe().frame().getAtIndex(JAVA_LONG, word);
            long expected = trial.frame(word);
            if (actual != expected && !written && !trial.isNamed(word)) {
                c.expect(Rule.STACK_WRITE, "the caller's frame at [rsp + %d]".formatted(8 + offset), expected, actual);
            }
        }
    }

    private void flags() {
        long rflags = c.after().rflags();
        c.expect(Rule.DIRECTION_FLAG, "rflags.df", 0, rflags & Registers.DF & ~c.before().rflags());
        c.expect(Rule.ALIGNMENT_CHECK, "rflags.ac", 0, rflags & Registers.AC & ~c.before().rflags());
        c.expect(Rule.UNDECLARED_CLOBBER, "rflags.id", 0, rflags & Registers.ID);
        c.expect(Rule.UNDECLARED_CLOBBER, "rflags.nt", 0, rflags & Registers.NT);
        if (promises.preservesFlags()) {
            for (Flag flag : Flag.values()) {
                c.expect(Rule.UNDECLARED_CLOBBER, flag.toString(), c.before().rflags() & flag.bit(),
                        rflags & flag.bit());
            }
        }
    }

    private void vectors(State before, State after) {
        Vectors looked = trial.probe().looked();
        long[] given = new long[looked.registers() * State.LANES];
        long[] found = given.clone();
        before.vectors(given);
        after.vectors(found);
        boolean clean = trial.probe().isClean();
        boolean keepsAll = !convention.isC() && !promises.losesVectors();
        Map<Rule, Integer> first = new EnumMap<>(Rule.class);
        for (int n = 0; n < looked.registers(); n++) {
            for (int lane = 0; lane < looked.lanes(); lane++) {
                int at = n * State.LANES + lane;
                boolean upper = n < CLEANED_VECTORS && lane >= XMM_LANES;
                if (keepsAll && found[at] != (clean && upper ? 0 : given[at])) {
                    first.putIfAbsent(Rule.UNDECLARED_CLOBBER, at);
                } else if (clean && upper && found[at] != 0) {
                    first.putIfAbsent(Rule.VECTOR_STATE, at);
                } else if (lane < XMM_LANES && convention.preservesVector(n) && found[at] != given[at]) {
                    first.putIfAbsent(Rule.CALLEE_SAVED, at);
                }
            }
        }
        first.forEach((rule, at) -> {
            boolean upper = at / State.LANES < CLEANED_VECTORS && at % State.LANES >= XMM_LANES;
            c.expect(rule, Surroundings.lane(at / State.LANES, at % State.LANES), clean && upper ? 0 : given[at],
                    found[at]);
        });
        for (int n = 0; keepsAll && n < looked.masks(); n++) {
            c.expect(Rule.UNDECLARED_CLOBBER, "k" + n, before.mask(n), after.mask(n));
        }
        if (clean && !keepsAll && trial.tellsDirty()) {
            c.expect(Rule.VECTOR_STATE, "upper halves in use, XINUSE", 0, after.xinuse() & State.XINUSE_UPPER);
        }
    }

    /// The C functions that the routine calls, and the instruction where the contract says something.
    void calls() {
        trial.script().reports().forEach(report -> call(report, " at " + report.error().handler()));
        trial.script().externalCalls().forEach(report ->
                call(report, " at the call of " + trial.externals().name(report.external())));
        for (int n = 0; n < trial.script().recorded(); n++) {
            Execution execution = trial.script().execution(n);
            c.expectAt(execution, Rule.STACK_ALIGNMENT, "rsp modulo the contract's alignment", 0,
                    execution.registers().get(Gpr.RSP) % promises.alignment());
        }
    }

    /// What a function finds that the routine calls; where it was jumped to, nobody knows from where.
    private void call(Report report, String where) {
        int before = trial.probe().stateBefore().mxcsr();
        Supplier<Optional<String>> at = () -> report.caller() == trial.probe().returnAddress() ? Optional.empty()
                : Optional.of(trial.probe().locate(report.caller()));
        int unit = promises.stackAlignment().orElse(trial.target().outside().stackAlignment());
        c.expect(Rule.STACK_ALIGNMENT, "rsp + 8 modulo %d%s".formatted(unit, where), 0, (report.rsp() + 8) % unit, at);
        long flags = report.rflags() & ~(c.before().rflags() & promises.cleanBits());      // those are of another rule
        c.expect(Rule.DIRECTION_FLAG, "rflags.df" + where, 0, flags & Registers.DF, at);
        c.expect(Rule.ALIGNMENT_CHECK, "rflags.ac" + where, 0, flags & Registers.AC, at);
        c.expect(Rule.MXCSR, "mxcsr" + where, before & State.MXCSR_CONTROL,
                report.mxcsr() & State.MXCSR_CONTROL, at);
        c.expect(Rule.X87_CONTROL, "x87 tag word" + where, State.X87_EMPTY, report.x87Tag(), at);
    }
}
