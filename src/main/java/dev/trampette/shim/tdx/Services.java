package dev.trampette.shim.tdx;

import static dev.trampette.spec.Gpr.R12;
import static dev.trampette.spec.Gpr.R13;
import static dev.trampette.spec.Gpr.R14;

import dev.trampette.spec.GhciStatus;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/// Services of a VMM by GUID: Service (GHCI, `TDG.VP.VMCALL<Service>`).
///
/// Both buffers are shared and page-aligned, and have the same header; what a test gives gets the data and returns
/// data. The layout is that of the MigTD sources, the statuses are this model's: 0 done, 1 no such service, 2 the
/// response does not fit. R15, the time-out, is not looked at: a service answers before the call returns.
///
/// ```
///   0      16       20                  24
///   +------+--------+-------------------+------
///   | GUID | length | reserved / status | data      the length counts the header
///   +------+--------+-------------------+------
/// ```
public final class Services {

    /// Status: done.
    public static final int DONE = 0;
    /// Status: no such service.
    public static final int UNKNOWN = 1;
    /// Status: the response is longer than its buffer.
    public static final int TOO_LONG = 2;

    private static final int GUID_BYTES = 16;
    private static final int LENGTH = 16;
    private static final int STATUS = 20;
    private static final int DATA = 24;

    private final Map<UUID, UnaryOperator<byte[]>> services = new ConcurrentHashMap<>();
    private final GuestMemory memory;
    private final Notifications notifications;

    Services(GuestMemory memory, Notifications notifications) {
        this.memory = memory;
        this.notifications = notifications;
    }

    /// Offer a service. Without any, Service is SUBFUNC_UNSUPPORTED, as KVM has it.
    ///
    /// @param guid the first 16 bytes of the command, as UEFI stores a GUID: its three numbers are little-endian
    /// @param service makes the data of the response of the data of the command, both without headers
    /// @return this
    public Services offer(UUID guid, UnaryOperator<byte[]> service) {
        services.put(guid, service);
        return this;
    }

    GhciStatus call(ExposedRegisters r) {
        if (services.isEmpty()) {
            return GhciStatus.SUBFUNC_UNSUPPORTED;
        }
        Optional<SharedBuffer> command = buffer(r.get(R12), r.get(R14));
        Optional<SharedBuffer> response = buffer(r.get(R13), r.get(R14));
        if (((r.get(R12) | r.get(R13)) & GuestMemory.PAGE - 1) != 0) {
            return GhciStatus.ALIGN_ERROR;
        }
        if (command.isEmpty() || response.isEmpty()) {
            return GhciStatus.INVALID_OPERAND;
        }
        response.get().write(0, command.get().read(0, GUID_BYTES));
        response.get().writeInt(STATUS, answer(command.get(), response.get()));
        notifications.inject((int) r.get(R14));
        return GhciStatus.SUCCESS;
    }

    /// The buffer whose header says how long it is.
    private Optional<SharedBuffer> buffer(long gpa, long vector) {
        int length = memory.readInt(gpa + LENGTH);
        return SharedBuffer.check(gpa, Integer.toUnsignedLong(length), DATA, vector).isSuccess()
                ? Optional.of(new SharedBuffer(memory, gpa, length, (int) vector)) : Optional.empty();
    }

    private int answer(SharedBuffer command, SharedBuffer response) {
        UnaryOperator<byte[]> service = services.get(guid(command));
        byte[] data = service == null ? new byte[0] : service.apply(command.read(DATA, command.size() - DATA));
        if (data.length > response.size() - DATA) {
            return TOO_LONG;
        }
        response.write(DATA, data);
        response.writeInt(LENGTH, DATA + data.length);
        return service == null ? UNKNOWN : DONE;
    }

    /// The GUID as UEFI stores it: three little-endian numbers, then eight bytes.
    private static UUID guid(SharedBuffer command) {
        long first = Integer.toUnsignedLong(command.readInt(0)) << 32
                | (long) (command.readInt(4) & 0xffff) << 16 | command.readInt(4) >>> 16;
        return new UUID(first, Long.reverseBytes(command.readLong(8)));
    }
}
