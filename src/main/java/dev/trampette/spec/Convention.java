package dev.trampette.spec;

import static dev.trampette.spec.Gpr.R10;
import static dev.trampette.spec.Gpr.R11;
import static dev.trampette.spec.Gpr.R12;
import static dev.trampette.spec.Gpr.R13;
import static dev.trampette.spec.Gpr.R14;
import static dev.trampette.spec.Gpr.R15;
import static dev.trampette.spec.Gpr.R8;
import static dev.trampette.spec.Gpr.R9;
import static dev.trampette.spec.Gpr.RBP;
import static dev.trampette.spec.Gpr.RBX;
import static dev.trampette.spec.Gpr.RCX;
import static dev.trampette.spec.Gpr.RDI;
import static dev.trampette.spec.Gpr.RDX;
import static dev.trampette.spec.Gpr.RSI;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// How a routine is called, as data: another convention is another entry here.
///
/// @param label the name in contracts: `ms-x64`
/// @param text what it is, in words
/// @param passing where parameters go
/// @param isC whether it is a convention of C functions. What is no C function preserves all that its contract does not
///            name, vectors included
/// @param preserved the registers that a C function preserves, apart from RSP; empty for what is none
/// @param firstPreservedVector the first vector whose low 128 bits a C function preserves
/// @param preservedVectors how many vectors it preserves, from that one on
/// @param redZone how many bytes below RSP belong to a function, and are written by no signal handler
/// @param leavesStatus whether a status or a result comes back in a register
public record Convention(
        String label,
        String text,
        Passing passing,
        boolean isC,
        Set<Gpr> preserved,
        int firstPreservedVector,
        int preservedVectors,
        int redZone,
        boolean leavesStatus) {

    /// What RSP is a multiple of before a C function is called (psABI 3.2.2; Microsoft, "x64 stack usage").
    public static final int STACK_ALIGNMENT = 16;

    /// Where parameters go.
    public sealed interface Passing {

        /// In order: integers and pointers in registers, floating-point numbers in vectors, the rest on the stack.
        ///
        /// @param integers the registers, in order
        /// @param vectors how many vectors, from xmm0 on
        /// @param byPosition whether the nth parameter has the nth register, or the nth vector; else the two are
        ///                   counted apart
        /// @param homeWords the words above the return address that belong to the callee, before parameters on the
        ///                  stack
        record InOrder(List<Gpr> integers, int vectors, boolean byPosition, int homeWords) implements Passing {
        }

        /// In the registers whose names they have.
        record ByName() implements Passing {
        }

        /// On the stack, in order.
        record OnStack() implements Passing {
        }
    }

    /// A C function of the System V AMD64 ABI (psABI 3.2.1, 3.2.3).
    public static final Convention SYSV = new Convention("sysv", "a C function of the System V AMD64 ABI",
            new Passing.InOrder(List.of(RDI, RSI, RDX, RCX, R8, R9), 8, false, 0), true,
            EnumSet.of(RBX, RBP, R12, R13, R14, R15), 0, 0, 128, true);

    /// A C function of the Microsoft x64 convention: firmware ("x64 calling convention").
    public static final Convention MS_X64 = new Convention("ms-x64", "a C function of the Microsoft x64 convention",
            new Passing.InOrder(List.of(RCX, RDX, R8, R9), 4, true, 4), true,
            EnumSet.of(RBX, RBP, RSI, RDI, R12, R13, R14, R15), 6, 10, 0, true);

    /// Arguments and results in registers of its own choice, for thin wrappers.
    public static final Convention TRAMPOLINE = new Convention("trampoline",
            "a trampoline: arguments and results are in registers of its own choice",
            new Passing.ByName(), false, Set.of(), 0, 0, 128, true);

    /// Arguments on the stack, all registers preserved.
    public static final Convention STACK = new Convention("stack",
            "arguments on the stack, and all registers come back as they were",
            new Passing.OnStack(), false, Set.of(), 0, 0, 128, false);

    /// Inline assembly as a routine: named registers in, named registers out.
    public static final Convention REGISTERS = new Convention("registers",
            "inline assembly: named registers in, named registers out",
            new Passing.ByName(), false, Set.of(), 0, 0, 128, true);

    private static final List<Convention> ALL = List.of(SYSV, MS_X64, TRAMPOLINE, STACK, REGISTERS);

    /// Nothing of it changes.
    public Convention {
        preserved = Collections.unmodifiableSet(preserved);
    }

    /// {@return all conventions}
    public static List<Convention> all() {
        return ALL;
    }

    /// {@return the convention with a label; empty when there is none}
    ///
    /// @param label the name in contracts: `ms-x64`
    public static Optional<Convention> labelled(String label) {
        return ALL.stream().filter(convention -> convention.label.equals(label)).findFirst();
    }

    /// {@return the convention of the functions that such a routine calls: its own when it is a C function, else
    /// [#SYSV]}
    public Convention ofCallees() {
        return isC ? this : SYSV;
    }

    /// {@return the registers that a C function may lose, apart from RAX; RSP is none of them}
    public Set<Gpr> lost() {
        Set<Gpr> lost = EnumSet.of(RCX, RDX, RSI, RDI, R8, R9, R10, R11);
        lost.removeAll(preserved);
        return lost;
    }

    /// {@return the registers of the first integer parameters; none where parameters have names or are on the stack}
    public List<Gpr> integers() {
        return passing instanceof Passing.InOrder order ? order.integers : List.of();
    }

    /// {@return the words above the return address that belong to the callee, whatever its parameters are}
    public int homeWords() {
        return passing instanceof Passing.InOrder order ? order.homeWords : 0;
    }

    /// {@return whether the low 128 bits of a vector are preserved}
    ///
    /// @param number of xmm0 to xmm31
    public boolean preservesVector(int number) {
        return number >= firstPreservedVector && number < firstPreservedVector + preservedVectors;
    }

    /// {@return the places of scalar parameters, in order}
    ///
    /// @param parameters numbers and pointers; one that the convention finds by its name is called as its register
    /// @throws IllegalArgumentException when a name must be a register's and is none
    public List<Place> places(List<Argument> parameters) {
        return located(parameters.stream().map(Value::of).toList()).stream().map(Located::place).toList();
    }

    /// {@return where the scalars of parameters are, in order, each part of a structure or a vector for itself}
    ///
    /// @param parameters in the order of the C function
    /// @throws IllegalArgumentException when the convention has no place for one
    public List<Located> located(List<Value> parameters) {
        return switch (passing) {
            case Passing.InOrder order -> new Passage(order).all(parameters);
            case Passing.ByName _ -> scalars(parameters).stream().map(member ->
                    new Located(member, byName(member.argument()), 0)).toList();
            case Passing.OnStack _ -> {
                List<Located> places = new ArrayList<>();
                scalars(parameters).forEach(member -> places.add(new Located(member,
                        new Place.StackWord(places.size()), 0)));
                yield places;
            }
        };
    }

    private List<Value.Member> scalars(List<Value> parameters) {
        parameters.stream().filter(value -> value.members().size() != 1).findFirst().ifPresent(value -> {
            throw new IllegalArgumentException("%s: a register each, with convention=%s".formatted(value, label));
        });
        return parameters.stream().map(value -> value.members().getFirst()).toList();
    }

    /// {@return where the scalars of a result are that comes back in registers, in order}
    ///
    /// @param result what comes back; [#isReturnedInMemory] is false of it
    /// @param status the register of the first integer
    /// @throws IllegalArgumentException when the convention has no place for one
    public List<Located> results(Value result, Gpr status) {
        return Passage.results(result, status, isByPosition());
    }

    /// {@return whether a result is returned through a pointer that the caller passes first}
    ///
    /// @param result what comes back
    public boolean isReturnedInMemory(Value result) {
        return isByPosition() ? Passage.isByReference(result) && result.kind() == Value.Kind.STRUCTURE
                : isC && result.isInMemory();
    }

    private boolean isByPosition() {
        return passing instanceof Passing.InOrder order && order.byPosition;
    }

    private static Place byName(Argument parameter) {
        try {
            return new Place.Register(Gpr.valueOf(parameter.name().toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the argument %s is no register".formatted(parameter.name()), e);
        }
    }

    @Override
    public String toString() {
        return label;
    }
}
