package dev.trampette.image.frame;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The frame descriptions of code: `.eh_frame` (LSB 5.0, 10.6), or `.debug_frame` (DWARF 5, 6.4).
///
/// What does not hold together describes nothing.
public final class FrameTable {

    /// Of code that has none.
    public static final FrameTable NONE = new FrameTable(new TreeMap<>());

    private static final long WIDE = 0xffffffffL;

    private final TreeMap<Long, Description> descriptions;

    /// What many descriptions have in common: a CIE.
    ///
    /// @param encoding of addresses, `DW_EH_PE_*`
    record Common(long codeAlignment, long dataAlignment, int returnRegister, int encoding, boolean isAugmented,
            boolean isSignal, FrameReader instructions) {
    }

    /// What is said of a range of code: an FDE.
    record Description(Common common, long begin, long end, FrameReader instructions) {
    }

    private FrameTable(TreeMap<Long, Description> descriptions) {
        this.descriptions = descriptions;
    }

    /// `.eh_frame`.
    ///
    /// @param bytes of the section
    /// @param address of the section in memory
    /// @param bias what is added to an address of the file to get one in memory
    public static FrameTable ofExceptions(byte[] bytes, long address, long bias) {
        return read(new FrameReader(ByteBuffer.wrap(bytes), address, bias), true);
    }

    /// `.debug_frame`.
    ///
    /// @param bytes of the section
    /// @param bias what is added to an address of the file to get one in memory
    public static FrameTable ofDebugger(byte[] bytes, long bias) {
        return read(new FrameReader(ByteBuffer.wrap(bytes), 0, bias), false);
    }

    private static FrameTable read(FrameReader section, boolean isOfExceptions) {
        TreeMap<Long, Description> descriptions = new TreeMap<>();
        Map<Long, Optional<Common>> commons = new HashMap<>();
        try {
            while (!section.isAtEnd()) {
                long begin = section.position();
                long length = section.u32();
                if (length == 0 && isOfExceptions) {
                    break;
                }
                boolean isWide = length == WIDE;
                entry(section.part(isWide ? section.u64() : length), begin, begin + (isWide ? 12 : 4), isWide,
                        isOfExceptions, commons, descriptions);
            }
        } catch (BufferUnderflowException e) {
            // The rest is cut off.
        }
        return new FrameTable(descriptions);
    }

    private static void entry(FrameReader entry, long begin, long content, boolean isWide, boolean isOfExceptions,
            Map<Long, Optional<Common>> commons, TreeMap<Long, Description> descriptions) {
        try {
            long id = isWide && !isOfExceptions ? entry.u64() : entry.u32();
            if (isOfExceptions ? id == 0 : id == (isWide ? -1 : WIDE)) {
                commons.put(begin, Optional.empty());
                commons.put(begin, Optional.of(common(entry)));
                return;
            }
            Optional<Common> common = commons.getOrDefault(isOfExceptions ? content - id : id, Optional.empty());
            if (common.isPresent()) {
                Description description = description(entry, common.get());
                if (description.end() - description.begin() > 0) {
                    descriptions.put(description.begin(), description);
                }
            }
        } catch (BufferUnderflowException | UnsupportedFrameException e) {
            // Nothing is known of this code.
        }
    }

    private static Common common(FrameReader entry) {
        int version = entry.u8();
        String augmentation = entry.string();
        if (version == 4 && (entry.u8() != Long.BYTES || entry.u8() != 0)
                || version != 1 && version != 3 && version != 4 || augmentation.startsWith("eh")) {
            throw new UnsupportedFrameException("a description of version %d \"%s\"".formatted(version, augmentation));
        }
        long code = entry.uleb();
        long data = entry.sleb();
        int register = version == 1 ? entry.u8() : (int) entry.uleb();
        int encoding = FrameReader.ABSOLUTE;
        boolean isAugmented = augmentation.startsWith("z");
        if (isAugmented) {
            FrameReader about = entry.part(entry.uleb());
            for (char letter : augmentation.substring(1).toCharArray()) {
                switch (letter) {
                    case 'R' -> encoding = about.u8();
                    case 'L' -> about.u8();
                    case 'P' -> {
                        int personality = about.u8();
                        if (personality != FrameReader.OMITTED) {
                            about.number(personality);
                        }
                    }
                    case 'S', 'B' -> { }
                    default -> throw new UnsupportedFrameException("augmentation " + letter);
                }
            }
        } else if (!augmentation.isEmpty()) {
            throw new UnsupportedFrameException("augmentation " + augmentation);
        }
        if (register < 0 || register >= Frame.REGISTERS) {
            throw new UnsupportedFrameException("a return address in register " + register);
        }
        return new Common(code, data, register, encoding, isAugmented, augmentation.contains("S"), rest(entry));
    }

    private static Description description(FrameReader entry, Common common) {
        long begin = entry.pointer(common.encoding());
        long length = entry.number(common.encoding());
        if (common.isAugmented()) {
            entry.part(entry.uleb());
        }
        return new Description(common, begin, begin + length, rest(entry));
    }

    private static FrameReader rest(FrameReader entry) {
        return entry.part(entry.left());
    }

    /// Whether anything is said of the code at an address.
    public boolean describes(long address) {
        return description(address).isPresent();
    }

    /// What is said of the frame at an instruction.
    ///
    /// @throws UnsupportedFrameException when it has something that is not known here
    public Optional<FrameRow> row(long address) {
        try {
            return description(address).map(it -> FrameProgram.row(it, address));
        } catch (BufferUnderflowException e) {
            throw new UnsupportedFrameException("a description that is cut off");
        }
    }

    private Optional<Description> description(long address) {
        return Optional.ofNullable(descriptions.floorEntry(address)).map(Map.Entry::getValue)
                .filter(it -> address < it.end());
    }
}
