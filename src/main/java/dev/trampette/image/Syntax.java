package dev.trampette.image;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How instructions are written.
public enum Syntax {
    /// As objdump has it: `mov    rax,QWORD PTR [rdi+0x8]`.
    INTEL("intel"),
    /// As the GNU assembler and Linux have it: `mov    0x8(%rdi),%rax`.
    GAS("att"),
    /// As NASM reads it, which is nearly Intel's: `mov    rax,qword [rdi+0x8]`.
    NASM("intel");

    private static final Pattern STRING =
            Pattern.compile("(rep\\w* )?(stos|lods|scas|movs|cmps) +(?:\\w+,)?([BWDQ])\\w* PTR .*");
    private static final Pattern SIZE = Pattern.compile("\\b([A-Z]+) PTR ");

    private final String option;

    Syntax(String option) {
        this.option = option;
    }

    /// Look a syntax up.
    ///
    /// @param label its name on the command line: `nasm`
    /// @return the syntax; empty when there is none of that name
    public static Optional<Syntax> labelled(String label) {
        return Arrays.stream(values()).filter(one -> one.label().equals(label)).findFirst();
    }

    /// {@return the name on the command line: `nasm`}
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// What `objdump -M` takes.
    String option() {
        return option;
    }

    /// What objdump wrote for [#option], in this syntax.
    String of(String text) {
        if (this != NASM) {
            return text;
        }
        Matcher string = STRING.matcher(text);
        if (string.matches()) {
            return Optional.ofNullable(string.group(1)).orElse("").replaceFirst("z ", "e ") + string.group(2)
                    + string.group(3).toLowerCase(Locale.ROOT);
        }
        String plain = text.replaceFirst("^movabs", "mov   ").replaceFirst("^(push|pop)f$", "$1fq")
                .replaceAll("\\b[cdes]s:", "").replaceAll("\\b([fg]s):\\[", "[$1:")
                .replaceAll("\\b([fg]s):(0x[0-9a-f]+)", "[$1:$2]").replaceAll("\\[rip\\+(?!0x)", "[rel ")
                .replaceAll("(?:[XYZ]MM|F)WORD PTR ", "");
        return SIZE.matcher(plain).replaceAll(size -> size.group(1).toLowerCase(Locale.ROOT) + " ")
                .replace("tbyte ", "tword ");
    }

    /// An instruction of ours, which objdump does not see, for something else stands in its place.
    ///
    /// @param text in Intel syntax: `vmread rax, rdi`
    /// @return the same in this one
    public String ofOurs(String text) {
        int space = text.indexOf(' ');
        if (this != GAS || space < 0) {
            return text;
        }
        String[] operands = text.substring(space + 1).split(", (?![^\\[]*])");
        for (int n = 0; n < operands.length; n++) {
            operands[n] = operands[n].replaceAll("\\b(r[a-z0-9]+|e[a-z]{2}|fs|gs)\\b", "%$1")
                    .replaceFirst("\\[(%\\w+)\\+?((?:-?0x[0-9a-f]+)?)]", "$2($1)");
        }
        return text.substring(0, space + 1) + String.join(",", Arrays.asList(operands).reversed());
    }
}
