package dev.trampette.abi;

/// A broken promise.
///
/// @param wrapper the symbol of the wrapper
/// @param rule which promise
/// @param outcome what the instruction answered in this case
/// @param where a register or a memory operand
/// @param expected the value that the contract asks for
/// @param actual the value that was there
public record Finding(String wrapper, Rule rule, String outcome, String where, long expected, long actual) {

    /// One line that can be searched for.
    @Override
    public String toString() {
        return "%s: %s: %s, outcome=%s, expected=0x%x, actual=0x%x".formatted(
                wrapper, rule, where, outcome, expected, actual);
    }
}
