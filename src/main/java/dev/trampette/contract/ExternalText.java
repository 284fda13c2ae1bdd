package dev.trampette.contract;

import static dev.trampette.contract.ContractRules.require;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Callee;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Functions and variables outside, as contracts have them: `NAME(u64,u8):bool`, `NAME:noreturn`, `NAME:data[8]`,
/// `NAME:fn(u64)` for a variable that points to a function; and a pointer to a function among the arguments,
/// `name:fn(u64):u32{0..3}`.
final class ExternalText {

    private static final Pattern POINTER = Pattern.compile("([\\w.$@]+):fn(?![\\w\\[{])(.*)");
    private static final Pattern EXTERNAL = Pattern.compile("([\\w.$@]+)(.*)");
    private static final Pattern VARIABLE = Pattern.compile(":data\\[(\\d{1,5})]");
    private static final Pattern CALLEE = Pattern.compile(
            "(?:\\(([\\w,]*)\\))?(?::(\\w+)(\\{[^}]*})?)?");

    private ExternalText() {
    }

    /// @throws IllegalArgumentException when it is neither a function nor a variable
    static External external(String word) {
        Matcher parts = EXTERNAL.matcher(word);
        require(parts.matches(), "external=%s; it is NAME, NAME:TYPE, NAME:noreturn or NAME:data[N]", word);
        Matcher variable = VARIABLE.matcher(parts.group(2));
        Optional<Argument> pointer = pointer(word);
        return variable.matches()
                ? new External.Variable(parts.group(1), Integer.parseInt(variable.group(1)), Optional.empty())
                : pointer.isPresent() ? new External.Variable(parts.group(1), 1, pointer.get().callee())
                : new External.Function(parts.group(1), callee(word, parts.group(2)));
    }

    /// A pointer to a function; empty for any other argument.
    static Optional<Argument> pointer(String word) {
        Matcher parts = POINTER.matcher(word);
        return parts.matches() ? Optional.of(new Argument(parts.group(1), callee(word, parts.group(2))))
                : Optional.empty();
    }

    private static Callee callee(String word, String text) {
        Matcher parts = CALLEE.matcher(text);
        require(parts.matches(), "not a function: %s; it is NAME, NAME:TYPE or NAME(TYPE,TYPE):TYPE", word);
        String types = parts.group(1);
        return new Callee(types == null ? Optional.empty()
                : Optional.of(types.isEmpty() ? List.of()
                        : Arrays.stream(types.split(",")).map(TypeNames::scalar).toList()),
                parts.group(2) == null ? Callee.UNKNOWN.result() : result(parts));
    }

    private static Callee.Result result(Matcher parts) {
        return switch (parts.group(2)) {
            case "void" -> new Callee.Nothing();
            case "noreturn" -> new Callee.NoReturn();
            case String type -> new Callee.Value(TypeNames.scalar(type), ArgumentText.range(parts.group(3)));
        };
    }
}
