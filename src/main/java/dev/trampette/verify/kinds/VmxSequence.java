package dev.trampette.verify.kinds;

import java.util.List;
import java.util.stream.IntStream;

/// What the instructions of a sequence do: the nth does the outcome `first + n * step`, counted round.
///
/// There are five outcomes, and five is a prime: over all firsts and steps every pair of outcomes stands once at every
/// place of neighbours.
///
/// @param first the number of the outcome of the first instruction
/// @param step how far it is from one to the next
record VmxSequence(int first, int step) {

    private static final List<VmxOutcome> OUTCOMES = List.of(VmxOutcome.values());

    /// All that are tried.
    ///
    /// @param isMixed whether there is more than one instruction
    /// @param faults whether instructions may fault; if not, there are no mixtures
    static List<VmxSequence> all(boolean isMixed, boolean faults) {
        return IntStream.range(0, OUTCOMES.size() * (isMixed ? OUTCOMES.size() : 1))
                .mapToObj(n -> new VmxSequence(n % OUTCOMES.size(), n / OUTCOMES.size()))
                .filter(sequence -> faults || !sequence.at(0).isFault() && sequence.step == 0).toList();
    }

    /// What the nth instruction does.
    VmxOutcome at(int n) {
        return OUTCOMES.get((first + n * step) % OUTCOMES.size());
    }

    /// Whether all fault.
    boolean isFault() {
        return step == 0 && at(0).isFault();
    }

    /// The name in reports: `success`, or the first two of a mixture, `mixed-ud-success`.
    @Override
    public String toString() {
        return step == 0 ? at(0).toString() : "mixed-%s-%s".formatted(at(0), at(1));
    }
}
