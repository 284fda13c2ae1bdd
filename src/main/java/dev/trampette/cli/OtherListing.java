package dev.trampette.cli;

import dev.trampette.benchmarks.Panels;
import dev.trampette.contract.Contract;
import dev.trampette.cost.Panel;
import dev.trampette.report.Json;
import dev.trampette.report.RuleText;
import dev.trampette.report.Table;
import dev.trampette.spec.CodeTable;
import dev.trampette.spec.CodeTable.Code;
import dev.trampette.spec.VmcsTable;
import dev.trampette.spec.VmcsTable.Field;
import dev.trampette.verdict.Rule;
import dev.trampette.verify.SpecimenResult;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What there is besides wrappers: from the tables of the specifications, from the verifier and from the benchmarks.
final class OtherListing {

    /// A status or error, and where it comes back.
    record Status(String where, Code code) {
    }

    private OtherListing() {
    }

    static Listing<Field> fields() {
        return new Listing<>(VmcsTable.shipped().fields(), "of a VMCS, with encoding, width and type",
                () -> new Table("field", "encoding", "width", "type", "verified", "note")
                        .wrap("note").drop("verified", "note", "type"),
                field -> new Object[] {field.name(), "0x%04x".formatted(field.encoding()), field.width(), field.type(),
                    field.verified() ? "yes" : "no", field.text()},
                field -> Json.object(
                        "name", field.name(),
                        "encoding", "0x%04x".formatted(field.encoding()),
                        "width", field.width().toString(),
                        "type", field.type().toString(),
                        "verified", field.verified(),
                        "note", field.text().isEmpty() ? null : field.text()));
    }

    static Listing<Status> statuses() {
        return new Listing<>(Stream.of(
                        statuses("R10 of TDG.VP.VMCALL", CodeTable.ghciStatuses()),
                        statuses("RAX of TDCALL and SEAMCALL", CodeTable.completionStatuses()),
                        statuses("RAX of the P-SEAMLDR", CodeTable.loaderStatuses()),
                        statuses("VM-instruction error", CodeTable.vmInstructionErrors()))
                        .flatMap(List::stream).toList(),
                "of TDG.VP.VMCALL, of the TDX module, of the P-SEAMLDR, VM-instruction errors",
                () -> new Table("status", "value", "where", "verified", "means").wrap("where", "means")
                        .drop("where", "verified"),
                status -> new Object[] {status.code.name(), "0x%x".formatted(status.code.value()), status.where,
                    status.code.evidence(), status.code.text()},
                status -> Json.object(
                        "name", status.code.name(),
                        "value", "0x%x".formatted(status.code.value()),
                        "where", status.where,
                        "verified", status.code.evidence().toString(),
                        "means", status.code.text().isEmpty() ? null : status.code.text()));
    }

    private static List<Status> statuses(String where, CodeTable table) {
        return table.codes().stream().map(code -> new Status(where, code)).toList();
    }

    static Listing<Rule> rules() {
        return new Listing<>(List.of(Rule.values()), "what the verifier looks for in every call",
                () -> new Table("rule", "broken when").wrap("broken when"),
                rule -> new Object[] {rule, RuleText.of(rule).broken()},
                rule -> Json.object("name", rule.label(), "broken", RuleText.of(rule).broken(),
                        "why", RuleText.of(rule).why(), "example", RuleText.of(rule).example()));
    }

    static Listing<Contract> specimens() {
        return new Listing<>(SpecimenResult.all(), "wrappers that are broken on purpose; verify --specimens",
                () -> new Table("specimen", "class", "rule", "source").wrap("source").drop("class", "source"),
                contract -> new Object[] {contract.symbol(), specimen(contract).defect(), specimen(contract).breaks(),
                    specimen(contract).source()},
                contract -> Json.object("name", contract.symbol(), "class", specimen(contract).defect(),
                        "rule", specimen(contract).breaks(), "source", specimen(contract).source()));
    }

    private static Contract.Specimen specimen(Contract contract) {
        return contract.specimen().orElseThrow();
    }

    static Listing<String> benchmarks() {
        List<Panel> leaves = Panels.leaves();
        return new Listing<>(Stream.concat(Panels.all().stream(), leaves.stream())
                .flatMap(panel -> panel.labels().stream().map(panel::name)).toList(),
                "%s; %d leaf/INSTRUCTION/LEAF, which run with --leaves".formatted(Panels.all().stream()
                        .map(panel -> panel.layer() + "/").distinct().collect(Collectors.joining(" ")), leaves.size()),
                () -> new Table("benchmark"), name -> new Object[] {name}, name -> Json.object("name", name));
    }
}
