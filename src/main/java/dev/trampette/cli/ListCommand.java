package dev.trampette.cli;

import dev.trampette.image.Contract;
import dev.trampette.image.Image;
import dev.trampette.report.Json;
import dev.trampette.report.Table;
import dev.trampette.spec.Gpr;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `list`: every wrapper, as its contract says it.
@Command(name = "list", description = "List the wrappers: design, leaf, registers, mask.")
final class ListCommand implements Callable<Integer> {

    @Mixin
    private FormatOption format;

    @Override
    public Integer call() {
        List<Contract> wrappers = Image.hardware().callSites();
        Table table = new Table("name", "design", "instruction", "leaf", "mask", "outputs", "calls", "inputs");
        wrappers.forEach(contract -> table.row(contract.symbol(), contract.design(), contract.instruction(),
                contract.leaf(), mask(contract), outputs(contract), contract.calls().orElse(""), inputs(contract)));
        format.print(table, Json.object("wrappers", wrappers.stream().map(ListCommand::json).toList()));
        return Main.HOLDS;
    }

    private static String inputs(Contract contract) {
        return contract.inputs().entrySet().stream()
                .map(input -> input.getKey() + "=" + input.getValue())
                .collect(Collectors.joining(" "));
    }

    private static String outputs(Contract contract) {
        return contract.outputs().stream().map(Gpr::toString).collect(Collectors.joining(" "));
    }

    private static String mask(Contract contract) {
        return contract.mask().isPresent() ? "0x%x".formatted(contract.mask().getAsLong()) : "";
    }

    private static Map<String, Object> json(Contract contract) {
        return Json.object(
                "name", contract.symbol(),
                "design", contract.design(),
                "instruction", contract.instruction(),
                "leaf", contract.leaf().isEmpty() ? null : contract.leaf(),
                "number", contract.inputs().get(Gpr.R11),
                "inputs", contract.inputs().entrySet().stream().collect(Collectors.toMap(
                        input -> input.getKey().toString(), Map.Entry::getValue, (a, b) -> a,
                        LinkedHashMap::new)),
                "outputs", contract.outputs().stream().map(Gpr::toString).toList(),
                "mask", mask(contract).isEmpty() ? null : mask(contract),
                "calls", contract.calls().orElse(null));
    }
}
