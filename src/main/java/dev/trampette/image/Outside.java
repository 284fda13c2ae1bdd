package dev.trampette.image;

import dev.trampette.spec.Callee;
import dev.trampette.spec.Convention;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the object of a routine refers to and does not define.
///
/// @param functions the nth of them leads to the nth external function of the probe's script
/// @param ends those of the functions that do not return, by their names or by what follows a call of them
/// @param handlers the C error handlers of Linux that are called
/// @param variables where they are, by name
/// @param pointers the variables through which the code calls
/// @param stackAlignment what RSP is a multiple of before code like that of the object calls a C function
public record Outside(List<String> functions, Set<String> ends, Set<String> handlers,
        Map<String, MemorySegment> variables, Set<String> pointers, int stackAlignment) {

    /// Nothing.
    public static final Outside NONE = new Outside(List.of(), Set.of(), Set.of(), Map.of(), Set.of(),
            Convention.STACK_ALIGNMENT);

    /// {@return whether there is no function, and no error handler}
    public boolean isEmpty() {
        return functions.isEmpty() && handlers.isEmpty();
    }

    /// What is taken for granted of a function that nobody has described.
    ///
    /// @param function its symbol, or what follows a call of it
    /// @return that it does not return, when it is one of [#ends]; else that it returns 64 random bits
    public Callee callee(String function) {
        return ends.contains(function) ? Callee.ENDING : Callee.UNKNOWN;
    }

    /// Nothing of it changes.
    public Outside {
        functions = List.copyOf(functions);
        ends = Set.copyOf(ends);
        handlers = Set.copyOf(handlers);
        variables = Map.copyOf(variables);
        pointers = Set.copyOf(pointers);
    }
}
