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

import dev.trampette.spec.Argument;
import dev.trampette.spec.Family;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Leaf;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Design `memory-struct`: call sites that fill a structure on the stack as a designated initialiser does, call the
/// routine that marshals it, and read the results back.
record MemoryStruct() implements DesignSource {

    /// A structure and the routine that takes it.
    ///
    /// @param prefix of the names of its members
    /// @param members how many
    /// @param routine what is called
    record Structure(String prefix, int members, String routine) {

        static Structure of(Leaf leaf) {
            boolean returns = !leaf.outputs().isEmpty();
            if (leaf.family() == Family.TDVMCALL) {
                return new Structure("HYPERCALL_ARGS", SharedRoutine.HYPERCALL_ARGS.size(),
                        returns ? "tdx_hypercall_ret" : "tdx_hypercall");
            }
            List<Gpr> few = SharedRoutine.FEW;
            boolean saved = leaf.scrub() || !few.containsAll(leaf.inputRegisters())
                    || !few.containsAll(leaf.outputRegisters());
            String name = leaf.family().instruction() == Instruction.SEAMCALL ? "seamcall_struct" : "tdcall_struct";
            return new Structure("MODULE_ARGS", SharedRoutine.MODULE_ARGS.size(),
                    name + (saved ? "_saved_ret" : returns ? "_ret" : ""));
        }

        String member(Gpr register) {
            return "[rsp + %s.%s]".formatted(prefix, register);
        }

        /// The size of the frame: with what is pushed before, the stack is aligned to 16 at the call.
        String frame(boolean pushed) {
            boolean odd = (members % 2 == 1) == pushed;
            return prefix + "_size" + (odd ? " + 8" : "");
        }
    }

    /// Where an argument waits while REP STOSQ has RAX, RCX and RDI.
    private static final List<Gpr> SPARE = List.of(RDX, RSI, R8, R9, R10, R11);

    @Override
    public String label() {
        return "memory-struct";
    }

    @Override
    public String include() {
        return "memory-struct.inc";
    }

    @Override
    public List<String> contract(Leaf leaf) {
        String calls = "calls=" + Structure.of(leaf).routine;
        return switch (leaf.family()) {
            case TDVMCALL -> List.of("mask=0x%x".formatted(Leaf.LEGAL_MASK), calls);
            case TDG -> List.of(calls);
            case TDH, SEAMLDR -> leaf.outputs().isEmpty() ? List.of(calls) : List.of(calls, "unreached=input");
        };
    }

    @Override
    public void callSite(LeafFunction function, Nasm nasm) {
        Leaf leaf = function.leaf();
        Structure structure = Structure.of(leaf);
        boolean returns = !leaf.outputs().isEmpty();
        function.enter(nasm);
        List<Gpr> saved = returns ? function.saved(RBX, RSI, RDI) : function.saved(RSI, RDI);
        saved.forEach(register -> nasm.code("push", register.toString()));
        nasm.code("sub", "rsp, " + structure.frame(saved.size() % 2 == 1));
        fill(function, structure, nasm);
        if (leaf.family() == Family.TDVMCALL) {
            nasm.code("mov", "rdi, rsp");
        } else {
            nasm.code("mov", "rsi, rsp");
            nasm.constant(RDI, leaf.number(), leaf.title());
        }
        nasm.code("call", structure.routine);
        results(function, structure, nasm);
        nasm.code("add", "rsp, " + structure.frame(saved.size() % 2 == 1));
        saved.reversed().forEach(register -> nasm.code("pop", register.toString()));
        function.leave(nasm);
    }

    @Override
    public List<SharedRoutine> shared(Family family) {
        return SharedRoutine.structures(family);
    }

    private static void fill(LeafFunction function, Structure structure, Nasm nasm) {
        Leaf leaf = function.leaf();
        boolean vmcall = leaf.family() == Family.TDVMCALL;
        boolean everyMember = leaf.inputs().size() + (vmcall ? 2 : 0) == structure.members;
        Map<Gpr, Gpr> now = new HashMap<>();
        if (!everyMember) {
            outOfTheWay(function, now, nasm);
            nasm.zero(RAX, "");
            nasm.code("mov", "ecx, %s_size / 8".formatted(structure.prefix));
            nasm.code("mov", "rdi, rsp");
            nasm.code("rep stosq", "");
        } else if (function.out().isPresent()) {
            nasm.code("mov", "rbx, " + function.out().get(), "where the outputs go");
        }
        if (vmcall) {
            if (everyMember) {
                nasm.code("mov", "qword %s, 0".formatted(structure.member(R10)), "TDVMCALL_STANDARD");
            }
            store(structure.member(R11), leaf.number(), leaf.title(), nasm);
        }
        for (Leaf.Input input : leaf.inputs()) {
            String member = structure.member(input.register());
            switch (function.source(input)) {
                case Operand.Constant constant -> {
                    if (constant.value() != 0 || everyMember) {
                        store(member, constant.value(), input.text(), nasm);
                    }
                }
                case Operand.Register register when register.type() == Argument.Type.U64 ->
                        nasm.code("mov", "%s, %s".formatted(member, now.getOrDefault(register.register(),
                                register.register())), input.name());
                case Operand.Register register -> {
                    new Operand.Register(now.getOrDefault(register.register(), register.register()), register.type())
                            .load(nasm, RAX, input.name());
                    nasm.code("mov", member + ", rax");
                }
                case Operand.Element element -> {
                    new Operand.Element(now.getOrDefault(element.pointer(), element.pointer()), element.index())
                            .load(nasm, RAX, "");
                    nasm.code("mov", member + ", rax", input.name());
                }
            }
        }
    }

    /// Store a constant: MOV has 32 bits for it, which it extends with their sign.
    private static void store(String member, long value, String comment, Nasm nasm) {
        if ((int) value == value) {
            nasm.code("mov", "qword %s, %s0x%x".formatted(member, value < 0 ? "-" : "", Math.abs(value)), comment);
        } else {
            nasm.constant(RAX, value, comment);
            nasm.code("mov", member + ", rax");
        }
    }

    /// Arguments out of RDI and RCX, which REP STOSQ uses, and the pointer to the outputs into RBX, which a function
    /// preserves.
    private static void outOfTheWay(LeafFunction function, Map<Gpr, Gpr> now, Nasm nasm) {
        Gpr out = function.out().orElse(null);
        if (out != null) {
            nasm.code("mov", "rbx, " + out, "where the outputs go");
        }
        for (int i = 0; i < function.arguments().size(); i++) {
            Gpr register = function.register(i);
            if (register != out && (register == RDI || register == RCX)) {
                Gpr spare = SPARE.stream().filter(candidate -> !function.isArgument(candidate))
                        .filter(candidate -> !now.containsValue(candidate)).findFirst().orElseThrow();
                now.put(register, spare);
                Argument.Type type = function.arguments().get(i).type() == Argument.Type.BOOL ? Argument.Type.U32
                        : function.arguments().get(i).type();
                nasm.code("mov", "%s, %s".formatted(Nasm.part(spare, type), Nasm.part(register, type)),
                        function.arguments().get(i).name());
            }
        }
    }

    private static void results(LeafFunction function, Structure structure, Nasm nasm) {
        Leaf leaf = function.leaf();
        function.skipUnlessStored(nasm);
        for (int i = 0; i < leaf.outputs().size(); i++) {
            nasm.code("mov", "rdx, " + structure.member(leaf.outputs().get(i).register()));
            nasm.code("mov", Operand.word("rbx", i) + ", rdx", leaf.outputs().get(i).name());
        }
        if (leaf.stored().isConditional()) {
            nasm.line(".out:");
        }
        if (leaf.scrub() && leaf.family() != Family.TDVMCALL && !leaf.outputs().isEmpty()) {
            nasm.zero(RDX, "the last of what came back");
        }
    }
}
