package dev.trampette.benchmarks;

import dev.trampette.cost.Mode;
import dev.trampette.cost.Panel;
import java.util.Map;

/// What stands for the instruction in the rows of a panel, and what calls them: see `src/main/asm/runtime/null.asm`.
final class Stub {

    /// MapGPA that is answered with RETRY once.
    static final String RETRY = "retry";
    /// A VMX instruction that fails.
    static final String VMFAIL = "vmfail";

    private Stub() {
    }

    /// The stub of the null image, and what is in its place.
    static Map<String, String> of(Panel panel) {
        if (isRetried(panel)) {
            return Map.of("null_tdcall", "null_tdcall_retries");
        }
        if (panel.shape().equals(VMFAIL)) {
            return Map.of("null_vmx", "null_vmx_fails");
        }
        return waits(panel) ? Map.of("null_tdcall", "null_tdcall_waits") : Map.of();
    }

    /// Whether a call waits for the one before.
    static boolean waits(Panel panel) {
        return panel.mode() == Mode.LATENCY;
    }

    static boolean isRetried(Panel panel) {
        return panel.shape().equals(RETRY);
    }

    /// What the loop calls for a call site.
    static String entry(Panel panel, String symbol) {
        return isRetried(panel) ? "call_until_done" : symbol;
    }
}
