package dev.trampette.object;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// What the note `.note.gnu.property` says of an object (psABI, "Program Property Note").
final class GnuProperty {

    static final String SECTION = ".note.gnu.property";

    private static final int TYPE_0 = 5;
    private static final int FEATURE_1_AND = 0xc0000002;
    private static final int IBT = 1;

    private GnuProperty() {
    }

    /// Whether indirect branches are tracked.
    static boolean isTracked(byte[] note) {
        ByteBuffer bytes = ByteBuffer.wrap(note).order(ByteOrder.LITTLE_ENDIAN);
        try {
            while (bytes.hasRemaining()) {
                int name = bytes.getInt();
                int size = bytes.getInt();
                int type = bytes.getInt();
                skip(bytes, name);
                ByteBuffer properties = bytes.slice(bytes.position(), size).order(ByteOrder.LITTLE_ENDIAN);
                skip(bytes, size);
                if (type == TYPE_0 && isAmong(properties)) {
                    return true;
                }
            }
        } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
            // It is cut off: it says nothing.
        }
        return false;
    }

    private static boolean isAmong(ByteBuffer properties) {
        while (properties.hasRemaining()) {
            int type = properties.getInt();
            int size = properties.getInt();
            if (type == FEATURE_1_AND && (properties.getInt(properties.position()) & IBT) != 0) {
                return true;
            }
            skip(properties, size + Long.BYTES - 1 & -Long.BYTES);
        }
        return false;
    }

    private static void skip(ByteBuffer bytes, int size) {
        bytes.position(bytes.position() + size);
    }
}
