package dev.trampette.image;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Stored;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// What a routine of an image promises, as its source says it: the note that `CONTRACT` leaves in the object.
///
/// The keys and their meaning are in the head of `src/main/asm/include/contract.inc`.
///
/// @param symbol the name of the routine
/// @param role a call site of one leaf, or a routine that call sites share
/// @param design how it is written: `trampoline`, `memory-struct` ...
/// @param convention how it is called
/// @param instruction the mnemonic of what it executes
/// @param leaf the specification's name of the leaf, or empty
/// @param arguments the arguments of a SysV function, in order
/// @param inputs what each register must hold at the instruction, as text: an argument, an element or a number
/// @param outputs the registers whose values go to the `out` argument, in this order
/// @param stored the status on which the outputs are stored
/// @param mask RCX at TDG.VP.VMCALL
/// @param verified whether the leaf's entry in the table was checked against a source
/// @param inputsWhenUnreached whether the outputs are the inputs where SEAMCALL does not reach the module
/// @param scrub whether no value that comes back may stay in a register
/// @param calls the shared routine that a call site goes through
/// @param fields the VMCS fields that a sequence of VMREADs reads, in order; none for a single VMREAD of its argument
/// @param result what a function returns that executes no instruction; empty when the check does not look
/// @param after what is where when the routine returns, beyond what the convention says
/// @param retry how often the call is made again, and on which status
/// @param alignment what RSP is a multiple of at the instruction, or 1
/// @param specimen why this is kept, when it is kept because it is broken
public record Contract(
        String symbol,
        Role role,
        String design,
        Convention convention,
        String instruction,
        String leaf,
        List<Argument> arguments,
        Map<Gpr, String> inputs,
        List<Gpr> outputs,
        Stored stored,
        OptionalLong mask,
        boolean verified,
        boolean inputsWhenUnreached,
        boolean scrub,
        Optional<String> calls,
        List<Long> fields,
        Optional<Argument.Type> result,
        After after,
        Optional<Retry> retry,
        int alignment,
        Optional<Specimen> specimen) {

    /// Nothing of it changes.
    public Contract {
        inputs = Collections.unmodifiableMap(inputs);
    }

    /// What a routine is for.
    public enum Role {
        /// One leaf, called by C or Java.
        CALL_SITE,
        /// Shared by call sites.
        ROUTINE;

        /// The name in contracts: `call-site`.
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /// How a routine is called.
    public enum Convention {
        /// A C function of the System V AMD64 ABI.
        SYSV,
        /// A C function of the Microsoft x64 convention: firmware.
        MS_X64,
        /// Arguments and results in registers of its own choice, for thin wrappers.
        TRAMPOLINE,
        /// Arguments on the stack, all registers preserved.
        STACK,
        /// Inline assembly as a routine: named registers in, named registers out.
        REGISTERS;

        /// The registers that a C function preserves but for RSP (psABI 3.2.1; Microsoft, "x64 calling convention");
        /// none for other routines, which preserve all that they do not name.
        public Set<Gpr> calleeSaved() {
            return switch (this) {
                case SYSV -> EnumSet.of(Gpr.RBX, Gpr.RBP, Gpr.R12, Gpr.R13, Gpr.R14, Gpr.R15);
                case MS_X64 -> EnumSet.of(Gpr.RBX, Gpr.RBP, Gpr.RSI, Gpr.RDI, Gpr.R12, Gpr.R13, Gpr.R14, Gpr.R15);
                case TRAMPOLINE, STACK, REGISTERS -> EnumSet.noneOf(Gpr.class);
            };
        }

        /// Whether it is a C function.
        public boolean isC() {
            return this == SYSV || this == MS_X64;
        }

        /// The name in contracts: `ms-x64`.
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /// What is where when a routine returns.
    ///
    /// @param status the register with the status, or the value
    /// @param left the registers in which what came back is left, each its own
    /// @param clobbers the registers that may change, when they are named; else the convention says which
    /// @param carry whether CF says that the module was not reached
    public record After(Gpr status, List<Gpr> left, Optional<Set<Gpr>> clobbers, boolean carry) {

        /// Nothing of it changes.
        public After {
            clobbers = clobbers.map(Collections::unmodifiableSet);
        }
    }

    /// A call that is made again.
    ///
    /// @param status on this status
    /// @param most so often in all
    public record Retry(long status, int most) {
    }

    /// A wrapper that is kept because it is broken.
    ///
    /// @param breaks the rule that must find it
    /// @param defect the class of the defect, `C1` to `C16`
    /// @param source where the defect is from
    public record Specimen(String breaks, String defect, String source) {
    }

    /// The number of the leaf: in R11, or leaf and version in RAX; empty for what has no leaf.
    public OptionalLong number() {
        String number = inputs.getOrDefault(Gpr.RAX, inputs.get(Gpr.R11));
        return number == null || leaf.isEmpty() ? OptionalLong.empty() : OptionalLong.of(number(number));
    }

    /// A number as contracts have it, of 64 bits without a sign: `2`, `0xc000010000000000`.
    ///
    /// @throws NumberFormatException when it is none
    public static long number(String text) {
        return text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseUnsignedLong(text);
    }

    /// Read a contract: `key=value` lines, as in the head of `src/main/asm/include/contract.inc`.
    ///
    /// ```java
    /// Contract.parse("""
    ///         symbol=checksum
    ///         arguments=data:in[8] words:u64{0..8}
    ///         result=u64
    ///         """)
    /// ```
    ///
    /// @throws ImageException when the text is not a contract
    public static Contract parse(String text) {
        return new ContractText(text).contract();
    }
}
