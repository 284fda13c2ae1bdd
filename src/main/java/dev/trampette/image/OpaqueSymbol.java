package dev.trampette.image;

import java.lang.foreign.MemorySegment;

/// A routine that is not a C function, and that nothing in this type can call.
///
/// The VMREAD error trampoline takes its parameters on the stack, the TDVMCALL trampoline returns in R10 to R15. No
/// function descriptor can say so; a downcall would report a field from a wrong stack slot, or lose R12 and with it
/// the JVM. So there is an address for the tools that look at code, in the hands of this package only, and no
/// method that leads to a call.
public final class OpaqueSymbol implements Symbol {

    private final Contract contract;
    private final MemorySegment address;

    OpaqueSymbol(Contract contract, MemorySegment address) {
        this.contract = contract;
        this.address = address;
    }

    @Override
    public Contract contract() {
        return contract;
    }

    MemorySegment address() {
        return address;
    }

    @Override
    public String toString() {
        return "OpaqueSymbol[" + name() + "]";
    }
}
