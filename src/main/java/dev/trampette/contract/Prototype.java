package dev.trampette.contract;

import static dev.trampette.contract.ContractRules.require;

import dev.trampette.contract.CType.Declared;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Callee;
import dev.trampette.spec.Range;
import dev.trampette.spec.Value;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A function as a header of C declares it: `int crc32(const uint8_t *buf, int len)`. A pointer to `const` is `in`, or
/// `string` where it points to `char`; any other is `inout`. How much is behind it nobody has said, unless it is an
/// array with a length.
final class Prototype {

    private static final Pattern LIKELY = Pattern.compile(
            "[\\w\\s*{};,\\[\\]]*[\\w*}][\\s*]+(\\(\\s*(\\*\\s*)?)?\\w+[\\s)]*\\(.*", Pattern.DOTALL);
    /// What may stand before it: `typedef ...;`, `struct name {...};`.
    private static final Pattern DECLARATION = Pattern.compile(
            "\\s*(typedef\\b|(struct|union|enum)\\s+\\w+\\s*\\{).*", Pattern.DOTALL);
    /// The most bytes of a string that has no length.
    private static final int TEXT = 64;

    private final Declared function;

    private Prototype(Declared function) {
        this.function = function;
    }

    /// Whether a text is the beginning of one, and more comes on the next line.
    static boolean isOpen(String text) {
        String last = text.substring(declarations(text).length());
        return isLikely(text) && (last.isBlank() || depth(last) > 0);
    }

    private static int depth(String text) {
        return text.chars().map(c -> "({".indexOf(c) >= 0 ? 1 : ")}".indexOf(c) >= 0 ? -1 : 0).sum();
    }

    /// Whether a text looks like one.
    static boolean isLikely(String text) {
        return LIKELY.matcher(text).matches() || DECLARATION.matcher(text).matches();
    }

    /// The declarations of types before it, as far as they are complete.
    static String declarations(String text) {
        int end = 0;
        int next = 0;
        while (next >= 0 && DECLARATION.matcher(text.substring(end)).matches()) {
            int depth = 0;
            next = text.indexOf(';', end);
            for (int n = end; next >= 0 && (depth += depth(text.substring(n, next))) > 0;) {
                n = next;
                next = text.indexOf(';', next + 1);
            }
            end = next < 0 ? end : next + 1;
        }
        return text.substring(0, end);
    }

    /// @throws IllegalArgumentException when it is none, or has a type that nobody knows
    static Prototype parse(String text) {
        Prototype prototype = new Prototype(CText.declared(text));
        require(prototype.function.type() instanceof CType.Function && !prototype.name().isEmpty(),
                "it is TYPE NAME(TYPE NAME, ...)");
        prototype.into(Contract.of(prototype.name()));
        return prototype;
    }

    String name() {
        return function.name();
    }

    /// What it says.
    void into(ContractBuilder builder) {
        CType.Function type = (CType.Function) function.type();
        builder.symbol = function.name();
        for (Declared parameter : type.parameters()) {
            builder.parameter(value(parameter.name(), parameter.type()));
        }
        if (type.isVariadic()) {
            builder.variadic();
        }
        require(!type.result().equals(new CType.Plain("longdouble_Complex", false)),
                "a long double _Complex comes back in ST0 and ST1, and nobody looks at ST1: say void");
        if (type.result().isVoid()) {
            builder.returnsNothing();
        } else {
            builder.result(type.result() instanceof CType.Pointer ? TypeNames.value(Signature.RESULT, "u64")
                    : value(Signature.RESULT, type.result()).with(Prototype::withoutFunction));
        }
    }

    private static Value value(String name, CType type) {
        return switch (type) {
            case CType.Plain(String word, _) -> word.endsWith("_Complex") ? complex(name, word)
                    : TypeNames.value(name, word);
            case CType.Structure(ValueText.Compound compound, List<Declared> fields, _) -> compound.of(name,
                    fields.stream().map(field -> field.name() + ":" + text(inside(compound, field.type()))).toList(),
                    fields.stream().map(field -> value(name + "." + field.name(), inside(compound, field.type())))
                            .toList());
            case CType.Pointer(CType.Function function, _) -> Value.of(new Argument(name, callee(function)));
            case CType.Pointer(CType to, int length) -> Value.of(pointer(name, to, length));
            case CType.Function _ -> throw new IllegalArgumentException(name + " is a function, and no pointer to one");
        };
    }

    /// Pointers in structures are numbers, for nobody knows where they may point; but those to functions.
    private static CType inside(ValueText.Compound compound, CType type) {
        return switch (type) {
            case CType.Pointer(CType.Function _, _) when compound == ValueText.Compound.STRUCT -> type;
            case CType.Pointer _ -> new CType.Plain("uint64_t", false);
            case CType.Structure(ValueText.Compound inner, List<Declared> fields, boolean isConst)
                    when compound != ValueText.Compound.STRUCT -> new CType.Structure(inner, fields.stream().map(one ->
                            new Declared(one.name(), inside(compound, one.type()))).toList(), isConst);
            default -> type;
        };
    }

    /// What is returned nobody calls here.
    private static Argument withoutFunction(Argument argument) {
        return argument.callee().isPresent() ? new Argument(argument.name(), Argument.Type.U64, 0) : argument;
    }

    private static Value complex(String name, String word) {
        String part = TypeNames.label(word.replace("_Complex", "")).orElseThrow(() -> TypeNames.unknown(word));
        return ValueText.value(name, "struct(re:%s,im:%s)".formatted(part, part));
    }

    private static String text(CType type) {
        return switch (type) {
            case CType.Plain(String word, _) -> TypeNames.label(word).orElse(word);
            case CType.Structure(ValueText.Compound compound, List<Declared> fields, _) -> fields.stream()
                    .map(field -> field.name() + ":" + text(inside(compound, field.type())))
                    .collect(Collectors.joining(",", compound.label() + "(", ")"));
            case CType.Pointer(CType.Function function, _) -> "fn" + callee(function);
            default -> "u64";
        };
    }

    private static Argument pointer(String name, CType to, int length) {
        if (length == 0 && to instanceof CType.Pointer(CType element, int elements) && elements > 0) {
            return pointer(name, element, elements);
        }
        boolean isConst = to.isConst();
        String element = to instanceof CType.Plain(String word, _) ? word : to instanceof CType.Pointer ? "u64" : "u8";
        if (element.equals("char") && isConst && length == 0) {
            return new Argument(name, Argument.Type.STRING, TEXT, Argument.Type.U8);
        }
        if (TypeNames.isWide(element)) {
            int bytes = TypeNames.value(name, element).bytes();
            int words = length * bytes / Long.BYTES;
            return new Argument(name, isConst ? Argument.Type.IN : Argument.Type.INOUT, words, Argument.Type.U64)
                    .aligned(bytes);
        }
        Argument.Type type = TypeNames.label(element).filter(label ->
                !label.equals("f80") && !label.equals("bool")).map(TypeNames::scalar).orElse(Argument.Type.U8);
        return new Argument(name, isConst ? Argument.Type.IN : Argument.Type.INOUT, length, type);
    }

    /// What a pointer to a function leads to: integers in registers are looked at, as far as all are.
    private static Callee callee(CType.Function function) {
        List<Argument.Type> types = function.parameters().stream().map(Declared::type)
                .map(type -> type instanceof CType.Plain ? value("a", type) : TypeNames.value("a", "u64"))
                .map(value -> value.members().getFirst().argument().type()).toList();
        boolean isKnown = !function.isVariadic() && types.stream().allMatch(Argument.Type::isInteger);
        Callee.Result result = function.result().isVoid() ? new Callee.Nothing()
                : new Callee.Value(function.result() instanceof CType.Plain plain
                        ? value("a", plain).members().getFirst().argument().type() : Argument.Type.U64,
                        Range.ALL);
        return new Callee(isKnown ? Optional.of(types) : Optional.empty(), result);
    }
}
