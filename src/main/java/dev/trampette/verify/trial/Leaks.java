package dev.trampette.verify.trial;

import dev.trampette.probe.Probe;
import dev.trampette.probe.State;
import dev.trampette.probe.Vectors;
import dev.trampette.spec.Gpr;
import dev.trampette.verdict.Rule;
import dev.trampette.verify.values.Origins;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Values of the other side that nobody may keep: none is in a register, a vector or a mask after the call, nor its
/// complement or a half of it.
public final class Leaks {

    private final Set<Long> secrets = new HashSet<>();

    /// @param values that may not stay; small ones are not looked for
    public Leaks(Collection<Long> values) {
        for (long value : values) {
            if (value >= Origins.SMALL || value < -Origins.SMALL) {
                secrets.addAll(List.of(value, ~value, value & 0xffffffffL, value >>> 32));
            }
        }
        secrets.removeIf(value -> Long.compareUnsigned(value, Origins.SMALL) < 0);
    }

    /// Look at what a call left.
    ///
    /// @param registers in which they may not be
    public void look(Probe probe, Case c, Set<Gpr> registers) {
        if (secrets.isEmpty()) {
            return;
        }
        for (Gpr register : registers) {
            look(c, register.toString(), c.after().get(register));
        }
        State after = probe.stateAfter();
        Vectors vectors = probe.looked();
        long[] given = new long[vectors.registers() * State.LANES];
        long[] found = given.clone();
        probe.stateBefore().vectors(given);
        after.vectors(found);
        for (int n = 0; n < found.length; n++) {
            if (found[n] != given[n]) {
                look(c, Surroundings.lane(n / State.LANES, n % State.LANES), found[n]);
            }
        }
        for (int n = 0; n < vectors.masks(); n++) {
            look(c, "k" + n, after.mask(n));
        }
    }

    private void look(Case c, String where, long actual) {
        if (secrets.contains(actual)) {
            c.expect(Rule.LEAK_IN, where, 0, actual);
        }
    }
}
