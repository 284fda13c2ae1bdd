package dev.trampette.shim.vmx;

import dev.trampette.spec.VmcsTable;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/// The VMCS fields that a processor supports. Which of them it does, its VMX capability MSRs say (SDM volume 3C,
/// appendix A); here it is a set.
///
/// @param encodings the fields, by encodings whose bit 0 is clear
public record FieldSet(Set<Integer> encodings) {

    private static final FieldSet SHIPPED = new FieldSet(VmcsTable.shipped().fields().stream()
            .map(VmcsTable.Field::encoding)
            .collect(Collectors.toSet()));

    /// The set is copied.
    ///
    /// @throws IllegalArgumentException when an encoding has bit 0 set: a high half is no field of its own
    public FieldSet {
        encodings = Set.copyOf(encodings);
        encodings.stream().filter(encoding -> (encoding & 1) != 0).findAny().ifPresent(encoding -> {
            throw new IllegalArgumentException("the encoding of a high half, encoding=0x%x".formatted(encoding));
        });
    }

    /// {@return every field of the table that comes with this library}
    public static FieldSet shipped() {
        return SHIPPED;
    }

    /// These fields and no other.
    ///
    /// @param encodings whose bit 0 is clear
    /// @return the set
    /// @throws IllegalArgumentException when an encoding has bit 0 set
    public static FieldSet of(int... encodings) {
        return new FieldSet(Arrays.stream(encodings).boxed().collect(Collectors.toSet()));
    }

    /// This set, less some fields.
    ///
    /// @param encodings whose bit 0 is clear; those that are not in the set are ignored
    /// @return another set
    /// @throws IllegalArgumentException when an encoding has bit 0 set
    public FieldSet without(int... encodings) {
        Set<Integer> rest = new HashSet<>(this.encodings);
        rest.removeAll(of(encodings).encodings);
        return new FieldSet(rest);
    }

    /// Look a component up (SDM volume 3C, "VMREAD", and appendix B, "Field Encoding in VMCS").
    ///
    /// @param field the field operand of VMREAD or VMWRITE, all 64 bits
    /// @return whether bits 63:32 are 0, the field is in the set, and bit 0 is set only for the high half of a 64-bit
    ///         one
    public boolean supports(long field) {
        boolean isHigh = (field & 1) != 0;
        return field >>> 32 == 0
                && encodings.contains((int) field & ~1)
                && (!isHigh || VmcsTable.Width.of((int) field) == VmcsTable.Width.BITS64);
    }
}
