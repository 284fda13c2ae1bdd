package dev.trampette.cli.foreign;

import dev.trampette.crossing.Fault;
import dev.trampette.verdict.Finding;
import dev.trampette.verdict.Rule;
import dev.trampette.verdict.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The verdict on a function of which nobody has said how it is called. What may be there only because it was called
/// wrongly is no finding: what it does beside memory whose size was learnt, and a loop without an end.
final class Doubts {

    private static final Pattern BESIDE = Pattern.compile(".*, \\d+ bytes? (behind|before) .*");
    private static final Pattern ADDRESS = Pattern.compile("address (0x[0-9a-f]+)");

    private Doubts() {
    }

    static Outcome outcome(Verdict verdict, List<String> learning) {
        String symbol = verdict.contract().symbol();
        List<String> assumptions = new ArrayList<>(learning);
        assumptions.addAll(verdict.assumed());
        Optional<Finding> doubt = verdict.findings().stream().filter(Doubts::isDoubtful).findFirst();
        List<Finding> firm = verdict.findings().stream().filter(finding -> !isDoubtful(finding)
                && (doubt.isEmpty() || finding.rule() != Rule.UNDEFINED_READ)).toList();
        if (doubt.isPresent() && firm.stream().allMatch(verdict::isAdvice)) {
            String where = doubt.get().where() + doubt.get().at().map(" at %s"::formatted).orElse("");
            return Outcome.refused(symbol, "%s: its contract cannot be learnt, %s; write one (--contract FILE)"
                    .formatted(symbol, where));
        }
        doubt.ifPresent(one -> assumptions.add("its arguments are not all known: " + one.where()));
        return new Outcome(symbol, Optional.of(new Verdict(verdict.contract(), verdict.calls(), firm, List.of(),
                verdict.coverage())), assumptions, Optional.empty(), Optional.empty());
    }

    private static boolean isDoubtful(Finding finding) {
        return finding.rule() == Rule.HANG || finding.rule() == Rule.MEMORY || finding.rule() == Rule.CRASH
                && (BESIDE.matcher(finding.where()).matches() || finding.where().startsWith(Fault.UNEXPLAINED)
                || isArgument(finding));
    }

    /// Whether it followed a number that it was given, and that is a pointer then.
    private static boolean isArgument(Finding finding) {
        return ADDRESS.matcher(finding.where()).results().anyMatch(address -> finding.situation().stream().anyMatch(
                line -> line.endsWith("= " + address.group(1))));
    }
}
