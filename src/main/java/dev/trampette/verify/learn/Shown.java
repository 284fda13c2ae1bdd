package dev.trampette.verify.learn;

import dev.trampette.call.WrapperCrash;
import dev.trampette.probe.Report;
import dev.trampette.shim.Bridge;
import dev.trampette.spec.Gpr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/// What one call of an unknown routine showed.
///
/// @param arguments the values of the arguments
/// @param memory what each argument pointed to before the call; empty for a number
/// @param written what it pointed to after it
/// @param executions the instructions that were executed, the first sixteen
/// @param after the registers after the call, by [Gpr]
/// @param reports what error handlers were told, in order
/// @param crash why it did not return
record Shown(long[] arguments, long[][] memory, long[][] written, List<Executed> executions, long[] after,
        List<Report> reports, Optional<WrapperCrash> crash) {

    /// An instruction, the registers at it, and its operands by the names of [dev.trampette.contract.Step#names].
    record Executed(Bridge.Execution what, long[] registers, Map<String, Long> operands) {

        long get(Gpr register) {
            return registers[register.ordinal()];
        }
    }

    /// Whether all that a routine shows is as in two other calls, as far as those two are alike: operands, the result,
    /// memory.
    ///
    /// @param counts the operands that are looked at
    boolean isLike(Shown one, Shown other, Predicate<String> counts) {
        List<Long> mine = shows(counts);
        List<Long> first = one.shows(counts);
        List<Long> second = other.shows(counts);
        if (first.size() != second.size() || mine.size() != first.size()) {
            return first.size() != second.size();
        }
        for (int n = 0; n < mine.size(); n++) {
            if (first.get(n).equals(second.get(n)) && !mine.get(n).equals(first.get(n))) {
                return false;
            }
        }
        return true;
    }

    private List<Long> shows(Predicate<String> counts) {
        List<Long> shows = new ArrayList<>();
        executions.forEach(executed -> executed.operands.forEach((name, value) -> {
            if (counts.test(name)) {
                shows.add(value);
            }
        }));
        shows.add(after(Gpr.RAX));
        for (long[] words : written) {
            for (long word : words) {
                shows.add(word);
            }
        }
        return shows;
    }

    /// Whether a value is in memory after the call.
    boolean holds(long value) {
        return Arrays.stream(written).flatMapToLong(Arrays::stream).anyMatch(word -> word == value);
    }

    long after(Gpr register) {
        return after[register.ordinal()];
    }

    /// A call that did not come back broke something, or it was given something that it cannot use.
    ///
    /// @throws LearningException in the second case, with what it was
    void requireOwnCrash(String symbol) {
        crash.ifPresent(one -> {
            if (one.kind() == WrapperCrash.Kind.HANG || one.kind() == WrapperCrash.Kind.BUDGET) {
                throw new LearningException(symbol,
                        "it does not come to an end when all succeeds; write one (--contract FILE)");
            }
            if (one.getMessage().contains(" is privileged") && !one.getMessage().contains("HLT")) {
                throw new LearningException(symbol, "it does not return: " + one.getMessage());
            }
            boolean isJump = one.kind() == WrapperCrash.Kind.JUMP && !one.getMessage().contains("RET to");
            if (isJump || one.address().isPresent()) {
                long address = isJump ? one.rip() : one.address().getAsLong();
                String what = isJump ? "it calls" : "it follows";
                source(address).ifPresent(from -> {
                    throw new LearningException(symbol, "%s a pointer that is %s".formatted(what, from));
                });
            }
        });
    }

    /// Where it jumped or called to, when no code is there.
    OptionalLong target() {
        return crash.filter(one -> one.kind() == WrapperCrash.Kind.JUMP && !one.getMessage().contains("RET to"))
                .map(WrapperCrash::target).orElse(OptionalLong.empty());
    }

    /// What an address is near: an argument, a word of memory, or 0.
    private Optional<String> source(long address) {
        for (int n = 0; n < arguments.length; n++) {
            if (isNear(address, arguments[n])) {
                return Optional.of("argument " + Used.name(n));
            }
            for (int word = 0; word < memory[n].length; word++) {
                if (isNear(address, memory[n][word])) {
                    return Optional.of("in memory, %s[%d]".formatted(Used.name(n), word));
                }
            }
        }
        return isNear(address, 0) ? Optional.of("0: nobody has set it") : Optional.empty();
    }

    private static boolean isNear(long address, long pointer) {
        return Math.abs(address - pointer) < Experiment.NEAR;
    }

    boolean returned() {
        return crash.isEmpty();
    }

    boolean isCrash(WrapperCrash.Kind kind) {
        return crash.filter(crashed -> crashed.kind() == kind).isPresent();
    }
}
