package dev.trampette.verify.trial;

import dev.trampette.probe.Probe;
import dev.trampette.probe.State;
import dev.trampette.probe.Vectors;
import dev.trampette.spec.Gpr;
import java.util.Optional;
import java.util.OptionalLong;

/// The registers, vectors and masks that a call left.
public final class Aftermath {

    /// What two calls left at a place.
    public record Difference(String name, OptionalLong first, OptionalLong second) {
    }

    private final long[] registers = new long[Gpr.values().length];
    private final long[] lanes;
    private final long[] masks;

    /// @param probe whose call just came back
    public Aftermath(Probe probe) {
        Vectors looked = probe.looked();
        lanes = new long[looked.registers() * State.LANES];
        masks = new long[looked.masks()];
        for (Gpr register : Gpr.values()) {
            registers[register.ordinal()] = probe.after().get(register);
        }
        probe.stateAfter().vectors(lanes);
        for (int n = 0; n < masks.length; n++) {
            masks[n] = probe.stateAfter().mask(n);
        }
    }

    /// The first place in which another one differs.
    public Optional<Difference> difference(Aftermath other) {
        for (Gpr register : Gpr.values()) {
            int n = register.ordinal();
            if (registers[n] != other.registers[n]) {
                return difference(register.toString(), registers[n], other.registers[n]);
            }
        }
        for (int n = 0; n < lanes.length; n++) {
            if (lanes[n] != other.lanes[n]) {
                return difference(Surroundings.lane(n / State.LANES, n % State.LANES), lanes[n], other.lanes[n]);
            }
        }
        for (int n = 0; n < masks.length; n++) {
            if (masks[n] != other.masks[n]) {
                return difference("k" + n, masks[n], other.masks[n]);
            }
        }
        return Optional.empty();
    }

    private static Optional<Difference> difference(String name, long first, long second) {
        return Optional.of(new Difference(name, OptionalLong.of(first), OptionalLong.of(second)));
    }
}
