package dev.trampette.verdict;

import dev.trampette.contract.Contract;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What a routine can break. The labels are an interface: reports, tests and users refer to them. A rule that names a
/// cause comes before those that name what follows from it: first what is wrong at the instruction, then what is read
/// that must not be, then the stack and the state, then what comes back. A crash is the effect of something, mostly.
public enum Rule {
    /// The instruction is never executed.
    NOT_REACHED,
    /// RAX, R10 or R11 is wrong at the instruction, or it is another instruction.
    SELECTOR,
    /// The RCX mask is not the contract's.
    EXPOSURE,
    /// The entry is no ENDBR64, and indirect branches are tracked.
    ENDBR,
    /// RSP points to no stack, or a value is below RSP that is wanted later.
    STACK_POINTER,
    /// A value or an operand was kept below RSP, where an interrupt writes.
    RED_ZONE,
    /// What is above a narrow argument had an effect, or above a narrow result of a function that was called.
    NARROW_ARGUMENT,
    /// A declared value is in the wrong register at the instruction.
    INPUT,
    /// An exposed register holds a value of the caller's that is not an input.
    LEAK_OUT,
    /// A result, or what the shim saw, depends on a register, a flag or memory that the contract does not name.
    UNDEFINED_READ,
    /// The frame description of the code does not lead to the caller at some instruction.
    UNWIND,
    /// The effect of an asm statement depends on which registers the compiler chooses for its operands.
    OPERAND_OVERLAP,
    /// An asm statement does more than its outputs say, and the compiler may drop or merge it.
    ASM_VOLATILE,
    /// RSP is off after the call.
    STACK_BALANCE,
    /// The caller's frame is written.
    STACK_WRITE,
    /// RSP is not aligned at an inner call, as a C function wants it, or at the instruction, as the contract does.
    STACK_ALIGNMENT,
    /// A function outside is called while user memory is open, or with a flag that the contract wants clean.
    WINDOW,
    /// FS or GS base differs, or PKRU: the thread's memory is not where it was, or cannot be accessed.
    SEGMENT_BASE,
    /// DF is set after the call, or at an inner call.
    DIRECTION_FLAG,
    /// AC is set after the call, or at an inner call.
    ALIGNMENT_CHECK,
    /// A control bit of MXCSR differs, after the call or at an inner call.
    MXCSR,
    /// The x87 control word differs, or an x87 register is in use, after the call or at an inner call.
    X87_CONTROL,
    /// What belongs to the process is another one: the handler of a signal, an open descriptor, a process more.
    PROCESS_STATE,
    /// A register that the convention preserves differs.
    CALLEE_SAVED,
    /// A register outside the contract's clobbers differs.
    UNDECLARED_CLOBBER,
    /// The upper half of a vector is left dirty.
    VECTOR_STATE,
    /// A flag that says whether an instruction has succeeded is not read.
    STATUS_UNREAD,
    /// A fault of the instruction is not turned into what the contract says.
    FAULT,
    /// A status or an RFLAGS outcome is turned into the wrong result.
    STATUS,
    /// A declared value is in the wrong place after the call.
    OUTPUT,
    /// Outputs are stored when they must not be, or dropped when they matter.
    OUTPUT_ON_FAILURE,
    /// A result, or memory, is not what a model or another function gives for the same arguments.
    WRONG_RESULT,
    /// Bytes outside the declared memory operands are written.
    MEMORY,
    /// No fence follows streaming stores.
    ORDERING,
    /// A register that is not an output holds a value of the other side's after the call.
    LEAK_IN,
    /// A word of an argument that is secret is left.
    SECRET,
    /// The instruction is executed more or fewer times than the contract says.
    CALLS,
    /// Another signal: the routine did not return.
    CRASH,
    /// No end: the instruction is executed again and again, or the time limit is over.
    HANG;

    /// Look a rule up.
    ///
    /// @param label its name in reports: `callee-saved`
    /// @return the rule; empty when there is none of that name
    public static Optional<Rule> labelled(String label) {
        return Stream.of(values()).filter(rule -> rule.label().equals(label)).findFirst();
    }

    /// Those that break no promise of a routine, and cost its caller something: the ABI does not say what a C function
    /// does with upper halves of vectors.
    ///
    /// @param contract of the routine
    /// @return the rules that are advice only
    public static Set<Rule> advice(Contract contract) {
        return contract.effect().isEmpty() && contract.signature().convention().isC() ? Set.of(VECTOR_STATE)
                : Set.of();
    }

    /// {@return whether it is a rule of asm statements in C, which routines cannot break}
    public boolean isOfStatements() {
        return this == OPERAND_OVERLAP || this == ASM_VOLATILE;
    }

    /// {@return the name in reports: `callee-saved`}
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String toString() {
        return label();
    }
}
