package dev.trampette.contract;

import java.lang.foreign.MemorySegment;

/// The arguments of one case, for a [Model].
public interface Given {

    /// The value of an argument: the bits that its type has, and 0 above them.
    ///
    /// @param argument its name
    /// @return the value, an address for a pointer
    /// @throws IllegalArgumentException when there is none of this name
    long value(String argument);

    /// The value of an argument that is a floating-point number.
    ///
    /// @param argument its name
    /// @return the number
    /// @throws IllegalArgumentException when there is none of this name, or it is another type
    double number(String argument);

    /// What a pointer points to, as it is before the call. A model writes there what the function must write.
    ///
    /// @param argument its name
    /// @return the memory, with the size that the contract says; no memory where the pointer is NULL
    /// @throws IllegalArgumentException when there is no pointer of this name
    MemorySegment memory(String argument);
}
