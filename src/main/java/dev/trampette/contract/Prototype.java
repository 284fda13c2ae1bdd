package dev.trampette.contract;

import static dev.trampette.contract.ContractRules.require;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Callee;
import dev.trampette.spec.Range;
import dev.trampette.spec.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A function as a header of C declares it: `int crc32(const uint8_t *buf, int len)`. A pointer to `const` is `in`, or
/// `string` where it points to `char`; any other is `inout`. How much is behind it nobody has said, unless it is an
/// array with a length.
final class Prototype {

    /// A name, a number, `...` or one other character.
    private static final Pattern TOKEN = Pattern.compile("\\s*([A-Za-z_]\\w*|\\d\\w*|\\.\\.\\.|\\S)");
    private static final Pattern LIKELY = Pattern.compile(
            "[\\w\\s*{};,\\[\\]]*[\\w*}][\\s*]+(\\(\\s*\\*\\s*)?\\w+\\s*\\(.*", Pattern.DOTALL);
    /// What says nothing of how a value is passed.
    private static final Set<String> IGNORED = Set.of("volatile", "restrict", "__restrict", "__restrict__", "register",
            "static", "extern", "inline", "__inline", "_Noreturn", "noreturn", "__extension__", "_Nonnull");
    private static final Set<String> WORDS = Set.of("void", "_Bool", "bool", "char", "short", "int", "long", "float",
            "double", "signed", "unsigned", "__int128", "_Complex", "complex");
    /// The most bytes of a string that has no length.
    private static final int TEXT = 64;

    /// A type: that of a pointer has the type behind it.
    private sealed interface Type {

        default boolean isConst() {
            return false;
        }

        /// A number, or several.
        record Plain(String name, boolean isConst) implements Type {
        }

        record Structure(ValueText.Compound compound, List<Declared> fields, boolean isConst) implements Type {

            Structure packed(boolean isPacked) {
                return isPacked && compound == ValueText.Compound.STRUCT
                        ? new Structure(ValueText.Compound.PACKED, fields, isConst) : this;
            }
        }

        /// @param length of an array; or 0
        record Pointer(Type to, int length) implements Type {
        }

        record Function(Type result, List<Declared> parameters, boolean isVariadic) implements Type {
        }
    }

    private record Declared(String name, Type type) {
    }

    private final List<String> tokens = new ArrayList<>();
    private final Map<String, Type> structures = new LinkedHashMap<>();
    private int at;
    private Declared function;

    private Prototype(String text) {
        Matcher token = TOKEN.matcher(text.strip());
        while (token.find()) {
            tokens.add(token.group(1));
        }
    }

    /// Whether a text is the beginning of one, and more comes on the next line.
    static boolean isOpen(String text) {
        return isLikely(text) && text.chars().map(c -> c == '(' ? 1 : c == ')' ? -1 : 0).sum() > 0;
    }

    /// Whether a text looks like one.
    static boolean isLikely(String text) {
        return LIKELY.matcher(text).matches();
    }

    /// @throws IllegalArgumentException when it is none, or has a type that nobody knows
    static Prototype parse(String text) {
        Prototype prototype = new Prototype(text);
        prototype.function = prototype.declared();
        prototype.is(";");
        require(prototype.at == prototype.tokens.size(), "\"%s\" is too much",
                String.join(" ", prototype.tokens.subList(prototype.at, prototype.tokens.size())));
        require(prototype.function.type instanceof Type.Function && !prototype.function.name.isEmpty(),
                "it is TYPE NAME(TYPE NAME, ...)");
        prototype.into(Contract.of(prototype.name()));
        return prototype;
    }

    String name() {
        return function.name;
    }

    /// What it says.
    void into(ContractBuilder builder) {
        Type.Function type = (Type.Function) function.type;
        builder.symbol = function.name;
        for (Declared parameter : type.parameters) {
            builder.parameter(value(parameter.name, parameter.type));
        }
        if (type.isVariadic) {
            builder.variadic();
        }
        require(!type.result.equals(new Type.Plain("longdouble_Complex", false)),
                "a long double _Complex comes back in ST0 and ST1, and nobody looks at ST1: say void");
        if (isVoid(type.result)) {
            builder.returnsNothing();
        } else {
            builder.result(type.result instanceof Type.Pointer ? TypeNames.value(Signature.RESULT, "u64")
                    : value(Signature.RESULT, type.result).with(Prototype::withoutFunction));
        }
    }

    private static boolean isVoid(Type type) {
        return type instanceof Type.Plain(String name, _) && name.equals("void");
    }

    private static Value value(String name, Type type) {
        return switch (type) {
            case Type.Plain(String word, _) -> word.endsWith("_Complex") ? complex(name, word)
                    : TypeNames.value(name, word);
            case Type.Structure(ValueText.Compound compound, List<Declared> fields, _) -> compound.of(name,
                    fields.stream().map(field -> field.name + ":" + text(inside(compound, field.type))).toList(),
                    fields.stream().map(field -> value(name + "." + field.name, inside(compound, field.type)))
                            .toList());
            case Type.Pointer(Type.Function function, _) -> Value.of(new Argument(name, callee(function)));
            case Type.Pointer(Type to, int length) -> Value.of(pointer(name, to, length));
            case Type.Function _ -> throw new IllegalArgumentException(name + " is a function, and no pointer to one");
        };
    }

    /// Pointers in structures are numbers, for nobody knows where they may point; but those to functions.
    private static Type inside(ValueText.Compound compound, Type type) {
        return switch (type) {
            case Type.Pointer(Type.Function _, _) when compound == ValueText.Compound.STRUCT -> type;
            case Type.Pointer _ -> new Type.Plain("uint64_t", false);
            case Type.Structure(ValueText.Compound inner, List<Declared> fields, boolean isConst)
                    when compound != ValueText.Compound.STRUCT -> new Type.Structure(inner, fields.stream().map(field ->
                            new Declared(field.name, inside(compound, field.type))).toList(), isConst);
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

    private static String text(Type type) {
        return switch (type) {
            case Type.Plain(String word, _) -> TypeNames.label(word).orElse(word);
            case Type.Structure(ValueText.Compound compound, List<Declared> fields, _) -> fields.stream()
                    .map(field -> field.name + ":" + text(inside(compound, field.type)))
                    .collect(Collectors.joining(",", compound.label() + "(", ")"));
            case Type.Pointer(Type.Function function, _) -> "fn" + callee(function);
            default -> "u64";
        };
    }

    private static Argument pointer(String name, Type to, int length) {
        if (length == 0 && to instanceof Type.Pointer(Type element, int elements) && elements > 0) {
            return pointer(name, element, elements);
        }
        boolean isConst = to.isConst();
        String element = to instanceof Type.Plain(String word, _) ? word : to instanceof Type.Pointer ? "u64" : "u8";
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
    private static Callee callee(Type.Function function) {
        List<Argument.Type> types = function.parameters.stream().map(parameter -> parameter.type instanceof Type.Plain
                ? value("a", parameter.type) : TypeNames.value("a", "u64"))
                .map(value -> value.members().getFirst().argument().type()).toList();
        boolean isKnown = !function.isVariadic && types.stream().allMatch(Argument.Type::isInteger);
        Callee.Result result = isVoid(function.result) ? new Callee.Nothing()
                : new Callee.Value(function.result instanceof Type.Plain plain
                        ? value("a", plain).members().getFirst().argument().type() : Argument.Type.U64,
                        Range.ALL);
        return new Callee(isKnown ? Optional.of(types) : Optional.empty(), result);
    }

    private Declared declared() {
        return declarator(specifiers());
    }

    private Type specifiers() {
        List<String> words = new ArrayList<>();
        boolean isConst = false;
        Type structure = null;
        for (;; at++) {
            String word = peek();
            if (word.equals("const")) {
                isConst = true;
            } else if (word.equals("__attribute__") || word.equals("__declspec")) {
                at++;
                boolean isPacked = skipBrackets();
                structure = structure instanceof Type.Structure it ? it.packed(isPacked) : structure;
            } else if (word.equals("__packed") && structure instanceof Type.Structure it) {
                structure = it.packed(true);
            } else if (word.equals("struct") || word.equals("union") || word.equals("enum")) {
                structure = tagged();
            } else if (WORDS.contains(word)) {
                words.add(word);
            } else if (!IGNORED.contains(word)) {
                if (!words.isEmpty() || structure != null || !word.matches("[A-Za-z_]\\w*")) {
                    break;
                }
                words.add(word);
            }
        }
        if (structure != null) {
            return structure instanceof Type.Structure(ValueText.Compound compound, List<Declared> fields, _)
                    ? new Type.Structure(compound, fields, isConst)
                    : new Type.Plain(((Type.Plain) structure).name, isConst);
        }
        require(!words.isEmpty(), "a type is missing before \"%s\"", peek());
        return new Type.Plain(plain(words), isConst);
    }

    /// The words of a type in one order, without an `int` and a `signed` that say nothing.
    private static String plain(List<String> words) {
        List<String> order = List.of("signed", "unsigned", "short", "long", "char", "int", "__int128", "float",
                "double");
        List<String> sorted = new ArrayList<>(words);
        boolean isComplex = sorted.remove("_Complex") | sorted.remove("complex");
        if (isComplex && sorted.isEmpty()) {
            sorted.add("double");
        }
        sorted.sort(Comparator.comparing(order::indexOf));
        if (sorted.size() > 1 && !sorted.contains("char")) {
            sorted.remove("signed");
        }
        if (sorted.size() > 1) {
            sorted.remove("int");
        }
        if (sorted.equals(List.of("signed"))) {
            sorted.set(0, "int");
        }
        return String.join("", sorted) + (isComplex ? "_Complex" : "");
    }

    /// `struct name`, `struct { ... }`, `enum name`.
    private Type tagged() {
        String kind = next();
        boolean isPacked = false;
        while (is("__attribute__")) {
            isPacked |= skipBrackets();
            next();
        }
        String name = peek().equals("{") ? "" : next();
        if (kind.equals("enum")) {
            if (peek().equals("{")) {
                skipBrackets();
            } else {
                at--;
            }
            return new Type.Plain("unsigned", false);
        }
        if (peek().equals("{")) {
            next();
            boolean isUnion = kind.equals("union");
            List<Declared> fields = new ArrayList<>();
            while (!is("}")) {
                Type type = specifiers();
                do {
                    Declared field = declarator(type);
                    List<Declared> elements = elements(field);
                    fields.addAll(isUnion && elements.size() > 1 ? List.of(new Declared(field.name,
                            new Type.Structure(ValueText.Compound.STRUCT, elements, false))) : elements);
                } while (is(","));
                expect(";");
            }
            structures.put(name, new Type.Structure(isUnion ? ValueText.Compound.UNION : ValueText.Compound.STRUCT,
                    fields, false).packed(isPacked));
        }
        at--;
        return structures.getOrDefault(name, new Type.Plain(kind + " " + name, false));
    }

    /// An array in a structure is its elements.
    private static List<Declared> elements(Declared field) {
        if (!(field.type instanceof Type.Pointer(Type to, int length)) || length == 0) {
            return List.of(field);
        }
        List<Declared> elements = new ArrayList<>();
        for (int n = 0; n < length; n++) {
            elements.addAll(elements(new Declared(field.name + n, to)));
        }
        return elements;
    }

    private Declared declarator(Type base) {
        Type type = base;
        while (is("*")) {
            type = new Type.Pointer(type, 0);
            while (peek().equals("const") || IGNORED.contains(peek())) {
                at++;
            }
        }
        if (peek().equals("(") && at + 1 < tokens.size() && tokens.get(at + 1).equals("*")) {
            int inner = at + 1;
            skipBrackets();
            at++;
            Type outer = suffixes(type);
            int end = at;
            at = inner;
            Declared declared = declarator(outer);
            at = end;
            return declared;
        }
        String name = peek().matches("[A-Za-z_]\\w*") ? next() : "";
        return new Declared(name, suffixes(type));
    }

    private Type suffixes(Type type) {
        if (peek().equals("(")) {
            return parameters(type);
        }
        List<Integer> lengths = new ArrayList<>();
        while (is("[")) {
            int length = 0;
            for (; !peek().equals("]"); at++) {
                length = peek().matches("\\d+") ? Integer.parseInt(peek()) : length;
            }
            next();
            lengths.add(length);
        }
        return lengths.isEmpty() ? type
                : new Type.Pointer(type, lengths.stream().reduce(1, (one, other) -> one * other));
    }

    private Type parameters(Type result) {
        expect("(");
        List<Declared> parameters = new ArrayList<>();
        boolean isVariadic = false;
        while (!is(")")) {
            if (is("...")) {
                isVariadic = true;
            } else {
                Declared one = declared();
                Type type = one.type instanceof Type.Function ? new Type.Pointer(one.type, 0) : one.type;
                if (!isVoid(type)) {
                    parameters.add(new Declared(one.name.isEmpty() ? "a" + parameters.size() : one.name, type));
                }
            }
            require(is(",") || peek().equals(")"), "\"%s\" where , or ) should be", peek());
        }
        while (peek().equals("__attribute__")) {
            next();
            skipBrackets();
            at++;
        }
        return new Type.Function(result, parameters, isVariadic);
    }

    /// To the bracket that closes the one that is here.
    ///
    /// @return whether the word for a structure without gaps is between them
    private boolean skipBrackets() {
        int depth = 0;
        boolean isPacked = false;
        do {
            String token = peek();
            isPacked |= token.equals("packed") || token.equals("__packed__");
            require(!token.isEmpty(), "a bracket is open");
            depth += Arrays.asList("(", "{").contains(token) ? 1 : Arrays.asList(")", "}").contains(token) ? -1 : 0;
            at++;
        } while (depth > 0);
        at--;
        return isPacked;
    }

    private String peek() {
        return at < tokens.size() ? tokens.get(at) : "";
    }

    private String next() {
        require(at < tokens.size(), "it ends too early");
        return tokens.get(at++);
    }

    private boolean is(String token) {
        boolean isThere = peek().equals(token);
        at += isThere ? 1 : 0;
        return isThere;
    }

    private void expect(String token) {
        require(is(token), "%s wanted, not \"%s\"", token, peek());
    }
}
