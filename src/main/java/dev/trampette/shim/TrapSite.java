package dev.trampette.shim;

import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// A place in code where an instruction of ours is.
///
/// @param address of its first byte
/// @param length in bytes
/// @param instruction which it is
/// @param register ModRM.reg, where it is an operand: the field of VMREAD and VMWRITE, the type of INVEPT and INVVPID
/// @param operand ModRM.rm, where there is one
public record TrapSite(long address, int length, Instruction instruction, Optional<Gpr> register,
        Optional<Operand> operand) {

    /// {@return the instruction as an assembler reads it, in Intel syntax: `vmread rax, rdi`}
    public String text() {
        boolean isFieldFirst = instruction == Instruction.VMWRITE || instruction == Instruction.INVEPT
                || instruction == Instruction.INVVPID;
        List<String> operands = Stream.of(register.map(Gpr::toString), operand.map(Operand::text))
                .flatMap(Optional::stream).toList();
        String text = String.join(", ", isFieldFirst ? operands : operands.reversed());
        return (instruction.name().toLowerCase(Locale.ROOT) + " " + text).strip();
    }

    /// The operand in ModRM.rm.
    public sealed interface Operand {

        /// {@return it as an assembler reads it, in Intel syntax: `[rax+0x8]`}
        String text();
    }

    /// A register.
    ///
    /// @param register all 64 bits of it
    public record Register(Gpr register) implements Operand {

        @Override
        public String text() {
            return register.toString();
        }
    }

    /// Memory: base + (index << scale) + displacement, from the segment's base on.
    ///
    /// @param base empty when there is none, or when it is RIP
    /// @param index the other register
    /// @param scale 0 to 3
    /// @param displacement in bytes, with its sign
    /// @param ofRip whether the address of the next instruction is the base
    /// @param segment FS or GS, or none
    /// @param isNarrow whether the address is cut to 32 bits
    public record Memory(Optional<Gpr> base, Optional<Gpr> index, int scale, int displacement, boolean ofRip,
            Segment segment, boolean isNarrow) implements Operand {

        @Override
        public String text() {
            String base = ofRip ? "rip" : this.base.map(Gpr::toString).orElse("");
            String scaled = index.map(register -> register + "*" + (1 << scale)).orElse("");
            String sum = base + (base.isEmpty() || scaled.isEmpty() ? "" : "+") + scaled;
            String distance = displacement == 0 && !sum.isEmpty() ? ""
                    : "%s0x%x".formatted(displacement < 0 ? "-" : sum.isEmpty() ? "" : "+", Math.abs(displacement));
            String prefix = segment == Segment.NONE ? "" : segment.name().toLowerCase(Locale.ROOT) + ":";
            return "%s[%s%s]".formatted(prefix, sum, distance);
        }
    }

    /// What a segment prefix says that still counts in 64-bit mode.
    public enum Segment {
        /// None: the base is 0.
        NONE,
        /// That of FS: data of the thread, or of the processor.
        FS,
        /// That of GS.
        GS
    }
}
