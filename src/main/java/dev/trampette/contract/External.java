package dev.trampette.contract;

import dev.trampette.spec.Callee;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What an object refers to and does not define.
public sealed interface External {

    /// {@return the symbol}
    String name();

    /// Take the functions among them.
    ///
    /// @param externals of both kinds
    /// @return their symbols
    static Set<String> functions(List<External> externals) {
        return externals.stream().filter(Function.class::isInstance).map(External::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    /// Take the variables among them.
    ///
    /// @param externals of both kinds
    /// @return their sizes in bytes, by their symbols
    static Map<String, Integer> variables(List<External> externals) {
        return externals.stream().filter(Variable.class::isInstance).map(Variable.class::cast)
                .collect(Collectors.toUnmodifiableMap(External::name, variable -> variable.words() * Long.BYTES));
    }

    /// A function.
    ///
    /// @param name the symbol
    /// @param callee what it takes, and what comes back
    record Function(String name, Callee callee) implements External {
        @Override
        public String toString() {
            return name + callee;
        }
    }

    /// A variable.
    ///
    /// @param name the symbol
    /// @param words its size in 64-bit words
    /// @param callee the function that it points to, when it does
    record Variable(String name, int words, Optional<Callee> callee) implements External {
        @Override
        public String toString() {
            return callee.map(function -> name + ":fn" + function)
                    .orElseGet(() -> "%s:data[%d]".formatted(name, words));
        }
    }
}
