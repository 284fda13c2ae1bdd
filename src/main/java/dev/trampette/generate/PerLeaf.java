package dev.trampette.generate;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Family;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Leaf;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Design `per-leaf`: a routine for each leaf that touches the registers of that leaf only. The call site is a call of
/// a C function, and a tail call at that.
record PerLeaf() implements DesignSource {

    private static final String RULE = "-".repeat(107);

    @Override
    public String label() {
        return "per-leaf";
    }

    @Override
    public String include() {
        return "tdx.inc";
    }

    @Override
    public List<String> contract(Leaf leaf) {
        List<String> contract = new ArrayList<>(new Inline().contract(leaf));
        contract.add("calls=" + name(leaf));
        return contract;
    }

    @Override
    public void callSite(LeafFunction function, Nasm nasm) {
        boolean isPromised = function.convention() == Convention.SYSV;
        for (int i = 0; isPromised && i < function.arguments().size(); i++) {
            if (function.arguments().get(i).type() == Argument.Type.BOOL) {
                Gpr register = function.register(i);
                nasm.code("movzx", "%s, %s".formatted(Nasm.part(register, Argument.Type.U32),
                        Nasm.part(register, Argument.Type.BOOL)), "a C caller promises a zero-extended _Bool");
            }
        }
        nasm.code("jmp", "strict near " + name(function.leaf()), "rel32, as to another object");
    }

    @Override
    public void routine(LeafFunction function, Nasm nasm) {
        Leaf leaf = function.leaf();
        box(function, nasm);
        List<String> mask = new Inline().contract(leaf);
        nasm.line("ROUTINE %s, %s, LEAF_%s%s", name(leaf), function.convention(), leaf.symbol(),
                mask.isEmpty() ? "" : ", " + DesignSource.text(mask));
        Direct.minimal(function, false).emit(nasm);
        nasm.line("END_ROUTINE %s", name(leaf)).line("");
    }

    @Override
    public Optional<String> routineName(Leaf leaf) {
        return Optional.of(name(leaf));
    }

    private static String name(Leaf leaf) {
        return leaf.family() == Family.TDVMCALL ? "tdvmcall_" + leaf.symbol() : leaf.symbol();
    }

    /// Two columns: the instruction's ABI and the function's.
    private static void box(LeafFunction of, Nasm nasm) {
        Leaf leaf = of.leaf();
        List<String> instruction = instructionAbi(leaf);
        List<String> function = functionAbi(of);
        nasm.line(";" + RULE);
        nasm.line("; %s - %s", name(leaf), title(leaf));
        nasm.line(";");
        nasm.line(";   %-52s%s", leaf.family().instruction() + "'s ABI", of.declaration("f"));
        nasm.line(";");
        for (int i = 0; i < Math.max(instruction.size(), function.size()); i++) {
            nasm.line((";   %-52s%s".formatted(i < instruction.size() ? instruction.get(i) : "",
                    i < function.size() ? function.get(i) : "")).stripTrailing());
        }
        if (!leaf.notes().isEmpty()) {
            nasm.line(";");
        }
        leaf.notes().forEach(note -> nasm.line("; - %s", String.join("\n;   ", Text.wrap(note, 104))));
        nasm.line(";" + RULE);
    }

    /// What a leaf is called, and how well it is known.
    static String title(Leaf leaf) {
        return leaf.title() + switch (leaf.evidence()) {
            case CHECKED -> "";
            case ONE_SOURCE -> " (one source)";
            case NONE -> " (not verified)";
        };
    }

    static List<String> instructionAbi(Leaf leaf) {
        List<String> lines = new ArrayList<>();
        Set<Gpr> named = EnumSet.copyOf(leaf.inputRegisters().isEmpty() ? EnumSet.noneOf(Gpr.class)
                : leaf.inputRegisters());
        named.addAll(leaf.outputRegisters());
        if (leaf.family() == Family.TDVMCALL) {
            lines.add("RAX   in: 0                 out: 0");
            lines.add("RCX   in: 0x%-12x    the mask".formatted(leaf.mask()));
            lines.add("R10   in: 0                 out: status");
            lines.add(row(Gpr.R11, "0x%x".formatted(leaf.number()), out(leaf, Gpr.R11)));
            named.remove(Gpr.R11);
        } else {
            lines.add(row(Gpr.RAX, "0x%x".formatted(leaf.number()), "status"));
        }
        named.forEach(register -> lines.add(row(register,
                leaf.input(register).map(input -> input.source().toString()).orElse(""),
                out(leaf, register))));
        return lines;
    }

    private static String out(Leaf leaf, Gpr register) {
        return leaf.output(register).map(Leaf.Output::name).orElse("");
    }

    private static String row(Gpr register, String in, String out) {
        return "%-6s%-22s%s".formatted(register.name(), in.isEmpty() ? "" : "in: " + in,
                out.isEmpty() ? "" : "out: " + out);
    }

    private static List<String> functionAbi(LeafFunction function) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < function.arguments().size(); i++) {
            Argument argument = function.arguments().get(i);
            String what = switch (argument.type()) {
                case BOOL -> ", 8 bits";
                case U32 -> ", 32 bits";
                case U64 -> "";
                case IN -> ", %d words".formatted(argument.length());
                case OUT -> ", %d word%s, stored %s".formatted(argument.length(), argument.length() == 1 ? "" : "s",
                        function.leaf().storedWhen());
                default -> throw new IllegalArgumentException("not in a table: " + argument);
            };
            lines.add("%-6sin: %s%s".formatted(function.place(i), argument.name(), what));
        }
        lines.add("RAX   out: status");
        lines.add("RBX RBP RSP %sR12-R15   preserved".formatted(function.convention() == Convention.SYSV ? ""
                : "RSI RDI "));
        return lines;
    }
}
