package dev.trampette.shim.tdx;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.Queue;

/// Messages that wait for buffers, or buffers that wait for messages.
///
/// ```
///   0        8        12
///   +--------+--------+------
///   | status | length | data
///   +--------+--------+------
/// ```
///
/// A message that is longer than its buffer is given in parts.
final class Mailbox {

    /// The bytes in front of the data.
    static final int HEADER = 12;
    /// Status: the VMM still has the buffer.
    static final long IN_PROGRESS = 0;
    /// Status: the TD has the buffer again.
    static final long DONE = 1;

    private static final int LENGTH = 8;

    private final Deque<byte[]> messages = new ArrayDeque<>();
    private final Queue<SharedBuffer> buffers = new ArrayDeque<>();
    private final Notifications notifications;

    Mailbox(Notifications notifications) {
        this.notifications = notifications;
    }

    int waiting() {
        return messages.size();
    }

    void post(byte[] message) {
        messages.add(message.clone());
        match();
    }

    void take(SharedBuffer buffer) {
        buffer.writeLong(0, IN_PROGRESS);
        buffer.writeInt(LENGTH, 0);
        buffers.add(buffer);
        match();
    }

    private void match() {
        while (!messages.isEmpty() && !buffers.isEmpty()) {
            SharedBuffer buffer = buffers.remove();
            byte[] message = messages.remove();
            int length = Math.min(message.length, buffer.size() - HEADER);
            if (length < message.length) {
                messages.addFirst(Arrays.copyOfRange(message, length, message.length));
            }
            buffer.write(HEADER, Arrays.copyOf(message, length));
            buffer.writeInt(LENGTH, length);
            finish(buffer, notifications);
        }
    }

    /// The data of a buffer that comes from the TD, or nothing when it claims to have more than there is.
    static Optional<byte[]> data(SharedBuffer buffer) {
        int length = buffer.readInt(LENGTH);
        return length < 0 || length > buffer.size() - HEADER
                ? Optional.empty() : Optional.of(buffer.read(HEADER, length));
    }

    /// Give a buffer back.
    static void finish(SharedBuffer buffer, Notifications notifications) {
        buffer.writeLong(0, DONE);
        notifications.inject(buffer.vector());
    }
}
