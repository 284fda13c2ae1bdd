package dev.trampette.contract;

import static dev.trampette.contract.ContractRules.require;

import dev.trampette.contract.CType.Declared;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads a declaration of C, and those of types before it.
final class CText {

    /// A name, a number, `...` or one other character.
    private static final Pattern TOKEN = Pattern.compile("\\s*([A-Za-z_]\\w*|\\d\\w*|\\.\\.\\.|\\S)");
    /// What says nothing of how a value is passed; kernels and firmware have words of their own.
    private static final Set<String> IGNORED = Set.of("volatile", "restrict", "__restrict", "__restrict__", "register",
            "static", "extern", "inline", "__inline", "__inline__", "_Noreturn", "noreturn", "__extension__",
            "_Nonnull", "_Nullable", "__user", "__iomem", "__percpu", "__rcu", "__force", "__init", "__must_check",
            "__always_inline", "noinline", "asmlinkage", "__pure", "__cold", "__attribute_const__", "IN", "OUT",
            "OPTIONAL", "EFIAPI");
    private static final Set<String> WORDS = Set.of("void", "_Bool", "bool", "char", "short", "int", "long", "float",
            "double", "signed", "unsigned", "__int128", "_Complex", "complex");

    private final List<String> tokens = new ArrayList<>();
    private final Map<String, CType> structures = new LinkedHashMap<>();
    /// What `typedef` has said.
    private final Map<String, CType> named = new LinkedHashMap<>();
    private int at;

    private CText(String text) {
        Matcher token = TOKEN.matcher(text.strip());
        while (token.find()) {
            tokens.add(token.group(1));
        }
    }

    /// What is declared last.
    ///
    /// @throws IllegalArgumentException when it is no declaration
    static Declared declared(String text) {
        CText reader = new CText(text);
        reader.types();
        Declared declared = reader.declared();
        reader.is(";");
        require(reader.at == reader.tokens.size(), "\"%s\" is too much",
                String.join(" ", reader.tokens.subList(reader.at, reader.tokens.size())));
        return declared;
    }

    /// What is declared before it.
    private void types() {
        int begin = at;
        boolean isTypedef = is("typedef");
        CType type = specifiers();
        if (isTypedef) {
            do {
                Declared declared = declarator(type);
                named.put(declared.name(), declared.type());
            } while (is(","));
            expect(";");
            types();
        } else if (is(";")) {
            types();
        } else {
            at = begin;
        }
    }

    private Declared declared() {
        return declarator(specifiers());
    }

    private CType specifiers() {
        List<String> words = new ArrayList<>();
        boolean isConst = false;
        CType structure = null;
        for (;; at++) {
            String word = peek();
            if (word.equals("const") || word.equals("CONST")) {
                isConst = true;
            } else if (word.equals("__attribute__") || word.equals("__declspec")) {
                at++;
                skipBrackets();
            } else if (word.equals("struct") || word.equals("union") || word.equals("enum")) {
                structure = tagged();
            } else if (WORDS.contains(word)) {
                words.add(word);
            } else if (!IGNORED.contains(word)) {
                if (!words.isEmpty() || structure != null || !word.matches("[A-Za-z_]\\w*")) {
                    break;
                }
                structure = named.get(word);
                if (structure == null) {
                    words.add(word);
                }
            }
        }
        if (structure != null) {
            return isConst ? structure.constant() : structure;
        }
        require(!words.isEmpty(), "a type is missing before \"%s\"", peek());
        return new CType.Plain(plain(words), isConst);
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
    private CType tagged() {
        String kind = next();
        Set<String> attributes = attributes();
        String name = peek().equals("{") ? "" : next();
        if (kind.equals("enum")) {
            if (peek().equals("{")) {
                skipBrackets();
            } else {
                at--;
            }
            return new CType.Plain("unsigned", false);
        }
        if (peek().equals("{")) {
            next();
            boolean isUnion = kind.equals("union");
            boolean isPlain = true;
            List<Declared> fields = new ArrayList<>();
            while (!is("}")) {
                CType type = specifiers();
                do {
                    Declared field = declarator(type);
                    List<Declared> elements = elements(field);
                    fields.addAll(isUnion && elements.size() > 1 ? List.of(new Declared(field.name(),
                            new CType.Structure(ValueText.Compound.STRUCT, elements, false))) : elements);
                } while (is(","));
                for (; !peek().equals(";"); at++) {
                    isPlain = false;                        // a bit-field, or an alignment
                    require(!peek().isEmpty(), "a field ends too early");
                }
                next();
            }
            attributes.addAll(attributes());
            isPlain &= !attributes.contains("aligned");
            structures.put(name, isPlain ? new CType.Structure(isUnion ? ValueText.Compound.UNION
                    : ValueText.Compound.STRUCT, fields, false).packed(attributes.contains("packed"))
                    : new CType.Plain("%s %s with bit-fields or alignments".formatted(kind, name), false));
        }
        at--;
        return structures.getOrDefault(name, new CType.Plain(kind + " " + name, false));
    }

    /// Attributes of a structure, before its name or behind its fields, without the underscores around them.
    private Set<String> attributes() {
        Set<String> words = new HashSet<>();
        for (;;) {
            if (is("__packed")) {
                words.add("packed");
            } else if (is("__attribute__")) {
                skipBrackets().forEach(word -> words.add(word.replaceAll("^__|__$", "")));
                next();
            } else {
                return words;
            }
        }
    }

    /// An array in a structure is its elements.
    private static List<Declared> elements(Declared field) {
        if (!(field.type() instanceof CType.Pointer(CType to, int length)) || length == 0) {
            return List.of(field);
        }
        List<Declared> elements = new ArrayList<>();
        for (int n = 0; n < length; n++) {
            elements.addAll(elements(new Declared(field.name() + n, to)));
        }
        return elements;
    }

    private Declared declarator(CType base) {
        CType type = base;
        while (is("*")) {
            type = new CType.Pointer(type, 0);
            while (peek().equals("const") || IGNORED.contains(peek())) {
                at++;
            }
        }
        if (peek().equals("(") && at + 1 < tokens.size() && tokens.get(at + 1).equals("*")) {
            int inner = at + 1;
            skipBrackets();
            at++;
            CType outer = suffixes(type);
            int end = at;
            at = inner;
            Declared declared = declarator(outer);
            at = end;
            return declared;
        }
        boolean isBracketed = peek().equals("(") && at + 2 < tokens.size() && tokens.get(at + 2).equals(")")
                && tokens.get(at + 1).matches("[a-z_]\\w*") && at + 3 < tokens.size() && tokens.get(at + 3).equals("(");
        at += isBracketed ? 1 : 0;
        String name = peek().matches("[A-Za-z_]\\w*") ? next() : "";
        at += isBracketed ? 1 : 0;
        return new Declared(name, suffixes(type));
    }

    private CType suffixes(CType type) {
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
                : new CType.Pointer(type, lengths.stream().reduce(1, (one, other) -> one * other));
    }

    private CType parameters(CType result) {
        expect("(");
        List<Declared> parameters = new ArrayList<>();
        boolean isVariadic = false;
        while (!is(")")) {
            if (is("...")) {
                isVariadic = true;
            } else {
                Declared one = declared();
                CType type = one.type() instanceof CType.Function ? new CType.Pointer(one.type(), 0) : one.type();
                if (!type.isVoid()) {
                    parameters.add(new Declared(one.name().isEmpty() ? "a" + parameters.size() : one.name(), type));
                }
            }
            require(is(",") || peek().equals(")"), "\"%s\" where , or ) should be", peek());
        }
        while (peek().equals("__attribute__")) {
            next();
            skipBrackets();
            at++;
        }
        return new CType.Function(result, parameters, isVariadic);
    }

    /// To the bracket that closes the one that is here.
    ///
    /// @return what is between them
    private List<String> skipBrackets() {
        int begin = at;
        int depth = 0;
        do {
            String token = peek();
            require(!token.isEmpty(), "a bracket is open");
            depth += Arrays.asList("(", "{").contains(token) ? 1 : Arrays.asList(")", "}").contains(token) ? -1 : 0;
            at++;
        } while (depth > 0);
        at--;
        return tokens.subList(begin, at);
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
