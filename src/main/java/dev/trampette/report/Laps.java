package dev.trampette.report;

import dev.trampette.verify.trace.Trace;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The loop that a call goes round in which does not come to its end.
///
/// @param shown the steps up to the end of the second lap
/// @param left the steps behind them
/// @param first where the loop begins
record Laps(List<Trace.Step> shown, int left, String first) {

    /// What is shown of a loop whose laps are longer, or differ.
    private static final int MOST = 200;

    /// Of a trace; all of it is shown when the call came back, or when it does not go round at its end.
    static Laps of(Trace trace) {
        List<Trace.Step> steps = trace.steps();
        int begin = begin(steps);
        if (trace.end().isEmpty() || steps.size() - begin <= MOST) {
            return new Laps(steps, 0, "");
        }
        String first = steps.get(begin).at();
        int end = begin;
        for (int lap = 0; lap < 2 && end < begin + MOST; lap++) {
            do {
                end++;
            } while (end < begin + MOST && !steps.get(end).at().equals(first));
        }
        return new Laps(steps.subList(0, end), steps.size() - end, first);
    }

    /// From where on the call is only in places where its second half is.
    private static int begin(List<Trace.Step> steps) {
        Set<String> places = new HashSet<>();
        steps.subList(steps.size() / 2, steps.size()).forEach(step -> places.add(step.at()));
        int begin = steps.size() / 2;
        while (begin > 0 && places.contains(steps.get(begin - 1).at())) {
            begin--;
        }
        return begin;
    }
}
