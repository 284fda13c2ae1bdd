package dev.trampette.image;

import dev.trampette.contract.Contract;
import dev.trampette.shim.Bridge;

/// What is verified: code, what it promises, and how its instruction reaches a shim.
///
/// @param code the routine
/// @param contract what it promises
/// @param bridge how its instruction is reached
/// @param reset gives the variables of the code the values that they had when it was loaded
/// @param outside what it calls and reads that is none of its own
/// @param landmarks what its addresses are called
public record Target(Code code, Contract contract, Bridge bridge, Runnable reset, Outside outside,
        Landmarks landmarks) {

    /// Code without variables, that refers to nothing outside.
    ///
    /// @param code the routine
    /// @param contract what it promises
    /// @param bridge how its instruction is reached
    public Target(Code code, Contract contract, Bridge bridge) {
        this(code, contract, bridge, () -> { }, Outside.NONE, Landmarks.IMAGES);
    }

    /// The same code with another contract.
    ///
    /// @param other what it promises
    /// @return another target
    public Target with(Contract other) {
        return new Target(code, other, bridge, reset, outside, landmarks);
    }

    /// Code whose instruction is a call of the gate, when its contract has one.
    ///
    /// @param code a routine of an image that was assembled as the shim image is
    /// @param contract what it promises
    /// @return the target
    public static Target throughGate(Code code, Contract contract) {
        return new Target(code, contract, contract.effect().isPresent() ? Bridge.GATE_CALL : Bridge.NONE);
    }
}
