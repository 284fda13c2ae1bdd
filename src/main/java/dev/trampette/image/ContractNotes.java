package dev.trampette.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// Contracts in the notes of an ELF file, as `src/main/asm/include/contract.inc` writes them.
public final class ContractNotes {

    /// The section of the notes.
    public static final String SECTION = ".note.trampette";

    private static final String OWNER = "Trampette";
    private static final int HEADER = 12;

    private ContractNotes() {
    }

    /// Read notes: name size, descriptor size, type, name and descriptor, each padded to 4 (ELF-64 specification).
    ///
    /// @param section the bytes of the section
    /// @return the text of each contract, by the symbol in its first line, in the order of the notes
    /// @throws IllegalArgumentException when a note does not hold together
    public static Map<String, String> read(byte[] section) {
        Map<String, String> contracts = new LinkedHashMap<>();
        ByteBuffer notes = ByteBuffer.wrap(section).order(ByteOrder.LITTLE_ENDIAN);
        while (notes.remaining() >= HEADER) {
            int nameSize = notes.getInt();
            int textSize = notes.getInt();
            notes.getInt();
            String owner = text(notes, nameSize).replace("\0", "");
            String text = text(notes, textSize);
            if (owner.equals(OWNER)) {
                contracts.put(text.substring(text.indexOf('=') + 1, Math.max(text.indexOf('\n'),
                        text.indexOf('=') + 1)), text);
            }
        }
        return contracts;
    }

    private static String text(ByteBuffer notes, int size) {
        if (size < 0 || size > notes.remaining()) {
            throw new IllegalArgumentException("a note is longer than its section, size="
                    + Integer.toUnsignedLong(size));
        }
        byte[] bytes = new byte[size];
        notes.get(bytes);
        notes.position(Math.min(notes.position() + (-size & 3), notes.limit()));
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
