package dev.trampette.image.frame;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Bytes of frame descriptions, one after the other (DWARF 5, 7.6; LSB 5.0, 10.5, "DWARF Extensions").
final class FrameReader {

    /// `DW_EH_PE_omit`: there is none.
    static final int OMITTED = 0xff;
    /// `DW_EH_PE_absptr`.
    static final int ABSOLUTE = 0;

    private static final int FORMAT = 0x0f;
    private static final int RELATIVE = 0x70;
    private static final int INDIRECT = 0x80;

    private final ByteBuffer bytes;
    private final long address;
    private final long bias;

    /// @param bytes of the section, or of a part of it
    /// @param address of the first of them, in memory
    /// @param bias what is added to an address of the file to get one in memory
    FrameReader(ByteBuffer bytes, long address, long bias) {
        this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
        this.address = address;
        this.bias = bias;
    }

    /// So many of the next bytes, which are skipped here.
    ///
    /// @throws BufferUnderflowException when there are not so many
    FrameReader part(long size) {
        if (size < 0 || size > bytes.remaining()) {
            throw new BufferUnderflowException();
        }
        int begin = bytes.position();
        bytes.position(begin + (int) size);
        return new FrameReader(bytes.slice(begin, (int) size), address + begin, bias);
    }

    /// The same bytes from the beginning.
    FrameReader again() {
        return new FrameReader(bytes.duplicate().rewind(), address, bias);
    }

    boolean isAtEnd() {
        return !bytes.hasRemaining();
    }

    /// How many bytes are left.
    int left() {
        return bytes.remaining();
    }

    /// Where the next byte is, from the first one on.
    int position() {
        return bytes.position();
    }

    int u8() {
        return bytes.get() & 0xff;
    }

    int u16() {
        return bytes.getShort() & 0xffff;
    }

    long u32() {
        return bytes.getInt() & 0xffffffffL;
    }

    long s32() {
        return bytes.getInt();
    }

    long u64() {
        return bytes.getLong();
    }

    /// An unsigned number of any length.
    long uleb() {
        return leb(false);
    }

    /// A signed number of any length.
    long sleb() {
        return leb(true);
    }

    private long leb(boolean isSigned) {
        long value = 0;
        int shift = 0;
        int next;
        do {
            next = u8();
            value |= shift < Long.SIZE ? (long) (next & 0x7f) << shift : 0;
            shift += 7;
        } while ((next & 0x80) != 0);
        return isSigned && shift < Long.SIZE && (next & 0x40) != 0 ? value | -1L << shift : value;
    }

    /// A number of a signed byte.
    byte s8() {
        return bytes.get();
    }

    /// A number of two signed bytes.
    short s16() {
        return bytes.getShort();
    }

    String string() {
        StringBuilder text = new StringBuilder();
        for (int next = u8(); next != 0; next = u8()) {
            text.append((char) next);
        }
        return text.toString();
    }

    /// A pointer in one of the encodings `DW_EH_PE_*`.
    ///
    /// @throws UnsupportedFrameException when it is another one, or leads through memory
    long pointer(int encoding) {
        long here = address + bytes.position();
        long value = number(encoding & FORMAT);
        if ((encoding & INDIRECT) != 0) {
            throw new UnsupportedFrameException("a pointer to a pointer");
        }
        return switch (encoding & RELATIVE) {
            case 0 -> value + bias;
            case 0x10 -> value + here;
            default -> throw new UnsupportedFrameException("a pointer of encoding 0x%x".formatted(encoding));
        };
    }

    /// A number in the format of an encoding: a distance has no base.
    long number(int encoding) {
        return switch (encoding & FORMAT) {
            case 0, 0x04, 0x0c -> u64();
            case 0x01 -> uleb();
            case 0x02 -> u16();
            case 0x03 -> u32();
            case 0x09 -> sleb();
            case 0x0a -> s16();
            case 0x0b -> s32();
            default -> throw new UnsupportedFrameException("a pointer of encoding 0x%x".formatted(encoding));
        };
    }
}
