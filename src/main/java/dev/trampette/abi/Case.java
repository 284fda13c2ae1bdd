package dev.trampette.abi;

import dev.trampette.shim.Registers;
import dev.trampette.spec.Gpr;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/// One probed call: what it was, and the promises that every wrapper has to keep.
///
/// @param wrapper the symbol
/// @param outcome what the instruction answers
/// @param before the registers at the call
/// @param after the registers after it
/// @param sink where findings go
record Case(String wrapper, String outcome, Snapshot before, Snapshot after, Consumer<Finding> sink) {

    /// The registers that a SysV function preserves, but for RSP (psABI 3.2.1).
    static final Set<Gpr> CALLEE_SAVED = EnumSet.of(Gpr.RBX, Gpr.RBP, Gpr.R12, Gpr.R13, Gpr.R14, Gpr.R15);

    void expect(Rule rule, String where, long expected, long actual) {
        if (expected != actual) {
            sink.accept(new Finding(wrapper, rule, outcome, where, expected, actual));
        }
    }

    void broken(Rule rule, String where) {
        sink.accept(new Finding(wrapper, rule, outcome, where, 0, 1));
    }

    /// RSP, DF, and the registers of a set are what they were.
    void preserves(Rule rule, Set<Gpr> registers) {
        for (Gpr register : registers) {
            expect(rule, register.toString(), before.get(register), after.get(register));
        }
        expect(Rule.STACK_BALANCE, "rsp", before.get(Gpr.RSP), after.get(Gpr.RSP));
        expect(Rule.DIRECTION_FLAG, "rflags.df", 0, after.rflags() & Registers.DF);
    }
}
