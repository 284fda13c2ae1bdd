package dev.trampette.shim.tdx;

import static dev.trampette.spec.Gpr.R11;
import static dev.trampette.spec.Gpr.R12;
import static dev.trampette.spec.Gpr.R13;
import static dev.trampette.spec.Gpr.R14;
import static dev.trampette.spec.Gpr.R15;

import dev.trampette.spec.GhciStatus;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The processor as a VMM emulates it: Instruction.CPUID, HLT, RDMSR, WRMSR, WBINVD (GHCI).
final class Processor {

    private final Map<List<Integer>, int[]> cpuid = new ConcurrentHashMap<>();
    private final Map<Integer, Long> msrs = new ConcurrentHashMap<>();
    private final AtomicLong halts = new AtomicLong();
    private final AtomicLong flushes = new AtomicLong();

    void cpuid(int leaf, int subleaf, int... result) {
        cpuid.put(List.of(leaf, subleaf), result);
    }

    void msr(int index, long value) {
        msrs.put(index, value);
    }

    long msr(int index) {
        return msrs.getOrDefault(index, 0L);
    }

    long halts() {
        return halts.get();
    }

    long flushes() {
        return flushes.get();
    }

    /// A leaf that is not there answers zeroes.
    GhciStatus cpuid(ExposedRegisters r) {
        int[] result = cpuid.getOrDefault(List.of((int) r.get(R12), (int) r.get(R13)), new int[4]);
        r.set(R12, Integer.toUnsignedLong(result[0]));
        r.set(R13, Integer.toUnsignedLong(result[1]));
        r.set(R14, Integer.toUnsignedLong(result[2]));
        r.set(R15, Integer.toUnsignedLong(result[3]));
        return GhciStatus.SUCCESS;
    }

    GhciStatus halt() {
        halts.incrementAndGet();
        return GhciStatus.SUCCESS;
    }

    GhciStatus readMsr(ExposedRegisters r) {
        Long value = msrs.get((int) r.get(R12));
        if (value == null) {
            return GhciStatus.INVALID_OPERAND;
        }
        r.set(R11, value);
        return GhciStatus.SUCCESS;
    }

    GhciStatus writeMsr(ExposedRegisters r) {
        return msrs.replace((int) r.get(R12), r.get(R13)) == null ? GhciStatus.INVALID_OPERAND : GhciStatus.SUCCESS;
    }

    /// 0 is WBINVD, 1 is WBNOINVD.
    GhciStatus flush(ExposedRegisters r) {
        if (r.get(R12) >>> 1 != 0) {
            return GhciStatus.INVALID_OPERAND;
        }
        flushes.incrementAndGet();
        return GhciStatus.SUCCESS;
    }
}
