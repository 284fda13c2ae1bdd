package dev.trampette.image;

import dev.trampette.image.Contract.After;
import dev.trampette.image.Contract.Convention;
import dev.trampette.image.Contract.Retry;
import dev.trampette.image.Contract.Role;
import dev.trampette.image.Contract.Specimen;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Stored;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A contract as text, `key=value` lines, and what makes no sense in it.
final class ContractText {

    private static final Set<String> KEYS = Set.of("symbol", "role", "design", "convention", "instruction", "leaf",
            "arguments", "in", "out", "stored", "unreached", "verified", "scrub", "mask", "calls", "fields", "result",
            "status", "left", "clobbers", "carry", "retry", "alignment", "breaks", "class", "source");
    /// What says something about an instruction, and nothing where there is none.
    private static final Set<String> OF_INSTRUCTION = Set.of("leaf", "in", "out", "stored", "unreached", "scrub",
            "mask", "fields", "carry", "retry", "alignment");

    private static final Pattern ARGUMENT = Pattern.compile(
            "(\\w+):(\\w+)(?:\\[(\\d+)])?(?:\\{([-+.\\w]+?)\\.\\.([-+.\\w]+)})?");
    private static final Pattern SOURCE = Pattern.compile("(\\w+)(?:\\[(\\d+)])?");

    private static final int MOST_ARGUMENTS = 32;
    private static final int MOST_ELEMENTS = 1 << 16;
    /// Doubles hold integers up to here.
    private static final double EXACT = 1L << 53;
    /// The verifier has a script for so many answers.
    private static final int MOST_CALLS = 15;
    private static final int MOST_FIELDS = 16;

    private final Map<String, String> lines = new LinkedHashMap<>();

    ContractText(String text) {
        for (String line : text.lines().filter(line -> !line.isBlank()).toList()) {
            int equals = line.indexOf('=');
            if (equals < 0 || !KEYS.contains(line.substring(0, equals))
                    || lines.put(line.substring(0, equals), line.substring(equals + 1)) != null) {
                throw new ImageException("not a contract, symbol=%s, line=\"%s\"".formatted(symbol(), line));
            }
        }
    }

    /// @throws ImageException when something in it makes no sense
    Contract contract() {
        try {
            Contract contract = new Contract(
                    symbol(),
                    constant(Role.class, "role", lines.getOrDefault("role", "routine")),
                    lines.getOrDefault("design", "foreign"),
                    constant(Convention.class, "convention", lines.getOrDefault("convention", "sysv")),
                    lines.getOrDefault("instruction", ""),
                    lines.getOrDefault("leaf", ""),
                    words("arguments").map(ContractText::argument).toList(),
                    inputs(),
                    words("out").map(ContractText::register).toList(),
                    constant(Stored.class, "stored", lines.getOrDefault("stored", "never")),
                    lines.containsKey("mask") ? OptionalLong.of(Contract.number(lines.get("mask")))
                            : OptionalLong.empty(),
                    !is("verified", "no"),
                    is("unreached", "input"),
                    is("scrub", "yes"),
                    Optional.ofNullable(lines.get("calls")),
                    words("fields").map(Contract::number).toList(),
                    Optional.ofNullable(lines.get("result")).map(type -> constant(Argument.Type.class, "type", type)),
                    after(),
                    Optional.ofNullable(lines.get("retry")).map(ContractText::retry),
                    Integer.parseInt(lines.getOrDefault("alignment", "1")),
                    Optional.ofNullable(lines.get("breaks")).map(rule -> new Specimen(rule,
                            lines.getOrDefault("class", ""), lines.getOrDefault("source", ""))));
            check(contract);
            return contract;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new ImageException("not a contract, symbol=%s, %s".formatted(symbol(), e.getMessage()), e);
        }
    }

    private String symbol() {
        return lines.getOrDefault("symbol", "function");
    }

    private void check(Contract contract) {
        int arguments = contract.arguments().size();
        require(arguments <= MOST_ARGUMENTS, "more than %d arguments", MOST_ARGUMENTS);
        require(contract.arguments().stream().map(Argument::name).distinct().count() == arguments,
                "two arguments of one name");
        require(contract.alignment() > 0 && Integer.bitCount(contract.alignment()) == 1,
                "alignment is no power of 2");
        require(contract.after().status() != Gpr.RSP, "status=rsp");
        require(contract.fields().size() <= MOST_FIELDS, "more than %d fields", MOST_FIELDS);
        contract.inputs().forEach((register, source) -> require(isKnown(contract, source), "in=%s:%s is no argument",
                register, source));
        contract.result().ifPresent(type -> require(!type.isPointer(), "result=%s; a pointer is u64", type.label()));
        if (!contract.convention().isC()) {
            require(contract.arguments().stream().noneMatch(argument -> argument.type().isFloating()),
                    "floating-point arguments with convention=%s", contract.convention().label());
        }
        Place.of(contract).forEach(place -> require(!(place instanceof Place.InRegister(Gpr register))
                || register != Gpr.RSP, "an argument in rsp"));
        if (contract.instruction().isEmpty()) {
            lines.keySet().forEach(key -> require(!OF_INSTRUCTION.contains(key), "%s= without an instruction", key));
            require(contract.convention() != Convention.STACK, "convention=stack without an instruction");
        } else {
            require(contract.result().isEmpty(), "result= beside an instruction, whose answer is the result");
            ofInstruction(contract, constant(Instruction.class, "instruction", contract.instruction()));
        }
    }

    private static void ofInstruction(Contract contract, Instruction instruction) {
        int arguments = contract.arguments().size();
        boolean pointer = contract.arguments().stream().anyMatch(Argument::isPointer);
        if (contract.convention() == Convention.STACK) {
            require(instruction == Instruction.VMREAD && arguments == 2 && !pointer,
                    "convention=stack is for vmread_error(field, fault)");
        } else if (instruction != Instruction.TDCALL && instruction != Instruction.SEAMCALL) {
            int least = instruction == Instruction.VMREAD && !pointer ? 1 : 2;
            require(arguments >= least && (arguments <= 3 || !contract.fields().isEmpty()),
                    "%s with %d arguments", instruction, arguments);
        }
        int room = contract.arguments().stream().filter(argument -> argument.type().isWritten())
                .mapToInt(Argument::length).sum();
        require(contract.outputs().size() <= room, "more in out= than an argument has room for");
    }

    private static boolean isKnown(Contract contract, String source) {
        Matcher parts = SOURCE.matcher(source);
        return !source.isEmpty() && (Character.isDigit(source.charAt(0)) ? isNumber(source)
                : parts.matches() && contract.arguments().stream().anyMatch(argument ->
                        argument.name().equals(parts.group(1)) && (parts.group(2) == null ? !argument.isPointer()
                                : Integer.parseInt(parts.group(2)) < argument.length())));
    }

    private static boolean isNumber(String text) {
        Contract.number(text);
        return true;
    }

    private static void require(boolean condition, String message, Object... values) {
        if (!condition) {
            throw new IllegalArgumentException(message.formatted(values));
        }
    }

    private Stream<String> words(String key) {
        return Arrays.stream(lines.getOrDefault(key, "").split(" ")).filter(word -> !word.isEmpty());
    }

    private Map<Gpr, String> inputs() {
        Map<Gpr, String> inputs = new LinkedHashMap<>();
        words("in").forEach(word -> {
            int colon = word.indexOf(':');
            require(colon > 0, "in=%s has no source", word);
            inputs.put(register(word.substring(0, colon)), word.substring(colon + 1));
        });
        return inputs;
    }

    private After after() {
        return new After(register(lines.getOrDefault("status", "rax")),
                words("left").map(ContractText::register).toList(),
                lines.containsKey("clobbers")
                        ? Optional.of(words("clobbers").map(ContractText::register)
                                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Gpr.class))))
                        : Optional.empty(),
                is("carry", "unreached"));
    }

    /// Whether a key is there, which has one value.
    private boolean is(String key, String only) {
        require(!lines.containsKey(key) || lines.get(key).equals(only), "%s=%s; it is %s or not there", key,
                lines.get(key), only);
        return lines.containsKey(key);
    }

    private static Retry retry(String text) {
        int colon = text.indexOf(':');
        require(colon > 0, "retry=%s is not STATUS:N", text);
        int most = Integer.parseInt(text.substring(colon + 1));
        require(most >= 1 && most <= MOST_CALLS, "retry=%s: 1 to %d calls", text, MOST_CALLS);
        return new Retry(Contract.number(text.substring(0, colon)), most);
    }

    /// `name:type`, `name:type[length]`, `name:type{low..high}`.
    private static Argument argument(String word) {
        Matcher parts = ARGUMENT.matcher(word);
        require(parts.matches(), "not an argument: %s", word);
        Argument.Type type = constant(Argument.Type.class, "type", parts.group(2));
        Argument.Range range = parts.group(4) == null ? Argument.Range.ALL
                : new Argument.Range(Double.parseDouble(parts.group(4)), Double.parseDouble(parts.group(5)));
        int length = parts.group(3) == null ? 0 : Integer.parseInt(parts.group(3));
        boolean pointer = type.isPointer();
        require(pointer == (length > 0), pointer ? "%s points to how much? %s:%s[N]" : "%s is no pointer", word,
                parts.group(1), parts.group(2));
        require(length <= MOST_ELEMENTS, "%s is too long", word);
        require(range.isAll() || range.low() <= range.high(), "%s has no values", word);
        require(range.isAll() || !pointer, "%s is a pointer, with a range", word);
        require(range.isAll() || Double.isFinite(range.low()) && Double.isFinite(range.high()),
                "%s has an end without a number", word);
        require(range.isAll() || type.isFloating() || isExact(range.low(), type) && isExact(range.high(), type),
                "%s is not a range of its type; integers to 2^53", word);
        return new Argument(parts.group(1), type, length, range);
    }

    private static boolean isExact(double value, Argument.Type type) {
        double most = type == Argument.Type.U64 ? EXACT : type.significantBits();
        return value == Math.rint(value) && value <= most && value >= -EXACT;
    }

    private static Gpr register(String name) {
        return constant(Gpr.class, "register", name);
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String what, String word) {
        String name = word.toUpperCase(Locale.ROOT).replace('-', '_');
        return Arrays.stream(type.getEnumConstants()).filter(constant -> constant.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such %s: %s".formatted(what, word)));
    }
}
