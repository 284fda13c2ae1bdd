package dev.trampette.cli;

import dev.trampette.contract.Contract;
import dev.trampette.image.ImageFile;
import dev.trampette.report.Description;
import dev.trampette.report.Json;
import dev.trampette.spec.CodeTable.Code;
import dev.trampette.spec.CodeTable;
import dev.trampette.spec.CompletionStatus;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.LeafTable;
import dev.trampette.spec.VmcsTable.Field;
import dev.trampette.spec.VmcsTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `describe`: what is known about a leaf, a VMCS field or a status, by name or by number.
@Command(name = "describe", description = "Explain a leaf, a VMCS field or a status, by name or number.")
final class DescribeCommand implements Callable<Integer> {

    private static final String GHCI = "status of TDG.VP.VMCALL, in R10";
    private static final String GHCI_SOURCE = "GHCI, TDG.VP.VMCALL status codes";
    private static final String COMPLETION = "completion status of TDCALL and SEAMCALL, in RAX, details clear";
    private static final String COMPLETION_SOURCE = "TDX module specification, Function Completion Status";
    private static final String VMX = "VM-instruction error, in the field 0x4400 after VMfailValid";
    private static final String VMX_SOURCE = "SDM volume 3C, VM Instruction Error Numbers";

    @Parameters(paramLabel = "WHAT", description = "Such as MapGPA, TDG.VP.INFO, 0x10001, 0x681e, 0xC000010000000001.")
    private String what;

    @Mixin
    private FormatOption format;

    @Override
    public Integer call() {
        List<Description> found = number().map(DescribeCommand::byNumber).orElseGet(() -> byName(what));
        if (found.isEmpty()) {
            throw new InputException("no leaf, field or status is called " + what
                    + "; see ./trampette list leaves, list fields, list statuses");
        }
        format.print(() -> found.stream().map(Description::text).collect(Collectors.joining("\n")),
                () -> found.stream().map(Description::markdown).collect(Collectors.joining("\n")),
                () -> Json.object("found", found.stream().map(Description::json).toList()));
        return Main.HOLDS;
    }

    private Optional<Long> number() {
        if (what.isEmpty() || !Character.isDigit(what.charAt(0))) {
            return Optional.empty();
        }
        try {
            return Optional.of(what.toLowerCase(Locale.ROOT).startsWith("0x")
                    ? Long.parseUnsignedLong(what.substring(2), 16) : Long.parseUnsignedLong(what));
        } catch (NumberFormatException e) {
            throw new InputException("not a number of 64 bits: " + what);
        }
    }

    private static List<Description> byNumber(long number) {
        List<Description> found = new ArrayList<>();
        LeafTable.all().stream().filter(leaf -> leaf.number() == number).map(DescribeCommand::leaf).forEach(found::add);
        if (number >>> 16 == 0) {
            VmcsTable fields = VmcsTable.shipped();
            fields.find((int) number).map(field -> Description.of(field, false)).ifPresent(found::add);
            fields.find((int) number & ~1).filter(field -> (number & 1) == 1 && field.width() == VmcsTable.Width.BITS64)
                    .map(field -> Description.of(field, true)).ifPresent(found::add);
        }
        CodeTable.ghciStatuses().find(number).map(code -> Description.of(code, GHCI, GHCI_SOURCE))
                .ifPresent(found::add);
        CompletionStatus status = new CompletionStatus(number);
        boolean ghci = CodeTable.ghciStatuses().find(number).isPresent();
        if (number == 0 || number >>> 32 != 0 && !ghci) {
            found.add(Description.of(status, CodeTable.completionStatuses().find(status.name())));
        }
        CodeTable.vmInstructionErrors().find(number).map(code -> Description.of(code, VMX, VMX_SOURCE))
                .ifPresent(found::add);
        return found;
    }

    private static List<Description> byName(String what) {
        List<Description> found = new ArrayList<>();
        LeafTable.all().stream().filter(leaf -> leaf.name().equalsIgnoreCase(what)
                        || leaf.title().equalsIgnoreCase(what) || leaf.symbol().equalsIgnoreCase(what))
                .map(DescribeCommand::leaf).forEach(found::add);
        VmcsTable.shipped().fields().stream().filter(field -> field.name().equalsIgnoreCase(what))
                .map((Field field) -> Description.of(field, false)).forEach(found::add);
        code(CodeTable.ghciStatuses(), what).map(code -> Description.of(code, GHCI, GHCI_SOURCE)).ifPresent(found::add);
        code(CodeTable.completionStatuses(), what).map(code -> Description.of(code, COMPLETION, COMPLETION_SOURCE))
                .ifPresent(found::add);
        code(CodeTable.vmInstructionErrors(), what).map(code -> Description.of(code, VMX, VMX_SOURCE))
                .ifPresent(found::add);
        return found;
    }

    /// A name of a status, with or without the `TDX_` that the TDX module's manuals put before it.
    private static Optional<Code> code(CodeTable table, String what) {
        return table.codes().stream().filter(code -> code.name().equalsIgnoreCase(what)
                || ("TDX_" + code.name()).equalsIgnoreCase(what)).findFirst();
    }

    private static Description leaf(Leaf leaf) {
        return Description.of(leaf, ImageFile.hardware().callSites().stream()
                .filter(contract -> contract.leaf().equals(leaf.title())).map(Contract::symbol).toList());
    }
}
