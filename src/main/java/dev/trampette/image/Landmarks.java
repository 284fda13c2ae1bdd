package dev.trampette.image;

import dev.trampette.image.frame.FrameTable;
import java.util.Optional;

/// What addresses in loaded code are called, for people who read its instructions.
public interface Landmarks {

    /// The images of this library.
    Landmarks IMAGES = new Landmarks() {
        @Override
        public Optional<String> locate(long address) {
            return Optional.of(Image.locate(address));
        }

        @Override
        public Optional<String> symbol(long address) {
            return Image.symbol(address);
        }

        @Override
        public boolean isOwn(long address) {
            return true;
        }

        @Override
        public FrameTable frames(long address) {
            return Image.frames(address);
        }

        @Override
        public Optional<WholeCode> code(long address) {
            return Image.code(address);
        }
    };

    /// A place in code, as `symbol+0x1f`, and `symbol+0x1f (file:line)` with debug information; empty where there is no
    /// code that anybody knows.
    Optional<String> locate(long address);

    /// A routine or a variable, as an operand has it: `symbol`, or `symbol+0x1f` within it.
    Optional<String> symbol(long address);

    /// Whether an instruction there is of the code itself, and not of what the lab, or a library, does for it.
    boolean isOwn(long address);

    /// The frame descriptions that the code at an address has.
    FrameTable frames(long address);

    /// All of the code that an address is in, when that is disassembled as a whole.
    Optional<WholeCode> code(long address);
}
