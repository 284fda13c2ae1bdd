package dev.trampette.generate;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;

/// NASM source, a line at a time: code from column 5, comments from column 45, where a line is short enough.
final class Nasm {

    private static final int COMMENT_COLUMN = 44;

    private final StringBuilder text = new StringBuilder();

    /// An instruction.
    Nasm code(String mnemonic, String operands) {
        return code(mnemonic, operands, "");
    }

    /// An instruction, and what the value is.
    Nasm code(String mnemonic, String operands, String comment) {
        String code = "    %-7s %s".formatted(mnemonic, operands);
        if (comment.isEmpty()) {
            return line(code.stripTrailing());
        }
        return line("%-" + COMMENT_COLUMN + "s; %s", code.length() < COMMENT_COLUMN ? code : code + " ", comment);
    }

    /// A line as it is, or formatted when there are arguments.
    Nasm line(String format, Object... arguments) {
        text.append(arguments.length == 0 ? format : format.formatted(arguments)).append('\n');
        return this;
    }

    Nasm zero(Gpr register, String comment) {
        String name = part(register, Argument.Type.U32);
        return code("xor", name + ", " + name, comment);
    }

    /// Load a constant: the shortest instruction that leaves all 64 bits right.
    Nasm constant(Gpr register, long value, String comment) {
        if (value == 0) {
            return zero(register, comment);
        }
        String name = value >>> 32 == 0 ? part(register, Argument.Type.U32) : register.toString();
        return code("mov", "%s, 0x%x".formatted(name, value), comment);
    }

    /// TDG.VP.VMCALL: RAX is not 0 only when the TDX module itself is broken.
    void vmcall(long mask) {
        constant(Gpr.RCX, mask, "what is exposed");
        zero(Gpr.RAX, "TDG_VP_VMCALL");
        code("TDCALL", "");
        code("test", "rax, rax");
        code("jne", ".panic");
    }

    /// A leaf of the module. A SEAMCALL that reaches nobody goes on at `.no_module`.
    void moduleCall(Instruction instruction) {
        if (instruction == Instruction.SEAMCALL) {
            line(".seamcall:");
        }
        code(instruction.toString(), "");
        if (instruction == Instruction.SEAMCALL) {
            code("jc", ".no_module");
        }
    }

    /// Where a SEAMCALL goes on that has not reached the module: CF = 1, or a fault.
    void noModule() {
        line(".no_module:");
        code("mov", "rax, SEAMCALL_VMFAILINVALID");
        code("jmp", ".out");
        line(".faulted:");
        code("FAULT_STATUS", "", "RAX = vector");
        code("jmp", ".out");
        code("EXTABLE_FAULT", ".seamcall, .faulted, rax");
    }

    /// The name of the low part of a register: `edi`, `r8d`, `dil`, `r8b`.
    static String part(Gpr register, Argument.Type type) {
        return register.part(type.bytes() * Byte.SIZE);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
