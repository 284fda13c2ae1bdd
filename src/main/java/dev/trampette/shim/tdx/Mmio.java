package dev.trampette.shim.tdx;

import static dev.trampette.spec.Gpr.R11;
import static dev.trampette.spec.Gpr.R12;
import static dev.trampette.spec.Gpr.R13;
import static dev.trampette.spec.Gpr.R14;
import static dev.trampette.spec.Gpr.R15;

import dev.trampette.spec.GhciStatus;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// What devices keep: VE.RequestMMIO and Instruction.IO, which have the same registers (GHCI). R12 is the size, R13
/// the direction, R14 the address or port, R15 the value of a write, R11 that of a read.
///
/// Bytes are little-endian. MMIO that was not written reads as 0, a port as all-ones: no device drives the bus.
///
/// Two VCPUs that access the same bytes at once may see each other's halves.
final class Mmio {

    private static final int READ = 0;
    private static final int WRITE = 1;
    private static final long PORTS = 0x10000;

    private final Map<Long, Byte> memory = new ConcurrentHashMap<>();
    private final Map<Long, Byte> ports = new ConcurrentHashMap<>();

    void port(int port, int size, long value) {
        write(ports, port, size, value);
    }

    long port(int port, int size) {
        return read(ports, port, size, (byte) -1);
    }

    GhciStatus requestMmio(ExposedRegisters r) {
        long gpa = r.get(R14);
        return (gpa & GhciVmm.SHARED) == 0 ? GhciStatus.INVALID_OPERAND : access(r, memory, gpa, 8, (byte) 0);
    }

    GhciStatus io(ExposedRegisters r) {
        long port = r.get(R14);
        return port < 0 || port >= PORTS || port + r.get(R12) > PORTS
                ? GhciStatus.INVALID_OPERAND : access(r, ports, port, 4, (byte) -1);
    }

    private static GhciStatus access(ExposedRegisters r, Map<Long, Byte> bytes, long address, int most, byte unset) {
        long size = r.get(R12);
        if (size < 1 || size > most || Long.bitCount(size) != 1) {
            return GhciStatus.INVALID_OPERAND;
        }
        if (r.get(R13) == READ) {
            r.set(R11, read(bytes, address, (int) size, unset));
        } else if (r.get(R13) == WRITE) {
            write(bytes, address, (int) size, r.get(R15));
        } else {
            return GhciStatus.INVALID_OPERAND;
        }
        return GhciStatus.SUCCESS;
    }

    private static long read(Map<Long, Byte> bytes, long address, int size, byte unset) {
        long value = 0;
        for (int i = 0; i < size; i++) {
            value |= (bytes.getOrDefault(address + i, unset) & 0xffL) << 8 * i;
        }
        return value;
    }

    private static void write(Map<Long, Byte> bytes, long address, int size, long value) {
        for (int i = 0; i < size; i++) {
            bytes.put(address + i, (byte) (value >>> 8 * i));
        }
    }
}
