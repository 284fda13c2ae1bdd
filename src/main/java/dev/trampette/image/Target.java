package dev.trampette.image;

import dev.trampette.contract.Contract;
import dev.trampette.shim.Bridge;

/// What is verified: code, what it promises, and how its instruction reaches a shim.
///
/// @param code the routine
/// @param contract what it promises
/// @param bridge how its instruction is reached
public record Target(Code code, Contract contract, Bridge bridge) {

    /// Code whose instruction is a call of the gate, when its contract has one.
    public static Target throughGate(Code code, Contract contract) {
        return new Target(code, contract, contract.effect().isPresent() ? Bridge.GATE_CALL : Bridge.NONE);
    }
}
