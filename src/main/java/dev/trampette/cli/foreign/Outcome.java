package dev.trampette.cli.foreign;

import dev.trampette.contract.Contract;
import dev.trampette.report.CoverageText;
import dev.trampette.report.Json;
import dev.trampette.report.TraceReport;
import dev.trampette.verdict.Finding;
import dev.trampette.verdict.Rule;
import dev.trampette.verdict.Verdict;
import dev.trampette.verify.trace.Trace;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/// What was found of one routine: a verdict with what was taken for granted, or why there is none.
///
/// @param symbol the routine
/// @param verdict what the cases showed
/// @param assumptions what was learnt and not said, a sentence each
/// @param refusal why it was not verified
/// @param trace its instructions one by one, when that was the task
public record Outcome(String symbol, Optional<Verdict> verdict, List<String> assumptions, Optional<String> refusal,
        Optional<Trace> trace) {

    static Outcome refused(String symbol, String why) {
        return new Outcome(symbol, Optional.empty(), List.of(), Optional.of(why), Optional.empty());
    }

    /// The process of a routine did not come to its end.
    static Outcome died(String symbol, Rule rule, String how) {
        Contract contract = Contract.of(symbol).build();
        return new Outcome(symbol, Optional.of(new Verdict(contract, 0, List.of(new Finding(symbol, rule,
                List.of("any"), how, Optional.empty(), Optional.empty())))), List.of(), Optional.empty(),
                Optional.empty());
    }

    /// The same, with places said in another way.
    Outcome withPlaces(UnaryOperator<String> named) {
        return new Outcome(symbol, verdict.map(one -> one.withPlaces(named)), assumptions, refusal, trace);
    }

    Map<String, Object> json() {
        return Json.object("symbol", symbol, "assumptions", assumptions, "refusal", refusal.orElse(null),
                "trace", trace.map(one -> new TraceReport(one, assumptions).json()).orElse(null),
                "contract", verdict.map(one -> one.contract().toString()).orElse(null),
                "calls", verdict.map(Verdict::calls).orElse(0L),
                "coverage", CoverageText.json(verdict.flatMap(Verdict::coverage)),
                "findings", verdict.map(one -> one.findings().stream().map(Outcome::json).toList()).orElse(List.of()));
    }

    static Outcome read(Map<?, ?> members) {
        String symbol = (String) members.get("symbol");
        Optional<Verdict> verdict = Optional.ofNullable((String) members.get("contract")).map(contract -> new Verdict(
                Contract.parse(contract), ((Number) members.get("calls")).longValue(),
                ((List<?>) members.get("findings")).stream().map(one -> finding(symbol, (Map<?, ?>) one)).toList(),
                List.of(), CoverageText.read(members.get("coverage"))));
        return new Outcome(symbol, verdict, Json.texts(members.get("assumptions")),
                Optional.ofNullable((String) members.get("refusal")),
                Optional.ofNullable((Map<?, ?>) members.get("trace")).map(TraceReport::read));
    }

    private static Map<String, Object> json(Finding finding) {
        return Json.object("rule", finding.rule().label(), "outcomes", finding.outcomes(), "where", finding.where(),
                "at", finding.at().orElse(null), "blamed", finding.blamed().map(Outcome::json).orElse(null),
                "situation", finding.situation(), "isLoop", finding.trail().isLoop(),
                "trail", finding.trail().instructions().stream().map(Outcome::json).toList(),
                "values", finding.values().map(values -> Json.object(
                        "expected", text(values.expected()), "expectedOrigin", values.expectedOrigin(),
                        "actual", text(values.actual()), "actualOrigin", values.actualOrigin(),
                        "isPair", values.isPair())).orElse(null));
    }

    private static Finding finding(String symbol, Map<?, ?> members) {
        return new Finding(symbol, Rule.labelled((String) members.get("rule")).orElseThrow(),
                Json.texts(members.get("outcomes")), (String) members.get("where"),
                Optional.ofNullable((Map<?, ?>) members.get("values")).map(values -> new Finding.Values(
                        number(values.get("expected")), (String) values.get("expectedOrigin"),
                        number(values.get("actual")), (String) values.get("actualOrigin"),
                        (Boolean) values.get("isPair"))), Optional.ofNullable((String) members.get("at")),
                Optional.ofNullable((Map<?, ?>) members.get("blamed")).map(Outcome::instruction),
                new Finding.Trail((Boolean) members.get("isLoop"), Json.objects(members.get("trail")).stream()
                        .map(Outcome::instruction).toList()), Json.texts(members.get("situation")));
    }

    private static Map<String, Object> json(Finding.Instruction instruction) {
        return Json.object("at", instruction.at(), "text", instruction.text());
    }

    private static Finding.Instruction instruction(Map<?, ?> members) {
        return new Finding.Instruction((String) members.get("at"), (String) members.get("text"));
    }

    private static String text(OptionalLong number) {
        return number.isPresent() ? Long.toString(number.getAsLong()) : null;
    }

    private static OptionalLong number(Object text) {
        return text == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong((String) text));
    }
}
