package dev.trampette.call;

/// What a call gave: a value, or the reason why there is none. The caller has to look.
///
/// ```java
/// switch (td.readMsr(0x10)) {
///     case Result.Ok(var value) -> use(value);
///     case Result.Refused(var status) -> give(up, status);
/// }
/// ```
///
/// @param <T> the value
/// @param <E> the reason
public sealed interface Result<T, E> {

    /// The call succeeded.
    ///
    /// @param value its output
    /// @param <T> the value
    /// @param <E> the reason that there would be
    record Ok<T, E>(T value) implements Result<T, E> {
    }

    /// The call was made, and the answer was not success; there is no output.
    ///
    /// @param reason the answer
    /// @param <T> the value that there would be
    /// @param <E> the reason
    record Refused<T, E>(E reason) implements Result<T, E> {
    }

    /// The value, for callers to whom anything else is an error of their own.
    ///
    /// @return the output of the call
    /// @throws IllegalStateException with the reason, when there is no value
    default T orThrow() {
        return switch (this) {
            case Ok<T, E>(T value) -> value;
            case Refused<T, E>(E reason) -> throw new IllegalStateException("refused: " + reason);
        };
    }
}
