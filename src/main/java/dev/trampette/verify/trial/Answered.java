package dev.trampette.verify.trial;

import dev.trampette.decode.Decoder;
import dev.trampette.decode.Operation;
import dev.trampette.probe.Script;
import dev.trampette.shim.Bridge;
import dev.trampette.shim.Registers;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// The instructions of a routine that the lab answers, by their addresses, whatever stands in their places.
final class Answered {

    private final Bridge bridge;
    /// Those for which traps stand: an object may have many, and they stay.
    private Map<Long, Operation> trapped;
    /// Those that called the gate, decoded.
    private final Map<Long, Operation> called = new HashMap<>();

    Answered(Bridge bridge) {
        this.bridge = bridge;
    }

    /// All that trap; those of the gate when they were executed in the last call.
    Map<Long, Operation> instructions(Script script) {
        if (trapped != null) {
            return trapped;
        }
        Map<Long, Operation> instructions = new HashMap<>();
        if (bridge instanceof Bridge.Trap trap) {
            trapped = instructions;
            trap.sites().forEach(site -> instructions.put(site.address(),
                    Decoder.ours(site.address(), site.length(), site.text())));
            trap.random().forEach(site -> instructions.put(site.address(),
                    Decoder.ours(site.address(), site.length(), site.text())));
        } else {
            for (int n = 0; n < script.recorded(); n++) {
                Registers at = script.execution(n).registers();
                instructions.put(at.rip(), called.computeIfAbsent(at.rip(), _ -> Decoder.ours(at.rip(),
                        (int) (at.next() - at.rip()), at.instruction().toString().toLowerCase(Locale.ROOT))));
            }
        }
        return instructions;
    }
}
