package dev.trampette.object;

import dev.trampette.call.ObjectException;
import dev.trampette.shim.FixUp;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Where a faulting instruction goes on, in the forms of the kernels. The form is the first in which all entries lead
/// from code to code: threes with a handler come before pairs, which come before threes with a type, for a type is a
/// small number and leads nowhere.
public enum ExceptionTable {
    /// Linux from 4.6 to 5.15: instruction, fix-up and handler, relative to the words themselves.
    RELATIVE_HANDLERS(12),
    /// Linux before, and Xen: instruction and fix-up.
    RELATIVE_PAIRS(8),
    /// Linux since 5.16: instruction, fix-up, and what to do.
    RELATIVE_THREES(12),
    /// Two addresses.
    ABSOLUTE_PAIRS(16);

    private static final Set<String> SECTIONS = Set.of("__ex_table", ".ex_table", ".ex_table.pre", "extable",
            ".extable", "__extable");

    /// Added to the fix-up of an entry of the class `uaccess_err` (Linux 3.5 to 4.5, `_ASM_EXTABLE_EX`).
    private static final int CLASS = 0x7ffffff0;

    private final int size;

    ExceptionTable(int size) {
        this.size = size;
    }

    /// All entries of a file, in its address space.
    ///
    /// @param handlers the addresses of what the file does not define, by name
    /// @throws ObjectException when a table has none of the forms, or an entry is of a kind that nobody knows
    static List<FixUp> read(Elf elf, Map<Long, String> handlers) {
        List<FixUp> all = new ArrayList<>();
        for (ElfSection section : elf.sections()) {
            if (SECTIONS.contains(section.name()) && section.isAllocated() && section.size() > 0) {
                byte[] bytes = elf.bytes(section);
                all.addAll(Arrays.stream(values()).flatMap(form -> form.entries(elf, section, bytes, handlers).stream())
                        .findFirst().orElseThrow(() -> new ObjectException(
                                "an exception table of an unknown form, section=%s, size=%d, file=%s"
                                        .formatted(section.name(), section.size(), elf.name()))));
            }
        }
        return all;
    }

    private Optional<List<FixUp>> entries(Elf elf, ElfSection section, byte[] bytes, Map<Long, String> handlers) {
        if (bytes.length % size != 0) {
            return Optional.empty();
        }
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        List<FixUp> entries = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += size) {
            long here = section.address() + at;
            long instruction = this == ABSOLUTE_PAIRS ? words.getLong(at) : here + words.getInt(at);
            long target = this == ABSOLUTE_PAIRS ? words.getLong(at + 8) : here + 4 + words.getInt(at + 4);
            if (this == RELATIVE_PAIRS && !isCode(elf, target)) {
                target -= CLASS;
            }
            String handler = this == RELATIVE_HANDLERS ? handlers.get(here + 8 + words.getInt(at + 8)) : "";
            if (!isCode(elf, instruction) || !isCode(elf, target) || handler == null) {
                return Optional.empty();
            }
            entries.add(switch (this) {
                case RELATIVE_HANDLERS -> FixUpType.of(handler).fixUp(instruction, target);
                case RELATIVE_THREES -> FixUpType.of(words.getInt(at + 8), elf).fixUp(instruction, target);
                default -> new FixUp(instruction, target);
            });
        }
        return Optional.of(entries);
    }

    private static boolean isCode(Elf elf, long address) {
        return elf.sections().stream().anyMatch(section -> section.isExecutable() && section.isAllocated()
                && section.contains(address));
    }
}
