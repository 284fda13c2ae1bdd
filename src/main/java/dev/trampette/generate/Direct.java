package dev.trampette.generate;

import static dev.trampette.spec.Gpr.R10;
import static dev.trampette.spec.Gpr.R11;
import static dev.trampette.spec.Gpr.R8;
import static dev.trampette.spec.Gpr.R9;
import static dev.trampette.spec.Gpr.RAX;
import static dev.trampette.spec.Gpr.RBX;
import static dev.trampette.spec.Gpr.RCX;
import static dev.trampette.spec.Gpr.RDI;
import static dev.trampette.spec.Gpr.RDX;
import static dev.trampette.spec.Gpr.RSI;

import dev.trampette.spec.Family;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Leaf;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The body of a function that puts each value into its register, executes, and stores the outputs: `inline`,
/// `per-leaf`, and in `trampoline` the leaves that go through the routine for outliers.
///
/// @param function the function
/// @param exposed what the VMM can see and change, or for the TDX module what the leaf names
/// @param routine what is called to execute; empty when the instruction stands here
/// @param early whether R11 is taken and cleared right behind the instruction, as in an inline assembly statement
record Direct(LeafFunction function, Set<Gpr> exposed, Optional<String> routine, boolean early) {

    private static final List<Gpr> KEEPERS = List.of(RDI, RSI, RDX, R8, R9, RCX, R10, R11, RBX,
            Gpr.R12, Gpr.R13, Gpr.R14, Gpr.R15);
    static final List<Gpr> VOLATILE = List.of(RCX, RDX, RSI, RDI, R8, R9, R10, R11);

    /// Exposing what the leaf names.
    static Direct minimal(LeafFunction function, boolean early) {
        Leaf leaf = function.leaf();
        Set<Gpr> exposed = leaf.family() == Family.TDVMCALL ? EnumSet.of(R10, R11) : EnumSet.of(RAX);
        exposed.addAll(leaf.inputRegisters());
        exposed.addAll(leaf.outputRegisters());
        return new Direct(function, exposed, Optional.empty(), early);
    }

    private Leaf leaf() {
        return function.leaf();
    }

    private boolean isVmcall() {
        return leaf().family() == Family.TDVMCALL;
    }

    private boolean isSeamcall() {
        return leaf().family().instruction() == Instruction.SEAMCALL;
    }

    /// Emit all of it, from the first push to the last label.
    void emit(Nasm nasm) {
        function.enter(nasm);
        Gpr out = function.out().flatMap(this::keeper).orElse(null);
        boolean onStack = out == null && function.out().isPresent();
        List<Gpr> saved = function.preserved().stream()
                .filter(register -> exposed.contains(register) || register == out).toList();
        saved.forEach(register -> nasm.code("push", register.toString()));
        if (losesRbp()) {
            nasm.code("push", "rbp", "a guest runs, and RBP is not what it was");
        }
        if (onStack) {
            nasm.code("push", function.out().orElseThrow().toString(), "where the outputs go: no register is left");
        }
        inputs(nasm, out);
        execution(nasm);
        results(nasm, out, onStack);
        if (onStack) {
            nasm.code("add", "rsp, 8");
        }
        if (losesRbp()) {
            nasm.code("pop", "rbp");
        }
        saved.reversed().forEach(register -> nasm.code("pop", register.toString()));
        function.leave(nasm);
        outOfLine(nasm);
    }

    /// Whether RBP may come back with a value of somebody else's: a guest runs behind the leaf. TDG.VP.ENTER gives RBP
    /// of L2; TDH.VP.ENTER 0 on an asynchronous exit from modules 1.5.01 and 1.5.05, NO_RBP_MOD or not, and what the
    /// guest had where its TD was made without NO_RBP_MOD.
    private boolean losesRbp() {
        return leaf().scrub() && !isVmcall();
    }

    /// A register that keeps the pointer to the outputs across the instruction: its own, when the leaf leaves it alone.
    private Optional<Gpr> keeper(Gpr out) {
        Set<Gpr> taken = EnumSet.copyOf(exposed);
        taken.add(RAX);
        if (isVmcall()) {
            taken.add(RCX);
        }
        if (!taken.contains(out)) {
            return Optional.of(out);
        }
        return KEEPERS.stream().filter(register -> !taken.contains(register)).findFirst();
    }

    private void inputs(Nasm nasm, Gpr out) {
        Moves moves = new Moves();
        leaf().inputs().forEach(input -> moves.to(input.register(), function.source(input),
                input.value().isPresent() ? input.text() : input.name()));
        if (out != null) {
            moves.to(out, function.outPointer(), "where the outputs go");
        }
        moves.emit(nasm);
        for (Gpr register : exposed) {
            boolean selector = register == RAX || isVmcall() && (register == R10 || register == R11);
            if (!selector && leaf().input(register).isEmpty()) {
                nasm.zero(register, isVmcall() ? "exposed: nothing of the caller's in it" : "an output");
            }
        }
    }

    private void execution(Nasm nasm) {
        if (routine.isPresent()) {
            nasm.constant(RAX, leaf().number(), leaf().title());
            nasm.code("call", routine.get());
            if (isVmcall()) {
                nasm.code("xchg", "rax, r10", "status out, zero in");
            } else if (isSeamcall() && !leaf().outputs().isEmpty()) {
                nasm.code("jc", ".out", "the module was not reached");
            }
            return;
        }
        if (isVmcall()) {
            nasm.zero(R10, "TDVMCALL_STANDARD");
            nasm.constant(R11, leaf().number(), leaf().title());
            nasm.vmcall(leaf().mask());
            nasm.code("xchg", "rax, r10", "status out, zero in");
        } else {
            nasm.constant(RAX, leaf().number(), leaf().title());
            nasm.moduleCall(leaf().family().instruction());
        }
    }

    private void results(Nasm nasm, Gpr out, boolean onStack) {
        boolean taken = early && isVmcall() && leaf().outputRegisters().contains(R11);
        Gpr r11 = taken ? (out == RDX || leaf().outputRegisters().contains(RDX) ? RCX : RDX) : R11;
        if (taken) {
            nasm.code("mov", r11 + ", r11");
            nasm.zero(R11, "");
        }
        function.skipUnlessStored(nasm);
        if (onStack) {
            nasm.code("push", "rax", "status");
            nasm.code("mov", "rax, [rsp + 8]", "where the outputs go");
        }
        function.store(nasm, onStack ? RAX : out, r11);
        if (onStack) {
            nasm.code("pop", "rax");
        }
        if (leaf().stored().isConditional() || isSeamcall() && (routine.isEmpty() || !leaf().outputs().isEmpty())) {
            nasm.line(".out:");
        }
        if (leaf().scrub()) {
            scrub(nasm, taken);
        }
    }

    /// Nothing that somebody untrusted wrote stays in a register that is not restored anyway.
    private void scrub(Nasm nasm, boolean r11IsClear) {
        for (Gpr register : VOLATILE) {
            boolean status = isVmcall() && register == R10;
            if (exposed.contains(register) && !status && !(r11IsClear && register == R11)) {
                nasm.zero(register, "");
            }
        }
    }

    private void outOfLine(Nasm nasm) {
        if (routine.isPresent()) {
            return;
        }
        if (isVmcall()) {
            nasm.line(".panic:");
            nasm.code("ud2", "", "the TDX module refused a call that cannot be wrong");
        } else if (isSeamcall()) {
            nasm.noModule();
        }
    }
}
