package dev.trampette.generate;

import static dev.trampette.spec.Gpr.R10;
import static dev.trampette.spec.Gpr.R11;
import static dev.trampette.spec.Gpr.R12;
import static dev.trampette.spec.Gpr.R13;
import static dev.trampette.spec.Gpr.R14;
import static dev.trampette.spec.Gpr.R15;
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
import java.util.stream.Collectors;

/// Design `trampoline`: call sites that load four inputs, call the routine, and take the outputs that they want.
///
/// A leaf whose registers the routine does not pass, or behind which more is to be cleared, goes through the routine
/// for outliers, which expects every input in its place.
record Trampoline() implements DesignSource {

    /// What the trampoline of a family takes in RDI, RSI, RDX and RCX, by the register where it goes, and what it
    /// returns.
    record Routine(String name, List<Gpr> inputs, Set<Gpr> outputs) {

        static final List<Gpr> PARAMETERS = List.of(RDI, RSI, RDX, RCX);

        static Routine of(Family family) {
            List<Gpr> inputs = List.of(RCX, RDX, R8, R9);
            Set<Gpr> outputs = EnumSet.of(RCX, RDX, R8, R9, R10, R11);
            return switch (family) {
                case TDVMCALL -> new Routine("tdvmcall_trampoline", List.of(R12, R13, R14, R15),
                        EnumSet.of(R11, R12, R13, R14, R15));
                case TDG -> new Routine("tdcall_trampoline", inputs, outputs);
                case TDH, SEAMLDR -> new Routine("seamcall_trampoline", inputs, outputs);
            };
        }

        boolean passes(Leaf leaf) {
            return inputs.containsAll(leaf.inputRegisters()) && outputs.containsAll(leaf.outputRegisters())
                    && (leaf.family() == Family.TDVMCALL || !leaf.scrub());
        }

        String forOutliers() {
            return name + "_all";
        }

        void load(LeafFunction function, Gpr keeper, Nasm nasm) {
            Moves moves = new Moves();
            if (keeper != null) {
                moves.to(keeper, function.outPointer(), "where the outputs go");
            }
            // The last parameter first: an input that is not used is a zero there, to copy.
            for (int i = PARAMETERS.size() - 1; i >= 0; i--) {
                Leaf.Input input = function.leaf().input(inputs.get(i)).orElse(null);
                moves.to(PARAMETERS.get(i), input == null ? new Operand.Constant(0) : function.source(input),
                        "in%d%s".formatted(i + 1, input == null ? "" : " = " + (input.value().isPresent()
                                ? input.text() : input.name())));
            }
            moves.emit(nasm);
            nasm.constant(RAX, function.leaf().number(), function.leaf().title());
        }
    }

    @Override
    public String label() {
        return "trampoline";
    }

    @Override
    public String include() {
        return "trampoline.inc";
    }

    @Override
    public List<String> contract(Leaf leaf) {
        Routine routine = Routine.of(leaf.family());
        String calls = "calls=" + (routine.passes(leaf) ? routine.name : routine.forOutliers());
        if (leaf.family() != Family.TDVMCALL) {
            return List.of(calls);
        }
        return List.of("mask=0x%x".formatted(routine.passes(leaf) ? Leaf.MASK_R10_R15 : Leaf.LEGAL_MASK), calls);
    }

    @Override
    public void callSite(LeafFunction function, Nasm nasm) {
        Leaf leaf = function.leaf();
        Routine routine = Routine.of(leaf.family());
        if (!routine.passes(leaf)) {
            outlier(function, routine, nasm);
        } else if (leaf.family() == Family.TDVMCALL) {
            hypercall(function, routine, nasm);
        } else {
            moduleCall(function, routine, nasm);
        }
    }

    @Override
    public List<SharedRoutine> shared(Family family) {
        return SharedRoutine.trampolines(family);
    }

    /// What a leaf gives and takes that goes through the routine for outliers.
    static Set<Gpr> exposed(Leaf leaf) {
        Set<Gpr> exposed = leaf.family() == Family.TDVMCALL ? Gpr.selectedBy(Leaf.LEGAL_MASK) : EnumSet.of(RAX);
        exposed.addAll(leaf.inputRegisters());
        exposed.addAll(leaf.outputRegisters());
        return exposed;
    }

    private static void outlier(LeafFunction function, Routine routine, Nasm nasm) {
        new Direct(function, exposed(function.leaf()), Optional.of(routine.forOutliers()), false).emit(nasm);
    }

    private static void hypercall(LeafFunction function, Routine routine, Nasm nasm) {
        Leaf leaf = function.leaf();
        Gpr out = function.out().map(_ -> R8).orElse(null);
        function.enter(nasm);
        List<Gpr> saved = function.saved(R15, R14, R13, R12, RSI, RDI);
        saved.forEach(register -> nasm.code("push", register.toString()));
        routine.load(function, out, nasm);

        boolean r11 = leaf.outputRegisters().contains(R11);
        boolean others = leaf.outputs().size() > (r11 ? 1 : 0);
        nasm.code(others ? r11 ? "tdvmcall_5" : "tdvmcall_4" : r11 ? "tdvmcall_1" : "tdvmcall_0", r11 ? "rdi" : "");
        function.skipUnlessStored(nasm);
        function.store(nasm, out, RDI);
        if (leaf.stored().isConditional()) {
            nasm.line(".out:");
        }
        saved.reversed().forEach(register -> nasm.code("pop", register.toString()));
        function.leave(nasm);
    }

    /// The outputs stay in their registers; RBX keeps the pointer, for the routine uses all that a function may lose.
    private static void moduleCall(LeafFunction function, Routine routine, Nasm nasm) {
        Leaf leaf = function.leaf();
        Gpr out = function.out().isPresent() ? RBX : null;
        function.enter(nasm);
        List<Gpr> saved = out == null ? function.saved(RSI, RDI) : function.saved(RBX, RSI, RDI);
        saved.forEach(register -> nasm.code("push", register.toString()));
        routine.load(function, out, nasm);
        String wrapper = routine.name.replace("_trampoline", "_thin");
        if (leaf.stored().isConditional()) {
            nasm.code(wrapper, "");
            if (leaf.family().instruction() == Instruction.SEAMCALL) {
                nasm.code("jc", ".out");
            }
            function.skipUnlessStored(nasm);
            function.store(nasm, out, R11);
            nasm.line(".out:");
        } else {
            nasm.code(wrapper, out == null ? "" : "rbx, " + leaf.outputs().stream()
                    .map(output -> output.register().toString()).collect(Collectors.joining(", ")));
        }
        saved.reversed().forEach(register -> nasm.code("pop", register.toString()));
        function.leave(nasm);
    }
}
