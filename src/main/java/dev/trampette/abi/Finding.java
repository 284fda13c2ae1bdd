package dev.trampette.abi;

import java.util.Optional;

/// A broken promise.
///
/// @param wrapper the symbol of the routine
/// @param rule which promise
/// @param outcome what the instruction answered in this case
/// @param where a register, a place in memory, or what happened
/// @param values what the contract asks for and what was there, when that can be said in numbers
/// @param at the place in the code, `symbol+0x1f`, when it is known
public record Finding(String wrapper, Rule rule, String outcome, String where, Optional<Values> values,
        Optional<String> at) {

    /// What the contract asks for, and what was there; or what was there in two calls that should not differ.
    ///
    /// @param expected the value that the contract asks for, or that of the first call
    /// @param expectedOrigin where it is from, or empty
    /// @param actual the value that was there, or that of the second call
    /// @param actualOrigin where it is from, as far as values are recognised, or empty
    /// @param isPair whether they are of two calls
    public record Values(long expected, String expectedOrigin, long actual, String actualOrigin, boolean isPair) {

        /// Both, for one line.
        @Override
        public String toString() {
            return (isPair ? "first call %s, second call %s" : "expected %s, actual %s").formatted(
                    text(expected, expectedOrigin), text(actual, actualOrigin));
        }

        private static String text(long value, String origin) {
            return "0x%x".formatted(value) + (origin.isEmpty() ? "" : " (" + origin + ")");
        }
    }

    /// One line that can be searched for: `lost_rbx: callee-saved: rbx, outcome=success`.
    public String line() {
        return "%s: %s: %s, outcome=%s%s".formatted(wrapper, rule, where, outcome,
                at.map(place -> ", at=" + place).orElse(""));
    }

    /// The line as code, and behind it the values and where they are from.
    public String markdown() {
        return "`" + line() + "`" + values.map(both -> ": " + both).orElse("");
    }

    /// The line, and under it the values and where they are from.
    @Override
    public String toString() {
        return line() + values.map(both -> (both.isPair ? "%n    first call  %s%n    second call %s"
                : "%n    expected %s%n    actual   %s").formatted(Values.text(both.expected, both.expectedOrigin),
                        Values.text(both.actual, both.actualOrigin))).orElse("");
    }
}
