package dev.trampette.image;

import dev.trampette.contract.Contract;

/// A routine that is not a C function, and that nothing can call by way of this type.
///
/// The VMREAD error trampoline takes its parameters on the stack, the TDVMCALL trampoline returns in R10 to R15. No
/// function descriptor can say so; a downcall would report a field from a wrong stack slot, or lose R12 and with it
/// the JVM. So this type has no descriptor and no address, and no method binds it: the attempt does not compile. As
/// with the opaque symbol of the kernel, serious fudging stays possible ([Image#address] and a linker).
///
/// @param contract what the routine promises
public record OpaqueSymbol(Contract contract) implements Symbol {
}
