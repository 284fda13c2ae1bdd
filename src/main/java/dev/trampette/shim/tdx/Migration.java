package dev.trampette.shim.tdx;

import static dev.trampette.spec.Gpr.R12;
import static dev.trampette.spec.Gpr.R13;
import static dev.trampette.spec.Gpr.R14;
import static dev.trampette.spec.Gpr.R15;
import static dev.trampette.spec.Gpr.RBX;
import static dev.trampette.spec.Gpr.RDI;

import dev.trampette.spec.GhciStatus;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The VMM of a migration TD: MigTD.WaitForRequest, ReportStatus, Send and Receive (GHCI; R12 is the leaf in bits 15:0
/// and the API version, 1, in bits 23:16).
///
/// Every call brings a shared, page-aligned buffer, which the VMM has until the status in its header is 1; then it
/// injects the vector of the call. The header is that of the MigTD sources (`Mailbox`). A call that waits
/// for something returns at once, and its buffer is filled when the test gives that something.
public final class Migration {

    private static final long API_VERSION = 1;

    private final Mailbox requests;
    private final Map<Long, Mailbox> inboxes = new HashMap<>();
    private final Map<Long, ByteArrayOutputStream> sent = new HashMap<>();
    private final Map<Long, Long> reported = new HashMap<>();
    private final GuestMemory memory;
    private final Notifications notifications;

    Migration(GuestMemory memory, Notifications notifications) {
        this.memory = memory;
        this.notifications = notifications;
        this.requests = new Mailbox(notifications);
    }

    /// Ask the migration TD for something; the oldest WaitForRequest that waits, or the next one, gets it.
    ///
    /// @param request the data behind the header, which are copied; what does not fit one buffer is left for the next
    /// @return this
    public synchronized Migration request(byte... request) {
        requests.post(request);
        return this;
    }

    /// {@return how many requests no WaitForRequest has taken}
    public synchronized int requestsWaiting() {
        return requests.waiting();
    }

    /// Give data of the other side to Receive.
    ///
    /// @param requestId R13 of the Receive that gets them
    /// @param data behind the header, which are copied; what does not fit one buffer is left for the next
    /// @return this
    public synchronized Migration deliver(long requestId, byte... data) {
        inbox(requestId).post(data);
        return this;
    }

    /// Look at what the migration TD sent.
    ///
    /// @param requestId R13 of its Sends
    /// @return the data of all of them, one after the other, without headers
    public synchronized byte[] sent(long requestId) {
        return sent.getOrDefault(requestId, new ByteArrayOutputStream()).toByteArray();
    }

    /// Look at what the migration TD reported.
    ///
    /// @param requestId R13 of its ReportStatus
    /// @return R14 of the last one; empty when there was none
    public synchronized Optional<Long> reported(long requestId) {
        return Optional.ofNullable(reported.get(requestId));
    }

    synchronized GhciStatus call(ExposedRegisters r) {
        long leaf = r.get(R12);
        if (leaf >>> 16 != API_VERSION) {
            return GhciStatus.INVALID_OPERAND;
        }
        long id = r.get(R13);
        return switch ((int) leaf & 0xffff) {
            case 1 -> take(requests, r.get(R14), r.get(R13), r.get(R15));
            case 2 -> report(id, r.get(R14), r.get(RBX), r.get(R15), r.get(RDI));
            case 3 -> send(id, r.get(R15), r.get(R14), r.get(RBX));
            case 4 -> take(inbox(id), r.get(R15), r.get(R14), r.get(RBX));
            default -> GhciStatus.INVALID_OPERAND;
        };
    }

    private GhciStatus take(Mailbox mailbox, long gpa, long length, long vector) {
        GhciStatus status = SharedBuffer.check(gpa, length, Mailbox.HEADER, vector);
        if (status.isSuccess()) {
            mailbox.take(new SharedBuffer(memory, gpa, (int) length, (int) vector));
        }
        return status;
    }

    private GhciStatus report(long id, long result, long gpa, long length, long vector) {
        GhciStatus status = SharedBuffer.check(gpa, length, Mailbox.HEADER, vector);
        if (status.isSuccess()) {
            reported.put(id, result);
            Mailbox.finish(new SharedBuffer(memory, gpa, (int) length, (int) vector), notifications);
        }
        return status;
    }

    private GhciStatus send(long id, long gpa, long length, long vector) {
        GhciStatus status = SharedBuffer.check(gpa, length, Mailbox.HEADER, vector);
        if (!status.isSuccess()) {
            return status;
        }
        SharedBuffer buffer = new SharedBuffer(memory, gpa, (int) length, (int) vector);
        Optional<byte[]> data = Mailbox.data(buffer);
        if (data.isEmpty()) {
            return GhciStatus.INVALID_OPERAND;
        }
        sent.computeIfAbsent(id, _ -> new ByteArrayOutputStream()).writeBytes(data.get());
        Mailbox.finish(buffer, notifications);
        return GhciStatus.SUCCESS;
    }

    private Mailbox inbox(long requestId) {
        return inboxes.computeIfAbsent(requestId, _ -> new Mailbox(notifications));
    }
}
