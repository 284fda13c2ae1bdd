package dev.trampette.contract;

import dev.trampette.spec.Gpr;
import dev.trampette.spec.Place;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/// What a routine promises beyond its convention.
///
/// @param clobbers the registers that may change, when they are named; else the convention says which
/// @param losesVectors whether vectors and masks may change too, as those of a C function may
/// @param preservesFlags whether the arithmetic flags come back as they were
/// @param scrub what of the values that come back may stay in a register
/// @param mask RCX at TDG.VP.VMCALL: what is exposed to the VMM
/// @param alignment what RSP is a multiple of at the instruction, or 1
/// @param stackAlignment what RSP is a multiple of before a C function is called, when it is not what the convention
///                       says: 8 in most kernels
/// @param clean flags that are clear where a function outside is called, also when they are set at the entry
/// @param tracked whether it begins with ENDBR64; empty when nobody says so
/// @param secrets the arguments of which nothing may be left after the return
/// @param isUnordered whether it leaves a fence behind streaming stores to its caller
/// @param isExtended whether its caller extends narrow integers to 32 bits
/// @param changes the control bits that it may change
/// @param zeros the registers, and 64-bit parts of vectors, that are 0 at the call and after it
/// @param ignored the bits of elements that mean nothing, by the names that findings give them: `t[4]`
/// @param allowsVectorState whether it may leave upper halves of vectors in use
public record Promises(Optional<Set<Gpr>> clobbers, boolean losesVectors, boolean preservesFlags, Scrub scrub,
        OptionalLong mask, int alignment, OptionalInt stackAlignment, Set<Clean> clean, Optional<Boolean> tracked,
        Set<String> secrets, boolean isUnordered, boolean isExtended, Set<Changeable> changes, Set<Place> zeros,
        Map<String, Long> ignored, boolean allowsVectorState) {

    /// Control bits that a function may change when it says so.
    public enum Changeable {
        /// Bits of MXCSR: rounding, masks, flush to zero, denormals are zeros.
        MXCSR,
        /// Bits of the x87 control word: rounding, precision, masks.
        X87;

        /// {@return the name in contracts: `mxcsr`}
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// A flag of the caller's that may be set at the entry.
    public enum Clean {
        /// In a kernel it opens user memory; elsewhere an access that is not aligned faults.
        AC(1 << 18),
        /// String instructions go downward.
        DF(1 << 10);

        private final long bit;

        Clean(long bit) {
            this.bit = bit;
        }

        /// {@return its bit of RFLAGS, as a mask}
        public long bit() {
            return bit;
        }

        /// {@return the name in contracts: `ac`}
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// {@return the bits of RFLAGS, as a mask, that may be set at the entry}
    public long cleanBits() {
        return clean.stream().mapToLong(Clean::bit).reduce(0, (a, b) -> a | b);
    }

    /// {@return whether it must begin with ENDBR64} It need not where nobody has said so.
    public boolean isTracked() {
        return tracked.orElse(false);
    }

    /// What of the values that come back may not stay in a register.
    public enum Scrub {
        /// Those that a VMM wrote, except the outputs of the leaf; those of the TDX module may stay.
        UNTRUSTED,
        /// All, outputs too; a guest was there, and vectors are its own.
        ALL,
        /// All that came back in registers, outputs too.
        REGISTERS,
        /// None.
        NONE
    }

    /// {@return whether no value may stay in a register, nor in a vector} Somebody untrusted was there behind a leaf of
    /// the TDX module: a guest.
    public boolean scrubsAll() {
        return scrub == Scrub.ALL;
    }

    /// {@return whether none of the values that a module wrote may stay in a register}
    public boolean scrubsRegisters() {
        return scrub == Scrub.ALL || scrub == Scrub.REGISTERS;
    }

    /// Nothing of it changes.
    public Promises {
        clobbers = clobbers.map(Collections::unmodifiableSet);
        clean = Collections.unmodifiableSet(clean);
        secrets = Collections.unmodifiableSet(secrets);
        changes = Collections.unmodifiableSet(changes);
        zeros = Collections.unmodifiableSet(zeros);
        ignored = Collections.unmodifiableMap(ignored);
    }
}
