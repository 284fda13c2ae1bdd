package dev.trampette.report;

import dev.trampette.contract.Contract;
import dev.trampette.generate.Text;
import dev.trampette.verdict.Finding;
import dev.trampette.verdict.Verdict;
import dev.trampette.verify.SpecimenResult;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// What `verify --specimens` shows: whether the verifier finds what is broken on purpose, and nothing in what is not.
///
/// @param results specimen by specimen
/// @param seed of the random values
/// @param elapsedNanos how long it took
public record SpecimenReport(List<SpecimenResult> results, long seed, long elapsedNanos) {

    /// Whether every specimen is found by the rule it names, and every twin holds.
    public boolean holds() {
        return results.stream().allMatch(SpecimenResult::isAsItShould);
    }

    /// For a terminal.
    ///
    /// @param screen how many columns it has
    public String text(int screen) {
        return table().text(screen) + VerificationReport.findings(twins(), Finding::toString)
                + Text.paragraph(summary(), screen);
    }

    /// A document.
    public String markdown() {
        return table().markdown() + "\n"
                + VerificationReport.findings(twins(), finding -> "- " + finding.markdown()) + summary() + "\n";
    }

    /// For programs.
    public Map<String, Object> json() {
        return Json.object("specimens", results.stream().map(result -> Json.object(
                "name", result.specimen().contract().symbol(),
                "class", of(result).defect(),
                "source", of(result).source(),
                "rule", of(result).breaks(),
                "found", result.isFound(),
                "blamed", result.blamed(),
                "findings", VerificationReport.findings(result.specimen()),
                "twin", result.twin().holds() ? "holds" : "broken",
                "twinFindings", VerificationReport.findings(result.twin()))).toList(),
                "seed", seed, "elapsedNanos", elapsedNanos);
    }

    private Table table() {
        Table table = new Table("specimen", "class", "rule", "verifier", "twin", "blamed", "source")
                .wrap("verifier", "twin", "blamed", "source").drop("source", "class", "blamed");
        results.forEach(result -> table.row(result.specimen().contract().symbol(), of(result).defect(),
                of(result).breaks(), !result.isFound() ? "MISSED, " + result.specimen()
                        : result.isBlameRight() ? "found" : "found, and WRONG to blame "
                                + String.join("; ", result.blamed()), result.twin(), String.join("; ", result.blamed()),
                of(result).source()));
        return table;
    }

    /// What was found of the twins, which should break nothing.
    private List<Verdict> twins() {
        return results.stream().map(SpecimenResult::twin).toList();
    }

    private String summary() {
        long wrong = results.stream().filter(result -> !result.isAsItShould()).count();
        return "%s, %s, %s: %s (seed %d)".formatted(Count.of(results.size(), "specimen"),
                classes(distinct(specimen -> specimen.defect().replace(" AVX", ""))),
                Count.of(distinct(Contract.Specimen::breaks), "rule"),
                wrong == 0 ? "each is found by its rule, each repaired twin holds" : wrong + " not as they should be",
                seed);
    }

    private static String classes(long number) {
        return number == 1 ? "1 class" : number + " classes";
    }

    private long distinct(Function<Contract.Specimen, String> member) {
        return results.stream().map(result -> member.apply(of(result))).distinct().count();
    }

    private static Contract.Specimen of(SpecimenResult result) {
        return result.specimen().contract().specimen().orElseThrow();
    }
}
