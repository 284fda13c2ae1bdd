package dev.trampette.verdict;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// A broken promise.
///
/// @param wrapper the symbol of the routine
/// @param rule which promise
/// @param outcomes what the instruction answered in the cases that showed it, in the order in which they were tried
/// @param where a register, a place in memory, or what happened
/// @param values what the contract asks for and what was there, when that can be said in numbers; of the first case
/// @param at the place in the code, `symbol+0x1f` or `symbol+0x1f (file:line)`, when it is known
/// @param blamed the instruction that made a register or a flag what it should not be, when it is known
/// @param trail the last instructions of a call that did not come back, or the loop that it was in; else empty
/// @param situation what a function was called with in the first case, a line each; nothing when nobody says it
public record Finding(String wrapper, Rule rule, List<String> outcomes, String where, Optional<Values> values,
        Optional<String> at, Optional<Instruction> blamed, Trail trail, List<String> situation) {

    /// An instruction of the routine.
    ///
    /// @param at its place
    /// @param text what it is, in Intel syntax
    public record Instruction(String at, String text) {

        @Override
        public String toString() {
            return at + ": " + text.replaceAll("\\s+", " ");
        }
    }

    /// What a call executed last.
    ///
    /// @param isLoop whether it goes round in them; else the call ended behind the last
    /// @param instructions in the order of execution
    public record Trail(boolean isLoop, List<Instruction> instructions) {

        /// Of a call that came back.
        public static final Trail NONE = new Trail(false, List.of());

        private static final int MOST = 8;

        @Override
        public String toString() {
            if (instructions.isEmpty()) {
                return "";
            }
            int left = instructions.size() - MOST;
            return "%n    %s:".formatted(isLoop ? "it goes round in" : "the last instructions")
                    + instructions.stream().limit(MOST).map("%n      %s"::formatted).collect(Collectors.joining())
                    + (left > 0 ? "%n      and %d more".formatted(left) : "");
        }
    }

    /// A finding of which nobody knows yet what is to blame.
    ///
    /// @param wrapper the symbol of the routine
    /// @param rule which promise
    /// @param outcomes what the instruction answered in the cases that showed it, in the order in which they were tried
    /// @param where a register, a place in memory, or what happened
    /// @param values what the contract asks for and what was there, when that can be said in numbers
    /// @param at the place in the code, `symbol+0x1f`, when it is known
    public Finding(String wrapper, Rule rule, List<String> outcomes, String where, Optional<Values> values,
            Optional<String> at) {
        this(wrapper, rule, outcomes, where, values, at, Optional.empty(), Trail.NONE, List.of());
    }

    /// What the contract asks for, and what was there; or what was there in two calls that should not differ.
    ///
    /// @param expected the value that the contract asks for, or that of the first call; empty when that did not return
    /// @param expectedOrigin where it is from, or empty
    /// @param actual the value that was there, or that of the second call; empty when that did not return
    /// @param actualOrigin where it is from, as far as values are recognised, or empty
    /// @param isPair whether they are of two calls
    public record Values(OptionalLong expected, String expectedOrigin, OptionalLong actual, String actualOrigin,
            boolean isPair) {

        /// Both, for one line.
        @Override
        public String toString() {
            return (isPair ? "first call %s, second call %s" : "expected %s, actual %s").formatted(
                    text(expected, expectedOrigin), text(actual, actualOrigin));
        }

        private static String text(OptionalLong value, String origin) {
            return value.isEmpty() ? "did not come so far"
                    : "0x%x".formatted(value.getAsLong()) + (origin.isEmpty() ? "" : " (" + origin + ")");
        }
    }

    /// The same, with its place said in another way.
    Finding withPlace(UnaryOperator<String> named) {
        return new Finding(wrapper, rule, outcomes, where, values, at.map(named), blamed, trail, situation);
    }

    /// The same, with what is to blame.
    ///
    /// @param instruction which one; empty when nobody knows
    /// @return a finding that differs in nothing else
    public Finding withBlame(Optional<Instruction> instruction) {
        return new Finding(wrapper, rule, outcomes, where, values, at, instruction, trail, situation);
    }

    /// The same, with what was executed last.
    ///
    /// @param last the last instructions
    /// @return a finding that differs in nothing else
    public Finding withTrail(Trail last) {
        return new Finding(wrapper, rule, outcomes, where, values, at, blamed, last, situation);
    }

    /// The same, with the outcomes that it was seen on.
    ///
    /// @param seen their names
    /// @return a finding that differs in nothing else
    public Finding withOutcomes(List<String> seen) {
        return new Finding(wrapper, rule, seen, where, values, at, blamed, trail, situation);
    }

    /// The same, with what the function was called with.
    ///
    /// @param lines a line for each argument
    /// @return a finding that differs in nothing else
    public Finding withSituation(List<String> lines) {
        return new Finding(wrapper, rule, outcomes, where, values, at, blamed, trail, lines);
    }

    /// The same, of a crash in code that the routine has called: the place is that of the call.
    ///
    /// @param caller where the routine called it
    /// @return a finding at that place
    public Finding calledFrom(String caller) {
        return new Finding(wrapper, rule, outcomes, at.map(place -> where + ", in " + place).orElse(where), values,
                Optional.of(caller), blamed, trail, situation);
    }

    /// {@return one line that can be searched for: `lost_rbx: callee-saved: rbx, outcome=success,retry`}
    public String line() {
        return "%s: %s: %s, outcome=%s%s".formatted(wrapper, rule, where, String.join(",", outcomes),
                at.map(place -> ", at=" + place).orElse(""));
    }

    /// {@return the line as code, and behind it the values and where they are from, and what is to blame}
    public String markdown() {
        return "`" + line() + "`" + values.map(both -> ": " + both).orElse("")
                + blamed.map(it -> ", by `" + it + "`").orElse("");
    }

    /// The line, and under it the values and where they are from, what the function was called with, the instruction
    /// that is to blame, and the last ones.
    @Override
    public String toString() {
        return line() + values.map(both -> (both.isPair ? "%n    first call  %s%n    second call %s"
                : "%n    expected %s%n    actual   %s").formatted(Values.text(both.expected, both.expectedOrigin),
                        Values.text(both.actual, both.actualOrigin))).orElse("")
                + situation.stream().map(line -> "%n    %-8s %s".formatted(line == situation.getFirst() ? "with" : "",
                        line)).collect(Collectors.joining())
                + blamed.map(it -> "%n    %-7s  %s".formatted(switch (rule) {
                    case DIRECTION_FLAG, ALIGNMENT_CHECK -> "set at";
                    case CALLEE_SAVED, UNDECLARED_CLOBBER -> "lost at";
                    default -> "by";
                }, it)).orElse("") + trail;
    }
}
