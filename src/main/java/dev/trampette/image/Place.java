package dev.trampette.image;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Gpr;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Where an argument is when a routine is called.
public sealed interface Place {

    /// In a general-purpose register.
    record InRegister(Gpr register) implements Place {
        @Override
        public String toString() {
            return register.toString();
        }
    }

    /// In the low part of a vector register.
    record InVector(int number) implements Place {
        @Override
        public String toString() {
            return "xmm" + number;
        }
    }

    /// In a 64-bit word on the stack; word 0 is the one above the return address.
    record OnStack(int word) implements Place {
        @Override
        public String toString() {
            return "[rsp + %d]".formatted(8 + word * 8);
        }
    }

    /// The registers of the Microsoft x64 convention, by position.
    List<Gpr> MS_X64 = List.of(Gpr.RCX, Gpr.RDX, Gpr.R8, Gpr.R9);

    /// The words above the return address that belong to a function of the Microsoft x64 convention.
    int SHADOW_WORDS = 4;

    /// The vector registers of the System V convention (psABI 3.2.3).
    int VECTORS = 8;

    /// The places of the arguments of a routine, in order.
    ///
    /// A routine that is no C function names a register as the argument, or has all its arguments on the stack.
    static List<Place> of(Contract contract) {
        List<Place> places = new ArrayList<>();
        int registers = 0;
        int vectors = 0;
        int words = contract.convention() == Contract.Convention.MS_X64 ? SHADOW_WORDS : 0;
        for (Argument argument : contract.arguments()) {
            boolean floating = argument.type().isFloating();
            places.add(switch (contract.convention()) {
                case SYSV -> floating && vectors < VECTORS ? new InVector(vectors++)
                        : !floating && registers < Argument.MOST ? new InRegister(Argument.REGISTERS.get(registers++))
                        : new OnStack(words++);
                case MS_X64 -> places.size() >= MS_X64.size() ? new OnStack(words++)
                        : floating ? new InVector(places.size())
                        : new InRegister(MS_X64.get(places.size()));
                case STACK -> new OnStack(words++);
                case TRAMPOLINE, REGISTERS -> new InRegister(register(contract, argument.name()));
            });
        }
        return places;
    }

    private static Gpr register(Contract contract, String name) {
        try {
            return Gpr.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new ImageException("not a register, symbol=%s, argument=%s".formatted(contract.symbol(), name), e);
        }
    }
}
