package dev.trampette.verify.values;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.probe.Probe;
import dev.trampette.probe.State;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Place;

/// What stands in the places of parameters and results, under a probe.
public final class Places {

    private Places() {
    }

    /// What stands there before a call.
    public static long get(Probe probe, Place place) {
        return switch (place) {
            case Place.Register(Gpr register) -> probe.before().get(register);
            case Place.Vector(int number, int lane) -> probe.stateBefore().vector(number, lane);
            case Place.StackWord(int word) -> probe.frame().getAtIndex(JAVA_LONG, word);
            case Place.Memory _, Place.Top _ ->
                    throw new IllegalArgumentException("no parameter is passed there: " + place);
        };
    }

    /// Put a value there before a call.
    public static void set(Probe probe, Place place, long value) {
        State before = probe.stateBefore();
        switch (place) {
            case Place.Register(Gpr register) -> before.registers().set(register, value);
            case Place.Vector(int number, int lane) -> before.setVector(number, lane, value);
            case Place.StackWord(int word) -> probe.frame().setAtIndex(JAVA_LONG, word, value);
            case Place.Memory _, Place.Top _ ->
                    throw new IllegalArgumentException("no parameter is passed there: " + place);
        }
    }

    /// What stands there after a call.
    public static long after(Probe probe, Place place) {
        return switch (place) {
            case Place.Register(Gpr register) -> probe.after().get(register);
            case Place.Vector(int number, int lane) -> probe.stateAfter().vector(number, lane);
            case Place.Top(int part) -> probe.stateAfter().top(part);
            case Place.StackWord(int word) -> probe.frame().getAtIndex(JAVA_LONG, word);
            case Place.Memory _ -> throw new IllegalArgumentException("nothing is returned there: " + place);
        };
    }
}
