package dev.trampette.image;

import dev.trampette.call.ImageException;
import dev.trampette.contract.Contract;
import java.util.List;

/// Routines with contracts, loaded: all that a verifier needs to know of where code is from.
public interface Routines {

    /// {@return what the routines promise, in the order of the sources}
    List<Contract> contracts();

    /// A routine, to be verified.
    ///
    /// @param contract one of [#contracts], or another one of the same symbol
    /// @return its code, with that contract
    /// @throws ImageException when there is none of the contract's symbol
    Target target(Contract contract);
}
