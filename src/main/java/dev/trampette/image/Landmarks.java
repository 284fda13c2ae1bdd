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

    /// Name a place in code.
    ///
    /// @param address anywhere in memory
    /// @return `symbol+0x1f`, and `symbol+0x1f (file:line)` with debug information; empty where there is no code that
    ///         anybody knows
    Optional<String> locate(long address);

    /// Name a routine or a variable, as an operand has it.
    ///
    /// @param address anywhere in memory
    /// @return `symbol`, or `symbol+0x1f` within it; empty where nothing has a name
    Optional<String> symbol(long address);

    /// Tell the code from what the lab, or a library, does for it.
    ///
    /// @param address of an instruction
    /// @return whether it is of the code itself
    boolean isOwn(long address);

    /// Look for the frame descriptions of code.
    ///
    /// @param address in it
    /// @return those that it has, which may be none
    FrameTable frames(long address);

    /// Look for code that is disassembled as a whole.
    ///
    /// @param address in it
    /// @return all of the code; empty where it is not disassembled so
    Optional<WholeCode> code(long address);
}
