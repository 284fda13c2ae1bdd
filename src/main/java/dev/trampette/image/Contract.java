package dev.trampette.image;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Stored;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// What a routine of an image promises, as its source says it: the note that `CONTRACT` leaves in the object.
///
/// The keys and their meaning are in the head of `src/main/asm/include/contract.inc`.
///
/// @param symbol the name of the routine
/// @param role a call site of one leaf, or a routine that call sites share
/// @param design how it is written: `trampoline`, `memory-struct` ...
/// @param convention how it is called
/// @param instruction the mnemonic of what it executes
/// @param leaf the specification's name of the leaf, or empty
/// @param arguments the arguments of a SysV function, in order
/// @param inputs what each register must hold at the instruction, as text: an argument, an element or a number
/// @param outputs the registers whose values go to the `out` argument, in this order
/// @param stored the status on which the outputs are stored
/// @param mask RCX at TDG.VP.VMCALL
/// @param verified whether the leaf's entry in the table was checked against a source
/// @param inputsWhenUnreached whether the outputs are the inputs where SEAMCALL does not reach the module
/// @param scrub whether no value that comes back may stay in a register
/// @param calls the shared routine that a call site goes through
/// @param breaks the rule that a specimen breaks: a wrapper that is kept because it is broken
public record Contract(
        String symbol,
        Role role,
        String design,
        Convention convention,
        String instruction,
        String leaf,
        List<Argument> arguments,
        Map<Gpr, String> inputs,
        List<Gpr> outputs,
        Stored stored,
        OptionalLong mask,
        boolean verified,
        boolean inputsWhenUnreached,
        boolean scrub,
        Optional<String> calls,
        Optional<String> breaks) {

    /// What a routine is for.
    public enum Role {
        /// One leaf, called by C or Java.
        CALL_SITE,
        /// Shared by call sites.
        ROUTINE
    }

    /// How a routine is called.
    public enum Convention {
        /// A C function of the System V AMD64 ABI.
        SYSV,
        /// Arguments and results in registers of its own choice, for thin wrappers.
        TRAMPOLINE,
        /// Arguments on the stack, all registers preserved.
        STACK,
        /// Inline assembly as a routine: named registers in, named registers out.
        REGISTERS
    }

    /// The number of the leaf: in R11, or leaf and version in RAX; empty for what has no leaf.
    public OptionalLong number() {
        String number = inputs.getOrDefault(Gpr.RAX, inputs.get(Gpr.R11));
        return number == null || leaf.isEmpty() ? OptionalLong.empty() : OptionalLong.of(number(number));
    }

    /// A number as contracts have it, of 64 bits without a sign: `2`, `0xc000010000000000`.
    ///
    /// @throws NumberFormatException when it is none
    public static long number(String text) {
        return text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseUnsignedLong(text);
    }

    /// Read the text of one note.
    ///
    /// @throws ImageException when the text is not a contract
    static Contract parse(String text) {
        Map<String, String> lines = new LinkedHashMap<>();
        for (String line : text.lines().toList()) {
            int equals = line.indexOf('=');
            if (equals < 0 || lines.put(line.substring(0, equals), line.substring(equals + 1)) != null) {
                throw new ImageException("not a contract, line=\"" + line + "\"");
            }
        }
        try {
            return new Contract(
                    lines.get("symbol"),
                    constant(Role.class, lines.get("role")),
                    lines.get("design"),
                    constant(Convention.class, lines.get("convention")),
                    lines.get("instruction"),
                    lines.getOrDefault("leaf", ""),
                    words(lines, "arguments").map(Contract::argument).toList(),
                    inputs(lines),
                    words(lines, "out").map(Contract::register).toList(),
                    constant(Stored.class, lines.getOrDefault("stored", "never")),
                    lines.containsKey("mask") ? OptionalLong.of(number(lines.get("mask"))) : OptionalLong.empty(),
                    !"no".equals(lines.get("verified")),
                    "input".equals(lines.get("unreached")),
                    "yes".equals(lines.get("scrub")),
                    Optional.ofNullable(lines.get("calls")),
                    Optional.ofNullable(lines.get("breaks")));
        } catch (IllegalArgumentException e) {
            throw new ImageException("not a contract, symbol=" + lines.get("symbol") + ", " + e.getMessage());
        }
    }

    private static Stream<String> words(Map<String, String> lines, String key) {
        return Arrays.stream(lines.getOrDefault(key, "").split(" ")).filter(word -> !word.isEmpty());
    }

    private static Map<Gpr, String> inputs(Map<String, String> lines) {
        Map<Gpr, String> inputs = new LinkedHashMap<>();
        words(lines, "in").forEach(word -> {
            int colon = word.indexOf(':');
            inputs.put(register(word.substring(0, colon)), word.substring(colon + 1));
        });
        return inputs;
    }

    private static Argument argument(String word) {
        int colon = word.indexOf(':');
        String name = word.substring(0, colon);
        String type = word.substring(colon + 1);
        int bracket = type.indexOf('[');
        if (bracket < 0) {
            return new Argument(name, constant(Argument.Type.class, type), 0);
        }
        int length = Integer.parseInt(type, bracket + 1, type.length() - 1, 10);
        return new Argument(name, constant(Argument.Type.class, type.substring(0, bracket)), length);
    }

    private static Gpr register(String name) {
        return constant(Gpr.class, name);
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String word) {
        return Enum.valueOf(type, word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
