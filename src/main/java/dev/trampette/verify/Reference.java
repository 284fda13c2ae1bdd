package dev.trampette.verify;

import dev.trampette.call.WrapperCrash;
import dev.trampette.contract.Model;
import dev.trampette.image.Code;
import dev.trampette.spec.Argument;
import dev.trampette.verdict.Rule;
import dev.trampette.verify.kinds.FunctionCheck;
import dev.trampette.verify.trial.Case;
import dev.trampette.verify.trial.Observation;
import dev.trampette.verify.trial.Trial;
import dev.trampette.verify.values.GivenArguments;
import java.util.Optional;
import java.util.function.ToLongFunction;

/// Somebody who knows what a function must give for the arguments of a case: a model in Java, or another function.
@FunctionalInterface
public interface Reference {

    /// What must come out of the case as it is: the declared values, by the places of [FunctionCheck].
    ///
    /// @param c where nobody looks
    /// @throws WrapperCrash when the other function does not return
    Observation expected(Trial trial, Case c);

    static Reference of(Model model) {
        return answering(model::result);
    }

    /// Of somebody who is given the case.
    static Reference answering(ToLongFunction<GivenArguments> model) {
        return (trial, c) -> {
            trial.restore();
            long result = model.applyAsLong(trial.arguments().given());
            Observation expected = new Observation();
            trial.contract().signature().result().ifPresent(type ->
                    expected.put(FunctionCheck.RESULT, result & type.significantBits()));
            trial.arguments().observe(c, expected, trial.contract().promises().ignored(), Optional.empty());
            return expected;
        };
    }

    static Reference of(Code function) {
        return (trial, c) -> {
            trial.call(function);
            Observation expected = new Observation();
            new FunctionCheck(trial).observe(c, expected);
            return expected;
        };
    }

    /// Hold what a call of the case has shown against what must come out.
    ///
    /// @param c where the findings go
    default void compare(Trial trial, Case c, Observation seen) {
        Observation expected;
        try {
            expected = expected(trial, c.unseen());
        } catch (WrapperCrash crash) {
            c.broken(Rule.WRONG_RESULT, "the other function does not return: " + crash.getMessage());
            return;
        }
        expected.differences(seen, (where, wanted, actual) -> {
            if (!where.equals(FunctionCheck.RESULT) || !areNoNumbers(trial, wanted, actual)) {
                c.expect(Rule.WRONG_RESULT, where, wanted, actual);
            }
        });
    }

    /// There are many, and nobody says which one comes out.
    private static boolean areNoNumbers(Trial trial, long one, long other) {
        Argument.Type type = trial.contract().signature().result().orElse(Argument.Type.U64);
        return type == Argument.Type.F64 && Double.isNaN(Double.longBitsToDouble(one))
                && Double.isNaN(Double.longBitsToDouble(other))
                || type == Argument.Type.F32 && Float.isNaN(Float.intBitsToFloat((int) one))
                && Float.isNaN(Float.intBitsToFloat((int) other));
    }
}
