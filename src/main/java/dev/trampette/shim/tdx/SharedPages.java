package dev.trampette.shim.tdx;

import static dev.trampette.spec.Gpr.R11;
import static dev.trampette.spec.Gpr.R12;
import static dev.trampette.spec.Gpr.R13;

import dev.trampette.spec.GhciStatus;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Which 4 KiB pages are shared: MapGPA (GHCI).
///
/// R11 is the failing address on any status but SUCCESS: what was wrong, or where to go on after RETRY.
final class SharedPages {

    private static final long SHARED = GhciVmm.SHARED;
    private static final long PAGE = GuestMemory.PAGE;

    private final Map<Long, Boolean> shared = new ConcurrentHashMap<>();
    private volatile long slice = 2 << 20;

    void slice(long bytes) {
        slice = bytes;
    }

    boolean isShared(long gpa) {
        return shared.getOrDefault(page(gpa), false);
    }

    GhciStatus map(ExposedRegisters r) {
        long start = r.get(R12);
        long size = r.get(R13);
        if (((start | size) & PAGE - 1) != 0) {
            r.set(R11, start);
            return GhciStatus.ALIGN_ERROR;
        }
        boolean toShared = (start & SHARED) != 0;
        long last = start + size - 1;
        if (size <= 0 || last < start || toShared != ((last & SHARED) != 0) || (last & ~(SHARED | SHARED - 1)) != 0) {
            r.set(R11, start);
            return GhciStatus.INVALID_OPERAND;
        }
        long end = start + Math.min(size, slice);
        for (long gpa = start; gpa < end; gpa += PAGE) {
            shared.put(page(gpa), toShared);
        }
        if (end < start + size) {
            r.set(R11, end);
            return GhciStatus.RETRY;
        }
        return GhciStatus.SUCCESS;
    }

    private static long page(long gpa) {
        return (gpa & ~SHARED) / PAGE;
    }
}
