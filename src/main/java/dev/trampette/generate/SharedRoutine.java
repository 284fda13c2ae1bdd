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
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What the call sites of a design share, for sources that stand alone. The images have the same routines from
/// `src/main/asm/tdx`; a test holds the two against each other.
///
/// @param name its symbol
/// @param text what it is, a line each
/// @param contract what it promises
/// @param body its statements
record SharedRoutine(String name, List<String> text, List<String> contract, Nasm body) {

    /// The members of `struct tdx_hypercall_args`.
    static final List<Gpr> HYPERCALL_ARGS = List.of(R8, R9, R10, R11, R12, R13, R14, R15, RDI, RSI, RBX, RDX);
    /// The members of `struct tdx_module_args`.
    static final List<Gpr> MODULE_ARGS = List.of(RCX, RDX, R8, R9, R10, R11, R12, R13, R14, R15, RBX, RDI, RSI);

    /// What a leaf may write that uses no more.
    static final List<Gpr> FEW = MODULE_ARGS.subList(0, 6);
    private static final List<Gpr> SAVED = List.of(RBX, R12, R13, R14, R15);
    private static final List<Gpr> IN_PLACE = List.of(RDX, RBX, RSI, RDI, R8, R9, R12, R13, R14, R15);

    /// Those of design `trampoline`.
    static List<SharedRoutine> trampolines(Family family) {
        if (family == Family.TDVMCALL) {
            return List.of(vmcall(), vmcallOfAll());
        }
        return List.of(module(family.instruction()), moduleOfAll(family.instruction(), false));
    }

    /// The one for leaves behind which a guest runs, which may come back with another RBP: a function of C cannot save
    /// it around an asm statement, for its frame description would be wrong meanwhile.
    static SharedRoutine ofGuests(Instruction instruction) {
        return moduleOfAll(instruction, true);
    }

    /// Those of design `memory-struct`.
    static List<SharedRoutine> structures(Family family) {
        if (family == Family.TDVMCALL) {
            return List.of(hypercall(false), hypercall(true));
        }
        return List.of(moduleCall(family.instruction(), false), moduleCall(family.instruction(), true),
                moduleCallSaved(family.instruction()));
    }

    private static SharedRoutine vmcall() {
        Nasm nasm = new Nasm();
        nasm.zero(R10, "TDVMCALL_STANDARD");
        nasm.code("mov", "r11, rax", "reason");
        nasm.code("mov", "r12, rdi");
        nasm.code("mov", "r13, rsi");
        nasm.code("mov", "r14, rdx");
        nasm.code("mov", "r15, rcx");
        expose(Leaf.MASK_R10_R15, nasm);
        return new SharedRoutine("tdvmcall_trampoline", List.of(
                "TDG.VP.VMCALL with up to four inputs and up to five outputs. It is no C function.", "",
                "RAX                in: the reason            out: 0",
                "RDI RSI RDX        in: first to third input  out: unchanged",
                "RCX                in: fourth input          out: the mask",
                "R10                                          out: status",
                "R11-R15                                      out: outputs",
                "RBX RBP RSP R8 R9                            unchanged"),
                List.of("convention=trampoline", "instruction=TDCALL",
                        "arguments=rax:u64 rdi:u64 rsi:u64 rdx:u64 rcx:u64",
                        "in=rax:0 r10:0 r11:rax r12:rdi r13:rsi r14:rdx r15:rcx",
                        "mask=0x%x".formatted(Leaf.MASK_R10_R15), "status=r10", "left=r11 r12 r13 r14 r15",
                        "clobbers=rax rcx"), nasm);
    }

    private static SharedRoutine vmcallOfAll() {
        Nasm nasm = new Nasm();
        nasm.zero(R10, "TDVMCALL_STANDARD");
        nasm.code("mov", "r11, rax", "reason");
        expose(Leaf.LEGAL_MASK, nasm);
        String places = names(IN_PLACE, "%1$s:%1$s");
        return new SharedRoutine("tdvmcall_trampoline_all", List.of(
                "TDG.VP.VMCALL for a leaf of more registers. It is no C function.", "",
                "RAX                in: the reason            out: 0",
                "RDX RBX RSI RDI R8 R9 R12-R15   in: inputs   out: outputs",
                "R10                                          out: status",
                "R11                                          out: output",
                "RCX                                          out: the mask",
                "RBP RSP                                      unchanged"),
                List.of("convention=trampoline", "instruction=TDCALL",
                        "arguments=rax:u64 " + names(IN_PLACE, "%s:u64"), "in=rax:0 r10:0 r11:rax " + places,
                        "mask=0x%x".formatted(Leaf.LEGAL_MASK), "status=r10",
                        "left=" + names(IN_PLACE, "%s").replace("r9", "r9 r11"), "clobbers=rax rcx"), nasm);
    }

    /// The end of a trampoline: RAX is not 0 only when the TDX module itself is broken.
    private static void expose(long mask, Nasm nasm) {
        nasm.vmcall(mask);
        nasm.code("ret", "");
        nasm.line(".panic:");
        nasm.code("ud2", "");
    }

    private static SharedRoutine module(Instruction instruction) {
        Nasm nasm = new Nasm();
        nasm.code("mov", "r9, rcx");
        nasm.code("mov", "r8, rdx");
        nasm.code("mov", "rdx, rsi");
        nasm.code("mov", "rcx, rdi");
        nasm.zero(R10, "");
        nasm.zero(R11, "");
        ends(instruction, false, nasm);
        List<String> contract = new ArrayList<>(List.of("convention=trampoline", "instruction=" + instruction,
                "arguments=rax:u64 rdi:u64 rsi:u64 rdx:u64 rcx:u64",
                "in=rax:rax rcx:rdi rdx:rsi r8:rdx r9:rcx r10:0 r11:0", "left=rcx rdx r8 r9 r10 r11"));
        List<String> text = new ArrayList<>(List.of(
                "%s with up to four inputs and up to six outputs. It is no C function.".formatted(instruction), "",
                "RAX              in: leaf and version           out: status",
                "RDI RSI RDX RCX  in: first to fourth input      RDI RSI: unchanged",
                "RCX RDX R8-R11                                  out: outputs",
                "RBX RBP RSP R12-R15                             unchanged"));
        carry(instruction, contract, text);
        return new SharedRoutine(name(instruction) + "_trampoline", text, contract, nasm);
    }

    private static SharedRoutine moduleOfAll(Instruction instruction, boolean isOfGuests) {
        Nasm nasm = new Nasm();
        if (isOfGuests) {
            nasm.code("push", "rbp", "the other side may write it");
        }
        ends(instruction, isOfGuests, nasm);
        List<Gpr> all = List.of(RCX, RDX, RBX, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15);
        List<String> contract = new ArrayList<>(List.of("convention=trampoline", "instruction=" + instruction,
                "arguments=rax:u64 " + names(all, "%s:u64"), "in=rax:rax " + names(all, "%1$s:%1$s"),
                "left=" + names(all, "%s")));
        List<String> text = new ArrayList<>(List.of("%s for a leaf of more registers. It is no C function.".formatted(
                instruction), "", "RAX              in: leaf and version           out: status",
                "Every other register is as the leaf has it, in its place."));
        carry(instruction, contract, text);
        return new SharedRoutine(name(instruction) + (isOfGuests ? "_trampoline_guest" : "_trampoline_all"), text,
                contract, nasm);
    }

    private static void carry(Instruction instruction, List<String> contract, List<String> text) {
        if (instruction == Instruction.SEAMCALL) {
            contract.add("carry=unreached");
            text.add("CF               1: nobody was reached, and RAX is a software status");
        }
    }

    /// The instruction and RET; behind SEAMCALL a status that stands for an answer, and CF = 1 with it.
    private static void ends(Instruction instruction, boolean isOfGuests, Nasm nasm) {
        nasm.moduleCall(instruction);
        ret(isOfGuests, "", nasm);
        if (instruction != Instruction.SEAMCALL) {
            return;
        }
        nasm.line(".no_module:");
        nasm.code("mov", "rax, SEAMCALL_VMFAILINVALID");
        ret(isOfGuests, "CF = 1", nasm);
        nasm.line(".faulted:");
        nasm.code("FAULT_STATUS", "", "RAX = vector");
        nasm.code("stc", "");
        ret(isOfGuests, "", nasm);
        nasm.code("EXTABLE_FAULT", ".seamcall, .faulted, rax");
    }

    private static void ret(boolean isOfGuests, String comment, Nasm nasm) {
        if (isOfGuests) {
            nasm.code("pop", "rbp");
        }
        nasm.code("ret", "", comment);
    }

    private static SharedRoutine hypercall(boolean stores) {
        Nasm nasm = new Nasm();
        SAVED.forEach(register -> nasm.code("push", register.toString()));
        nasm.code("push", "rdi", "args; no register can be spared");
        nasm.code("mov", "rax, rdi");
        load("HYPERCALL_ARGS", RAX, HYPERCALL_ARGS, nasm);
        nasm.vmcall(Leaf.LEGAL_MASK);
        nasm.code("pop", "rax", "args");
        if (stores) {
            store("HYPERCALL_ARGS", RAX, HYPERCALL_ARGS, nasm);
        }
        nasm.code("mov", "rax, r10", "status");
        List.of(RDX, RSI, RDI, R8, R9, R10, R11).forEach(register -> nasm.zero(register, ""));
        SAVED.reversed().forEach(register -> nasm.code("pop", register.toString()));
        nasm.code("ret", "");
        nasm.line(".panic:");
        nasm.code("ud2", "");
        List<String> contract = new ArrayList<>(List.of("convention=sysv", "instruction=TDCALL",
                "arguments=args:%s[12]".formatted(stores ? "out" : "in"),
                "in=rax:0 " + places(HYPERCALL_ARGS), "mask=0x%x".formatted(Leaf.LEGAL_MASK)));
        if (stores) {
            contract.addAll(List.of("out=" + names(HYPERCALL_ARGS, "%s"), "stored=always", "scrub=yes"));
        }
        return new SharedRoutine(stores ? "tdx_hypercall_ret" : "tdx_hypercall", List.of(
                "u64 f(struct tdx_hypercall_args *args): TDG.VP.VMCALL with twelve registers from memory"
                + (stores ? ", and back to it" : "")), contract, nasm);
    }

    private static SharedRoutine moduleCall(Instruction instruction, boolean stores) {
        Nasm nasm = new Nasm();
        nasm.code("mov", "rax, rdi", "leaf");
        load("MODULE_ARGS", RSI, FEW, nasm);
        nasm.moduleCall(instruction);
        if (stores) {
            store("MODULE_ARGS", RSI, FEW, nasm);
        }
        nasm.line(".out:");
        nasm.code("ret", "");
        notReached(instruction, nasm);
        List<String> contract = new ArrayList<>(List.of("convention=sysv", "instruction=" + instruction,
                "arguments=leaf:u64 args:%s[13]".formatted(stores ? "out" : "in"), "in=rax:leaf " + places(FEW)));
        if (stores) {
            contract.addAll(List.of("out=" + names(FEW, "%s"), "stored=always"));
        }
        return new SharedRoutine(name(instruction) + (stores ? "_struct_ret" : "_struct"), List.of(
                "u64 f(u64 leaf, struct tdx_module_args *args): %s with RCX RDX R8-R11 from memory%s".formatted(
                        instruction, stores ? ", and back" : "")), contract, nasm);
    }

    private static SharedRoutine moduleCallSaved(Instruction instruction) {
        Nasm nasm = new Nasm();
        nasm.code("push", "rbp", "the other side may write it");
        SAVED.forEach(register -> nasm.code("push", register.toString()));
        nasm.code("push", "rsi", "args; no register can be spared");
        nasm.code("mov", "rax, rdi", "leaf");
        load("MODULE_ARGS", RSI, MODULE_ARGS, nasm);
        nasm.moduleCall(instruction);
        nasm.code("push", "rax", "status");
        nasm.code("mov", "rax, [rsp + 8]", "args");
        store("MODULE_ARGS", RAX, MODULE_ARGS, nasm);
        nasm.code("pop", "rax");
        nasm.line(".out:");
        List.of(RCX, RDX, RSI, RDI, R8, R9, R10, R11).forEach(register -> nasm.zero(register, ""));
        nasm.code("pop", "rsi", "args");
        SAVED.reversed().forEach(register -> nasm.code("pop", register.toString()));
        nasm.code("pop", "rbp");
        nasm.code("ret", "");
        notReached(instruction, nasm);
        return new SharedRoutine(name(instruction) + "_struct_saved_ret", List.of(
                "u64 f(u64 leaf, struct tdx_module_args *args): %s with all registers from memory, and back"
                        .formatted(instruction), "", "Nothing that came back stays in a register."),
                List.of("convention=sysv", "instruction=" + instruction, "arguments=leaf:u64 args:out[13]",
                        "in=rax:leaf " + places(MODULE_ARGS), "out=" + names(MODULE_ARGS, "%s"), "stored=always",
                        "scrub=yes"), nasm);
    }

    private static void notReached(Instruction instruction, Nasm nasm) {
        if (instruction == Instruction.SEAMCALL) {
            nasm.noModule();
        }
    }

    private static void load(String structure, Gpr pointer, List<Gpr> members, Nasm nasm) {
        // The pointer's own register comes last.
        members.stream().filter(one -> one != pointer).forEach(one -> nasm.code("mov", "%s, [%s + %s.%s]".formatted(
                one, pointer, structure, one)));
        members.stream().filter(one -> one == pointer).forEach(one -> nasm.code("mov", "%s, [%s + %s.%s]".formatted(
                one, pointer, structure, one)));
    }

    private static void store(String structure, Gpr pointer, List<Gpr> members, Nasm nasm) {
        members.forEach(one -> nasm.code("mov", "[%s + %s.%s], %s".formatted(pointer, structure, one, one)));
    }

    private static String name(Instruction instruction) {
        return instruction == Instruction.SEAMCALL ? "seamcall" : "tdcall";
    }

    private static String names(List<Gpr> registers, String format) {
        return registers.stream().map(format::formatted).collect(Collectors.joining(" "));
    }

    /// `rcx:args[0] rdx:args[1]`.
    private static String places(List<Gpr> members) {
        IntFunction<String> place = n -> "%s:args[%d]".formatted(members.get(n), n);
        return IntStream.range(0, members.size()).mapToObj(place).collect(Collectors.joining(" "));
    }
}
