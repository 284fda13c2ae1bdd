package dev.trampette.image;

import dev.trampette.call.ImageException;
import dev.trampette.contract.Contract;
import java.util.List;

/// Routines with contracts, loaded: all that a verifier needs to know of where code is from.
public interface Routines {

    /// What the routines promise, in the order of the sources.
    List<Contract> contracts();

    /// A routine, to be verified.
    ///
    /// @throws ImageException when there is none of the contract's symbol
    Target target(Contract contract);
}
