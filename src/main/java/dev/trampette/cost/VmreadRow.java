package dev.trampette.cost;

import dev.trampette.vmx.VmreadDesign;

/// One row of the VMREAD comparison: a sequence of eight reads with six values alive, from the loop in assembly.
///
/// @param design how VMREAD is written
/// @param nanoseconds one sequence
/// @param size what the sequence takes in memory
public record VmreadRow(VmreadDesign design, Interval nanoseconds, SiteSize size) {
}
