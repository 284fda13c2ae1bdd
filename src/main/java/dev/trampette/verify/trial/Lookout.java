package dev.trampette.verify.trial;

import dev.trampette.contract.Contract;
import dev.trampette.image.Code;
import dev.trampette.image.Landmarks;
import dev.trampette.image.Target;
import dev.trampette.probe.Probe;
import java.util.HashSet;
import java.util.Set;

/// Looks out for functions that call Java by a pointer which no contract names: in memory that the caller has filled,
/// in a variable, behind an argument that is a mere address. Such a call would end this process, so it is refused. The
/// first call of many cases is stepped for that, as far as there are steps; what is stepped for another reason looks
/// out too.
final class Lookout {

    /// Steps of all these calls; behind them a call goes on at full speed. A step is a signal, of some microseconds,
    /// and what calls Java at all does so early.
    static final long STEPS = 10_000;
    private static final int CASES = 8;

    private final Probe probe;
    private final boolean mayCallJava;
    private long left = STEPS;
    private int cases;
    /// In this case.
    private final Set<Code> called = new HashSet<>();

    /// Code at an address may have met a stub anywhere; code that the lab has loaded itself has one from a filler only.
    Lookout(Target target, Probe probe) {
        Contract contract = target.contract();
        this.probe = probe;
        this.mayCallJava = contract.effect().isEmpty() && contract.signature().convention().isC()
                && (target.landmarks() == Landmarks.IMAGES || !contract.fills().isEmpty());
        if (mayCallJava) {
            probe.lookOutForJava();
        }
    }

    /// A case begins.
    void begin() {
        cases++;
        called.clear();
    }

    /// Whether the next call is stepped, and was not to be anyway.
    ///
    /// @param code the routine, or another that is compared with it
    boolean isDue(Code code) {
        return mayCallJava && cases <= CASES && left > 0 && probe.steps() == 0 && called.add(code);
    }

    /// Make it.
    ///
    /// @throws dev.trampette.call.UpcallException when it is about to call Java
    void call(Code code) {
        probe.setSteps(left);
        probe.letGo(true);
        try {
            probe.call(code);
        } finally {
            left -= probe.stepped();
            probe.letGo(false);
            probe.setSteps(0);
        }
    }
}
