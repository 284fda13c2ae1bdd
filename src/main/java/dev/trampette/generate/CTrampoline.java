package dev.trampette.generate;

import dev.trampette.spec.Gpr;
import dev.trampette.spec.Leaf;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The C function of a leaf in design `trampoline`: an asm statement that calls the routine, with its constraints.
final class CTrampoline {

    /// The constraints of registers that have one of their own; the others are register variables.
    private static final Map<Gpr, String> CONSTRAINTS = Map.of(Gpr.RAX, "a", Gpr.RCX, "c", Gpr.RDX, "d", Gpr.RBX, "b",
            Gpr.RSI, "S", Gpr.RDI, "D");

    private final CFunction function;
    private final Leaf leaf;
    private final Trampoline.Routine routine;
    private final List<String> variables = new ArrayList<>();
    private final List<String> registers = new ArrayList<>();
    private final List<String> statements = new ArrayList<>();
    private final List<String> outputs = new ArrayList<>();
    private final List<String> inputs = new ArrayList<>();
    private final Set<Gpr> clobbers = EnumSet.noneOf(Gpr.class);

    private CTrampoline(Leaf leaf) {
        this.function = new CFunction(leaf);
        this.leaf = leaf;
        this.routine = Trampoline.Routine.of(leaf.family());
    }

    /// The body of the function.
    static String body(Leaf leaf) {
        return new CTrampoline(leaf).body();
    }

    private String body() {
        variables.add("u64 __rax = 0x%xUL;%s".formatted(leaf.number(), CFunction.comment(leaf.title())));
        outputs.add("\"+a\" (__rax)");
        boolean passes = routine.passes(leaf);
        if (passes) {
            call();
        } else {
            outlier();
        }
        boolean isAsked = function.isSeamcall() && !leaf.outputs().isEmpty();
        if (isAsked) {
            variables.add("bool __unreached;");
            outputs.add("\"=@ccc\" (__unreached)");
        }
        StringBuilder text = new StringBuilder();
        variables.forEach(one -> text.append('\t').append(one).append('\n'));
        registers.forEach(one -> text.append('\t').append(one).append('\n'));
        text.append("\n\t__asm__ volatile(\n\t\t\"").append(String.join("\\n\\t\"\n\t\t\"", statements))
                .append("\"\n\t\t: ").append(wrapped(outputs)).append("\n\t\t: ").append(wrapped(inputs))
                .append("\n\t\t: ").append(clobbers.stream().map("\"%s\", "::formatted).collect(Collectors.joining()))
                .append(isAsked ? "\"memory\");\n" : "\"memory\", \"cc\");\n");
        function.store("__"::concat, isAsked ? "!__unreached" : "", "__rax", text);
        if (!passes && (leaf.scrub() || function.isVmcall())) {
            Set<Gpr> left = Trampoline.exposed(leaf);
            CFunction.forget(left, text);
        }
        return text.append("\treturn __rax;\n").toString();
    }

    private static String wrapped(List<String> operands) {
        return operands.isEmpty() ? "" : String.join(",\n\t\t  ", Text.wrap(String.join(", ", operands)
                .replaceAll("\" \\(", "\"\u00a0("), 90)).replace(",,", ",").replace('\u00a0', ' ');
    }

    /// Four inputs where a C function has its first, and the outputs that the leaf has.
    private void call() {
        statements.add("call " + routine.name());
        Set<Gpr> outs = leaf.outputRegisters();
        for (int n = 0; n < Trampoline.Routine.PARAMETERS.size(); n++) {
            Gpr place = Trampoline.Routine.PARAMETERS.get(n);
            String value = function.input(routine.inputs().get(n));
            boolean isChanged = place == Gpr.RCX || place == Gpr.RDX && !function.isVmcall();
            if (isChanged) {
                both(place, value);
            } else {
                inputs.add("\"%s\" (%s)".formatted(CONSTRAINTS.get(place), value));
            }
        }
        if (function.isVmcall()) {
            answered(outs.contains(Gpr.R11), "=r");
        }
        routine.outputs().stream().filter(one -> !CONSTRAINTS.containsKey(one)
                && !(one == Gpr.R11 && function.isVmcall())).forEach(one -> written(one, outs.contains(one)));
    }

    /// Status out of R10 and zero in; what the VMM had in R11 is an output, or goes.
    ///
    /// @param place the constraint of that output
    private void answered(boolean isOutput, String place) {
        statements.add("xchgq %%rax, %%r10");
        if (isOutput) {
            statements.add("movq %%r11, %[r11]");
            variables.add("u64 __r11;");
            outputs.add("[r11] \"%s\" (__r11)".formatted(place));
        }
        statements.add("xorl %%r11d, %%r11d");
        clobbers.add(Gpr.R10);
        clobbers.add(Gpr.R11);
    }

    private void written(Gpr register, boolean isOutput) {
        if (isOutput) {
            registers.add("register u64 __%1$s __asm__(\"%1$s\");".formatted(register));
            outputs.add("\"=r\" (__%s)".formatted(register));
        } else {
            clobbers.add(register);
        }
    }

    private void both(Gpr register, String value) {
        if (CONSTRAINTS.containsKey(register)) {
            variables.add("u64 __%s = %s;".formatted(register, value));
            outputs.add("\"+%s\" (__%s)".formatted(CONSTRAINTS.get(register), register));
        } else {
            registers.add("register u64 __%1$s __asm__(\"%1$s\") = %2$s;".formatted(register, value));
            outputs.add("\"+r\" (__%s)".formatted(register));
        }
    }

    /// Every value in the register in which the instruction takes it.
    private void outlier() {
        boolean isOfGuests = leaf.scrub() && !function.isVmcall();
        statements.add("call " + (isOfGuests ? SharedRoutine.ofGuests(leaf.family().instruction()).name()
                : routine.forOutliers()));
        for (Gpr register : Trampoline.exposed(leaf)) {
            boolean isSelector = register == Gpr.RAX || function.isVmcall() && (register == Gpr.R10
                    || register == Gpr.R11);
            if (!isSelector) {
                both(register, function.input(register));
            }
        }
        if (!function.isVmcall()) {
            // A module of another version may write what this leaf leaves alone.
            SharedRoutine.FEW.stream().filter(one -> !Trampoline.exposed(leaf).contains(one)).forEach(clobbers::add);
        } else {
            // Where all other registers are taken, R11 goes where the mask was.
            boolean isOutput = leaf.outputRegisters().contains(Gpr.R11);
            answered(isOutput, "=c");
            if (!isOutput) {
                clobbers.add(Gpr.RCX);
            }
        }
    }
}
