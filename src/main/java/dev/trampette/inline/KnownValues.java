package dev.trampette.inline;

import dev.trampette.spec.Gpr;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What registers hold at a place, as far as the lines before it say: constants, and the same as others. Each value has
/// a name; equal names are equal values.
///
/// @param names by register
public record KnownValues(Map<Gpr, String> names) {

    private static final Pattern LABEL = Pattern.compile("[.\\w]+:.*");
    private static final Pattern DEBUG = Pattern.compile("\\.L(?:[0-9]+_)?(?:VL|BB|BE|BI|FB)\\w*:.*");
    private static final Pattern ENDS = Pattern.compile("\\s+(?:j\\w+|call\\w*|ret)\\b.*");
    private static final Pattern IMPLICIT = Pattern.compile("\\s+(?:rep\\b.*|cltd|cqto|cltq|.?mul\\w?|.?div\\w?)\\b.*");
    private static final Pattern INSTRUCTION = Pattern.compile("\\s+(\\w+)\\s+(?:(.*), )?([^,]*?(?:\\([^)]*\\))?)"
            + "\\s*(?:#.*)?");
    private static final Pattern ON_STACK = Pattern.compile("-?\\d*\\(%r[bs]p\\)");
    private static final Pattern MOVE = Pattern.compile("mov(?:[lq]|abs|absq)?");
    private static final String CONSTANT = "$";

    /// A register that holds a constant.
    public OptionalLong constant(Gpr register) {
        String name = names.getOrDefault(register, "");
        return name.startsWith(CONSTANT) ? OptionalLong.of(Long.parseLong(name.substring(1))) : OptionalLong.empty();
    }

    /// Whether two registers hold the same.
    public boolean areSame(Gpr one, Gpr other) {
        return one == other || names.containsKey(one) && names.get(one).equals(names.get(other));
    }

    /// What the lines from the last label or branch on leave.
    static KnownValues before(List<String> lines) {
        int begin = lines.size();
        while (begin > 0 && !isBreak(lines.get(begin - 1))) {
            begin--;
        }
        Simulation simulation = new Simulation();
        lines.subList(begin, lines.size()).stream().filter(line -> !line.startsWith("\t."))
                .forEach(simulation::execute);
        return new KnownValues(simulation.registers);
    }

    private static boolean isBreak(String line) {
        return line.equals(AssemblyText.END) || ENDS.matcher(line).matches()
                || LABEL.matcher(line).matches() && !DEBUG.matcher(line).matches();
    }

    /// The names of values, instruction by instruction.
    private static final class Simulation {

        private final Map<Gpr, String> registers = new EnumMap<>(Stream.of(Gpr.values())
                .collect(Collectors.toMap(Function.identity(), Gpr::toString)));
        private final Map<String, String> stack = new HashMap<>();
        private int fresh;

        private void execute(String line) {
            Matcher instruction = INSTRUCTION.matcher(line);
            if (IMPLICIT.matcher(line).matches()) {
                List.of(Gpr.RAX, Gpr.RDX, Gpr.RCX, Gpr.RSI, Gpr.RDI).forEach(register ->
                        registers.put(register, next()));
            }
            if (!instruction.matches()) {
                return;
            }
            String from = instruction.group(2) == null ? "" : instruction.group(2);
            String to = instruction.group(3);
            String value = value(instruction.group(1), from, to);
            if (to.startsWith("%")) {
                Gpr.named(to.substring(1)).ifPresent(register -> registers.put(register, value));
            } else if (ON_STACK.matcher(to).matches()) {
                stack.put(to, value);
            }
        }

        private String value(String mnemonic, String from, String to) {
            if (mnemonic.matches("xor[lq]?") && from.equals(to)) {
                return CONSTANT + 0;
            }
            if (!MOVE.matcher(mnemonic).matches()) {
                return next();
            }
            boolean isNarrow = mnemonic.equals("movl") || to.startsWith("%e") || to.matches("%r\\d+d");
            if (from.matches("\\$-?\\d+")) {
                long number = Long.parseLong(from.substring(1));
                return CONSTANT + (isNarrow ? number & 0xffffffffL : number);
            }
            String value = from.startsWith("%") ? Gpr.named(from.substring(1)).map(registers::get).orElseGet(this::next)
                    : ON_STACK.matcher(from).matches() ? stack.computeIfAbsent(from, _ -> next()) : next();
            return isNarrow && !value.startsWith(CONSTANT) ? next() : value;
        }

        private String next() {
            return "v" + fresh++;
        }
    }
}
