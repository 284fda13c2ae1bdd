package dev.trampette.contract;

import dev.trampette.spec.Gpr;
import dev.trampette.spec.HypercallInterface;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Source;
import dev.trampette.spec.Stored;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// What a routine does with its instruction: what is where at it, and what becomes of the answer.
///
/// @param instruction which it executes
/// @param leaf the specification's name of the leaf, or empty
/// @param inputs where the value of each register at the instruction is from
/// @param outputs the registers whose values go to the `out` parameter, in this order
/// @param written the registers that the other side may write beyond its outputs: of a leaf that nobody knows
/// @param writes what the instruction itself writes to memory when it succeeds: of which argument so many elements
/// @param returned the registers in which outputs come back, by where each is, and which register had it
/// @param stored the status on which the outputs are stored
/// @param inputsWhenUnreached whether the outputs are the inputs where SEAMCALL does not reach the module
/// @param carry whether CF says after the call that the module was not reached
/// @param retry how often the call is made again, and on which status
/// @param refusal how the routine ends when TDG.VP.VMCALL itself is refused: RAX is not 0
/// @param faults whether the instruction may fault: there is a fix-up, or somebody else has one
/// @param failure what a VMX instruction that does not succeed becomes
/// @param steps what is executed, in order, when all succeeds; none when it is the one instruction
/// @param hypercall whose registers count at VMCALL, VMMCALL or VMGEXIT, when it is known
/// @param entry where VMLAUNCH and VMRESUME go on
/// @param fields the VMCS fields that a sequence of VMREADs reads, in order; none for a single VMREAD of its argument
public record Effect(
        Instruction instruction,
        String leaf,
        Map<Gpr, Source> inputs,
        List<Gpr> outputs,
        Set<Gpr> written,
        Map<String, Integer> writes,
        Map<Gpr, Gpr> returned,
        Stored stored,
        boolean inputsWhenUnreached,
        boolean carry,
        Optional<Retry> retry,
        Refusal refusal,
        boolean faults,
        Failure failure,
        List<Step> steps,
        Optional<HypercallInterface> hypercall,
        Entry entry,
        List<Long> fields) {

    /// Nothing of it changes.
    public Effect {
        inputs = Collections.unmodifiableMap(inputs);
        written = Collections.unmodifiableSet(written);
        writes = Collections.unmodifiableMap(writes);
        returned = Collections.unmodifiableMap(returned);
    }

    /// A call that is made again, with the same inputs.
    ///
    /// @param status the status, in all 64 bits of RAX, with which a call comes back that is made again
    /// @param most so often in all, the first call included
    public record Retry(long status, int most) {
    }

    /// How a routine ends when nobody answered TDG.VP.VMCALL, for the TDX module refused the call.
    public enum Refusal {
        /// It stops, with UD2.
        UD2,
        /// It returns something that is not 0.
        RETURNED,
        /// It returns RAX.
        RAX;

        /// {@return the name in contracts: `ud2`}
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What a VMX instruction that does not succeed becomes.
    ///
    /// @param isReported whether a C error handler is called, by the names and with the arguments of Linux
    /// @param invalid what is returned on VMfailInvalid, when it is said
    /// @param valid on VMfailValid
    /// @param fault on #UD and #GP
    public record Failure(boolean isReported, OptionalLong invalid, OptionalLong valid, OptionalLong fault) {

        /// No error handler is called, and nothing is said of what is returned.
        public static final Failure UNREPORTED = new Failure(false, OptionalLong.empty(), OptionalLong.empty(),
                OptionalLong.empty());

        /// As Linux has it: a handler is called, and a value of VMREAD counts as 0, a status is 1.
        public static final Failure LINUX = new Failure(true, OptionalLong.empty(), OptionalLong.empty(),
                OptionalLong.empty());
    }

    /// Where a VM entry goes on.
    ///
    /// @param exit the symbol at which the processor goes on after a VM exit, with RSP as it is at the entry; or
    ///             [#WRITTEN], when the routine itself writes HOST_RIP and HOST_RSP; empty when nobody knows
    /// @param handler the argument with the address of a function that is jumped to when the entry fails
    public record Entry(Optional<String> exit, Optional<String> handler) {

        /// The routine says where.
        public static final String WRITTEN = "written";
        /// Nobody knows where a VM exit goes on; an entry that fails goes on behind the instruction.
        public static final Entry UNKNOWN = new Entry(Optional.empty(), Optional.empty());

        /// {@return the symbol at which the processor goes on; empty when the routine says where, and when nobody
        /// knows}
        public Optional<String> label() {
            return exit.filter(name -> !name.equals(WRITTEN));
        }
    }

    /// {@return the number of the leaf, from R11, or with its version from RAX; empty for what has no leaf}
    public OptionalLong number() {
        Source source = inputs.getOrDefault(Gpr.RAX, inputs.get(Gpr.R11));
        return source instanceof Source.Constant(long value) && !leaf.isEmpty() ? OptionalLong.of(value)
                : OptionalLong.empty();
    }
}
