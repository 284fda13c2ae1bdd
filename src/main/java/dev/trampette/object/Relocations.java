package dev.trampette.object;

import dev.trampette.call.ObjectException;
import java.util.List;
import java.util.Set;

/// The relocations of x86-64, by their numbers (System V ABI, AMD64 supplement, table 4.9).
final class Relocations {

    private static final List<String> NAMES = List.of("NONE", "64", "PC32", "GOT32", "PLT32", "COPY", "GLOB_DAT",
            "JUMP_SLOT", "RELATIVE", "GOTPCREL", "32", "32S", "16", "PC16", "8", "PC8", "DTPMOD64", "DTPOFF64",
            "TPOFF64", "TLSGD", "TLSLD", "DTPOFF32", "GOTTPOFF", "TPOFF32", "PC64", "GOTOFF64", "GOTPC32", "GOT64",
            "GOTPCREL64", "GOTPC64", "GOTPLT64", "PLTOFF64", "SIZE32", "SIZE64", "GOTPC32_TLSDESC", "TLSDESC_CALL",
            "TLSDESC", "IRELATIVE", "RELATIVE64", "PC32_BND", "PLT32_BND", "GOTPCRELX", "REX_GOTPCRELX");

    /// What a dynamic linker does, and never a linker: no object has it.
    private static final Set<String> DYNAMIC = Set.of("COPY", "GLOB_DAT", "JUMP_SLOT", "RELATIVE", "IRELATIVE",
            "RELATIVE64", "DTPMOD64");

    private Relocations() {
    }

    /// @throws ObjectException when nobody knows this type, or when it is none of an object
    static void require(int type, String file, String section) {
        if (type < 0 || type >= NAMES.size()) {
            throw new ObjectException("relocation of an unknown type, number %d, section=%s, file=%s"
                    .formatted(Integer.toUnsignedLong(type), section, file));
        }
        if (DYNAMIC.contains(NAMES.get(type))) {
            throw new ObjectException("relocation R_X86_64_%s is for dynamic linkers, section=%s, file=%s"
                    .formatted(NAMES.get(type), section, file));
        }
    }
}
