package dev.trampette.shim.tdx;

import static dev.trampette.spec.Gpr.R12;

import dev.trampette.spec.GhciStatus;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// How a VMM tells a TD that something is done: SetupEventNotifyInterrupt, and the vectors that calls bring themselves
/// (GHCI). No interrupt is delivered here; the ones that would be are kept.
final class Notifications {

    private final List<Integer> injected = new CopyOnWriteArrayList<>();
    private volatile int vector;

    GhciStatus setUp(ExposedRegisters r) {
        long asked = r.get(R12);
        if (!isVector(asked)) {
            return GhciStatus.INVALID_OPERAND;
        }
        vector = (int) asked;
        return GhciStatus.SUCCESS;
    }

    /// The vector that was set up, or 0.
    int vector() {
        return vector;
    }

    List<Integer> injected() {
        return List.copyOf(injected);
    }

    /// Inject a vector, unless it is 0.
    void inject(int vector) {
        if (vector != 0) {
            injected.add(vector);
        }
    }

    /// Whether it is a vector that is not reserved for exceptions.
    static boolean isVector(long vector) {
        return vector >= 32 && vector <= 255;
    }
}
