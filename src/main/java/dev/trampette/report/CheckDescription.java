package dev.trampette.report;

import dev.trampette.call.ImageException;
import dev.trampette.contract.Contract;
import dev.trampette.report.Description.Line;
import dev.trampette.verdict.Rule;
import dev.trampette.verify.SpecimenResult;
import dev.trampette.verify.Verifier;
import java.util.ArrayList;
import java.util.List;

/// What the verifier looks for, and what it is tested with.
public final class CheckDescription {

    /// The finding that is shown does not depend on it.
    private static final long SEED = 1;

    private CheckDescription() {
    }

    /// A rule, with a specimen that breaks it.
    ///
    /// @param source the lines of the example
    /// @param others the names of all specimens of the rule
    public static Description of(Rule rule, Contract example, List<String> source, List<String> others) {
        RuleText text = RuleText.of(rule);
        List<Line> lines = new ArrayList<>();
        lines.add(new Line("broken", text.broken()));
        lines.add(new Line("why", text.why()));
        source.forEach(line -> lines.add(Line.code("example", line)));
        lines.add(new Line("repaired", "the REPAIRED lines in place of the BROKEN ones; that holds"));
        finding(rule.label(), example).forEach(line -> lines.add(Line.code("finding", line)));
        lines.add(new Line("specimens", String.join(" ", others)));
        return new Description(rule.label(), "rule of the verifier", lines);
    }

    /// A rule of asm statements in C.
    public static Description of(Rule rule) {
        RuleText text = RuleText.of(rule);
        return new Description(rule.label(), "rule of the verifier, for asm statements", List.of(
                new Line("broken", text.broken()), new Line("why", text.why()), Line.code("example", text.example())));
    }

    /// A wrapper that is broken on purpose.
    ///
    /// @param source its lines
    public static Description of(Contract contract, List<String> source) {
        Contract.Specimen specimen = contract.specimen().orElseThrow();
        List<Line> lines = new ArrayList<>();
        lines.add(new Line("breaks", specimen.breaks()));
        lines.add(new Line("class", specimen.defect()));
        lines.add(new Line("source", specimen.source()));
        lines.addAll(WrapperDescription.promises(contract));
        source.forEach(line -> lines.add(Line.code("code", line)));
        lines.add(new Line("repaired", "the REPAIRED lines in place of the BROKEN ones; that holds"));
        finding(specimen.breaks(), contract).forEach(line -> lines.add(Line.code("finding", line)));
        return new Description(contract.symbol(), "specimen, a wrapper that is broken on purpose", lines);
    }

    /// What the verifier says, here and now.
    private static List<String> finding(String rule, Contract specimen) {
        try {
            return SpecimenResult.of(specimen, SEED, Verifier.ITERATIONS).specimen().findings().stream()
                    .filter(finding -> finding.rule().label().equals(rule))
                    .findFirst().map(finding -> finding.toString().lines().toList())
                    .orElse(List.of("none"));
        } catch (ImageException e) {
            return List.of("not shown: " + e.getMessage());
        }
    }
}
