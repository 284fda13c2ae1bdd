package dev.trampette.tdx;

import dev.trampette.call.Result;
import dev.trampette.crossing.CallBlock;
import dev.trampette.spec.GhciStatus;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The calls with their handles. A record, for the JIT trusts the fields of records: in a `static final` one every
/// handle is a constant, and so is the memory of calls that are confined to a thread.
///
/// A handle takes the departure of the caller's [CallBlock] first.
///
/// @param only the memory of the one thread that may call, or null: every thread then finds its own
record BoundTdGuest(
        MethodHandle hlt,
        MethodHandle rdmsr,
        MethodHandle wrmsr,
        MethodHandle cpuid,
        MethodHandle mmioRead,
        MethodHandle mmioWrite,
        MethodHandle mapGpa,
        MethodHandle reportFatalError,
        CallBlock only) implements TdGuest {

    private static final int FIRST_HYPERVISOR_LEAF = 0x40000000;
    private static final int LAST_HYPERVISOR_LEAF = 0x4FFFFFFF;
    private static final int MESSAGE_BYTES = 64;
    private static final long PAGE = 4096;
    private static final int MOST_STALLS = 3;

    static BoundTdGuest bind(Binding callSites) {
        return new BoundTdGuest(
                callSites.handle("hlt"),
                callSites.handle("rdmsr"),
                callSites.handle("wrmsr"),
                callSites.handle("cpuid"),
                callSites.handle("request_mmio_read"),
                callSites.handle("request_mmio_write"),
                callSites.handle("map_gpa"),
                callSites.handle("report_fatal_error"),
                null);
    }

    @Override
    public TdGuest confined() {
        return new BoundTdGuest(hlt, rdmsr, wrmsr, cpuid, mmioRead, mmioWrite, mapGpa, reportFatalError,
                CallBlock.forThisThread());
    }

    private CallBlock block() {
        return only == null ? CallBlock.current() : only.owned();
    }

    @Override
    public GhciStatus halt(boolean interruptBlocked) {
        CallBlock block = block();
        try {
            return answer(block, (long) hlt.invokeExact(block.departure(), interruptBlocked));
        } catch (Throwable e) {
            throw CallBlock.<RuntimeException>unchanged(e);
        }
    }

    @Override
    public Result<Long, GhciStatus> readMsr(int msr) {
        CallBlock block = block();
        try {
            long status = (long) rdmsr.invokeExact(block.departure(), msr, block.out());
            block.check();
            return status == 0 ? new Result.Ok<>(block.out(0)) : refused(status);
        } catch (Throwable e) {
            throw CallBlock.<RuntimeException>unchanged(e);
        }
    }

    @Override
    public GhciStatus writeMsr(int msr, long value) {
        CallBlock block = block();
        try {
            return answer(block, (long) wrmsr.invokeExact(block.departure(), msr, value));
        } catch (Throwable e) {
            throw CallBlock.<RuntimeException>unchanged(e);
        }
    }

    @Override
    public Result<Cpuid, GhciStatus> cpuid(int leaf, int subleaf) {
        int eax = 0;
        int ebx = 0;
        int ecx = 0;
        int edx = 0;
        if (leaf >= FIRST_HYPERVISOR_LEAF && leaf <= LAST_HYPERVISOR_LEAF) {
            CallBlock block = block();
            try {
                long status = (long) cpuid.invokeExact(block.departure(), leaf, subleaf, block.out());
                block.check();
                if (status != 0) {
                    return refused(status);
                }
            } catch (Throwable e) {
                throw CallBlock.<RuntimeException>unchanged(e);
            }
            eax = (int) block.out(0);
            ebx = (int) block.out(1);
            ecx = (int) block.out(2);
            edx = (int) block.out(3);
        }
        return new Result.Ok<>(new Cpuid(eax, ebx, ecx, edx));
    }

    @Override
    public Result<Long, GhciStatus> mmioRead(int size, long gpa) {
        long significant = significantBits(size);
        CallBlock block = block();
        try {
            long status = (long) mmioRead.invokeExact(block.departure(), size, gpa, block.out());
            block.check();
            return status == 0 ? new Result.Ok<>(block.out(0) & significant) : refused(status);
        } catch (Throwable e) {
            throw CallBlock.<RuntimeException>unchanged(e);
        }
    }

    @Override
    public GhciStatus mmioWrite(int size, long gpa, long value) {
        long significant = significantBits(size);
        CallBlock block = block();
        try {
            return answer(block, (long) mmioWrite.invokeExact(block.departure(), size, gpa, value & significant));
        } catch (Throwable e) {
            throw CallBlock.<RuntimeException>unchanged(e);
        }
    }

    @Override
    public MapGpa mapGpa(long start, long size) {
        CallBlock block = block();
        long next = start;
        int stalls = 0;
        for (int calls = 1;; calls++) {
            GhciStatus status;
            try {
                long rest = start + size - next;
                status = answer(block, (long) mapGpa.invokeExact(block.departure(), next, rest, block.out()));
            } catch (Throwable e) {
                throw CallBlock.<RuntimeException>unchanged(e);
            }
            if (status.isSuccess()) {
                return new MapGpa.Mapped(calls);
            }
            long reported = block.out(0);
            if (!status.equals(GhciStatus.RETRY)) {
                return new MapGpa.Refused(status, reported);
            }
            boolean ahead = Long.compareUnsigned(reported - start, next - start) >= 0
                    && Long.compareUnsigned(reported - start, size) < 0
                    && (reported & PAGE - 1) == 0;
            stalls = reported == next ? stalls + 1 : 0;
            if (!ahead || stalls == MOST_STALLS) {
                return new MapGpa.NoProgress(reported);
            }
            next = reported;
        }
    }

    @Override
    public GhciStatus reportFatalError(int code, String message) {
        CallBlock block = block();
        putText(block, message);
        try {
            return answer(block, (long) reportFatalError.invokeExact(block.departure(),
                    Integer.toUnsignedLong(code), 0L, block.in()));
        } catch (Throwable e) {
            throw CallBlock.<RuntimeException>unchanged(e);
        }
    }

    /// ASCII without an allocation, anything else through an array; zeroes behind the end.
    private static void putText(CallBlock block, String message) {
        int ascii = 0;
        while (ascii < message.length() && ascii < MESSAGE_BYTES && message.charAt(ascii) < 0x80) {
            ascii++;
        }
        byte[] encoded = ascii == Math.min(message.length(), MESSAGE_BYTES) ? null
                : Arrays.copyOf(message.getBytes(StandardCharsets.UTF_8), MESSAGE_BYTES);
        for (int word = 0; word < MESSAGE_BYTES / 8; word++) {
            long bytes = 0;
            for (int i = 0; i < 8; i++) {
                int at = word * 8 + i;
                int next = encoded != null ? encoded[at] & 0xff : at < message.length() ? message.charAt(at) : 0;
                bytes |= (long) next << 8 * i;
            }
            block.in(word, bytes);
        }
    }

    private static GhciStatus answer(CallBlock block, long status) {
        block.check();
        return status == 0 ? GhciStatus.SUCCESS : new GhciStatus(status);
    }

    private static <T> Result<T, GhciStatus> refused(long status) {
        return new Result.Refused<>(new GhciStatus(status));
    }

    private static long significantBits(int size) {
        return switch (size) {
            case 1 -> 0xffL;
            case 2 -> 0xffffL;
            case 4 -> 0xffffffffL;
            case 8 -> -1L;
            default -> throw new IllegalArgumentException("an access has 1, 2, 4 or 8 bytes, size=" + size);
        };
    }
}
