package dev.trampette.verify.question;

import dev.trampette.verdict.Finding;
import dev.trampette.verdict.Rule;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// A finding as words, for another process.
final class FindingLine {

    private static final String NOTHING = "-";
    private static final String NEXT = "\n";

    private FindingLine() {
    }

    static List<String> write(Finding finding) {
        List<String> words = new ArrayList<>(List.of(finding.wrapper(), finding.rule().label(),
                String.join(NEXT, finding.outcomes()), finding.where(), finding.at().orElse(NOTHING)));
        instruction(finding.blamed(), words);
        finding.values().ifPresentOrElse(values -> words.addAll(List.of(number(values.expected()),
                values.expectedOrigin(), number(values.actual()), values.actualOrigin(),
                Boolean.toString(values.isPair()))), () -> words.addAll(List.of(NOTHING, "", NOTHING, "", NOTHING)));
        words.add(String.join(NEXT, finding.situation()));
        words.add(Boolean.toString(finding.trail().isLoop()));
        finding.trail().instructions().forEach(it -> instruction(Optional.of(it), words));
        return words;
    }

    static Finding read(List<String> all) {
        Deque<String> words = new ArrayDeque<>(all);
        String wrapper = words.pop();
        Rule rule = Rule.labelled(words.pop()).orElseThrow();
        List<String> outcomes = Arrays.asList(words.pop().split(NEXT));
        String where = words.pop();
        Optional<String> at = something(words.pop());
        Optional<Finding.Instruction> blamed = instruction(words);
        OptionalLong expected = number(words.pop());
        String expectedOrigin = words.pop();
        OptionalLong actual = number(words.pop());
        String actualOrigin = words.pop();
        Optional<Finding.Values> values = something(words.pop()).map(isPair -> new Finding.Values(expected,
                expectedOrigin, actual, actualOrigin, Boolean.parseBoolean(isPair)));
        List<String> situation = words.peek().isEmpty() ? List.of() : Arrays.asList(words.peek().split(NEXT));
        words.pop();
        boolean isLoop = Boolean.parseBoolean(words.pop());
        List<Finding.Instruction> trail = new ArrayList<>();
        while (!words.isEmpty()) {
            instruction(words).ifPresent(trail::add);
        }
        return new Finding(wrapper, rule, outcomes, where, values, at, blamed, new Finding.Trail(isLoop, trail),
                situation);
    }

    private static void instruction(Optional<Finding.Instruction> instruction, List<String> words) {
        words.add(instruction.map(Finding.Instruction::at).orElse(NOTHING));
        words.add(instruction.map(Finding.Instruction::text).orElse(NOTHING));
    }

    private static Optional<Finding.Instruction> instruction(Deque<String> words) {
        Optional<String> at = something(words.pop());
        String text = words.pop();
        return at.map(place -> new Finding.Instruction(place, text));
    }

    private static Optional<String> something(String word) {
        return word.equals(NOTHING) ? Optional.empty() : Optional.of(word);
    }

    private static String number(OptionalLong number) {
        return number.isPresent() ? Long.toString(number.getAsLong()) : NOTHING;
    }

    private static OptionalLong number(String word) {
        return word.equals(NOTHING) ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(word));
    }
}
