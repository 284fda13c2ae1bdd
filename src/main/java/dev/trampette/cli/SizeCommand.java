package dev.trampette.cli;

import dev.trampette.contract.Contract;
import dev.trampette.cost.Instructions;
import dev.trampette.cost.SiteSize;
import dev.trampette.image.ImageFile;
import dev.trampette.object.CodeSymbol;
import dev.trampette.object.ObjectFile;
import dev.trampette.report.Json;
import dev.trampette.report.Table;
import dev.trampette.tdx.Design;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `size`: what each call site takes in memory, as it would be in a kernel.
@Command(name = "size", description = "Bytes and instructions per call site, shared bytes, break-even with "
        + "inline; or of the routines of code from outside.")
final class SizeCommand implements Callable<Integer> {

    @Parameters(arity = "0..*", paramLabel = "NAME",
            description = "Wrappers or leaves, by name or with wildcards: trampoline_*. Default: all. Or code from "
                    + "outside, FILE or FILE:SYMBOL: an object, a shared object, or a source in assembly or C; flags "
                    + "of the compiler come after --.")
    private List<String> names = List.of();

    @Option(names = "--counts", description = "Of each outcome of the named wrappers what one call executes: "
            + "instructions, loads, stores, bytes of stack. An iteration of a REP prefix counts as one.")
    private boolean counts;

    @Mixin
    private SymbolOption symbols;

    @Mixin
    private FormatOption format;

    @Override
    public Integer call() {
        if (counts && (names.isEmpty() || CodeNames.areMeant(names))) {
            throw new InputException("--counts needs names of shipped wrappers; of your own, trace FILE:SYMBOL counts");
        }
        return counts ? executed() : CodeNames.areMeant(names) ? routines(CodeNames.of(names)) : callSites();
    }

    /// Of code from outside. It is read as a file: nothing of it runs.
    private int routines(CodeNames code) {
        List<ObjectFile> objects = ObjectFile.read(code.files().stream().map(Path::of).toList(),
                code.compilerFlags());
        List<String> all = objects.stream().flatMap(object -> object.code().stream()).map(CodeSymbol::name).distinct()
                .toList();
        Set<String> chosen = Set.copyOf(symbols.choose(code, all,
                objects.stream().flatMap(object -> object.data().stream()).toList(), all));
        List<CodeSymbol> routines = new ArrayList<>();
        List<byte[]> bytes = new ArrayList<>();
        objects.forEach(object -> object.code().stream().filter(symbol -> chosen.contains(symbol.name()))
                .forEach(symbol -> {
                    routines.add(symbol);
                    bytes.add(object.bytes(symbol));
                }));
        Optional<List<Integer>> counts = Instructions.in(bytes);
        Table table = new Table("routine", "B", "insns", "section", "file").wrap("routine").drop("file", "section");
        List<Map<String, Object>> json = new ArrayList<>();
        for (int n = 0; n < routines.size(); n++) {
            CodeSymbol symbol = routines.get(n);
            Long size = symbol.size() > 0 ? symbol.size() : null;
            Integer count = size == null || counts.isEmpty() ? null : counts.get().get(n);
            table.row(symbol.name(), size == null ? "-" : size, count == null ? "-" : count, symbol.section(),
                    symbol.file());
            json.add(Json.object("name", symbol.name(), "bytes", size, "instructions", count,
                    "section", symbol.section(), "file", symbol.file()));
        }
        format.print(table, Json.object("routines", json));
        return Main.HOLDS;
    }

    private int callSites() {
        Table table = new Table("leaf", "design", "site B", "site insns", "shared routine", "shared B",
                "smaller than inline from")
                .wrap("leaf", "smaller than inline from").drop("shared routine", "site insns");
        List<Map<String, Object>> json = new ArrayList<>();
        sites().stream()
                .sorted(Comparator.comparing(SizeCommand::what))
                .forEach(contract -> add(contract, table, json));
        List<Map<String, Object>> totals = names.isEmpty() ? totals() : List.of();
        totals.forEach(total -> table.row("all leaves once", total.get("design"), total.get("callSiteBytes"), "",
                "", total.get("sharedBytes"), "-"));
        format.print(table, Json.object("callSites", json, "totals", totals));
        return Main.HOLDS;
    }

    private List<Contract> sites() {
        List<Contract> sites = ImageFile.hardware().callSites();
        return names.isEmpty() ? sites : Names.select(names, "wrapper", sites,
                contract -> Stream.of(contract.symbol(), what(contract)), "./trampette list wrappers names all");
    }

    private int executed() {
        new ExecutedCounts(sites()).print(format);
        return Main.HOLDS;
    }

    /// One call site of every leaf, and what they share counted once.
    private static List<Map<String, Object>> totals() {
        List<Map<String, Object>> totals = new ArrayList<>();
        for (Design design : Design.values()) {
            List<Contract> sites = ImageFile.hardware().callSites().stream()
                    .filter(contract -> contract.design().equals(design.label()))
                    .toList();
            totals.add(Json.object(
                    "design", design.label(),
                    "callSiteBytes", sites.stream().mapToInt(site -> SiteSize.of(site.symbol()).callSite()).sum(),
                    "sharedBytes", sites.stream().flatMap(site -> site.calls().stream()).distinct()
                            .mapToInt(ImageFile.hardware()::size).sum()));
        }
        return totals;
    }

    private static void add(Contract contract, Table table, List<Map<String, Object>> json) {
        SiteSize size = SiteSize.of(contract.symbol());
        Integer instructions = Instructions.of(contract.symbol()).orElse(null);
        OptionalInt breakEven = breakEven(contract, size);
        table.row(what(contract), contract.design(), size.callSite(), instructions == null ? "-" : instructions,
                contract.calls().orElse(""), size.shared(),
                breakEven.isPresent() ? breakEven.getAsInt() + (breakEven.getAsInt() == 1 ? " site" : " sites") : "-");
        json.add(Json.object(
                "name", contract.symbol(),
                "design", contract.design(),
                "leaf", contract.leaf().isEmpty() ? null : contract.leaf(),
                "callSiteBytes", size.callSite(),
                "callSiteInstructions", instructions,
                "sharedRoutine", contract.calls().orElse(null),
                "sharedBytes", size.shared(),
                "smallerThanInlineFrom", breakEven.isPresent() ? breakEven.getAsInt() : null));
    }

    /// The number of call sites of the leaf from which this design takes fewer bytes than `inline`.
    private static OptionalInt breakEven(Contract contract, SiteSize size) {
        if (contract.design().equals("inline") || contract.leaf().isEmpty()) {
            return OptionalInt.empty();
        }
        String inline = ImageFile.hardware().callSites().stream()
                .filter(other -> other.design().equals("inline") && other.leaf().equals(contract.leaf()))
                .findFirst().orElseThrow().symbol();
        return size.breakEven(SiteSize.of(inline));
    }

    /// The leaf, or for VMREAD the part of the symbol behind the design.
    private static String what(Contract contract) {
        return contract.leaf().isEmpty()
                ? contract.symbol().substring(contract.design().length() + 1)
                : contract.leaf();
    }
}
