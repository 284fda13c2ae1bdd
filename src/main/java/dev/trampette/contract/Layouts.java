package dev.trampette.contract;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Value;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.UnionLayout;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Layouts of Java as values of C.
final class Layouts {

    private Layouts() {
    }

    /// How Java calls a function: its arguments are `a0`, `a1` ..., or as their layouts are named.
    static ContractBuilder of(String symbol, FunctionDescriptor descriptor) {
        ContractBuilder builder = Contract.of(symbol);
        try {
            List<MemoryLayout> layouts = descriptor.argumentLayouts();
            for (int n = 0; n < layouts.size(); n++) {
                builder.parameter(value(layouts.get(n).name().orElse("a" + n), layouts.get(n)));
            }
            descriptor.returnLayout().ifPresentOrElse(layout -> builder.result(layout instanceof AddressLayout
                    ? TypeNames.value(Signature.RESULT, "u64") : value(Signature.RESULT, layout)),
                    builder::returnsNothing);
        } catch (IllegalArgumentException e) {
            throw new ContractException("no contract, symbol=%s, %s".formatted(symbol, e.getMessage()), e);
        }
        return builder;
    }

    private static Value value(String name, MemoryLayout layout) {
        return switch (layout) {
            case AddressLayout address -> Value.of(pointer(name, address));
            case ValueLayout scalar -> TypeNames.value(name, label(scalar));
            case GroupLayout group -> group(name, group);
            case SequenceLayout _, PaddingLayout _ ->
                    throw new IllegalArgumentException("%s: no value of C is %s".formatted(name, layout));
        };
    }

    private static Argument pointer(String name, AddressLayout address) {
        MemoryLayout target = address.targetLayout().orElse(MemoryLayout.sequenceLayout(0, ValueLayout.JAVA_BYTE));
        MemoryLayout element = target instanceof SequenceLayout sequence ? sequence.elementLayout() : target;
        Argument.Type type = element instanceof ValueLayout scalar && !(element instanceof AddressLayout)
                && scalar.carrier() != boolean.class ? TypeNames.scalar(label(scalar)) : Argument.Type.U8;
        return new Argument(name, Argument.Type.INOUT, (int) (target.byteSize() / type.bytes()), type);
    }

    private static Value group(String name, GroupLayout structure) {
        List<Value> fields = new ArrayList<>();
        List<String> types = new ArrayList<>();
        boolean isUnion = structure instanceof UnionLayout;
        for (MemoryLayout member : structure.memberLayouts()) {
            List<MemoryLayout> elements = member instanceof PaddingLayout ? List.of() : elements(member);
            for (MemoryLayout one : isUnion && elements.size() > 1
                    ? List.of(MemoryLayout.structLayout(elements.toArray(MemoryLayout[]::new))) : elements) {
                String field = member.name().map(own -> isUnion || elements.size() == 1 ? own : own + fields.size())
                        .orElse("f" + fields.size());
                Value value = one instanceof AddressLayout ? TypeNames.value(name + "." + field, "u64")
                        : value(name + "." + field, one);
                fields.add(value);
                types.add(field + ":" + value.type());
            }
        }
        ValueText.Compound compound = isUnion ? ValueText.Compound.UNION : ValueText.Compound.STRUCT;
        Value value = compound.of(name, types, fields);
        if (value.bytes() != structure.byteSize()) {
            throw new IllegalArgumentException("%s: a structure whose fields are not where C has them: %s"
                    .formatted(name, structure));
        }
        return value;
    }

    private static List<MemoryLayout> elements(MemoryLayout member) {
        return member instanceof SequenceLayout sequence ? IntStream.range(0, (int) sequence.elementCount())
                .mapToObj(_ -> sequence.elementLayout()).flatMap(one -> elements(one).stream()).toList()
                : List.of(member);
    }

    private static String label(ValueLayout layout) {
        Class<?> carrier = layout.carrier();
        return carrier == boolean.class ? "bool" : carrier == byte.class ? "i8" : carrier == char.class ? "u16"
                : carrier == short.class ? "i16" : carrier == int.class ? "i32" : carrier == long.class ? "i64"
                : carrier == float.class ? "f32" : "f64";
    }
}
