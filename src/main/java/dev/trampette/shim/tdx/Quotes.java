package dev.trampette.shim.tdx;

import static dev.trampette.spec.Gpr.R12;
import static dev.trampette.spec.Gpr.R13;

import dev.trampette.spec.GhciStatus;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.UnaryOperator;

/// Who signs reports: GetQuote (GHCI). The call takes the buffer over; the header tells when it is done, and the vector
/// of SetupEventNotifyInterrupt is injected.
///
/// ```
///   0         8        16          20           24
///   +---------+--------+-----------+------------+------------------------
///   | version | status | in length | out length | report, then the quote
///   +---------+--------+-----------+------------+------------------------
/// ```
///
/// - Address or size not 4 KiB aligned, ALIGN_ERROR, as for MapGPA; size 0, not shared, a version that is not 1, or a
///   report that is longer than the buffer, INVALID_OPERAND.
/// - More than 16 in flight, RETRY, as QEMU has it.
public final class Quotes {

    /// Status: the quote is there.
    public static final long DONE = 0;
    /// Status: the VMM still has the buffer.
    public static final long IN_FLIGHT = -1L;
    /// Status: no quote could be made.
    public static final long ERROR = 0x8000000000000000L;
    /// Status: there is nobody who makes quotes; so it is until [#sign] names somebody.
    public static final long UNAVAILABLE = 0x8000000000000001L;

    private static final long VERSION = 1;
    private static final int STATUS = 8;
    private static final int IN_LENGTH = 16;
    private static final int OUT_LENGTH = 20;
    private static final int DATA = 24;
    private static final int MOST = 16;

    private final Queue<SharedBuffer> inFlight = new ArrayDeque<>();
    private final GuestMemory memory;
    private final Notifications notifications;
    private UnaryOperator<byte[]> signer;
    private boolean held;

    Quotes(GuestMemory memory, Notifications notifications) {
        this.memory = memory;
        this.notifications = notifications;
    }

    /// Name who makes quotes.
    ///
    /// @param signer makes one of the bytes of a report; null, an exception or a quote that does not fit means [#ERROR]
    /// @return this
    public synchronized Quotes sign(UnaryOperator<byte[]> signer) {
        this.signer = signer;
        return this;
    }

    /// Leave requests in flight until [#finish]; otherwise they are done when GetQuote returns.
    ///
    /// @return this
    public synchronized Quotes hold() {
        held = true;
        return this;
    }

    /// {@return how many requests are in flight}
    public synchronized int inFlight() {
        return inFlight.size();
    }

    /// Finish all requests that are in flight.
    public synchronized void finish() {
        for (SharedBuffer buffer = inFlight.poll(); buffer != null; buffer = inFlight.poll()) {
            buffer.writeLong(STATUS, answer(buffer));
            notifications.inject(notifications.vector());
        }
    }

    synchronized GhciStatus request(ExposedRegisters r) {
        long gpa = r.get(R12);
        long size = r.get(R13);
        if (size % GuestMemory.PAGE != 0) {
            return GhciStatus.ALIGN_ERROR;
        }
        GhciStatus status = SharedBuffer.check(gpa, size, GuestMemory.PAGE, 0);
        if (!status.isSuccess()) {
            return status;
        }
        SharedBuffer buffer = new SharedBuffer(memory, gpa, (int) size, 0);
        if (buffer.readLong(0) != VERSION
                || Integer.toUnsignedLong(buffer.readInt(IN_LENGTH)) > size - DATA) {
            return GhciStatus.INVALID_OPERAND;
        }
        if (inFlight.size() == MOST) {
            return GhciStatus.RETRY;
        }
        buffer.writeLong(STATUS, IN_FLIGHT);
        buffer.writeInt(OUT_LENGTH, 0);
        inFlight.add(buffer);
        if (!held) {
            finish();
        }
        return GhciStatus.SUCCESS;
    }

    private long answer(SharedBuffer buffer) {
        if (signer == null) {
            return UNAVAILABLE;
        }
        byte[] quote;
        try {
            quote = signer.apply(buffer.read(DATA, Math.min(buffer.readInt(IN_LENGTH), buffer.size() - DATA)));
        } catch (RuntimeException e) {
            return ERROR;
        }
        if (quote == null || quote.length > buffer.size() - DATA) {
            return ERROR;
        }
        buffer.write(DATA, quote);
        buffer.writeInt(OUT_LENGTH, quote.length);
        return DONE;
    }
}
