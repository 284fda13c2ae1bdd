package dev.trampette.generate;

import dev.trampette.spec.CodeTable;
import dev.trampette.spec.CodeTable.Code;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.LeafTable;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The Java sources that hold statuses and numbers by name: package `dev.trampette.spec`.
final class StatusSource {

    private StatusSource() {
    }

    static JavaFile ghciStatus() {
        List<Code> codes = CodeTable.ghciStatuses().codes();
        return named("GhciStatus", codes, "code", code -> hex(code.value()), """
                /// What a VMM answers in R10 to TDG.VP.VMCALL (GHCI, "`TDG.VP.VMCALL<Leaf>` status codes").
                ///
                /// Any 64-bit value can come; the ones with a name have a constant here. 1 is RETRY and is not
                /// negative: a signed test takes it for success.
                ///
                /// @param code the value of R10
                public record GhciStatus(long code) {

                $constants$
                    /// {@return whether R10 is 0}
                    public boolean isSuccess() {
                        return code == 0;
                    }

                    /// {@return the name in the GHCI, or `UNKNOWN`}
                    public String name() {
                $names$
                    }

                    @Override
                    public String toString() {
                        return "%s (0x%x)".formatted(name(), code);
                    }
                }
                """);
    }

    static JavaFile completionStatus() {
        CodeTable table = CodeTable.completionStatuses();
        String operands = table.operands().entrySet().stream()
                .map(operand -> "            case %d -> \"%s\";\n".formatted(operand.getKey(), operand.getValue()))
                .collect(Collectors.joining());
        return named("CompletionStatus", table.codes(), "code", code -> hex(code.value()), """
                /// What the TDX module answers in RAX (TDX module specification, "Function Completion Status").
                ///
                /// ```
                ///   63    62      61    60        47    40 39     32 31          0
                ///   error non-rec fatal host-hint class    name      details (operand, level, exit reason)
                /// ```
                ///
                /// There are three cases: a success, which need not be 0, for it may count in the details and have the
                /// fatal bit; an error; and neither, a warning, after which nothing was done or something else was.
                /// The ones with a name have a constant here, with the details clear; the leaves TDH.IMPORT.* add the
                /// fatal bit to errors, and it makes no other name.
                ///
                /// @param code the value of RAX
                public record CompletionStatus(long code) {

                $constants$
                    private static final long DETAILS = 0xffffffffL;
                    private static final long FATAL = 1L << 61;

                    /// {@return whether the call did what it is for: SUCCESS, whatever it counts in the details
                    /// (TDH.EXPORT.MEM: how many entries failed), and with the fatal bit too (TDH.IMPORT.ABORT)}
                    public boolean isSuccess() {
                        return (code & ~(DETAILS | FATAL)) == 0;
                    }

                    /// {@return whether the call failed: bit 63, or bit 62, which says that something is lost}
                    public boolean isError() {
                        return code >>> 62 != 0;
                    }

                    /// {@return bit 61: what was called upon can only be torn down}
                    public boolean isFatal() {
                        return (code & FATAL) != 0;
                    }

                    /// {@return whether the module refused before it looked at the leaf: no register but RAX was
                    /// written} It says so too of a leaf that finds fault with RAX itself.
                    public boolean isRefusal() {
                        return code == 0xc000010000000000L || is(SYS_NOT_READY) || is(SYS_SHUTDOWN);
                    }

                    /// {@return whether it is a software status: SEAMCALL did not reach the module, and the wrapper
                    /// says why}
                    public boolean isSoftware() {
                        return code >>> 40 == 0x8000ff;
                    }

                    /// {@return whether no output has a value: the module was not reached, or refused before it looked}
                    public boolean isUnanswered() {
                        return isSoftware() || isRefusal();
                    }

                    /// {@return bits 31:0: an operand, a page level, an exit reason or a count; 0 where it says none}
                    public int details() {
                        return (int) code;
                    }

                    /// {@return this status with other details}
                    ///
                    /// @param details bits 31:0; what is above them is cut off
                    public CompletionStatus with(long details) {
                        return new CompletionStatus(code & ~DETAILS | details & DETAILS);
                    }

                    /// {@return this status about a register}
                    ///
                    /// @param operand its number becomes the details
                    public CompletionStatus with(Gpr operand) {
                        return with(operand.ordinal());
                    }

                    /// {@return whether it is another one, whatever the details and the fatal bit of either}
                    ///
                    /// @param other a status with a name: one of the constants here
                    public boolean is(CompletionStatus other) {
                        return ((code ^ other.code) & ~(DETAILS | FATAL)) == 0;
                    }

                    /// {@return the name in the specification without `TDX_`, or `UNKNOWN`}
                    public String name() {
                        for (long known : new long[] {code, code & ~DETAILS, code & ~DETAILS & ~FATAL,
                                code & ~DETAILS | FATAL}) {
                            String name = name(known);
                            if (!name.equals("UNKNOWN")) {
                                return name;
                            }
                        }
                        return "UNKNOWN";
                    }

                    private static String name(long code) {
                $names$
                    }

                    /// {@return the name of the operand that the details of an OPERAND_ status mean: a register, a
                    /// structure of the module, or `operand` and a number that has no name}
                    public String operand() {
                        int number = details();
                        if (number >= 0 && number < 16) {
                            return Gpr.of(number).toString();
                        }
                        return switch (number) {
                $operands$
                            default -> "operand " + number;
                        };
                    }

                    @Override
                    public String toString() {
                        String what = name().startsWith("OPERAND_") ? " " + operand() : "";
                        return "%s%s (0x%x)".formatted(name(), what, code);
                    }
                }
                """
                .replace("$operands$\n", operands));
    }

    static JavaFile loaderStatus() {
        List<Code> codes = CodeTable.loaderStatuses().codes();
        return named("LoaderStatus", codes, "code", code -> hex(code.value()), """
                /// What the P-SEAMLDR answers in RAX.
                ///
                /// @param code the value of RAX
                public record LoaderStatus(long code) {

                $constants$
                    /// {@return whether RAX is 0}
                    public boolean isSuccess() {
                        return code == 0;
                    }

                    /// {@return whether it is a software status: SEAMCALL did not reach the P-SEAMLDR, and the wrapper
                    /// says why}
                    public boolean isSoftware() {
                        return code >>> 40 == 0x8000ff;
                    }

                    /// {@return its name in the P-SEAMLDR, or `UNKNOWN`}
                    public String name() {
                $names$
                    }

                    @Override
                    public String toString() {
                        return "%s (0x%x)".formatted(name(), code);
                    }
                }
                """);
    }

    static JavaFile vmInstructionError() {
        List<Code> codes = CodeTable.vmInstructionErrors().codes();
        return named("VmInstructionError", codes, "number", code -> "" + code.value(), """
                /// Why a VMX instruction gave VMfailValid (SDM volume 3C, "VM Instruction Error Numbers").
                ///
                /// @param number the value of the field VM_INSTRUCTION_ERROR of the current VMCS
                public record VmInstructionError(int number) {

                    /// The encoding of the VMCS field that holds the number of the last VMfailValid.
                    public static final int FIELD = 0x4400;

                $constants$
                    /// {@return a short name for it, in upper case, or `UNKNOWN`}
                    public String name() {
                $names$
                    }

                    @Override
                    public String toString() {
                        return "%s (%d)".formatted(name(), number);
                    }
                }
                """);
    }

    /// The numbers of a table's leaves.
    static JavaFile numbers(LeafTable table, String what) {
        String type = table.family().numbers();
        StringBuilder constants = new StringBuilder();
        for (Leaf leaf : table.leaves()) {
            constants.append("    /// %s.\n".formatted(leaf.title()))
                    .append("    public static final long %s = %s;\n"
                            .formatted(leaf.constantName(), hex(leaf.number())));
        }
        return new JavaFile("dev.trampette.spec", type, """
                /// $what$
                public final class $type$ {

                $constants$
                    private $type$() {
                    }
                }
                """.replace("$what$", what).replace("$type$", type).replace("$constants$\n", constants + "\n"));
    }

    /// A source with the constants of a table in the place of `$constants$`, and its names in that of `$names$`.
    private static JavaFile named(String type, List<Code> codes, String variable, Function<Code, String> number,
            String source) {
        return new JavaFile("dev.trampette.spec", type, source
                .replace("$constants$\n", constants(codes, type, number))
                .replace("$names$\n", names(codes, variable, number)));
    }

    private static String constants(List<Code> codes, String type, Function<Code, String> number) {
        return codes.stream()
                .map(code -> "    /// %s\n    public static final %s %s = new %s(%s);\n".formatted(
                        JavaFile.sentence(code.text().isEmpty() ? code.name() : code.text()),
                        type, code.name(), type, number.apply(code)))
                .collect(Collectors.joining()) + "\n";
    }

    /// A chain of comparisons, for a long cannot be switched on.
    private static String names(List<Code> codes, String variable, Function<Code, String> number) {
        return codes.stream().map(code -> "        if (%s == %s) {\n            return \"%s\";\n        }\n"
                        .formatted(variable, number.apply(code), code.name()))
                .collect(Collectors.joining()) + "        return \"UNKNOWN\";\n";
    }

    static String hex(long value) {
        return "0x%x%s".formatted(value, value >>> 31 == 0 ? "" : "L");
    }
}
