package dev.trampette.generate;

import java.util.List;
import java.util.Optional;

/// The thin wrappers of design `trampoline`, which are macros of NASM in `trampoline.inc`, as statements.
final class Thin {

    private Thin() {
    }

    /// What a macro stands for; nothing for another name.
    static Optional<Nasm> of(String macro, List<String> operands) {
        Nasm nasm = new Nasm();
        switch (macro) {
            case "tdvmcall_0", "tdvmcall_4", "tdvmcall_1", "tdvmcall_5" -> {
                nasm.code("call", "tdvmcall_trampoline");
                nasm.code("xchg", "rax, r10", "status out, zero in");
                if (!operands.isEmpty()) {
                    nasm.code("mov", operands.getFirst() + ", r11");
                }
                nasm.code("xor", "r11d, r11d");
            }
            case "tdcall_thin", "seamcall_thin" -> {
                nasm.code("call", macro.replace("_thin", "_trampoline"));
                if (macro.startsWith("seamcall") && !operands.isEmpty()) {
                    nasm.code("jc", ".not_reached", "nothing came back");
                }
                for (int n = 1; n < operands.size(); n++) {
                    nasm.code("mov", Operand.word(operands.getFirst(), n - 1) + ", " + operands.get(n));
                }
                if (macro.startsWith("seamcall") && !operands.isEmpty()) {
                    nasm.line(".not_reached:");
                }
            }
            default -> {
                return Optional.empty();
            }
        }
        return Optional.of(nasm);
    }
}
