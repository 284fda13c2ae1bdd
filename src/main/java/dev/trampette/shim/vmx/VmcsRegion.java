package dev.trampette.shim.vmx;

import dev.trampette.spec.VmInstructionError;
import dev.trampette.spec.VmcsTable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A VMCS region: 4 KB of physical memory, of which software knows the first 8 bytes, and the rest through VMREAD and
/// VMWRITE alone (SDM volume 3C, "Format of the VMCS Region").
public final class VmcsRegion {

    private static final long LOW_HALF = 0xffffffffL;

    private final long address;
    private final Map<Integer, Long> values = new ConcurrentHashMap<>();
    private volatile int revision;
    private volatile boolean launched;

    VmcsRegion(long address) {
        this.address = address;
    }

    /// {@return its physical address}
    public long address() {
        return address;
    }

    /// {@return its first word} Bits 30:0 are the revision identifier, bit 31 means a shadow VMCS.
    public int revision() {
        return revision;
    }

    /// Write the first word, as software does before VMPTRLD.
    ///
    /// @param word bits 30:0 the revision identifier, bit 31 a shadow VMCS
    /// @return this
    public VmcsRegion revision(int word) {
        revision = word;
        return this;
    }

    /// {@return whether the launch state is `launched`, and not `clear` (SDM volume 3C, "Launch State" in "Overview")}
    public boolean isLaunched() {
        return launched;
    }

    void launched(boolean state) {
        launched = state;
    }

    /// Read a field, whether the processor supports it or not.
    ///
    /// @param encoding of a field, or of the high half of one with 64 bits: bit 0 is set then
    /// @return the value, zero-extended, 0 until it is written; of a high half, bits 63:32 of the field in bits 31:0
    public long field(int encoding) {
        long value = values.getOrDefault(encoding & ~1, 0L);
        return (encoding & 1) != 0 ? value >>> 32 : value;
    }

    /// Set a field, a read-only one too, as VM exits do.
    ///
    /// @param encoding of a field, or of the high half of one with 64 bits
    /// @param value what is wider than the field is cut off
    /// @return this
    public VmcsRegion field(int encoding, long value) {
        values.merge(encoding & ~1, cut(encoding, 0, value), (old, _) -> cut(encoding, old, value));
        return this;
    }

    /// {@return why the last instruction that failed with ZF failed, or 0}
    public VmInstructionError instructionError() {
        return new VmInstructionError((int) field(VmInstructionError.FIELD));
    }

    private static long cut(int encoding, long old, long value) {
        return (encoding & 1) != 0 ? old & LOW_HALF | value << 32 : switch (VmcsTable.Width.of(encoding)) {
            case BITS16 -> value & 0xffff;
            case BITS32 -> value & LOW_HALF;
            case BITS64, NATURAL -> value;
        };
    }

    @Override
    public String toString() {
        return "VMCS at 0x%x, revision 0x%x, %s".formatted(address, revision, launched ? "launched" : "clear");
    }
}
