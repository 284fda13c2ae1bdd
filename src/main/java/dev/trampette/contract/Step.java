package dev.trampette.contract;

import static dev.trampette.contract.ContractRules.require;

import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Source;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One of the instructions that a routine executes when all of them succeed.
///
/// @param instruction which it is
/// @param operands where the value of each operand is from, by its name, as far as that is known: of TDCALL and
///        SEAMCALL registers, else those of [#names]
public record Step(Instruction instruction, Map<String, Source> operands) {

    private static final Pattern FORM = Pattern.compile("(\\w+)(?:\\(([^()]*)\\))?");

    /// Nothing of it changes.
    public Step {
        operands = Collections.unmodifiableMap(new LinkedHashMap<>(operands));
    }

    /// The operands that contracts have names for.
    ///
    /// @param instruction any
    /// @return in order; of TDCALL and SEAMCALL every register except RSP, and none of an instruction without operands
    public static List<String> names(Instruction instruction) {
        return switch (instruction) {
            case VMREAD -> List.of("field");
            case VMWRITE -> List.of("field", "value");
            case VMCLEAR, VMPTRLD -> List.of("address");
            case INVEPT, INVVPID -> List.of("type", "low", "high");
            case TDCALL, SEAMCALL -> Stream.of(Gpr.values()).filter(register -> register != Gpr.RSP)
                    .map(Gpr::toString).toList();
            default -> List.of();
        };
    }

    /// `VMWRITE(field:0x6820,value:a0)`.
    ///
    /// @param source reads where a value is from
    static Step parse(String word, Function<String, Source> source) {
        Matcher parts = FORM.matcher(word);
        require(parts.matches(), "executes=%s is not INSTRUCTION(operand:value,...)", word);
        String name = parts.group(1).toUpperCase(Locale.ROOT);
        Instruction instruction = Arrays.stream(Instruction.values()).filter(one -> one.name().equals(name))
                .findFirst().orElseThrow(() -> new IllegalArgumentException("no such instruction: " + parts.group(1)));
        Map<String, Source> operands = new LinkedHashMap<>();
        String inside = parts.group(2) == null ? "" : parts.group(2);
        for (String operand : inside.isEmpty() ? new String[0] : inside.split(",")) {
            int colon = operand.indexOf(':');
            require(colon > 0 && names(instruction).contains(operand.substring(0, colon)),
                    "executes=%s; the operands of %s are %s", word, instruction, names(instruction));
            operands.put(operand.substring(0, colon), source.apply(operand.substring(colon + 1)));
        }
        return new Step(instruction, operands);
    }

    /// As contracts have it.
    @Override
    public String toString() {
        return operands.isEmpty() ? instruction.name() : operands.entrySet().stream()
                .map(operand -> operand.getKey() + ":" + operand.getValue())
                .collect(Collectors.joining(",", instruction.name() + "(", ")"));
    }
}
