package dev.trampette.contract;

import dev.trampette.spec.Amount;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Memory;
import dev.trampette.spec.Memory.Contents;
import dev.trampette.spec.Memory.Item;
import dev.trampette.spec.Memory.Sharing;
import dev.trampette.spec.Range;
import dev.trampette.spec.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Arguments as contracts have them, one after the other, with blanks, tabs or commas between them:
///
/// ```
/// argument   = name ":" value | "..."
/// value      = "struct(" field { "," field } ")" | wide | "fn" callee
///            | type [ "[" extent "]" ] [ "?" ] [ values ] [ "=" contents ] { attribute }
/// field      = [ name ":" ] value | name ":" type "[" number "]"
/// wide       = "u128" | "i128" | "v128" | "v256" | "v512"
/// extent     = ( amount | "?" ) [ "bytes" | "words" | "x" type ]         a number alone counts words, n alone bytes
/// values     = "{" one { "," one } "}"
/// one        = amount [ ".." amount [ "step" number ] ] | "odd" | "even" | "top bit" | text
/// contents   = "{" item { "," item } "}" | text
/// item       = amount | "&" name [ "+" amount ] | "?"
/// attribute  = "align" number | "may equal" | "may overlap" | "nullable"
/// amount     = sums and products of numbers, 'c', and names of arguments
/// ```
final class ArgumentText {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*");
    private static final Pattern NUMBER = Pattern.compile("0[xX][0-9a-fA-F]+|\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?");
    private static final Pattern CHARACTER = Pattern.compile("'(\\\\?.)'");
    private static final Pattern HEXADECIMAL = Pattern.compile("[0-9a-fA-F]{2}");

    /// What comes behind it is variable.
    static final String VARIADIC = "...";

    private final String text;
    private int at;
    /// Whether the characters of texts are more than a byte.
    private boolean isWide;

    private ArgumentText(String text) {
        this.text = text;
    }

    /// @throws IllegalArgumentException that says what could stand where
    static List<Argument> arguments(String text) {
        return values(text).stream().map(value -> value.filter(one -> one.kind() == Value.Kind.SCALAR).orElseThrow(() ->
                new IllegalArgumentException("%s: a number or a pointer is wanted".formatted(text))))
                .map(value -> value.members().getFirst().argument()).toList();
    }

    /// The same, and structures and vectors; empty for `...`.
    ///
    /// @throws IllegalArgumentException likewise
    static List<Optional<Value>> values(String text) {
        ArgumentText reader = new ArgumentText(text);
        List<Optional<Value>> values = new ArrayList<>();
        for (reader.between(); reader.at < text.length(); reader.between()) {
            values.add(reader.value());
        }
        return values;
    }

    /// `{0..3}`; all when there is nothing.
    ///
    /// @throws IllegalArgumentException likewise
    static Range range(String text) {
        if (text == null) {
            return Range.ALL;
        }
        ArgumentText reader = new ArgumentText(text);
        reader.expect('{');
        Range range = reader.range();
        if (reader.at < text.length()) {
            throw reader.wanted("nothing");
        }
        return range;
    }

    private Optional<Value> value() {
        if (text.startsWith(VARIADIC, at)) {
            at += VARIADIC.length();
            return Optional.empty();
        }
        String name = word("NAME:TYPE");
        if (!is(':')) {
            throw wanted(":TYPE behind " + name);
        }
        int begin = at;
        String word = word("a type");
        if (ValueText.isMany(word)) {
            at = begin;
            return Optional.of(ValueText.value(name, untilBlank()));
        }
        return Optional.of(Value.of(argument(name, word, begin)));
    }

    private Argument argument(String name, String word, int begin) {
        if (word.equals("fn")) {
            at = begin;
            String callee = untilBlank();
            return ExternalText.pointer(name + ":" + callee).orElseThrow(() ->
                    new IllegalArgumentException("not a function: %s:%s".formatted(name, callee)));
        }
        Argument.Type type = TypeNames.scalar(word);
        Argument.Type element = type == Argument.Type.STRING ? Argument.Type.U8 : Argument.Type.U64;
        Amount count = Amount.of(0);
        if (is('[')) {
            boolean isUnsized = type.isPointer() && is('?');
            count = isUnsized ? count : amount();
            if (!isUnsized && type.isPointer() && count.equals(Amount.of(0))) {
                throw new IllegalArgumentException("%s:%s points to nothing".formatted(name, word));
            }
            skip();
            boolean isBytes = isWord("bytes") || isWord("byte");
            boolean isWords = !isBytes && (isWord("words") || isWord("word"));
            if (!isBytes && !isWords && is('x')) {             // of 8xu32 too
                skip();
                element = TypeNames.scalar(word("a type"));
            } else if (isBytes || !isWords && !count.isFixed()) {
                element = Argument.Type.U8;
            }
            expect(']', "bytes, words, x TYPE or ]");
        } else if (type.isPointer() && peek() != '=' && peek() != '{') {
            throw new IllegalArgumentException("%s:%s points to how much? %s:%s[N], [N bytes], [N x u32]".formatted(
                    name, word, name, word));
        }
        isWide = element != Argument.Type.U8;
        boolean isNullable = is('?');
        Range range = Range.ALL;
        Contents contents = Contents.Any.VALUE;
        if (is('{')) {
            if (type.isPointer()) {
                contents = peek() == '"' ? texts() : new Contents.Within(range());
            } else {
                range = range();
            }
        }
        if (is('=')) {
            contents = contents();
        }
        if (contents instanceof Contents.Texts(List<String> texts) && count.equals(Amount.of(0))) {
            count = Amount.of(texts.stream().mapToLong(String::length).max().orElse(0)
                    + (type == Argument.Type.STRING ? 1 : 0));
        }
        return attributes(new Argument(name, type, 0, element, range, isNullable, Optional.empty(),
                new Memory(count, contents, 0, Sharing.APART)));
    }

    private Argument attributes(Argument argument) {
        Argument read = argument;
        for (between(); at < text.length() && !isName(); between()) {
            int begin = at;
            String word = word("align N, may overlap, may equal, nullable, or the next NAME:TYPE");
            skip();
            switch (word) {
                case "align" -> read = read.aligned(whole());
                case "nullable" -> read = read.nullable();
                case "may" -> read = read.sharing(isWord("overlap") ? Sharing.OVERLAP
                        : isWord("equal") ? Sharing.EQUAL : missing("overlap or equal"));
                default -> {
                    at = begin;
                    throw wanted("align N, may overlap, may equal, nullable, or the next NAME:TYPE");
                }
            }
        }
        return read;
    }

    private <T> T missing(String what) {
        throw wanted(what);
    }

    /// What stands behind `{`.
    private Range range() {
        List<Range.Span> spans = new ArrayList<>();
        Set<Range.Trait> traits = EnumSet.noneOf(Range.Trait.class);
        do {
            skip();
            Optional<Range.Trait> trait = trait();
            if (trait.isPresent()) {
                traits.add(trait.get());
            } else {
                spans.add(span());
                skip();
                trait().ifPresent(traits::add);
            }
            skip();
        } while (is(','));
        expect('}', "a comma or }");
        return new Range(spans, traits);
    }

    private Optional<Range.Trait> trait() {
        if (isWord("top")) {
            skip();
            return isWord("bit") ? Optional.of(Range.Trait.TOP) : missing("bit");
        }
        return isWord("odd") ? Optional.of(Range.Trait.ODD) : isWord("even") ? Optional.of(Range.Trait.EVEN)
                : Optional.empty();
    }

    private Range.Span span() {
        Amount low = amount();
        skip();
        if (!text.startsWith("..", at)) {
            return new Range.Span(low, low, 1);
        }
        at += 2;
        Amount high = amount();
        skip();
        return new Range.Span(low, high, isWord("step") ? whole() : 1);
    }

    /// What stands behind `=`.
    private Contents contents() {
        if (peek() == '"') {
            return new Contents.Texts(List.of(text()));
        }
        expect('{', "a text or {");
        if (peek() == '"') {
            return texts();
        }
        return new Contents.Listed(listed(this::item));
    }

    private Item item() {
        skip();
        if (is('?')) {
            return new Item.Any();
        }
        if (is('&')) {
            String name = word("the name of a buffer");
            skip();
            return new Item.Address(name, is('+') ? product() : Amount.of(0));
        }
        return new Item.Number(amount());
    }

    private Contents texts() {
        return new Contents.Texts(listed(this::text));
    }

    private <T> List<T> listed(Supplier<T> item) {
        List<T> all = new ArrayList<>();
        do {
            all.add(item.get());
            skip();
        } while (is(','));
        expect('}', "a comma or }");
        return List.copyOf(all);
    }

    private String text() {
        skip();
        expect('"', "a text");
        StringBuilder read = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '"') {
            read.append(text.charAt(at) >= 0x80 && !isWide ? bytes() : String.valueOf(character()));
        }
        expect('"', "\" at its end");
        return read.toString();
    }

    /// A character of more bytes than one, as UTF-8.
    private String bytes() {
        String character = Character.toString(text.codePointAt(at));
        at += character.length();
        return new String(character.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private char character() {
        char c = text.charAt(at++);
        if (c != '\\' || at == text.length()) {
            return c;
        }
        char escaped = text.charAt(at++);
        if (escaped == 'x') {
            Matcher digits = HEXADECIMAL.matcher(text).region(at, text.length());
            if (!digits.lookingAt()) {
                throw wanted("two hexadecimal digits behind \\x");
            }
            at = digits.end();
            return (char) Integer.parseInt(digits.group(), 16);
        }
        return switch (escaped) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            default -> escaped;
        };
    }

    private Amount amount() {
        Amount left = product();
        for (skip(); peek() == '+' || peek() == '-'; skip()) {
            Amount.Operator operator = text.charAt(at++) == '+' ? Amount.Operator.PLUS : Amount.Operator.MINUS;
            left = computed(left, operator, product());
        }
        return left;
    }

    private Amount product() {
        Amount left = factor();
        for (skip(); peek() == '*' || peek() == '/'; skip()) {
            Amount.Operator operator = text.charAt(at++) == '*' ? Amount.Operator.TIMES : Amount.Operator.OVER;
            left = computed(left, operator, factor());
        }
        return left;
    }

    private static Amount computed(Amount left, Amount.Operator operator, Amount right) {
        Amount computed = new Amount.Computed(left, operator, right);
        return computed.isFixed() ? new Amount.Number(computed.fixed()) : computed;
    }

    private Amount factor() {
        skip();
        if (is('-')) {
            return computed(Amount.of(0), Amount.Operator.MINUS, factor());
        }
        if (is('(')) {
            Amount inner = amount();
            skip();
            expect(')', "an operator or )");
            return inner;
        }
        Matcher number = NUMBER.matcher(text).region(at, text.length());
        if (number.lookingAt()) {
            at = number.end();
            String digits = number.group();
            return new Amount.Number(digits.startsWith("0x") || digits.startsWith("0X")
                    ? new BigDecimal(new BigInteger(digits.substring(2), 16)) : new BigDecimal(digits));
        }
        Matcher character = CHARACTER.matcher(text).region(at, text.length());
        if (character.lookingAt()) {
            at++;
            Amount value = Amount.of(character());
            expect('\'');
            return value;
        }
        return new Amount.Of(word("a number, or the name of an argument"));
    }

    private int whole() {
        skip();
        Matcher number = NUMBER.matcher(text).region(at, text.length());
        if (!number.lookingAt() || !number.group().matches("\\d{1,9}")) {
            throw wanted("a whole number");
        }
        at = number.end();
        return Integer.parseInt(number.group());
    }

    /// Whether the name of the next argument comes.
    private boolean isName() {
        Matcher name = NAME.matcher(text).region(at, text.length());
        return !name.lookingAt() || name.end() < text.length() && text.charAt(name.end()) == ':';
    }

    private String word(String what) {
        Matcher name = NAME.matcher(text).region(at, text.length());
        if (!name.lookingAt()) {
            throw wanted(what);
        }
        at = name.end();
        return name.group();
    }

    private boolean isWord(String word) {
        Matcher name = NAME.matcher(text).region(at, text.length());
        boolean isThere = name.lookingAt() && name.group().equals(word);
        at = isThere ? name.end() : at;
        return isThere;
    }

    private boolean is(char wanted) {
        boolean isThere = peek() == wanted;
        at += isThere ? 1 : 0;
        return isThere;
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private void expect(char wanted) {
        expect(wanted, String.valueOf(wanted));
    }

    private void expect(char wanted, String what) {
        if (!is(wanted)) {
            throw wanted(what);
        }
    }

    private void skip() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private void between() {
        while (at < text.length() && (Character.isWhitespace(text.charAt(at)) || text.charAt(at) == ',')) {
            at++;
        }
    }

    /// Up to a blank or a comma that no bracket holds.
    private String untilBlank() {
        int begin = at;
        int depth = 0;
        while (at < text.length() && (depth > 0 || !Character.isWhitespace(peek()) && peek() != ',')) {
            depth += "({[".indexOf(peek()) >= 0 ? 1 : ")}]".indexOf(peek()) >= 0 ? -1 : 0;
            at++;
        }
        return text.substring(begin, at);
    }

    private IllegalArgumentException wanted(String what) {
        String rest = text.substring(at);
        return new IllegalArgumentException("arguments=%s: %s wanted, not %s".formatted(text, what,
                rest.isEmpty() ? "the end" : "\"" + rest.lines().findFirst().orElse("") + "\""));
    }
}
