package dev.trampette.object;

import dev.trampette.call.ObjectException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// An ELF file for x86-64 as bytes (System V ABI, AMD64 supplement). Nothing in it is believed: each offset and size is
/// checked against the bytes that are there.
public final class Elf {

    static final int RELOCATABLE = 1;
    static final int EXECUTABLE = 2;
    static final int SHARED = 3;

    static final int UNDEFINED = 0;
    static final int FIRST_RESERVED = 0xff00;
    static final int COMMON = 0xfff2;

    private static final int HEADER = 64;
    private static final int SECTION_HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int SYMBOL = 24;
    private static final int RELOCATION = 24;
    private static final int MACHINE_X86_64 = 62;
    private static final int SYMBOLS = 2;
    private static final int RELOCATIONS = 4;
    private static final int DYNAMIC_SYMBOLS = 11;

    private final String name;
    private final ByteBuffer bytes;
    private final List<ElfSection> sections;
    private final List<ElfSegment> segments;

    /// @param name how messages call the file
    /// @throws ObjectException when it is not ELF for x86-64, or does not hold together
    Elf(String name, byte[] file) {
        this.name = name;
        this.bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        check(file.length > 0, "the file is empty");
        check(file.length >= 4 && bytes.getInt(0) == 0x464c457f, "not an ELF file; sources end in %s"
                .formatted(String.join(" ", Toolchain.SOURCES)));
        check(file.length >= HEADER, "truncated: it ends in the ELF header");
        check(file[4] == 2, "32-bit ELF; 64-bit is needed");
        check(file[5] == 1, "big-endian ELF; x86-64 is little-endian");
        int machine = bytes.getShort(18) & 0xffff;
        check(machine == MACHINE_X86_64, "ELF of another machine, number %d; x86-64 is needed".formatted(machine));
        this.segments = readSegments();
        this.sections = readSections();
    }

    /// How messages call it.
    String name() {
        return name;
    }

    /// ET_...
    int type() {
        return bytes.getShort(16) & 0xffff;
    }

    /// All sections, the empty one of number 0 first.
    public List<ElfSection> sections() {
        return sections;
    }

    List<ElfSegment> segments() {
        return segments;
    }

    /// The first section with a name.
    public Optional<ElfSection> section(String wanted) {
        return sections.stream().filter(section -> section.name().equals(wanted)).findFirst();
    }

    /// The bytes of a section; none, when it has none in the file.
    public byte[] bytes(ElfSection section) {
        int start = Math.toIntExact(section.offset());
        return section.hasBytes() ? Arrays.copyOfRange(bytes.array(), start, start + Math.toIntExact(section.size()))
                : new byte[0];
    }

    /// The whole file, as it would be on disk.
    public byte[] bytes() {
        return bytes.array();
    }

    /// The symbols of a relocatable object, or of an executable.
    List<ElfSymbol> symbols() {
        return symbols(SYMBOLS);
    }

    /// The symbols that a shared object exports and imports.
    List<ElfSymbol> dynamicSymbols() {
        return symbols(DYNAMIC_SYMBOLS);
    }

    private List<ElfSymbol> symbols(int type) {
        Optional<ElfSection> table = sections.stream().filter(section -> section.type() == type).findFirst();
        if (table.isEmpty()) {
            return List.of();
        }
        ElfSection names = linked(table.get());
        List<ElfSymbol> symbols = new ArrayList<>();
        for (int at = start(table.get(), SYMBOL); at < end(table.get()); at += SYMBOL) {
            int info = bytes.get(at + 4) & 0xff;
            symbols.add(new ElfSymbol(string(names, bytes.getInt(at)), info & 15, info >> 4,
                    bytes.getShort(at + 6) & 0xffff, bytes.getLong(at + 8), bytes.getLong(at + 16)));
        }
        return symbols;
    }

    /// One relocation of an object that was checked.
    ///
    /// @param section where it is
    /// @param offset in the section
    /// @param type R_X86_64_...
    /// @param symbol its name
    /// @param addend what is added
    record Relocation(ElfSection section, long offset, int type, String symbol, long addend) {
    }

    /// The relocations of all sections.
    List<Relocation> relocations() {
        List<ElfSymbol> symbols = symbols();
        List<Relocation> relocations = new ArrayList<>();
        for (ElfSection table : sections.stream().filter(section -> section.type() == RELOCATIONS).toList()) {
            for (int at = start(table, RELOCATION); at < end(table) && !symbols.isEmpty(); at += RELOCATION) {
                relocations.add(new Relocation(sections.get(table.info()), bytes.getLong(at), bytes.getInt(at + 8),
                        symbols.get(bytes.getInt(at + 12)).name(), bytes.getLong(at + 16)));
            }
        }
        return relocations;
    }

    /// @throws ObjectException when a relocation is of an unknown type, or goes nowhere
    void checkRelocations() {
        int symbols = symbols().size();
        for (ElfSection table : sections.stream().filter(section -> section.type() == RELOCATIONS).toList()) {
            check(table.info() > 0 && table.info() < sections.size(), "relocations of no section, section="
                    + table.name());
            ElfSection target = sections.get(table.info());
            for (int at = start(table, RELOCATION); at < end(table); at += RELOCATION) {
                Relocations.require(bytes.getInt(at + 8), name, table.name());
                check(Integer.compareUnsigned(bytes.getInt(at + 12), Math.max(symbols, 1)) < 0
                        && Long.compareUnsigned(bytes.getLong(at), target.size()) < 0,
                        "a relocation goes nowhere, section=%s, offset=0x%x".formatted(table.name(),
                                bytes.getLong(at)));
            }
        }
    }

    private List<ElfSegment> readSegments() {
        List<ElfSegment> read = new ArrayList<>();
        int count = bytes.getShort(56) & 0xffff;
        check(count == 0 || bytes.getShort(54) == PROGRAM_HEADER, "program headers of an unknown size");
        int table = place(bytes.getLong(32), (long) count * PROGRAM_HEADER, "the program headers");
        for (int n = 0; n < count; n++) {
            int at = table + n * PROGRAM_HEADER;
            ElfSegment segment = new ElfSegment(bytes.getInt(at), bytes.getInt(at + 4), bytes.getLong(at + 8),
                    bytes.getLong(at + 16), bytes.getLong(at + 32), bytes.getLong(at + 40));
            place(segment.offset(), segment.fileSize(), "segment " + n);
            read.add(segment);
        }
        return read;
    }

    private List<ElfSection> readSections() {
        List<ElfSection> read = new ArrayList<>();
        int count = bytes.getShort(60) & 0xffff;
        check(count > 0, "it has no sections");
        check(bytes.getShort(58) == SECTION_HEADER, "section headers of an unknown size");
        int table = place(bytes.getLong(40), (long) count * SECTION_HEADER, "the section headers");
        for (int n = 0; n < count; n++) {
            ElfSection section = section("", table + n * SECTION_HEADER);
            if (section.hasBytes()) {
                place(section.offset(), section.size(), "section " + n);
            }
            check(section.size() >= 0, "the size of section %d overflows".formatted(n));
            read.add(section);
        }
        int names = bytes.getShort(62) & 0xffff;
        check(names < count && read.get(names).hasBytes(), "the names of the sections are not there");
        for (int n = 0; n < count; n++) {
            int at = table + n * SECTION_HEADER;
            read.set(n, section(string(read.get(names), bytes.getInt(at)), at));
        }
        return List.copyOf(read);
    }

    private ElfSection section(String title, int at) {
        return new ElfSection(title, bytes.getInt(at + 4), bytes.getLong(at + 8), bytes.getLong(at + 16),
                bytes.getLong(at + 24), bytes.getLong(at + 32), bytes.getInt(at + 40), bytes.getInt(at + 44),
                bytes.getLong(at + 48));
    }

    private ElfSection linked(ElfSection table) {
        check(table.link() > 0 && table.link() < sections.size() && sections.get(table.link()).hasBytes(),
                "symbols without names, section=" + table.name());
        return sections.get(table.link());
    }

    private int start(ElfSection table, int entry) {
        check(table.size() % entry == 0, "half an entry at the end of section " + table.name());
        return Math.toIntExact(table.offset());
    }

    private static int end(ElfSection table) {
        return Math.toIntExact(table.offset() + table.size());
    }

    private String string(ElfSection strings, int offset) {
        check(offset >= 0 && (offset < strings.size() || offset == 0), "a name lies outside of its section");
        int start = Math.toIntExact(strings.offset()) + offset;
        int end = start;
        while (end < strings.offset() + strings.size() && bytes.get(end) != 0) {
            end++;
        }
        return new String(bytes.array(), start, end - start, StandardCharsets.UTF_8);
    }

    /// An offset that is in the file, with all that begins there.
    private int place(long offset, long size, String what) {
        check(size >= 0 && offset >= 0 && offset <= bytes.capacity() && size <= bytes.capacity() - offset,
                "truncated, or a size that overflows: %s is outside of the file".formatted(what));
        return Math.toIntExact(offset);
    }

    private void check(boolean holds, String problem) {
        if (!holds) {
            throw new ObjectException("%s, file=%s".formatted(problem, name));
        }
    }
}
