package dev.trampette.generate;

import dev.trampette.spec.Leaf;

/// The C function of a leaf in design `memory-struct`: a structure that is filled, given to a routine, and read.
final class CStructure {

    private CStructure() {
    }

    /// The body of the function.
    static String body(Leaf leaf) {
        CFunction function = new CFunction(leaf);
        boolean isVmcall = function.isVmcall();
        StringBuilder text = new StringBuilder("\tstruct %s __args = {%n".formatted(isVmcall ? "tdx_hypercall_args"
                : "tdx_module_args"));
        if (isVmcall) {
            text.append("\t\t.r11 = 0x%xUL,%s%n".formatted(leaf.number(), CFunction.comment(leaf.title())));
        }
        leaf.inputs().forEach(input -> text.append("\t\t.%s = %s,%s%n".formatted(input.register(),
                function.input(input.register()), CFunction.comment(input.value().isPresent() ? input.text() : ""))));
        text.append("\t};\n\tu64 __status = %s(%s&__args);%s%n%n".formatted(MemoryStruct.Structure.of(leaf).routine(),
                isVmcall ? "" : "0x%xUL, ".formatted(leaf.number()), isVmcall ? "" : CFunction.comment(leaf.title())));
        function.store("__args."::concat, "", "__status", text);
        if (leaf.scrub() && !isVmcall && !leaf.outputs().isEmpty()) {
            CFunction.forget(Direct.VOLATILE, text);
        }
        return text.append("\treturn __status;\n").toString();
    }
}
