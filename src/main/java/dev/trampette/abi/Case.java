package dev.trampette.abi;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.call.Probe;
import dev.trampette.call.Script;
import dev.trampette.call.State;
import dev.trampette.call.Vectors;
import dev.trampette.call.WrapperCrash;
import dev.trampette.image.Contract;
import dev.trampette.image.Image;
import dev.trampette.image.Place;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Gpr;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// One probed call that is over: what it was, and the promises that every routine has to keep.
final class Case {

    /// Identification and nested task: user code can write them, and nobody expects it.
    private static final long ID = 1L << 21;
    private static final long NT = 1L << 14;

    private static final int FIRST_SAVED_VECTOR = 6;
    private static final int LAST_SAVED_VECTOR = 15;
    private static final int XMM_LANES = 2;

    private final Trial trial;
    private final Contract contract;
    private final String outcome;
    private final Consumer<Origins> answers;
    private final Consumer<Finding> sink;
    private Origins origins;

    /// @param outcome what the instruction answered
    /// @param answers adds the values that the instruction wrote to those that findings name
    /// @param sink where findings go
    Case(Trial trial, String outcome, Consumer<Origins> answers, Consumer<Finding> sink) {
        this.trial = trial;
        this.contract = trial.contract();
        this.outcome = outcome;
        this.answers = answers;
        this.sink = sink;
    }

    /// The registers at the call.
    Registers before() {
        return trial.probe().before();
    }

    /// The registers after it.
    Registers after() {
        return trial.probe().after();
    }

    void expect(Rule rule, String where, long expected, long actual) {
        expect(rule, where, expected, actual, Optional.empty());
    }

    /// The same, at an instruction.
    void expectAt(Script.Execution execution, Rule rule, String where, long expected, long actual) {
        if (expected != actual) {
            expect(rule, where, expected, actual, Optional.of(Image.locate(execution.registers().rip())));
        }
    }

    void broken(Rule rule, String where) {
        broken(rule, where, Optional.empty());
    }

    private void expect(Rule rule, String where, long expected, long actual, Optional<String> at) {
        if (expected != actual) {
            Rule cause = origins().isRedZone(actual) ? Rule.RED_ZONE : rule;
            sink.accept(new Finding(contract.symbol(), cause, outcome, where, Optional.of(new Finding.Values(
                    expected, origins().of(expected), actual, origins().of(actual))), at));
        }
    }

    private void broken(Rule rule, String where, Optional<String> at) {
        sink.accept(new Finding(contract.symbol(), rule, outcome, where, Optional.empty(), at));
    }

    /// The routine did not return.
    void crashed(WrapperCrash crash, boolean faulted) {
        Rule rule = switch (crash.kind()) {
            case FAULT -> Rule.FAULT;
            case HANG, BUDGET, STEPS -> Rule.HANG;
            case LOST_STACK -> Rule.STACK_BALANCE;
            case PANIC, SIGNAL, JUMP, STACK_OVERFLOW -> faulted ? Rule.FAULT : Rule.CRASH;
        };
        String message = crash.getMessage();
        broken(rule, message.substring(0, message.length() - crash.place().length() - " at ".length()),
                Optional.of(crash.place()));
    }

    /// What differs from a call with the same declared arguments.
    void depends(Rule rule, String where, long first, long second) {
        sink.accept(new Finding(contract.symbol(), rule, outcome, where, Optional.of(new Finding.Values(
                first, origins().of(first), second, origins().of(second))), Optional.empty()));
    }

    /// All that does not depend on what the routine is for: registers, stack, flags and control state.
    void preserves() {
        registers();
        frame();
        flags();
        State before = trial.probe().stateBefore();
        State after = trial.probe().stateAfter();
        expect(Rule.MXCSR, "mxcsr", before.mxcsr() & State.MXCSR_CONTROL, after.mxcsr() & State.MXCSR_CONTROL);
        expect(Rule.X87_CONTROL, "x87 control word", before.x87Control(), after.x87Control());
        expect(Rule.X87_CONTROL, "x87 tag word", State.X87_EMPTY, after.x87Tag());
        vectors(before, after);
        handlers();
    }

    private void registers() {
        Set<Gpr> saved = contract.convention().calleeSaved();
        for (Gpr register : preserved(contract)) {
            expect(saved.contains(register) ? Rule.CALLEE_SAVED : Rule.UNDECLARED_CLOBBER, register.toString(),
                    before().get(register), after().get(register));
        }
        expect(Rule.STACK_BALANCE, "rsp", before().get(Gpr.RSP), after().get(Gpr.RSP));
    }

    /// The registers that must come back as they were, but for RSP.
    static Set<Gpr> preserved(Contract contract) {
        Set<Gpr> registers = EnumSet.noneOf(Gpr.class);
        if (!contract.convention().isC() || contract.after().clobbers().isPresent()) {
            registers.addAll(EnumSet.complementOf(EnumSet.of(Gpr.RSP, contract.after().status())));
            contract.after().left().forEach(registers::remove);
            contract.after().clobbers().ifPresent(registers::removeAll);
        }
        registers.addAll(contract.convention().calleeSaved());
        return registers;
    }

    /// The words above the return address. The arguments among them are the callee's, the shadow space too; and two words
    /// below an RSP that is off are the probe's.
    private void frame() {
        int own = contract.convention() == Contract.Convention.MS_X64 ? Place.SHADOW_WORDS : 0;
        long probes = after().get(Gpr.RSP) - trial.probe().frame().address();
        for (int word = own; word < Probe.FRAME_WORDS; word++) {
            long offset = word * 8L;
            boolean written = offset < probes && offset > probes - 24;
            long actual = trial.probe().frame().getAtIndex(JAVA_LONG, word);
            if (actual != trial.frame(word) && !written && !trial.arguments().isNamed(new Place.OnStack(word))) {
                expect(Rule.STACK_WRITE, "the caller's frame at [rsp + %d]".formatted(8 + offset), trial.frame(word),
                        actual);
            }
        }
    }

    private void flags() {
        long rflags = after().rflags();
        expect(Rule.DIRECTION_FLAG, "rflags.df", 0, rflags & Registers.DF);
        expect(Rule.ALIGNMENT_CHECK, "rflags.ac", 0, rflags & Registers.AC);
        expect(Rule.UNDECLARED_CLOBBER, "rflags.id", 0, rflags & ID);
        expect(Rule.UNDECLARED_CLOBBER, "rflags.nt", 0, rflags & NT);
    }

    private void vectors(State before, State after) {
        Vectors looked = trial.probe().looked();
        boolean clean = trial.probe().isClean();
        if (clean && contract.convention().isC()) {
            dirty(after, looked);
        }
        if (contract.convention() == Contract.Convention.MS_X64) {
            for (int n = FIRST_SAVED_VECTOR; n <= LAST_SAVED_VECTOR; n++) {
                for (int lane = 0; lane < XMM_LANES; lane++) {
                    lane(Rule.CALLEE_SAVED, n, lane, before.vector(n, lane), after);
                }
            }
        }
        if (!contract.convention().isC()) {
            for (int n = 0; n < looked.registers(); n++) {
                for (int lane = 0; lane < looked.lanes(); lane++) {
                    long expected = clean && n < 16 && lane >= XMM_LANES ? 0 : before.vector(n, lane);
                    lane(Rule.UNDECLARED_CLOBBER, n, lane, expected, after);
                }
            }
            for (int n = 0; n < looked.masks(); n++) {
                expect(Rule.UNDECLARED_CLOBBER, "k" + n, before.mask(n), after.mask(n));
            }
        }
    }

    /// SSE code that runs with the upper halves in use is slow on many processors: what uses them clears them (SDM
    /// volume 1, "VZEROUPPER"). An upper half may be in use and 0; the processor may know.
    private void dirty(State after, Vectors looked) {
        if (trial.tellsDirty()) {
            expect(Rule.VECTOR_STATE, "upper halves in use, XINUSE", 0, after.xinuse() & State.XINUSE_UPPER);
        }
        for (int n = 0; n < Math.min(16, looked.registers()); n++) {
            for (int lane = XMM_LANES; lane < looked.lanes(); lane++) {
                lane(Rule.VECTOR_STATE, n, lane, 0, after);
            }
        }
    }

    /// The C functions that the routine calls, and the instruction where the contract says something.
    private void handlers() {
        for (Script.Report report : trial.script().reports()) {
            if (!report.isAligned()) {
                expect(Rule.STACK_ALIGNMENT, "rsp + 8 modulo 16 at " + report.error().handler(), 0,
                        (report.rsp() + 8) % 16, Optional.of(Image.locate(report.caller())));
            }
        }
        for (int n = 0; n < Math.min(trial.script().executions(), Script.MOST); n++) {
            Script.Execution execution = trial.script().execution(n);
            expectAt(execution, Rule.STACK_ALIGNMENT, "rsp modulo the contract's alignment", 0,
                    execution.registers().get(Gpr.RSP) % contract.alignment());
        }
    }

    /// What a function returns, as far as its type has it.
    static long result(Probe probe, Argument.Type type) {
        return (type.isFloating() ? probe.stateAfter().vector(0, 0) : probe.after().get(Gpr.RAX))
                & type.significantBits();
    }

    private Origins origins() {
        if (origins == null) {
            origins = new Origins();
            answers.accept(origins);
            trial.addTo(origins);
            for (int n = 0; n < Math.min(trial.script().executions(), Script.MOST); n++) {
                Registers at = trial.script().execution(n).registers();
                origins.addRedZone("the return address of the instruction's CALL", at.rip() + 5);
            }
        }
        return origins;
    }

    private void lane(Rule rule, int n, int lane, long expected, State after) {
        long actual = after.vector(n, lane);
        if (expected != actual) {
            expect(rule, "%s[%d:%d]".formatted(Trial.vector(n, lane), lane * 64 + 63, lane * 64), expected, actual);
        }
    }
}
