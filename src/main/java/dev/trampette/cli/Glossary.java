package dev.trampette.cli;

import dev.trampette.contract.Contract;
import dev.trampette.image.ImageFile;
import dev.trampette.report.CheckDescription;
import dev.trampette.report.Description;
import dev.trampette.report.InstructionText;
import dev.trampette.report.RuleText;
import dev.trampette.report.WrapperDescription;
import dev.trampette.spec.CodeTable;
import dev.trampette.spec.CodeTable.Code;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.LeafTable;
import dev.trampette.spec.VmcsTable;
import dev.trampette.verdict.Rule;
import dev.trampette.verify.SpecimenResult;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Everything that has a name and can be described.
final class Glossary {

    static final String GHCI = "status of TDG.VP.VMCALL, in R10";
    static final String GHCI_SOURCE = "GHCI, TDG.VP.VMCALL status codes";
    static final String VMX = "VM-instruction error, in the field 0x4400 after VMfailValid";
    static final String VMX_SOURCE = "SDM volume 3C, VM Instruction Error Numbers";
    static final String LOADER = "status of the P-SEAMLDR, in RAX";
    static final String LOADER_SOURCE = "P-SEAMLDR source";
    private static final String COMPLETION = "completion status of TDCALL and SEAMCALL, in RAX, details clear";
    private static final String COMPLETION_SOURCE = "TDX module specification, Function Completion Status";

    /// One thing.
    ///
    /// @param names what it is called
    /// @param description made when it is asked for: some run the verifier or objdump
    private record Entry(List<String> names, Supplier<Description> description) {
    }

    private Glossary() {
    }

    /// All that has this name, in capitals or not. Specimens are looked for last: their image may not be there.
    static List<Description> find(String name) {
        List<Description> found = find(name, known());
        return found.isEmpty() ? find(name, specimens()) : found;
    }

    private static List<Description> find(String name, Stream<Entry> entries) {
        return entries.filter(entry -> entry.names.stream().anyMatch(name::equalsIgnoreCase))
                .map(entry -> entry.description.get()).toList();
    }

    /// All names.
    static Stream<String> names() {
        return Stream.concat(known(), specimens()).flatMap(entry -> entry.names.stream());
    }

    private static Stream<Entry> known() {
        return Stream.of(leaves(), fields(), statuses(), instructions(), wrappers(), rules()).flatMap(part -> part);
    }

    /// The symbols of a leaf's wrappers.
    static List<String> wrappers(Leaf leaf) {
        return ImageFile.hardware().callSites().stream().filter(contract -> contract.leaf().equals(leaf.title()))
                .map(Contract::symbol).toList();
    }

    /// A leaf of any table, and its description when it is asked for.
    private record Described(Leaf leaf, Supplier<Description> description) {
    }

    private static Stream<Described> described() {
        return Stream.concat(
                LeafTable.all().stream().map(leaf -> new Described(leaf, () -> Description.of(leaf, wrappers(leaf)))),
                LeafTable.FURTHER.stream().flatMap(table -> LeafTable.named(table).leaves().stream()
                        .map(leaf -> new Described(leaf, () -> Description.of(leaf, table)))));
    }

    /// Leaves of all tables that are so, with their wrappers.
    static Stream<Description> leaves(Predicate<Leaf> which) {
        return described().filter(one -> which.test(one.leaf)).map(one -> one.description.get());
    }

    private static Stream<Entry> leaves() {
        return described().map(one -> new Entry(Stream.of(one.leaf.title(), one.leaf.name(), one.leaf.symbol())
                .distinct().toList(), one.description));
    }

    private static Stream<Entry> fields() {
        return VmcsTable.shipped().fields().stream().map(field ->
                new Entry(List.of(field.name()), () -> Description.of(field, false)));
    }

    private static Stream<Entry> statuses() {
        return Stream.of(
                CodeTable.ghciStatuses().codes().stream().map(code -> status(code, GHCI, GHCI_SOURCE)),
                CodeTable.completionStatuses().codes().stream()
                        .map(code -> status(code, COMPLETION, COMPLETION_SOURCE)),
                CodeTable.loaderStatuses().codes().stream().map(code -> status(code, LOADER, LOADER_SOURCE)),
                CodeTable.vmInstructionErrors().codes().stream().map(code -> status(code, VMX, VMX_SOURCE)))
                .flatMap(part -> part);
    }

    /// The name is with or without the `TDX_` that the TDX module's manuals put before it.
    private static Entry status(Code code, String kind, String source) {
        return new Entry(List.of(code.name(), "TDX_" + code.name()), () -> Description.of(code, kind, source));
    }

    private static Stream<Entry> instructions() {
        return Stream.of(Instruction.values()).map(instruction -> new Entry(List.of(instruction.name()),
                () -> InstructionText.describe(instruction, ImageFile.hardware().callSites().stream()
                        .filter(contract -> contract.mnemonic().equals(instruction.name())).toList())));
    }

    private static Stream<Entry> wrappers() {
        return ImageFile.hardware().contracts().stream().map(contract ->
                new Entry(List.of(contract.symbol()), () -> WrapperDescription.of(contract)));
    }

    private static Stream<Entry> rules() {
        return Stream.of(Rule.values()).map(rule -> new Entry(List.of(rule.label()), () -> {
            if (rule.isOfStatements()) {
                return CheckDescription.of(rule);
            }
            String example = RuleText.of(rule).example();
            List<String> others = SpecimenResult.all().stream()
                    .filter(contract -> contract.specimen().orElseThrow().breaks().equals(rule.label()))
                    .map(Contract::symbol).toList();
            return CheckDescription.of(rule, ImageFile.named("specimens").contract(example),
                    AsmSources.specimen(example), others);
        }));
    }

    private static Stream<Entry> specimens() {
        return SpecimenResult.all().stream().map(contract -> new Entry(List.of(contract.symbol()),
                () -> CheckDescription.of(contract, AsmSources.specimen(contract.symbol()))));
    }
}
