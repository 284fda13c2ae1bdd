package dev.trampette.spec;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// A C function that a routine calls and that is none of its own.
///
/// @param parameters the types of what it takes, integers and pointers in registers; empty when that is not known
/// @param result what comes back
public record Callee(Optional<List<Argument.Type>> parameters, Result result) {

    /// A function of which nothing is known: 64 random bits come back.
    public static final Callee UNKNOWN = new Callee(Optional.empty(),
            new Value(Argument.Type.U64, Range.ALL));

    /// A function of which nothing is known but that it does not come back.
    public static final Callee ENDING = new Callee(Optional.empty(), new NoReturn());

    /// {@return what is taken for granted when nobody has said what the function does, as a part of a sentence: `calls
    /// foo, which returned a random value`}
    ///
    /// @param name of the function, as the object has it
    public String assumption(String name) {
        return "calls %s, which %s".formatted(name,
                result instanceof NoReturn ? "does not return" : "returned a random value");
    }

    /// What comes back from a function.
    public sealed interface Result {
    }

    /// A value. What is above a narrow one in its register is anything.
    ///
    /// @param type its type
    /// @param range the values that a check may try
    public record Value(Argument.Type type, Range range) implements Result {
        @Override
        public String toString() {
            return type.label() + range;
        }
    }

    /// Nothing.
    public record Nothing() implements Result {
        @Override
        public String toString() {
            return "void";
        }
    }

    /// It does not return.
    public record NoReturn() implements Result {
        @Override
        public String toString() {
            return "noreturn";
        }
    }

    /// What stands behind the name in contracts: `(u64,u8):bool`; nothing for what is not known.
    @Override
    public String toString() {
        return parameters.map(types -> types.stream().map(Argument.Type::label)
                .collect(Collectors.joining(",", "(", ")"))).orElse("")
                + (result.equals(UNKNOWN.result) ? "" : ":" + result);
    }
}
