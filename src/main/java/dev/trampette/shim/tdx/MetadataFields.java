package dev.trampette.shim.tdx;

import static dev.trampette.spec.Gpr.R8;
import static dev.trampette.spec.Gpr.R9;
import static dev.trampette.spec.Gpr.RCX;
import static dev.trampette.spec.Gpr.RDX;

import dev.trampette.shim.Registers;
import dev.trampette.spec.CompletionStatus;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// The metadata fields of one context: of the TD (TDG.VM.RD, TDG.VM.WR), of the VCPU (TDG.VP.RD, TDG.VP.WR) or of the
/// system (TDG.SYS.RD, TDG.SYS.RDALL). A test says which there are (TDX module specification, "Metadata Access").
///
/// - A read writes R8, with 0 on failure, and RDX with the next identifier in unsigned order, or all-ones at the end
///   and on failure. Version 0 of TDG.VM.RD does not write RDX.
/// - All-ones as an identifier gives the first one in RDX, with the warning METADATA_FIRST_FIELD_ID_IN_CONTEXT. Where
///   RDX is not written it is an identifier that does not exist.
/// - A write changes the bits that are in R9 and writable, gives the old value in R8, and leaves RDX alone. When there
///   is no such bit it is METADATA_FIELD_NOT_WRITABLE.
///
/// The fields are taken as given: that an identifier has a context code, a size and a class is not looked at.
public final class MetadataFields {

    /// The identifier that means no field, or the first one.
    public static final long NO_FIELD = -1L;

    private static final int LIST_HEADER = 8;
    private static final int LIST_ENTRY = 16;

    private record Field(long value, long writable) {
    }

    private final NavigableMap<Long, Field> fields = new TreeMap<>(Long::compareUnsigned);
    private final boolean handle;

    /// No fields yet.
    ///
    /// @param handle whether RCX says whose fields these are: 0, the caller's
    MetadataFields(boolean handle) {
        this.handle = handle;
    }

    /// Add a field that cannot be written, or replace it.
    ///
    /// @param id all 64 bits of the identifier
    /// @param value what a read gives
    /// @return this
    /// @throws IllegalArgumentException when the identifier is [#NO_FIELD]
    public MetadataFields field(long id, long value) {
        return field(id, value, 0);
    }

    /// Add a field, or replace it.
    ///
    /// @param id all 64 bits of the identifier
    /// @param value what a read gives
    /// @param writable the bits that a TD can change
    /// @return this
    /// @throws IllegalArgumentException when the identifier is [#NO_FIELD]
    public synchronized MetadataFields field(long id, long value, long writable) {
        if (id == NO_FIELD) {
            throw new IllegalArgumentException("all-ones means no field, id=-1");
        }
        fields.put(id, new Field(value, writable));
        return this;
    }

    /// Read a field.
    ///
    /// @param id all 64 bits of the identifier
    /// @return its value, or 0 when there is none
    public synchronized long value(long id) {
        return fields.getOrDefault(id, new Field(0, 0)).value;
    }

    /// @param next whether RDX is an output
    synchronized CompletionStatus read(Registers registers, boolean next) {
        long id = registers.get(RDX);
        registers.set(R8, 0);
        if (next) {
            registers.set(RDX, NO_FIELD);
        }
        if (handle && registers.get(RCX) != 0) {
            return CompletionStatus.OPERAND_INVALID.with(RCX);
        }
        if (next && id == NO_FIELD) {
            registers.set(RDX, fields.isEmpty() ? NO_FIELD : fields.firstKey());
            return CompletionStatus.METADATA_FIRST_FIELD_ID_IN_CONTEXT;
        }
        Field field = fields.get(id);
        if (field == null) {
            return CompletionStatus.METADATA_FIELD_ID_INCORRECT;
        }
        registers.set(R8, field.value);
        if (next) {
            registers.set(RDX, after(id));
        }
        return CompletionStatus.SUCCESS;
    }

    synchronized CompletionStatus write(Registers registers) {
        long id = registers.get(RDX);
        long value = registers.get(R8);
        registers.set(R8, 0);
        if (handle && registers.get(RCX) != 0) {
            return CompletionStatus.OPERAND_INVALID.with(RCX);
        }
        Field field = fields.get(id);
        if (field == null) {
            return CompletionStatus.METADATA_FIELD_ID_INCORRECT;
        }
        long mask = field.writable & registers.get(R9);
        if (mask == 0) {
            return CompletionStatus.METADATA_FIELD_NOT_WRITABLE;
        }
        fields.put(id, new Field(field.value & ~mask | value & mask, field.writable));
        registers.set(R8, field.value);
        return CompletionStatus.SUCCESS;
    }

    /// Fill the 4 KiB list at RDX from the field in R8 on; R8 becomes the first field that did not fit, or all-ones.
    ///
    /// ```
    ///   0          2           4          8        16      24
    ///   +----------+-----------+----------+--------+-------+--------+-------+--
    ///   |  bytes   | sequences | reserved |   id   | value |   id   | value |
    ///   +----------+-----------+----------+--------+-------+--------+-------+--
    /// ```
    ///
    /// Each field is a sequence of its own here; a module may put several values behind one identifier.
    synchronized CompletionStatus readAll(Registers registers, GuestMemory memory) {
        long list = registers.get(RDX);
        long first = registers.get(R8);
        registers.set(R8, NO_FIELD);
        if (list % GuestMemory.PAGE != 0 || !GuestMemory.isPrivate(list)) {
            return CompletionStatus.OPERAND_INVALID.with(RDX);
        }
        if (first != NO_FIELD && !fields.containsKey(first)) {
            return CompletionStatus.METADATA_FIELD_ID_INCORRECT;
        }
        memory.write(list, new byte[GuestMemory.PAGE]);
        int end = LIST_HEADER;
        for (Map.Entry<Long, Field> entry : (first == NO_FIELD ? fields : fields.tailMap(first, true)).entrySet()) {
            if (end + LIST_ENTRY > GuestMemory.PAGE) {
                registers.set(R8, entry.getKey());
                break;
            }
            memory.writeLong(list + end, entry.getKey()).writeLong(list + end + 8, entry.getValue().value);
            end += LIST_ENTRY;
        }
        memory.writeLong(list, end | (long) (end - LIST_HEADER) / LIST_ENTRY << 16);
        return CompletionStatus.SUCCESS;
    }

    private long after(long id) {
        Long higher = fields.higherKey(id);
        return higher == null ? NO_FIELD : higher;
    }
}
