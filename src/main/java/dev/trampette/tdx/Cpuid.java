package dev.trampette.tdx;

/// The result of CPUID. What a VMM put into the upper halves of the registers is cut off, as the instruction does.
public record Cpuid(int eax, int ebx, int ecx, int edx) {
}
