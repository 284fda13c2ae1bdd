package dev.trampette.cli;

import dev.trampette.contract.Contract;
import dev.trampette.contract.Effect;
import dev.trampette.image.ImageFile;
import dev.trampette.report.Json;
import dev.trampette.report.Table;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Family;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.LeafTable;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Wrappers, and what they execute: instructions and leaves.
final class WrapperListing {

    private final List<Contract> wrappers = ImageFile.hardware().contracts();
    private final Map<String, List<Contract>> byLeaf = wrappers.stream()
            .collect(Collectors.groupingBy(Contract::leaf));

    Listing<Contract> wrappers() {
        String designs = wrappers.stream().filter(contract -> contract.role() == Contract.Role.CALL_SITE)
                .collect(Collectors.groupingBy(Contract::design, LinkedHashMap::new, Collectors.counting()))
                .entrySet().stream().map(design -> design.getValue() + " " + design.getKey())
                .collect(Collectors.joining(", "));
        return new Listing<>(wrappers, designs + ", and what they share",
                () -> new Table("name", "role", "design", "convention", "instruction", "number", "mask", "verified",
                        "calls").drop("verified", "role", "convention", "mask", "calls", "number", "design"),
                contract -> new Object[] {contract.symbol(), contract.role().label(), contract.design(),
                    contract.signature().convention(), contract.mnemonic(), number(contract), mask(contract),
                    contract.evidence(), contract.calls().orElse("")},
                contract -> Json.object(
                        "name", contract.symbol(),
                        "role", contract.role().label(),
                        "design", contract.design(),
                        "convention", contract.signature().convention().label(),
                        "instruction", contract.mnemonic(),
                        "leaf", contract.leaf().isEmpty() ? null : contract.leaf(),
                        "number", number(contract).isEmpty() ? null : number(contract),
                        "arguments", contract.signature().arguments().stream().map(Argument::toString).toList(),
                        "inputs", inputs(contract),
                        "outputs", contract.effect().map(Effect::outputs).orElse(List.of()).stream()
                                .map(Gpr::toString).toList(),
                        "mask", mask(contract).isEmpty() ? null : mask(contract),
                        "verified", contract.evidence().toString(),
                        "calls", contract.calls().orElse(null)));
    }

    Listing<Instruction> instructions() {
        return new Listing<>(List.of(Instruction.values()),
                Stream.of(Instruction.values()).map(Instruction::toString).collect(Collectors.joining(" ")),
                () -> new Table("instruction", "bytes", "wrappers", "designs", "not in")
                        .wrap("designs", "not in").drop("not in", "bytes"),
                instruction -> new Object[] {instruction, instruction.encoding(), of(instruction).size(),
                    String.join(" ", designs(of(instruction))), absent(instruction)},
                instruction -> Json.object(
                        "name", instruction.name(),
                        "bytes", instruction.encoding(),
                        "designs", designs(of(instruction)),
                        "notIn", absent(instruction).isEmpty() ? null : absent(instruction)));
    }

    Listing<Leaf> leaves() {
        List<Leaf> leaves = LeafTable.all();
        Map<Leaf, String> further = new IdentityHashMap<>();
        List<Leaf> all = new ArrayList<>(leaves);
        LeafTable.FURTHER.forEach(table -> LeafTable.named(table).leaves().forEach(leaf -> {
            further.put(leaf, table);
            all.add(leaf);
        }));
        return new Listing<>(all,
                Stream.of(Family.values()).map(family -> leaves.stream().filter(leaf -> leaf.family() == family).count()
                        + switch (family) {
                            case TDVMCALL -> " of TDG.VP.VMCALL, ";
                            case TDG -> " of TDCALL, ";
                            case TDH -> " of SEAMCALL, ";
                            case SEAMLDR -> " of the P-SEAMLDR, ";
                        }).collect(Collectors.joining())
                        + leaves.stream().filter(leaf -> leaf.unwrapped().isEmpty()).count() + " with wrappers; "
                        + further.size() + " in further tables",
                () -> new Table("leaf", "number", "in", "out", "verified", "designs")
                        .wrap("designs").drop("in", "out", "verified"),
                leaf -> new Object[] {leaf.title(), "0x%x".formatted(leaf.number()),
                    leaf.unwrapped().isPresent() ? "-" : leaf.inputs().size(),
                    leaf.unwrapped().isPresent() ? "-" : leaf.outputs().size(), leaf.evidence(),
                    leaf.unwrapped().map(reason -> "none: " + reason)
                            .orElseGet(() -> further.containsKey(leaf) ? "verify --table " + further.get(leaf)
                                    : String.join(" ", designs(of(leaf))))},
                leaf -> Json.object(
                        "name", leaf.name(),
                        "variant", leaf.variant().isEmpty() ? null : leaf.variant(),
                        "family", leaf.family().label(),
                        "number", "0x%x".formatted(leaf.number()),
                        "verified", leaf.evidence().toString(),
                        "in", registers(leaf.inputs(), Leaf.Input::register, input -> input.source().toString()),
                        "out", registers(leaf.outputs(), Leaf.Output::register, Leaf.Output::name),
                        "mask", leaf.family() == Family.TDVMCALL ? "0x%x".formatted(leaf.mask()) : null,
                        "stored", leaf.stored().label(),
                        "statuses", leaf.statuses(),
                        "notes", leaf.notes(),
                        "sources", leaf.sources(),
                        "table", further.getOrDefault(leaf, leaf.family().label()),
                        "designs", leaf.unwrapped().isPresent() || further.containsKey(leaf) ? List.of()
                                : designs(of(leaf)),
                        "unwrapped", leaf.unwrapped().orElse(null)));
    }

    private List<Contract> of(Instruction instruction) {
        return wrappers.stream().filter(contract -> contract.mnemonic().equals(instruction.name())).toList();
    }

    private List<Contract> of(Leaf leaf) {
        return byLeaf.getOrDefault(leaf.title(), List.of());
    }

    private static List<String> designs(List<Contract> contracts) {
        return contracts.stream().map(Contract::design).distinct().toList();
    }

    /// Why an instruction is missing from a design.
    private static String absent(Instruction instruction) {
        return switch (instruction) {
            case VMWRITE, VMCLEAR, VMPTRLD, INVEPT, INVVPID ->
                "stack-trampoline: for VMREAD only, which has an output; branch-out needs no trampoline";
            default -> "";
        };
    }

    /// Names by register, in the order of a list.
    private static <T> Map<String, String> registers(List<T> all, Function<T, Gpr> register, Function<T, String> name) {
        Map<String, String> names = new LinkedHashMap<>();
        all.forEach(one -> names.put(register.apply(one).toString(), name.apply(one)));
        return names;
    }

    private static String mask(Contract contract) {
        return hex(contract.promises().mask());
    }

    private static String number(Contract contract) {
        return hex(contract.effect().map(Effect::number).orElse(OptionalLong.empty()));
    }

    private static String hex(OptionalLong number) {
        return number.isPresent() ? "0x%x".formatted(number.getAsLong()) : "";
    }

    private static Map<String, String> inputs(Contract contract) {
        Map<String, String> inputs = new LinkedHashMap<>();
        contract.effect().ifPresent(effect -> effect.inputs().forEach((register, source) ->
                inputs.put(register.toString(), source.toString())));
        return inputs;
    }
}
