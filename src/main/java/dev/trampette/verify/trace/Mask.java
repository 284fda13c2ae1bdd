package dev.trampette.verify.trace;

import dev.trampette.spec.Gpr;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/// The register mask of TDG.VP.VMCALL, for people: bits 0 to 15 are the general-purpose registers, 16 to 31 XMM0 to
/// XMM15 (GHCI, "TDG.VP.VMCALL").
final class Mask {

    private static final int BITS = 32;
    private static final int GPRS = 16;

    private Mask() {
    }

    /// `r10-r15`, `rbx, r10-r15, xmm0`; `nothing` when no bit is set.
    static String text(long mask) {
        List<String> parts = new ArrayList<>();
        LongPredicate isSet = bit -> bit < BITS && (mask >>> bit & 1) != 0;
        for (int bit = 0; bit < BITS; bit++) {
            int last = bit;
            while (isSet.test(bit) && isSet.test(last + 1) && isRange(bit, last + 1)) {
                last++;
            }
            if (isSet.test(bit)) {
                parts.add(last > bit ? "%s-%s".formatted(name(bit), name(last)) : name(bit));
            }
            bit = last;
        }
        return parts.isEmpty() ? "nothing" : String.join(", ", parts);
    }

    /// RAX to RDI have names that say nothing of their order.
    private static boolean isRange(int first, int last) {
        return first >= Gpr.R8.ordinal() && (first < GPRS) == (last < GPRS);
    }

    private static String name(int bit) {
        return bit < GPRS ? Gpr.of(bit).toString() : "xmm" + (bit - GPRS);
    }
}
