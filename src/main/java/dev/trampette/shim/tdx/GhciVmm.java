package dev.trampette.shim.tdx;

import static dev.trampette.spec.Gpr.R10;
import static dev.trampette.spec.Gpr.R11;
import static dev.trampette.spec.Gpr.R12;
import static dev.trampette.spec.Gpr.R13;
import static dev.trampette.spec.Gpr.R14;
import static dev.trampette.spec.Gpr.R15;
import static dev.trampette.spec.Gpr.R8;
import static dev.trampette.spec.Gpr.R9;
import static dev.trampette.spec.Gpr.RBX;
import static dev.trampette.spec.Gpr.RDI;
import static dev.trampette.spec.Gpr.RDX;
import static dev.trampette.spec.Gpr.RSI;

import dev.trampette.spec.GhciStatus;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Vmcall;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/// A VMM that keeps its promises: it answers the sub-functions of the GHCI and keeps state.
///
/// - CPUID: the leaves that were given with [#cpuid]; a leaf that is not there answers zeroes.
/// - HLT: counts.
/// - RDMSR, WRMSR: the registers that were given with [#msr]; any other is INVALID_OPERAND.
/// - RequestMMIO: bytes at shared addresses, little-endian; a private address is INVALID_OPERAND.
/// - MapGPA: which 4 KiB pages are shared; RETRY with the address to go on from after each slice of
///   [#mapGpaSlice] bytes, ALIGN_ERROR, INVALID_OPERAND.
/// - ReportFatalError: a console of what was reported. It returns, as a real VMM would not.
///
/// Thread-safe, for a TD has many VCPUs; two of them that access the same MMIO bytes at once may see each other's
/// halves.
public final class GhciVmm implements Vmm {

    /// The Shared bit of a guest physical address with GPAW = 52 (TDX module specification, "GPAW").
    public static final long SHARED = 1L << 51;

    private static final long PAGE = 4096;
    private static final int MMIO_READ = 0;
    private static final int MMIO_WRITE = 1;

    /// The order of the 64 message bytes of ReportFatalError (GHCI).
    private static final Gpr[] MESSAGE = {R14, R15, RBX, RDI, RSI, R8, R9, RDX};

    /// One ReportFatalError.
    ///
    /// @param code R12: bits 31:0 the error code, bit 63 set when `stringGpa` is valid
    /// @param stringGpa R13: where more text is
    /// @param message up to 64 bytes of text
    public record FatalError(long code, long stringGpa, String message) {
    }

    private final Map<List<Integer>, int[]> cpuid = new ConcurrentHashMap<>();
    private final Map<Integer, Long> msrs = new ConcurrentHashMap<>();
    private final Map<Long, Byte> mmio = new ConcurrentHashMap<>();
    private final Map<Long, Boolean> sharedPages = new ConcurrentSkipListMap<>();
    private final List<FatalError> console = new CopyOnWriteArrayList<>();
    private final AtomicLong halts = new AtomicLong();
    private volatile long slice = 2 << 20;

    /// What CPUID answers for a leaf and sub-leaf.
    public GhciVmm cpuid(int leaf, int subleaf, int eax, int ebx, int ecx, int edx) {
        cpuid.put(List.of(leaf, subleaf), new int[] {eax, ebx, ecx, edx});
        return this;
    }

    /// Give the TD a model-specific register.
    public GhciVmm msr(int index, long value) {
        msrs.put(index, value);
        return this;
    }

    /// How many bytes one MapGPA converts before it answers RETRY: 2 MiB, as KVM has it, unless set.
    public GhciVmm mapGpaSlice(long bytes) {
        slice = bytes;
        return this;
    }

    /// The value of a model-specific register, or 0 when there is none.
    public long msr(int index) {
        return msrs.getOrDefault(index, 0L);
    }

    /// Whether the page at a guest physical address is shared; the Shared bit of the address does not matter.
    public boolean isShared(long gpa) {
        return sharedPages.getOrDefault(page(gpa), false);
    }

    /// How many times a VCPU was halted.
    public long halts() {
        return halts.get();
    }

    /// What was reported as fatal, oldest first.
    public List<FatalError> console() {
        return List.copyOf(console);
    }

    @Override
    public void vmcall(ExposedRegisters registers) {
        GhciStatus status = registers.get(R10) == 0
                ? dispatch(registers)
                : GhciStatus.INVALID_OPERAND; // vendor-specific calls: none here
        registers.set(R10, status.code());
    }

    private GhciStatus dispatch(ExposedRegisters r) {
        long number = r.get(R11);
        if (number == Vmcall.CPUID) {
            return answerCpuid(r);
        } else if (number == Vmcall.HLT) {
            halts.incrementAndGet();
            return GhciStatus.SUCCESS;
        } else if (number == Vmcall.RDMSR) {
            return readMsr(r);
        } else if (number == Vmcall.WRMSR) {
            return msrs.replace((int) r.get(R12), r.get(R13)) == null
                    ? GhciStatus.INVALID_OPERAND : GhciStatus.SUCCESS;
        } else if (number == Vmcall.REQUEST_MMIO_READ) {
            return requestMmio(r);
        } else if (number == Vmcall.MAP_GPA) {
            return mapGpa(r);
        } else if (number == Vmcall.REPORT_FATAL_ERROR) {
            console.add(new FatalError(r.get(R12), r.get(R13), message(r)));
            return GhciStatus.SUCCESS;
        }
        return GhciStatus.SUBFUNC_UNSUPPORTED;
    }

    private GhciStatus answerCpuid(ExposedRegisters r) {
        int[] result = cpuid.getOrDefault(List.of((int) r.get(R12), (int) r.get(R13)), new int[4]);
        r.set(R12, Integer.toUnsignedLong(result[0]));
        r.set(R13, Integer.toUnsignedLong(result[1]));
        r.set(R14, Integer.toUnsignedLong(result[2]));
        r.set(R15, Integer.toUnsignedLong(result[3]));
        return GhciStatus.SUCCESS;
    }

    private GhciStatus readMsr(ExposedRegisters r) {
        Long value = msrs.get((int) r.get(R12));
        if (value == null) {
            return GhciStatus.INVALID_OPERAND;
        }
        r.set(R11, value);
        return GhciStatus.SUCCESS;
    }

    private GhciStatus requestMmio(ExposedRegisters r) {
        long size = r.get(R12);
        long gpa = r.get(R14);
        if (size < 1 || size > 8 || Long.bitCount(size) != 1 || (gpa & SHARED) == 0) {
            return GhciStatus.INVALID_OPERAND;
        }
        if (r.get(R13) == MMIO_READ) {
            long value = 0;
            for (int i = 0; i < size; i++) {
                value |= (mmio.getOrDefault(gpa + i, (byte) 0) & 0xffL) << 8 * i;
            }
            r.set(R11, value);
        } else if (r.get(R13) == MMIO_WRITE) {
            for (int i = 0; i < size; i++) {
                mmio.put(gpa + i, (byte) (r.get(R15) >>> 8 * i));
            }
        } else {
            return GhciStatus.INVALID_OPERAND;
        }
        return GhciStatus.SUCCESS;
    }

    private GhciStatus mapGpa(ExposedRegisters r) {
        long start = r.get(R12);
        long size = r.get(R13);
        if (((start | size) & PAGE - 1) != 0) {
            r.set(R11, start);
            return GhciStatus.ALIGN_ERROR;
        }
        boolean shared = (start & SHARED) != 0;
        long last = start + size - 1;
        if (size <= 0 || last < start || shared != ((last & SHARED) != 0) || (last & ~(SHARED | SHARED - 1)) != 0) {
            r.set(R11, start);
            return GhciStatus.INVALID_OPERAND;
        }
        long end = Math.min(start + size, start + slice);
        for (long gpa = start; gpa < end; gpa += PAGE) {
            sharedPages.put(page(gpa), shared);
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

    private static String message(ExposedRegisters r) {
        ByteBuffer bytes = ByteBuffer.allocate(MESSAGE.length * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (Gpr register : MESSAGE) {
            bytes.putLong(r.get(register));
        }
        String text = new String(bytes.array(), StandardCharsets.UTF_8);
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }
}
