package dev.trampette.verify.question;

import dev.trampette.child.Line;
import dev.trampette.contract.Contract;
import dev.trampette.verdict.Coverage;
import dev.trampette.verdict.Finding;
import dev.trampette.verdict.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A verdict as words, for another process; findings have lines of their own.
final class VerdictLine {

    static final String FINDING = "finding";
    static final String VERDICT = "verdict";

    private static final int NUMBERS = 4;

    private VerdictLine() {
    }

    static List<Line> write(Verdict verdict) {
        List<Line> lines = new ArrayList<>();
        verdict.findings().forEach(finding -> lines.add(finding(finding)));
        Coverage coverage = verdict.coverage().orElse(new Coverage(-1, 0, List.of()));
        lines.add(Line.of(VERDICT, verdict.calls(), coverage.instructions(), coverage.executed(),
                coverage.missed().size(), coverage.missed(), verdict.assumed()));
        return lines;
    }

    static Line finding(Finding finding) {
        return Line.of(FINDING, FindingLine.write(finding));
    }

    /// @param words behind [#VERDICT]
    static Verdict read(List<String> words, Contract contract, List<Finding> findings) {
        int instructions = Integer.parseInt(words.get(1));
        int missed = NUMBERS + Integer.parseInt(words.get(3));
        return new Verdict(contract, Long.parseLong(words.get(0)), findings, words.subList(missed, words.size()),
                instructions < 0 ? Optional.empty() : Optional.of(new Coverage(instructions,
                        Integer.parseInt(words.get(2)), words.subList(NUMBERS, missed))));
    }
}
