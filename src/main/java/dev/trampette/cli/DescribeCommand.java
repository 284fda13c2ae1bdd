package dev.trampette.cli;

import dev.trampette.cli.foreign.Outcome;
import dev.trampette.report.Description;
import dev.trampette.report.Json;
import dev.trampette.report.TableDiff;
import dev.trampette.spec.CodeTable;
import dev.trampette.spec.CompletionStatus;
import dev.trampette.spec.Family;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.LeafChange;
import dev.trampette.spec.LeafTable;
import dev.trampette.spec.VmcsTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `describe`: what is known about anything that has a name or a number.
@Command(name = "describe", description = "Explain a leaf, a field, a status, an instruction, a wrapper, a rule or a "
        + "specimen, by name or number.")
final class DescribeCommand implements Callable<Integer> {

    @Parameters(paramLabel = "WHAT", description = "Such as MapGPA, TDG.VP.INFO, 0x681e, 0xC000010000000001, TDCALL, "
            + "trampoline_cpuid, callee-saved; or FILE[:SYMBOL]: what is learnt of code from outside, as a contract.")
    private String what;

    @Option(names = "--diff", description = "Two tables, OLD NEW: what changes, and which shipped wrappers "
            + "break. A table is a file, or the name of a shipped one.")
    private boolean diff;

    @Parameters(index = "1..*", hidden = true)
    private List<String> flags = List.of();

    @Option(names = "--seed", paramLabel = "N", description = "Of files: where random values start.")
    private long seed = ThreadLocalRandom.current().nextLong();

    @Mixin
    private ForeignOption foreign;

    @Mixin
    private FormatOption format;

    @Override
    public Integer call() {
        List<String> names = Stream.concat(Stream.of(what), flags.stream()).toList();
        if (diff) {
            return diff(names);
        }
        if (CodeNames.areMeant(names)) {
            return learn(names);
        }
        if (!flags.isEmpty()) {
            throw new InputException("one thing at a time: " + String.join(" ", names));
        }
        List<Description> found = number().map(DescribeCommand::byNumber).orElseGet(this::byName);
        format.print(screen -> found.stream().map(one -> one.text(screen)).collect(Collectors.joining("\n")),
                () -> found.stream().map(Description::markdown).collect(Collectors.joining("\n")),
                () -> Json.object("found", found.stream().map(Description::json).toList()));
        return Main.HOLDS;
    }

    private int diff(List<String> names) {
        if (names.size() != 2) {
            throw new InputException("two tables are compared, --diff OLD NEW: " + String.join(" ", names));
        }
        LeafTable before = TableFile.read(Path.of(names.getFirst()));
        LeafTable after = TableFile.read(Path.of(names.getLast()));
        if (before.family() != after.family()) {
            throw new InputException("tables of two families: %s is of %s, %s of %s".formatted(names.getFirst(),
                    before.family().label(), names.getLast(), after.family().label()));
        }
        List<LeafChange> changes = LeafChange.between(before, after);
        TableDiff report = new TableDiff(changes, broken(changes, after.family()));
        format.print(report::text, report::markdown, report::json);
        return report.holds() ? Main.HOLDS : Main.FINDINGS;
    }

    /// The shipped wrappers of leaves that change, when they are wrong for the newer table.
    private static Map<String, List<String>> broken(List<LeafChange> changes, Family family) {
        Map<String, Leaf> shipped = LeafTable.of(family).wrapped()
                .collect(Collectors.toMap(Leaf::title, leaf -> leaf));
        Map<String, List<String>> broken = new LinkedHashMap<>();
        for (LeafChange change : changes) {
            Leaf leaf = shipped.get(change.title());
            if (leaf != null && LeafChange.of(Optional.of(leaf), change.after()).breaksWrappers()) {
                broken.put(leaf.title(), Glossary.wrappers(leaf));
            }
        }
        return broken;
    }

    /// What is printed is accepted by `verify --contract`.
    private int learn(List<String> names) {
        List<Outcome> outcomes = foreign.learn(names, seed);
        Supplier<String> contracts = () -> outcomes.stream().map(DescribeCommand::contract)
                .collect(Collectors.joining("\n"));
        format.print(_ -> contracts.get(), () -> "```\n" + contracts.get() + "```\n", () -> Json.object("routines",
                outcomes.stream().map(outcome -> Json.object("name", outcome.symbol(), "contract", outcome.verdict()
                        .map(verdict -> verdict.contract().toString()).orElse(null), "assumptions",
                        outcome.assumptions(), "refusal", outcome.refusal().orElse(null))).toList()));
        return outcomes.stream().allMatch(outcome -> outcome.verdict().isPresent()) ? Main.HOLDS : Main.FINDINGS;
    }

    private static String contract(Outcome outcome) {
        return outcome.refusal().map(why -> "# %s%n".formatted(why)).orElse("")
                + outcome.verdict().map(verdict -> verdict.contract().toString()).orElse("")
                + outcome.verdict().stream().flatMap(verdict -> verdict.findings().stream())
                        .map(finding -> "# %s%n".formatted(finding.line())).collect(Collectors.joining())
                + outcome.assumptions().stream().map(sentence -> "# taken for granted: %s%n".formatted(sentence))
                        .collect(Collectors.joining());
    }

    private List<Description> byName() {
        List<Description> found = Glossary.find(what);
        if (found.isEmpty()) {
            throw new InputException("no leaf, field, status, instruction, wrapper, rule or specimen is called %s; %s"
                    .formatted(what, Names.near(what, Glossary.names(), "see ./trampette list")));
        }
        return found;
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
        Glossary.leaves(leaf -> leaf.number() == number).forEach(found::add);
        if (number >>> 16 == 0) {
            VmcsTable fields = VmcsTable.shipped();
            fields.find((int) number).map(field -> Description.of(field, false)).ifPresent(found::add);
            fields.find((int) number & ~1).filter(field -> (number & 1) == 1 && field.width() == VmcsTable.Width.BITS64)
                    .map(field -> Description.of(field, true)).ifPresent(found::add);
        }
        CodeTable.ghciStatuses().find(number).map(code -> Description.of(code, Glossary.GHCI, Glossary.GHCI_SOURCE))
                .ifPresent(found::add);
        CompletionStatus status = new CompletionStatus(number);
        boolean ghci = CodeTable.ghciStatuses().find(number).isPresent();
        if (number == 0 || number >>> 32 != 0 && !ghci) {
            found.add(Description.of(status, CodeTable.completionStatuses().find(status.name())));
        }
        CodeTable.loaderStatuses().find(number).filter(_ -> number < 0).map(code -> Description.of(code,
                Glossary.LOADER, Glossary.LOADER_SOURCE)).ifPresent(found::add);
        CodeTable.vmInstructionErrors().find(number).map(code -> Description.of(code, Glossary.VMX,
                Glossary.VMX_SOURCE)).ifPresent(found::add);
        if (found.isEmpty()) {
            throw new InputException("no leaf, field or status has the number 0x%x; see ./trampette list leaves, "
                    .formatted(number) + "list fields, list statuses");
        }
        return found;
    }
}
