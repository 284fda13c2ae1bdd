package dev.trampette.image;

import dev.trampette.contract.Contract;
import dev.trampette.spec.Argument;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A routine with the calling convention of C. Only an [Image] makes one.
public final class Function implements Symbol {

    private final Image image;
    private final Contract contract;
    private final MemorySegment address;

    Function(Image image, Contract contract, MemorySegment address) {
        this.image = image;
        this.contract = contract;
        this.address = address;
    }

    @Override
    public Contract contract() {
        return contract;
    }

    /// {@return the image that it is in}
    public Image image() {
        return image;
    }

    /// {@return where it is loaded: a segment of no size}
    public MemorySegment address() {
        return address;
    }

    /// {@return how Java calls it, derived from the contract: `bool` as boolean, `u32` as int, `u64` as long, `f64` as
    /// double, a pointer as [MemorySegment]; the result is a long when the contract says nothing else}
    ///
    /// @throws IllegalArgumentException when it has an argument that Java has not, a `long double`
    public FunctionDescriptor descriptor() {
        return FunctionDescriptor.of(layout(contract.signature().result().orElse(Argument.Type.U64)),
                contract.signature().parameters().stream().map(parameter -> layout(parameter.type()))
                        .toArray(MemoryLayout[]::new));
    }

    private static MemoryLayout layout(Argument.Type type) {
        return switch (type) {
            case BOOL -> ValueLayout.JAVA_BOOLEAN;
            case U8, I8 -> ValueLayout.JAVA_BYTE;
            case U16, I16 -> ValueLayout.JAVA_SHORT;
            case U32, I32 -> ValueLayout.JAVA_INT;
            case U64, I64 -> ValueLayout.JAVA_LONG;
            case F32 -> ValueLayout.JAVA_FLOAT;
            case F64 -> ValueLayout.JAVA_DOUBLE;
            case F80 -> throw new IllegalArgumentException("Java has no long double");
            case OUT, INOUT, SCRATCH, IN, STRING -> ValueLayout.ADDRESS;
        };
    }
}
