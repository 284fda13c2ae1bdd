package dev.trampette.contract;

import static dev.trampette.contract.ContractRules.require;

import dev.trampette.contract.Contract.Role;
import dev.trampette.contract.Contract.Specimen;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Evidence;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.HypercallInterface;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Source;
import dev.trampette.spec.Stored;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads a contract from text, `key=value` lines; [ContractLines] writes them.
final class ContractText {

    /// All keys; what they mean is in the head of `src/main/asm/include/contract.inc`.
    static final Set<String> KEYS = Set.of("symbol", "role", "design", "convention", "instruction", "leaf",
            "arguments", "memory", "in", "out", "stored", "unreached", "verified", "scrub", "mask", "calls", "fields",
            "result", "status", "left", "clobbers", "preserves", "refused", "written", "faults", "handler",
            "failed", "interface", "exit", "carry", "retry", "executes", "alignment", "stack", "clean", "ibt",
            "secret", "same", "ordering", "external", "writes", "returns", "allow", "changes", "zero", "ignore",
            "narrow", "breaks", "class", "source", "blamed");
    /// Those whose values are for readers.
    private static final Set<String> PROSE = Set.of("source", "blamed");

    static final String VECTORS = "vectors";
    static final String VOID = "void";
    static final String NONE = "none";
    static final String YES = "yes";
    static final String NO = "no";
    static final String CALLER = "caller";
    private static final String ANY = "any";
    static final String EXTENDED = "extended";
    static final String VECTOR_STATE = "vector-state";

    private static final Map<String, Promises.Scrub> SCRUBS = Map.of("yes", Promises.Scrub.ALL, "registers",
            Promises.Scrub.REGISTERS, "no", Promises.Scrub.NONE);

    /// The ways in which a VMX instruction does not succeed.
    static final List<String> FAILURES = List.of("invalid", "valid", "fault");

    private static final Pattern SOURCE = Pattern.compile("([A-Za-z_]\\w*)(?:\\[(\\d+)])?");
    private static final Pattern IGNORED = Pattern.compile("(\\w+(?:\\.\\w+)?\\[\\d+])(?::(\\d+)\\.\\.(\\d+))?");
    private static final Pattern COMMENT = Pattern.compile("^\\s*(#|//).*|\\s(#|//)\\s.*");

    private final Map<String, String> lines = new LinkedHashMap<>();
    private Optional<Prototype> prototype = Optional.empty();
    /// The lines as they were written.
    private final Map<String, String> texts = new LinkedHashMap<>();
    /// The key of the line that was looked at last.
    private String reading = "";

    ContractText(String text) {
        String begun = "";
        for (String line : text.lines().filter(line -> !line.isBlank()).toList()) {
            begun = begun.isEmpty() ? line : begun + " " + COMMENT.matcher(line).replaceFirst("").strip();
            if (!Prototype.isOpen(begun.strip())) {
                read(begun);
                begun = "";
            }
        }
        if (!begun.isEmpty()) {
            read(begun);
        }
        if (lines.isEmpty() && prototype.isEmpty()) {
            throw new ContractException("not a contract: it is empty; it has symbol=NAME at least, or a C prototype");
        }
    }

    private void read(String line) {
        int equals = line.indexOf('=');
        String key = equals < 0 ? "" : line.substring(0, equals).strip();
        String plain = PROSE.contains(key) ? line.strip() : COMMENT.matcher(line).replaceFirst("").strip();
        if (plain.isEmpty()) {
            return;
        }
        if (Prototype.isLikely(plain) && prototype.isEmpty() && lines.isEmpty()) {
            try {
                prototype = Optional.of(Prototype.parse(plain));
            } catch (IllegalArgumentException e) {
                throw new ContractException("not a contract, symbol=function, %s, line=\"%s\""
                        .formatted(e.getMessage(), plain.substring(Prototype.declarations(plain).length()).strip()),
                        line, e);
            }
        } else if (!KEYS.contains(key) || lines.put(key, plain.substring(plain.indexOf('=') + 1).strip()) != null) {
            throw new ContractException("not a contract, symbol=%s, line=\"%s\"".formatted(symbol(), line), line, null);
        }
        texts.put(key, line);
    }

    /// Whether a line is the first of a contract.
    static boolean isFirst(String line) {
        return line.matches("symbol\\s*=.*") || Prototype.isLikely(line);
    }

    /// A line for each key, where several stand in one.
    static String inLines(String text) {
        return text.replaceAll("[ \\t]+(?=(?:%s)=)".formatted(String.join("|", KEYS)), "\n");
    }

    /// @throws ContractException when something in it makes no sense
    Contract contract() {
        ContractBuilder builder = Contract.of(symbol());
        into(builder);
        return builder.build();
    }

    /// Say all that over what was said before.
    ///
    /// @throws ContractException when something in it makes no sense
    void into(ContractBuilder builder) {
        boolean isRefining = !builder.values.isEmpty() || prototype.isPresent();
        try {
            prototype.ifPresent(one -> one.into(builder));
            with("symbol", name -> builder.symbol = name);
            signature(builder, isRefining);
            effect(builder);
            promises(builder);
            words("external").map(ExternalText::external).forEach(builder::external);
            with("role", word -> builder.role(constant(Role.class, "role", word)));
            with("design", builder::design);
            with("calls", builder::calls);
            with("same", builder::same);
            with("breaks", rule -> builder.specimen(new Specimen(rule, lines.getOrDefault("class", ""),
                    lines.getOrDefault("source", ""), Arrays.stream(value("blamed", "").split(";"))
                            .map(String::strip).filter(text -> !text.isEmpty()).toList())));
            with("verified", word -> builder.evidence(evidence(word)));
        } catch (IllegalArgumentException e) {
            throw new ContractException("not a contract, symbol=%s, %s".formatted(symbol(), e.getMessage()),
                    texts.getOrDefault(reading, ""), e);
        }
    }

    private void signature(ContractBuilder builder, boolean isRefining) {
        with("convention", word -> builder.convention(Convention.labelled(word).orElseThrow(() ->
                new IllegalArgumentException("no such convention: " + word))));
        ArgumentText.values(value("arguments", "")).forEach(value -> {
            if (value.isEmpty()) {
                builder.variadic();
            } else if (isRefining) {
                builder.refine(value.get());
            } else {
                builder.parameter(value.get());
            }
        });
        ArgumentText.arguments(value("memory", "")).forEach(builder::memory);
        with("result", word -> {
            if (word.equals(VOID)) {
                builder.returnsNothing();
            } else if (word.equals(ANY)) {
                builder.returnsAnything();
            } else if (Gpr.whole(word).isPresent()) {
                builder.returnsNothing().returned(Gpr.RAX, register(word));
            } else {
                builder.result(ValueText.value(Signature.RESULT, word));
            }
        });
        with("status", word -> builder.status(register(word)));
        with("left", _ -> builder.left(registers("left")));
    }

    private void effect(ContractBuilder builder) {
        with("instruction", word -> {
            if (!word.isEmpty()) {
                builder.instruction(constant(Instruction.class, "instruction", word));
            }
        });
        with("leaf", builder::leaf);
        words("in").forEach(word -> {
            int colon = word.indexOf(':');
            require(colon > 0, "in=%s has no source", word);
            builder.input(register(word.substring(0, colon)), source(word.substring(colon + 1)));
        });
        if (lines.containsKey("out") || lines.containsKey("stored")) {
            builder.outputs(registers("out"), constant(Stored.class, "stored", value("stored", "never")));
        }
        with("written", _ -> builder.written(Set.copyOf(registers("written"))));
        words("writes").forEach(word -> {
            require(source(word) instanceof Source.Element, "writes=%s is not ARGUMENT[N]", word);
            Source.Element element = (Source.Element) source(word);
            builder.writes(element.parameter(), element.index());
        });
        words("returns").forEach(word -> {
            int colon = word.indexOf(':');
            require(colon > 0, "returns=%s is not PLACE:REGISTER", word);
            builder.returned(register(word.substring(0, colon)), register(word.substring(colon + 1)));
        });
        if (is("faults", "none")) {
            builder.neverFaults();
        }
        if (is("unreached", "input")) {
            builder.inputsWhenUnreached();
        }
        if (is("carry", "unreached")) {
            builder.carry();
        }
        with("retry", text -> {
            int colon = text.indexOf(':');
            require(colon > 0, "retry=%s is not STATUS:N", text);
            builder.retry(number(text.substring(0, colon)), Integer.parseInt(text.substring(colon + 1)));
        });
        with("refused", word -> builder.refusal(constant(Effect.Refusal.class, "way to refuse", word)));
        with("interface", word -> builder.hypercall(constant(HypercallInterface.class, "interface", word)));
        Effect.Entry entry = entry();
        if (!entry.equals(Effect.Entry.UNKNOWN)) {
            reading = entry.exit().isPresent() ? "exit" : "handler";
            builder.entry(entry);
        }
        if (NONE.equals(lines.get("handler")) || lines.containsKey("failed")) {
            builder.failure(failure());
        }
        with("executes", _ -> builder.executes(words("executes").map(word ->
                Step.parse(word, ContractText::source)).toList()));
        with("fields", _ -> builder.fields(words("fields").map(ContractText::number).toList()));
    }

    /// `exit=vmx_vmexit`, `handler=failed`.
    private Effect.Entry entry() {
        return new Effect.Entry(Optional.ofNullable(lines.get("exit")),
                Optional.ofNullable(lines.get("handler")).filter(word -> !word.equals(NONE)));
    }

    /// `failed=1`, or `failed=invalid:1 valid:2 fault:3`; `handler=none`.
    private Effect.Failure failure() {
        boolean isReported = !NONE.equals(lines.get("handler"));
        Map<String, Long> values = new HashMap<>();
        words("failed").forEach(word -> {
            int colon = word.indexOf(':');
            List<String> names = colon < 0 ? FAILURES : List.of(word.substring(0, colon));
            require(FAILURES.containsAll(names), "failed=%s; it is a number, or one for each of %s", word, FAILURES);
            names.forEach(name -> values.put(name, number(word.substring(colon + 1))));
        });
        List<OptionalLong> all = FAILURES.stream().map(name -> values.containsKey(name)
                ? OptionalLong.of(values.get(name)) : OptionalLong.empty()).toList();
        return new Effect.Failure(isReported, all.get(0), all.get(1), all.get(2));
    }

    private void promises(ContractBuilder builder) {
        with("clobbers", _ -> {
            Set<Gpr> clobbers = EnumSet.noneOf(Gpr.class);
            words("clobbers").filter(word -> !word.equals(VECTORS)).map(ContractText::register).forEach(clobbers::add);
            builder.clobbers(clobbers);
            if (words("clobbers").anyMatch(VECTORS::equals)) {
                builder.losesVectors();
            }
        });
        if (is("preserves", "flags")) {
            builder.preservesFlags();
        }
        with("scrub", word -> {
            require(SCRUBS.containsKey(word), "scrub=%s; it is yes, registers or no", word);
            builder.scrub(SCRUBS.get(word));
        });
        with("mask", word -> builder.mask(number(word)));
        with("alignment", word -> builder.alignment(Integer.parseInt(word)));
        with("stack", word -> builder.stackAlignment(Integer.parseInt(word)));
        words("clean").forEach(word -> builder.clean(constant(Promises.Clean.class, "flag", word)));
        with("ibt", word -> {
            require(word.equals(YES) || word.equals(NO), "ibt=%s; it is yes, no or not there", word);
            builder.tracked(word.equals(YES));
        });
        words("secret").forEach(builder::secret);
        if (is("narrow", EXTENDED)) {
            builder.extended();
        }
        if (is("allow", VECTOR_STATE)) {
            builder.allowVectorState();
        }
        words("changes").forEach(word -> builder.changes(constant(Promises.Changeable.class, "control word", word)));
        words("zero").flatMap(word -> ZeroText.places(word).stream()).forEach(builder::zero);
        words("ignore").forEach(word -> {
            Matcher parts = IGNORED.matcher(word);
            require(parts.matches(), "ignore=%s; it is ARGUMENT[N] or ARGUMENT[N]:LOW..HIGH", word);
            int low = parts.group(2) == null ? 0 : Integer.parseInt(parts.group(2));
            int high = parts.group(3) == null ? Long.SIZE - 1 : Integer.parseInt(parts.group(3));
            require(low <= high && high < Long.SIZE, "ignore=%s: bits are 0 to 63", word);
            builder.ignore(parts.group(1), -1L >>> Long.SIZE - 1 - high & -1L << low);
        });
        if (is("ordering", CALLER)) {
            builder.unordered();
        }
    }

    private String symbol() {
        return lines.getOrDefault("symbol", prototype.map(Prototype::name).orElse("function"));
    }

    private String value(String key, String otherwise) {
        reading = key;
        return lines.getOrDefault(key, otherwise);
    }

    private void with(String key, Consumer<String> value) {
        if (lines.containsKey(key)) {
            value.accept(value(key, ""));
        }
    }

    private Stream<String> words(String key) {
        return ValueText.words(value(key, "")).stream();
    }

    private List<Gpr> registers(String key) {
        return words(key).map(ContractText::register).toList();
    }

    private static Evidence evidence(String word) {
        return Arrays.stream(Evidence.values()).filter(evidence -> evidence.toString().equals(word)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("verified=%s; it is no, one source or not there"
                        .formatted(word)));
    }

    /// Whether a key is there, which has one value.
    private boolean is(String key, String only) {
        String value = value(key, only);
        require(value.equals(only), "%s=%s; it is %s or not there", key, value, only);
        return lines.containsKey(key);
    }

    /// A number of 64 bits without a sign: `2`, `0xc000010000000000`.
    private static long number(String text) {
        return text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseUnsignedLong(text);
    }

    /// A number, `name`, or `name[index]`.
    private static Source source(String word) {
        if (!word.isEmpty() && Character.isDigit(word.charAt(0))) {
            return new Source.Constant(number(word));
        }
        Matcher parts = SOURCE.matcher(word);
        require(parts.matches(), "not a source: %s", word);
        return parts.group(2) == null ? new Source.Parameter(word)
                : new Source.Element(parts.group(1), Integer.parseInt(parts.group(2)));
    }

    private static Gpr register(String name) {
        return constant(Gpr.class, "register", name);
    }

    static <E extends Enum<E>> E constant(Class<E> type, String what, String word) {
        String name = word.toUpperCase(Locale.ROOT).replace('-', '_');
        return Arrays.stream(type.getEnumConstants()).filter(constant -> constant.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such %s: %s".formatted(what, word)));
    }
}
