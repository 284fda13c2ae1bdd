package dev.trampette.verdict;

import dev.trampette.contract.Contract;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the cases of one wrapper showed.
///
/// @param contract the wrapper's contract
/// @param calls how many calls were looked at
/// @param findings the broken promises and the advice, one for each rule, place and outcome; causes first
/// @param assumed what was taken for granted of functions that it called and that the contract does not name
/// @param coverage how much of the routine the cases have reached; empty where nobody knows what belongs to it
public record Verdict(Contract contract, long calls, List<Finding> findings, List<String> assumed,
        Optional<Coverage> coverage) {

    /// A verdict for which nothing was taken for granted, of a routine that nobody looked into.
    ///
    /// @param contract the wrapper's contract
    /// @param calls how many calls were looked at
    /// @param findings the broken promises and the advice; causes first
    public Verdict(Contract contract, long calls, List<Finding> findings) {
        this(contract, calls, findings, List.of(), Optional.empty());
    }

    /// The same, with more that was taken for granted.
    ///
    /// @param sentences what that was; they come first
    /// @return a verdict that differs in nothing else
    public Verdict assuming(List<String> sentences) {
        return sentences.isEmpty() ? this : new Verdict(contract, calls, findings, Stream.concat(sentences.stream(),
                assumed.stream()).toList(), coverage);
    }

    /// {@return whether every promise held in every case} Advice is no broken promise.
    public boolean holds() {
        return findings.stream().allMatch(this::isAdvice);
    }

    /// Tell advice from a broken promise.
    ///
    /// @param finding one of these
    /// @return whether it breaks no promise, and costs the caller something
    public boolean isAdvice(Finding finding) {
        return Rule.advice(contract).contains(finding.rule());
    }

    /// Say places in another way: with the line of the source.
    ///
    /// @param named makes another text of `symbol+0x1f`
    /// @return another verdict, which is the same otherwise
    public Verdict withPlaces(UnaryOperator<String> named) {
        return new Verdict(contract, calls, findings.stream().map(finding -> finding.withPlace(named)).toList(),
                assumed, coverage);
    }

    /// `holds`, `holds, advice: rule`, or `broken: rule, rule`.
    @Override
    public String toString() {
        return (holds() ? "holds" : rules(false, "broken: ")) + rules(true, holds() ? ", advice: " : "; advice: ");
    }

    private String rules(boolean isAdvice, String prefix) {
        String rules = findings.stream().filter(finding -> isAdvice == isAdvice(finding))
                .map(finding -> finding.rule().label()).distinct().collect(Collectors.joining(", "));
        return rules.isEmpty() ? "" : prefix + rules;
    }
}
