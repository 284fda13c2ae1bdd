package dev.trampette.tdx;

/// The result of CPUID. What a VMM put into the upper halves of the registers is cut off, as the instruction does; what
/// the bits mean depends on the leaf (SDM volume 2A, "CPUID").
///
/// @param eax all 32 bits
/// @param ebx all 32 bits
/// @param ecx all 32 bits
/// @param edx all 32 bits
public record Cpuid(int eax, int ebx, int ecx, int edx) {
}
