package dev.trampette.cli;

import dev.trampette.contract.Contract;
import dev.trampette.contract.Effect;
import dev.trampette.image.ImageFile;
import dev.trampette.report.Json;
import dev.trampette.report.Table;
import dev.trampette.spec.Argument;
import dev.trampette.spec.CodeTable;
import dev.trampette.spec.Family;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.LeafTable;
import dev.trampette.spec.VmcsTable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `list`: every instruction, leaf, wrapper, VMCS field and status.
@Command(name = "list", description = "List the instructions, leaves, wrappers, VMCS fields and statuses.")
final class ListCommand implements Callable<Integer> {

    /// What there is to list.
    enum What {
        INSTRUCTIONS, LEAVES, WRAPPERS, FIELDS, STATUSES
    }

    @Parameters(arity = "0..1", paramLabel = "WHAT", description = "One of: ${COMPLETION-CANDIDATES}. Default: all.")
    private What what;

    @Mixin
    private FormatOption format;

    private List<Contract> wrappers;

    @Override
    public Integer call() {
        wrappers = ImageFile.hardware().contracts();
        List<What> parts = what == null ? List.of(What.values()) : List.of(what);
        format.print(
                () -> parts.stream().map(part -> heading(part, "%s%n%n") + table(part).text())
                        .collect(Collectors.joining("\n")),
                () -> parts.stream().map(part -> heading(part, "## %s%n%n") + table(part).markdown())
                        .collect(Collectors.joining("\n")),
                () -> Json.object(parts.stream().flatMap(part -> Stream.of(
                        part.name().toLowerCase(Locale.ROOT), json(part))).toArray()));
        return Main.HOLDS;
    }

    /// Names the part, when there are several.
    private String heading(What part, String format) {
        String name = part == What.FIELDS ? "VMCS fields" : part.name().charAt(0)
                + part.name().substring(1).toLowerCase(Locale.ROOT);
        return what != null ? "" : format.formatted(name);
    }

    private Table table(What part) {
        return switch (part) {
            case INSTRUCTIONS -> {
                Table table = new Table("instruction", "bytes", "wrappers", "designs", "not in");
                for (Instruction instruction : Instruction.values()) {
                    table.row(instruction, instruction.encoding(), of(instruction).size(),
                            String.join(" ", designs(of(instruction))), absent(instruction));
                }
                yield table;
            }
            case LEAVES -> {
                Table table = new Table("leaf", "number", "in", "out", "verified", "designs");
                LeafTable.all().forEach(leaf -> table.row(leaf.title(), "0x%x".formatted(leaf.number()),
                        leaf.unwrapped().isPresent() ? "-" : leaf.inputs().size(),
                        leaf.unwrapped().isPresent() ? "-" : leaf.outputs().size(), leaf.verified() ? "yes" : "no",
                        leaf.unwrapped().map(reason -> "none: " + reason)
                                .orElseGet(() -> String.join(" ", designs(of(leaf))))));
                yield table;
            }
            case WRAPPERS -> {
                Table table = new Table("name", "role", "design", "convention", "instruction", "number", "mask",
                        "verified", "calls");
                wrappers.forEach(contract -> table.row(contract.symbol(), contract.role().label(), contract.design(),
                        contract.signature().convention().label(), contract.mnemonic(), number(contract),
                        mask(contract), contract.verified() ? "yes" : "no", contract.calls().orElse("")));
                yield table;
            }
            case FIELDS -> {
                Table table = new Table("field", "encoding", "width", "type", "verified", "note");
                VmcsTable.shipped().fields().forEach(field -> table.row(field.name(),
                        "0x%04x".formatted(field.encoding()), field.width(), field.type(),
                        field.verified() ? "yes" : "no", field.text()));
                yield table;
            }
            case STATUSES -> {
                Table table = new Table("status", "value", "where", "means");
                statuses().forEach((where, codes) -> codes.codes().forEach(code -> table.row(code.name(),
                        "0x%x".formatted(code.value()), where, code.text())));
                yield table;
            }
        };
    }

    private Object json(What part) {
        return switch (part) {
            case INSTRUCTIONS -> Arrays.stream(Instruction.values()).map(instruction -> Json.object(
                    "name", instruction.name(),
                    "bytes", instruction.encoding(),
                    "designs", designs(of(instruction)),
                    "notIn", absent(instruction).isEmpty() ? null : absent(instruction))).toList();
            case LEAVES -> LeafTable.all().stream().map(leaf -> Json.object(
                    "name", leaf.name(),
                    "variant", leaf.variant().isEmpty() ? null : leaf.variant(),
                    "family", leaf.family().label(),
                    "number", "0x%x".formatted(leaf.number()),
                    "verified", leaf.verified(),
                    "in", registers(leaf.inputs(), Leaf.Input::register, input -> input.source().toString()),
                    "out", registers(leaf.outputs(), Leaf.Output::register, Leaf.Output::name),
                    "mask", leaf.family() == Family.TDVMCALL ? "0x%x".formatted(leaf.mask()) : null,
                    "stored", leaf.stored().label(),
                    "statuses", leaf.statuses(),
                    "notes", leaf.notes(),
                    "sources", leaf.sources(),
                    "designs", leaf.unwrapped().isPresent() ? List.of() : designs(of(leaf)),
                    "unwrapped", leaf.unwrapped().orElse(null))).toList();
            case WRAPPERS -> wrappers.stream().map(ListCommand::json).toList();
            case FIELDS -> VmcsTable.shipped().fields().stream().map(field -> Json.object(
                    "name", field.name(),
                    "encoding", "0x%04x".formatted(field.encoding()),
                    "width", field.width().toString(),
                    "type", field.type().toString(),
                    "verified", field.verified(),
                    "note", field.text().isEmpty() ? null : field.text())).toList();
            case STATUSES -> statuses().entrySet().stream().flatMap(table -> table.getValue().codes().stream()
                    .map(code -> Json.object(
                            "name", code.name(),
                            "value", "0x%x".formatted(code.value()),
                            "where", table.getKey(),
                            "means", code.text().isEmpty() ? null : code.text()))).toList();
        };
    }

    private static Map<String, CodeTable> statuses() {
        Map<String, CodeTable> tables = new LinkedHashMap<>();
        tables.put("R10 of TDG.VP.VMCALL", CodeTable.ghciStatuses());
        tables.put("RAX of TDCALL and SEAMCALL", CodeTable.completionStatuses());
        tables.put("VM-instruction error", CodeTable.vmInstructionErrors());
        return tables;
    }

    private List<Contract> of(Instruction instruction) {
        return wrappers.stream().filter(contract -> contract.mnemonic().equals(instruction.name())).toList();
    }

    private List<Contract> of(Leaf leaf) {
        return wrappers.stream().filter(contract -> contract.leaf().equals(leaf.title())).toList();
    }

    private static List<String> designs(List<Contract> contracts) {
        return contracts.stream().map(Contract::design).distinct().toList();
    }

    /// Why an instruction is missing from a design.
    private static String absent(Instruction instruction) {
        return switch (instruction) {
            case TDCALL, SEAMCALL, VMREAD -> "";
            default -> "stack-trampoline: for VMREAD only, which has an output; branch-out needs no trampoline";
        };
    }

    /// Names by register, in the order of a list.
    private static <T> Map<String, String> registers(List<T> all, Function<T, Gpr> register, Function<T, String> name) {
        Map<String, String> names = new LinkedHashMap<>();
        all.forEach(one -> names.put(register.apply(one).toString(), name.apply(one)));
        return names;
    }

    private static String mask(Contract contract) {
        OptionalLong mask = contract.promises().mask();
        return mask.isPresent() ? "0x%x".formatted(mask.getAsLong()) : "";
    }

    private static String number(Contract contract) {
        OptionalLong number = contract.effect().map(Effect::number).orElse(OptionalLong.empty());
        return number.isPresent() ? "0x%x".formatted(number.getAsLong()) : "";
    }

    private static Map<String, Object> json(Contract contract) {
        return Json.object(
                "name", contract.symbol(),
                "role", contract.role().label(),
                "design", contract.design(),
                "convention", contract.signature().convention().label(),
                "instruction", contract.mnemonic(),
                "leaf", contract.leaf().isEmpty() ? null : contract.leaf(),
                "number", number(contract).isEmpty() ? null : number(contract),
                "arguments", contract.signature().arguments().stream().map(Argument::toString).toList(),
                "inputs", contract.effect().map(Effect::inputs).orElse(Map.of()).entrySet().stream()
                        .collect(Collectors.toMap(input -> input.getKey().toString(),
                                input -> input.getValue().toString(), (one, _) -> one, LinkedHashMap::new)),
                "outputs", contract.effect().map(Effect::outputs).orElse(List.of()).stream()
                        .map(Gpr::toString).toList(),
                "mask", mask(contract).isEmpty() ? null : mask(contract),
                "verified", contract.verified(),
                "calls", contract.calls().orElse(null));
    }
}
