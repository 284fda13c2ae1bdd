package dev.trampette.object;

import dev.trampette.object.Elf.Section;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Where a faulting instruction goes on, in the forms of the kernels. The form is the first in which all entries lead
/// from code to code: pairs come before threes, whose third words are small numbers and lead nowhere.
public enum ExceptionTable {
    /// Linux before 5.16, and Xen: instruction and fix-up, relative to the words themselves.
    RELATIVE_PAIRS(8),
    /// Linux since: the same, and what to do.
    RELATIVE_THREES(12),
    /// Two addresses.
    ABSOLUTE_PAIRS(16);

    private static final Set<String> SECTIONS = Set.of("__ex_table", ".ex_table", ".ex_table.pre", "extable",
            ".extable", "__extable");

    private final int size;

    ExceptionTable(int size) {
        this.size = size;
    }

    /// An instruction, and where to go on when it faults.
    ///
    /// @param instruction its address
    /// @param fixup the address of the fix-up
    public record Entry(long instruction, long fixup) {
    }

    /// All entries of a file, in its address space.
    ///
    /// @throws ObjectException when a table has none of the forms
    static List<Entry> read(Elf elf) {
        List<Entry> all = new ArrayList<>();
        for (Section section : elf.sections()) {
            if (SECTIONS.contains(section.name()) && section.isAllocated() && section.size() > 0) {
                byte[] bytes = elf.bytes(section);
                all.addAll(Arrays.stream(values()).flatMap(form -> form.entries(elf, section, bytes).stream())
                        .findFirst().orElseThrow(() -> new ObjectException(
                                "an exception table of an unknown form, section=%s, size=%d, file=%s"
                                        .formatted(section.name(), section.size(), elf.name()))));
            }
        }
        return all;
    }

    private Optional<List<Entry>> entries(Elf elf, Section section, byte[] bytes) {
        if (bytes.length % size != 0) {
            return Optional.empty();
        }
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        List<Entry> entries = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += size) {
            Entry entry = this == ABSOLUTE_PAIRS ? new Entry(words.getLong(at), words.getLong(at + 8))
                    : new Entry(section.address() + at + words.getInt(at),
                            section.address() + at + 4 + words.getInt(at + 4));
            if (!isCode(elf, entry.instruction()) || !isCode(elf, entry.fixup())) {
                return Optional.empty();
            }
            entries.add(entry);
        }
        return Optional.of(entries);
    }

    private static boolean isCode(Elf elf, long address) {
        return elf.sections().stream().anyMatch(section -> section.isExecutable() && section.isAllocated()
                && section.contains(address));
    }
}
