package dev.trampette.shim.tdx;

import static dev.trampette.spec.Gpr.R10;
import static dev.trampette.spec.Gpr.R11;
import static dev.trampette.spec.Gpr.R8;
import static dev.trampette.spec.Gpr.R9;
import static dev.trampette.spec.Gpr.RCX;
import static dev.trampette.spec.Gpr.RDX;

import dev.trampette.shim.Registers;
import dev.trampette.spec.CompletionStatus;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// The VCPU of a TD, and what it knows of itself: TDG.VP.INFO, TDG.VP.VEINFO.GET, TDG.VP.CPUIDVE.SET (TDX module
/// specification).
///
/// A VCPU has one #VE at a time, and a second one before the first is fetched would be a double fault; here they wait
/// in a queue.
public final class Vcpu {

    /// Guest physical address width: the Shared bit is bit 51.
    private static final int GPAW = 52;
    private static final long SYS_RD_AVAILABLE = 1;
    private static final long CPUIDVE_BITS = 3;

    private final Queue<VeInfo> exceptions = new ConcurrentLinkedQueue<>();
    private volatile long vcpus = 1L << 32 | 1;
    private volatile long index;
    private volatile long cpuidVe;

    Vcpu() {
    }

    /// Say which VCPU of how many this is: 1, 1 and 0 unless set.
    ///
    /// @param vcpus how many the TD has
    /// @param most how many it can have
    /// @param index which one this is, from 0 on
    /// @return this
    /// @throws IllegalArgumentException unless `0 <= index < vcpus <= most`
    public Vcpu number(int vcpus, int most, int index) {
        if (index < 0 || index >= vcpus || vcpus > most) {
            throw new IllegalArgumentException("not a VCPU of such a TD, vcpus=%d most=%d index=%d"
                    .formatted(vcpus, most, index));
        }
        this.vcpus = (long) most << 32 | vcpus;
        this.index = index;
        return this;
    }

    /// Let a #VE wait for TDG.VP.VEINFO.GET.
    ///
    /// @param exception what it will tell
    /// @return this
    public Vcpu raise(VeInfo exception) {
        exceptions.add(exception);
        return this;
    }

    /// {@return what TDG.VP.CPUIDVE.SET left: bit 0 supervisor, bit 1 user}
    public long cpuidVe() {
        return cpuidVe;
    }

    CompletionStatus info(Registers registers, long attributes) {
        registers.set(RCX, GPAW);
        registers.set(RDX, attributes);
        registers.set(R8, vcpus);
        registers.set(R9, index);
        registers.set(R10, SYS_RD_AVAILABLE);
        registers.set(R11, 0);
        return CompletionStatus.SUCCESS;
    }

    /// One exception for one call; without one the five registers are 0.
    CompletionStatus takeException(Registers registers) {
        VeInfo exception = exceptions.poll();
        (exception == null ? VeInfo.NONE : exception).write(registers);
        return exception == null ? CompletionStatus.NO_VALID_VE_INFO : CompletionStatus.SUCCESS;
    }

    CompletionStatus setCpuidVe(Registers registers) {
        long control = registers.get(RCX);
        if ((control & ~CPUIDVE_BITS) != 0) {
            return CompletionStatus.OPERAND_INVALID.with(RCX);
        }
        cpuidVe = control;
        return CompletionStatus.SUCCESS;
    }
}
