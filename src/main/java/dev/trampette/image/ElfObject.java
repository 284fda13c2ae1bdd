package dev.trampette.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import net.fornwall.jelf.ElfException;
import net.fornwall.jelf.ElfFile;
import net.fornwall.jelf.ElfSection;
import net.fornwall.jelf.ElfSymbol;

/// What an image's ELF file says: its symbols, the contracts in its notes, its code.
final class ElfObject {

    private static final String CONTRACT_OWNER = "Trampette";
    private static final String CONTRACT_SECTION = ".note.trampette";
    private static final String CODE_SECTION = "wrappers";

    /// A symbol with its place in the file's address space, and its size in bytes.
    record Extent(long offset, long size) {
        boolean contains(long address) {
            return address >= offset && address < offset + size;
        }
    }

    private final Map<String, Extent> symbols = new LinkedHashMap<>();
    private final Map<String, String> notes;
    private final Map<String, Contract> contracts = new ConcurrentHashMap<>();
    private final ElfSection code;

    ElfObject(byte[] file) {
        try {
            ElfFile elf = ElfFile.from(file);
            if (elf.getDynamicSymbolTableSection() == null) {
                throw new ImageException("not an image of this library: it exports nothing");
            }
            for (ElfSymbol symbol : elf.getDynamicSymbolTableSection().symbols) {
                if (symbol.st_shndx != 0) {
                    symbols.put(symbol.getName(), new Extent(symbol.st_value, symbol.st_size));
                }
            }
            code = section(elf, CODE_SECTION);
            notes = notes(section(elf, CONTRACT_SECTION).getData());
        } catch (ElfException e) {
            throw new ImageException("not an image of this library: " + e.getMessage(), e);
        }
    }

    Map<String, Extent> symbols() {
        return symbols;
    }

    /// The symbols that have a contract, in the order of the sources.
    Set<String> contracts() {
        return notes.keySet();
    }

    /// The contract of a symbol, or null when it has none. Read when it is asked for: an image has hundreds.
    Contract contract(String symbol) {
        String note = notes.get(symbol);
        return note == null ? null : contracts.computeIfAbsent(symbol, _ -> Contract.parse(note));
    }

    /// Where the wrappers' code is.
    Extent code() {
        return new Extent(code.header.sh_addr, code.header.sh_size);
    }

    private static ElfSection section(ElfFile elf, String name) {
        ElfSection section = elf.firstSectionByName(name);
        if (section == null) {
            throw new ImageException("not an image of this library: it has no section " + name);
        }
        return section;
    }

    byte[] bytes(Extent extent) {
        int start = Math.toIntExact(extent.offset - code.header.sh_addr);
        return Arrays.copyOfRange(code.getData(), start, start + Math.toIntExact(extent.size));
    }

    /// Notes: name size, descriptor size, type, name and descriptor, each padded to 4 (ELF-64 specification).
    private static Map<String, String> notes(byte[] section) {
        Map<String, String> contracts = new LinkedHashMap<>();
        ByteBuffer notes = ByteBuffer.wrap(section).order(ByteOrder.LITTLE_ENDIAN);
        while (notes.remaining() >= 12) {
            int nameSize = notes.getInt();
            int textSize = notes.getInt();
            notes.getInt();
            String owner = text(notes, nameSize).replace("\0", "");
            String text = text(notes, textSize);
            if (owner.equals(CONTRACT_OWNER)) {
                contracts.put(text.substring(text.indexOf('=') + 1, text.indexOf('\n')), text);
            }
        }
        return contracts;
    }

    private static String text(ByteBuffer notes, int size) {
        byte[] bytes = new byte[size];
        notes.get(bytes);
        notes.position(notes.position() + (-size & 3));
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
