package dev.trampette.generate;

import dev.trampette.spec.Gpr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Statements of [Nasm] in the syntax of the GNU assembler, as AT&T has it, for the C preprocessor. The designs write
/// what they do once, for NASM; here it is said in another way, and nothing is decided.
final class Gas {

    private static final Pattern LABEL = Pattern.compile("(\\.\\w+):");
    private static final Pattern STATEMENT = Pattern.compile("    (rep \\w+|\\w+)\\s*([^;]*?)\\s*(?:; (.*))?");
    private static final Pattern ROUTINE = Pattern.compile("(?:END_)?ROUTINE (\\w+).*");
    private static final Pattern MEMORY = Pattern.compile("(?:qword )?\\[(\\w+)(?: \\+ ([^\\]]+))?\\]");
    private static final Pattern NUMBER = Pattern.compile("-?(?:0x[0-9a-f]+|\\d+)");
    private static final int COMMENT_COLUMN = 40;
    private static final int TAB = 8;

    private final Symbols symbols;
    private final StringBuilder text = new StringBuilder();
    private String function = "";

    Gas(Symbols symbols) {
        this.symbols = symbols;
    }

    /// A line as it is.
    Gas line(String line) {
        text.append(line).append('\n');
        return this;
    }

    /// A comment of several lines.
    Gas comment(List<String> lines) {
        line("/*");
        lines.forEach(one -> line((" * " + one.replace("*/", "* /")).stripTrailing()));
        return line(" */");
    }

    /// A function.
    Gas function(String name, Nasm body) {
        begin(name);
        statements(body);
        return end();
    }

    private void begin(String name) {
        function = name;
        line(symbols.begin(name));
    }

    private Gas end() {
        return line(symbols.end(function)).line("");
    }

    /// Statements, with comments and whole routines among them.
    Gas statements(Nasm nasm) {
        List<String> box = new ArrayList<>();
        for (String one : nasm.toString().lines().toList()) {
            Matcher routine = ROUTINE.matcher(one);
            if (one.startsWith(";")) {
                box.add(one.substring(1).replaceFirst("^ ", "").replaceFirst("^-+$", ""));
                continue;
            }
            if (!box.isEmpty()) {
                comment(box.stream().skip(box.getFirst().isEmpty() ? 1 : 0).limit(box.getLast().isEmpty()
                        ? box.size() - 2 : box.size()).toList());
                box.clear();
            }
            if (routine.matches()) {
                if (one.startsWith("END")) {
                    end();
                } else {
                    begin(routine.group(1));
                }
            } else if (!one.isBlank()) {
                statement(one);
            }
        }
        return this;
    }

    private void statement(String one) {
        Matcher label = LABEL.matcher(one);
        Matcher statement = STATEMENT.matcher(one);
        if (label.matches()) {
            line(target(label.group(1)) + ":");
        } else if (statement.matches()) {
            List<String> operands = statement.group(2).isEmpty() ? List.of()
                    : Arrays.asList(statement.group(2).split(", "));
            code(statement.group(1), operands, Optional.ofNullable(statement.group(3)).orElse(""));
        } else {
            throw new IllegalArgumentException("no statement of NASM that is known: " + one);
        }
    }

    private void code(String mnemonic, List<String> operands, String comment) {
        switch (mnemonic) {
            case "ret" -> emit(symbols.ret(), "", comment);
            case "call", "jmp" -> emit(mnemonic, target(operands.getFirst().replace("strict near ", "")), comment);
            case "EXTABLE_FAULT" -> line(symbols.fault(target(operands.get(0)), target(operands.get(1))));
            case "TDCALL", "SEAMCALL", "FAULT_STATUS", "ud2", "stc", "rep stosq" -> emit(mnemonic, "", comment);
            case "movups" -> emit(mnemonic, reversed(operands), comment);
            case "movzx" -> emit("movzbl", reversed(operands), comment);
            default -> {
                if (mnemonic.startsWith("j")) {
                    emit(mnemonic, target(operands.getFirst()), comment);
                } else {
                    Thin.of(mnemonic, operands).ifPresentOrElse(this::statements,
                            () -> emit(sized(mnemonic, operands), reversed(operands), comment));
                }
            }
        }
    }

    private void emit(String mnemonic, String operands, String comment) {
        String code = "\t" + (operands.isEmpty() ? mnemonic : mnemonic + "\t" + operands);
        if (comment.isEmpty()) {
            line(code);
            return;
        }
        int width = width(code);
        line(code + "\t".repeat(Math.max(1, (COMMENT_COLUMN - width + TAB - 1) / TAB)) + "/* " + comment + " */");
    }

    private static int width(String code) {
        int width = 0;
        for (char c : code.toCharArray()) {
            width = c == '\t' ? (width / TAB + 1) * TAB : width + 1;
        }
        return width;
    }

    /// A label of this function, or a symbol.
    private String target(String name) {
        return name.startsWith(".") ? ".L" + function + "_" + name.substring(1) : name;
    }

    /// The mnemonic with the size of its operands: that of a register, else 64 bits.
    private static String sized(String mnemonic, List<String> operands) {
        String first = operands.stream().filter(one -> Gpr.named(one).isPresent()).findFirst().orElse("rax");
        boolean isWide = Gpr.whole(first).isPresent();
        if (mnemonic.equals("mov") && isWide && NUMBER.matcher(operands.getLast()).matches()
                && number(operands.getLast()) != (int) number(operands.getLast())
                || mnemonic.equals("mov") && isConstant(operands.getLast())) {
            return "movabsq";
        }
        return mnemonic + (isWide ? "q" : "l");
    }

    private static boolean isConstant(String operand) {
        return operand.matches("[A-Z_]+");
    }

    private static long number(String operand) {
        return operand.startsWith("0x") ? Long.parseUnsignedLong(operand.substring(2), 16) : Long.decode(operand);
    }

    private static String reversed(List<String> operands) {
        List<String> all = new ArrayList<>(operands.stream().map(Gas::operand).toList());
        Collections.reverse(all);
        return String.join(", ", all);
    }

    /// `rax`, `0x10`, `[rsp + HYPERCALL_ARGS.r10]`, `HYPERCALL_ARGS_size / 8`.
    private static String operand(String operand) {
        Matcher memory = MEMORY.matcher(operand);
        if (Gpr.named(operand).isPresent() || operand.startsWith("xmm")) {
            return "%" + operand;
        }
        if (memory.matches()) {
            return "%s(%%%s)".formatted(Optional.ofNullable(memory.group(2)).orElse("").replace('.', '_'),
                    memory.group(1));
        }
        return NUMBER.matcher(operand).matches() || isConstant(operand) ? "$" + operand : "$(" + operand + ")";
    }

    @Override
    public String toString() {
        return text.toString();
    }

    /// The numbers of a structure's members, for the preprocessor.
    Gas structure(String name, List<Gpr> members) {
        for (int n = 0; n < members.size(); n++) {
            line("#define %s_%s%s%d".formatted(name, members.get(n), members.get(n).toString().length() < 3 ? "\t\t"
                    : "\t", n * Long.BYTES));
        }
        return line("#define %s_size\t%d".formatted(name, members.size() * Long.BYTES)).line("");
    }
}
