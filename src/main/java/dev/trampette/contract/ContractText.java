package dev.trampette.contract;

import static dev.trampette.contract.ContractRules.require;

import dev.trampette.contract.Contract.Role;
import dev.trampette.contract.Contract.Specimen;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.HypercallInterface;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Source;
import dev.trampette.spec.Stored;
import java.util.Arrays;
import java.util.Collection;
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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A contract as text, `key=value` lines.
final class ContractText {

    /// All keys; what they mean is in the head of `src/main/asm/include/contract.inc`.
    static final Set<String> KEYS = Set.of("symbol", "role", "design", "convention", "instruction", "leaf",
            "arguments", "in", "out", "stored", "unreached", "verified", "scrub", "mask", "calls", "fields",
            "result", "status", "left", "clobbers", "preserves", "refused", "written", "faults", "handler",
            "failed", "interface", "exit", "carry", "retry", "executes", "alignment", "stack", "clean", "ibt",
            "secret", "same", "ordering", "external", "writes", "returns", "breaks", "class", "source", "blamed");

    private static final String VECTORS = "vectors";
    private static final String VOID = "void";
    private static final String NONE = "none";
    private static final String YES = "yes";
    private static final String NO = "no";
    private static final String CALLER = "caller";

    private static final Map<String, Promises.Scrub> SCRUBS = Map.of("yes", Promises.Scrub.ALL, "registers",
            Promises.Scrub.REGISTERS, "no", Promises.Scrub.NONE);

    /// The ways in which a VMX instruction does not succeed.
    private static final List<String> FAILURES = List.of("invalid", "valid", "fault");

    private static final Pattern ARGUMENT = Pattern.compile(
            "(\\w+):(\\w+)(?:\\[(\\d+)(?:x(\\w+))?](\\?)?)?(?:\\{([-+.\\w]+?)\\.\\.([-+.\\w]+)})?");
    private static final Pattern SOURCE = Pattern.compile("([A-Za-z_]\\w*)(?:\\[(\\d+)])?");

    private final Map<String, String> lines = new LinkedHashMap<>();
    /// The key of the line that was looked at last.
    private String reading = "";

    ContractText(String text) {
        for (String line : text.lines().filter(line -> !line.isBlank()).toList()) {
            int equals = line.indexOf('=');
            if (equals < 0 || !KEYS.contains(line.substring(0, equals))
                    || lines.put(line.substring(0, equals), line.substring(equals + 1)) != null) {
                throw new ContractException("not a contract, symbol=%s, line=\"%s\"".formatted(symbol(), line), line,
                        null);
            }
        }
    }

    /// A line for each key, where several stand in one.
    static String inLines(String text) {
        return text.replaceAll("[ \\t]+(?=(?:%s)=)".formatted(String.join("|", KEYS)), "\n");
    }

    /// A contract as text: what is as it would be anyway is left out.
    static String of(Contract contract) {
        Map<String, Object> lines = new LinkedHashMap<>();
        Signature signature = contract.signature();
        lines.put("symbol", contract.symbol());
        lines.put("role", contract.role().label());
        lines.put("design", contract.design());
        lines.put("convention", signature.convention());
        contract.effect().ifPresent(effect -> {
            lines.put("instruction", effect.instruction());
            lines.put("leaf", effect.leaf());
        });
        lines.put("verified", contract.verified() ? "" : "no");
        lines.put("arguments", words(signature.arguments()));
        contract.effect().ifPresent(effect -> effect(effect, lines));
        lines.put("result", signature.isVoid() ? VOID : signature.result().map(Argument.Type::label).orElse(""));
        lines.put("status", signature.status() == Gpr.RAX ? "" : signature.status());
        lines.put("left", words(signature.left()));
        Promises promises = contract.promises();
        promises.clobbers().ifPresent(registers -> lines.put("clobbers", words(registers)
                + (promises.losesVectors() ? " " + VECTORS : registers.isEmpty() ? " " : "")));
        lines.put("preserves", promises.preservesFlags() ? "flags" : "");
        lines.put("scrub", switch (promises.scrub()) {
            case UNTRUSTED -> "";
            case ALL -> "yes";
            case REGISTERS -> "registers";
            case NONE -> "no";
        });
        lines.put("mask", promises.mask().isPresent() ? "0x%x".formatted(promises.mask().getAsLong()) : "");
        lines.put("alignment", promises.alignment() == 1 ? "" : promises.alignment());
        lines.put("stack", promises.stackAlignment().isPresent() ? promises.stackAlignment().getAsInt() : "");
        lines.put("clean", words(promises.clean().stream().map(Promises.Clean::label).toList()));
        lines.put("ibt", promises.tracked().map(tracked -> tracked ? YES : NO).orElse(""));
        lines.put("secret", words(promises.secrets()));
        lines.put("same", contract.same().orElse(""));
        lines.put("ordering", promises.isUnordered() ? CALLER : "");
        lines.put("external", words(contract.externals()));
        lines.put("calls", contract.calls().orElse(""));
        contract.specimen().ifPresent(specimen -> {
            lines.put("breaks", specimen.breaks());
            lines.put("class", specimen.defect());
            lines.put("source", specimen.source());
            lines.put("blamed", String.join("; ", specimen.blamed()));
        });
        return lines.entrySet().stream().filter(line -> !line.getValue().toString().isEmpty())
                .map(line -> "%s=%s\n".formatted(line.getKey(), line.getValue())).collect(Collectors.joining());
    }

    private static void effect(Effect effect, Map<String, Object> lines) {
        lines.put("in", words(effect.inputs().entrySet().stream()
                .map(input -> input.getKey() + ":" + input.getValue()).toList()));
        lines.put("out", words(effect.outputs()));
        lines.put("written", words(effect.written()));
        lines.put("writes", words(effect.writes().entrySet().stream()
                .map(one -> "%s[%d]".formatted(one.getKey(), one.getValue())).toList()));
        lines.put("returns", words(effect.returned().entrySet().stream()
                .map(one -> one.getKey() + ":" + one.getValue()).toList()));
        lines.put("faults", effect.faults() ? "" : "none");
        lines.put("stored", effect.stored() == Stored.NEVER ? "" : effect.stored().label());
        lines.put("unreached", effect.inputsWhenUnreached() ? "input" : "");
        lines.put("carry", effect.carry() ? "unreached" : "");
        lines.put("retry", effect.retry().map(retry -> "0x%x:%d".formatted(retry.status(), retry.most())).orElse(""));
        lines.put("refused", effect.refusal() == Effect.Refusal.UD2 ? "" : effect.refusal().label());
        lines.put("interface", effect.hypercall().map(HypercallInterface::label).orElse(""));
        lines.put("exit", effect.entry().exit().orElse(""));
        lines.put("handler", effect.entry().handler().orElse(effect.failure().isReported() ? "" : NONE));
        lines.put("failed", failed(effect.failure()));
        lines.put("executes", words(effect.steps()));
        lines.put("fields", words(effect.fields().stream().map("0x%x"::formatted).toList()));
    }

    private static String words(Collection<?> words) {
        return words.stream().map(Object::toString).collect(Collectors.joining(" "));
    }

    /// @throws ContractException when something in it makes no sense
    Contract contract() {
        ContractBuilder builder = Contract.of(symbol());
        try {
            signature(builder);
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
            builder.verified(!is("verified", "no"));
        } catch (IllegalArgumentException e) {
            String line = lines.containsKey(reading) ? reading + "=" + lines.get(reading) : "";
            throw new ContractException("not a contract, symbol=%s, %s".formatted(symbol(), e.getMessage()), line, e);
        }
        return builder.build();
    }

    private void signature(ContractBuilder builder) {
        with("convention", word -> builder.convention(Convention.labelled(word).orElseThrow(() ->
                new IllegalArgumentException("no such convention: " + word))));
        words("arguments").map(ContractText::argument).forEach(builder::parameter);
        with("result", word -> {
            if (word.equals(VOID)) {
                builder.returnsNothing();
            } else if (Arrays.stream(Gpr.values()).anyMatch(register -> register.toString().equals(word))) {
                builder.returnsNothing().returned(Gpr.RAX, register(word));
            } else {
                builder.result(constant(Argument.Type.class, "type", word));
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

    private static String failed(Effect.Failure failure) {
        List<OptionalLong> all = List.of(failure.invalid(), failure.valid(), failure.fault());
        return IntStream.range(0, FAILURES.size()).filter(n -> all.get(n).isPresent())
                .mapToObj(n -> "%s:%s".formatted(FAILURES.get(n), new Source.Constant(all.get(n).getAsLong())))
                .collect(Collectors.joining(" "));
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
        if (is("ordering", CALLER)) {
            builder.unordered();
        }
    }

    private String symbol() {
        return lines.getOrDefault("symbol", "function");
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
        return Arrays.stream(value(key, "").split(" ")).filter(word -> !word.isEmpty());
    }

    private List<Gpr> registers(String key) {
        return words(key).map(ContractText::register).toList();
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

    /// `name:type`, `name:type[length]`, `name:type[lengthxtype]?`, `name:type{low..high}`, `name:fn`.
    private static Argument argument(String word) {
        Optional<Argument> function = ExternalText.pointer(word);
        if (function.isPresent()) {
            return function.get();
        }
        Matcher parts = ARGUMENT.matcher(word);
        require(parts.matches(), "not an argument: %s", word);
        return new Argument(parts.group(1), constant(Argument.Type.class, "type", parts.group(2)),
                parts.group(3) == null ? 0 : Integer.parseInt(parts.group(3)),
                parts.group(4) == null ? Argument.Type.U64 : constant(Argument.Type.class, "type", parts.group(4)),
                range(parts.group(6), parts.group(7)), parts.group(5) != null, Optional.empty());
    }

    static Argument.Range range(String low, String high) {
        return low == null ? Argument.Range.ALL : new Argument.Range(Double.parseDouble(low), Double.parseDouble(high));
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
