package dev.trampette.inline;

import dev.trampette.spec.Gpr;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// C that makes a compiler put the operands of a statement into other registers: register variables. So it is not left
/// to luck whether an output shares a register with an input that the statement still needs.
final class Rearrangement {

    /// In which order free registers are taken, one for each choice.
    private static final List<List<Gpr>> ORDERS = List.of(
            List.of(Gpr.R15, Gpr.R14, Gpr.R13, Gpr.R12, Gpr.R11, Gpr.R10, Gpr.R9, Gpr.R8, Gpr.RBX, Gpr.RSI, Gpr.RDI,
                    Gpr.RDX, Gpr.RCX, Gpr.RAX),
            List.of(Gpr.RAX, Gpr.RDX, Gpr.RCX, Gpr.RBX, Gpr.RSI, Gpr.RDI, Gpr.R8, Gpr.R9, Gpr.R10, Gpr.R11, Gpr.R12,
                    Gpr.R13, Gpr.R14, Gpr.R15));
    private static final int XMM = 16;
    /// Pairs of one statement.
    private static final int MOST_PAIRS = 12;

    private final Instance instance;

    private Rearrangement(Instance instance) {
        this.instance = instance;
    }

    /// The choices that make sense for a statement; none when an operand is of a kind that nobody can choose for.
    static List<Variant> variants(Instance instance) {
        if (instance.statement().isBasic() || instance.operands().stream().anyMatch(Rearrangement::isOther)) {
            return List.of();
        }
        List<Variant> variants = new ArrayList<>();
        IntStream.range(0, ORDERS.size()).forEach(n -> variants.add(new Variant.Apart(n)));
        instance.outputs().stream().filter(output -> !output.isEarly()).forEach(output -> instance.operands().stream()
                .filter(input -> !input.isOutput() || input.location() instanceof Location.Memory)
                .filter(input -> canShare(instance, output, input))
                .forEach(input -> variants.add(new Variant.Shared(output.number(), input.number()))));
        return variants.subList(0, Math.min(variants.size(), MOST_PAIRS + ORDERS.size()));
    }

    private static boolean isOther(Operand operand) {
        return operand.constraint().matches(".*[,ptufyAo<>].*")
                || operand.location() instanceof Location.Other && !operand.constraint().equals("=X")
                || operand.bits() > Long.SIZE && operand.location() instanceof Location.Register
                || operand.bits() == 0 && !(operand.location() instanceof Location.Memory)
                    && !(operand.location() instanceof Location.Flags || operand.location() instanceof Location.Other);
    }

    private static boolean canShare(Instance instance, Operand output, Operand input) {
        if (input.tied() >= 0) {
            return false;
        }
        if (output.location() instanceof Location.Vector(_, boolean isPinned)) {
            return !isPinned && input.location() instanceof Location.Vector(_, boolean pinned) && !pinned;
        }
        if (!(output.location() instanceof Location.Register register)) {
            return false;
        }
        boolean isFree = isFree(output);
        return switch (input.location()) {
            case Location.Register other -> isFree || isFree(input) || register.gpr() == other.gpr();
            case Location.Memory memory -> input.twin() < 0 && instance.tied(output).isEmpty()
                    && memory.base().isPresent() && memory.base().get() != Gpr.RSP && memory.base().get() != Gpr.RBP;
            default -> false;
        };
    }

    private static boolean isFree(Operand operand) {
        return operand.isFree() && operand.location() instanceof Location.Register(_, boolean isPinned) && !isPinned;
    }

    /// A function with the statement.
    ///
    /// @return empty when registers do not suffice
    static Optional<String> source(Instance instance, Variant variant, String function) {
        Map<Integer, String> places = new Rearrangement(instance).places(variant);
        return places == null ? Optional.empty() : Optional.of(new Rearrangement(instance).text(places, function));
    }

    /// The register of each operand, or of its address.
    private Map<Integer, String> places(Variant variant) {
        Map<Integer, String> places = new HashMap<>();
        Set<Gpr> taken = EnumSet.copyOf(List.of(Gpr.RSP, Gpr.RBP));
        taken.addAll(instance.gprs());
        Set<Integer> vectors = new TreeSet<>(instance.vectors());
        Set<Integer> free = new TreeSet<>();
        for (Operand operand : instance.operands()) {
            switch (operand.location()) {
                case Location.Register(Gpr gpr, _) when !isFree(operand) && operand.tied() < 0 -> {
                    places.put(operand.number(), gpr.toString());
                    taken.add(gpr);
                }
                case Location.Vector(int number, boolean isPinned) when isPinned -> {
                    places.put(operand.number(), "xmm" + number);
                    vectors.add(number);
                }
                case Location.Register _, Location.Vector _, Location.Memory _ -> free.add(operand.number());
                default -> {
                }
            }
        }
        int order = variant instanceof Variant.Apart(int number) ? number : 0;
        if (variant instanceof Variant.Shared(int output, int input)) {
            if (places.containsKey(output) && places.containsKey(input)
                    && !places.get(output).equals(places.get(input))) {
                return null;
            }
            String place = places.containsKey(output) ? places.get(output) : places.containsKey(input)
                    ? places.get(input) : take(instance.operand(output), taken, vectors, order);
            if (place == null) {
                return null;
            }
            places.put(output, place);
            places.put(input, place);
        }
        for (int number : free) {
            Operand operand = instance.operand(number);
            if (operand.tied() < 0 && first(operand) == number && !places.containsKey(number)) {
                String place = take(operand, taken, vectors, order);
                if (place == null) {
                    return null;
                }
                places.put(number, place);
            }
        }
        return places;
    }

    private static String take(Operand operand, Set<Gpr> taken, Set<Integer> vectors, int order) {
        if (operand.location() instanceof Location.Vector) {
            int number = IntStream.range(0, XMM).map(n -> order == 0 ? XMM - 1 - n : n)
                    .filter(n -> !vectors.contains(n)).findFirst().orElse(-1);
            vectors.add(number);
            return number < 0 ? null : "xmm" + number;
        }
        Optional<Gpr> gpr = ORDERS.get(order).stream().filter(one -> !taken.contains(one)).findFirst();
        gpr.ifPresent(taken::add);
        return gpr.map(Gpr::toString).orElse(null);
    }

    private String text(Map<Integer, String> places, String function) {
        StringBuilder text = new StringBuilder("void %s(void)%n{%n".formatted(function));
        List<String> outputs = new ArrayList<>();
        List<String> inputs = new ArrayList<>();
        Map<String, String> variables = new LinkedHashMap<>();
        for (Operand operand : instance.operands()) {
            int n = operand.number();
            boolean isMemory = operand.location() instanceof Location.Memory;
            if (places.containsKey(n)) {
                variables.put("v" + n, "    register __typeof__(%s) %s v%d __asm__(\"%s\");%n".formatted(
                        type(operand, isMemory), isMemory ? "*" : "", n, places.get(n)));
            } else if (operand.isOutput() && !isMemory) {
                variables.put("v" + n, "    int v%d;%n".formatted(n));
            }
            String written = switch (operand.location()) {
                case Location.Constant constant -> constant(constant, operand);
                case Location.Memory _ -> "*v" + first(operand);
                default -> "v" + (operand.tied() >= 0 ? operand.tied() : n);
            };
            (operand.isOutput() ? outputs : inputs).add("%s (%s)".formatted(quoted(constraint(operand)), written));
        }
        constants().forEach(symbol -> text.append("    extern char %s[];%n".formatted(symbol)));
        variables.values().forEach(text::append);
        String labels = IntStream.range(0, instance.labels().size()).mapToObj(n -> "l" + n)
                .collect(Collectors.joining(", "));
        text.append("    __asm__ %s(%s : %s : %s : %s%s);%n".formatted(labels.isEmpty() ? "volatile " : "goto ",
                quoted(instance.statement().template()), String.join(", ", outputs), String.join(", ", inputs),
                clobbers(), labels.isEmpty() ? "" : " : " + labels));
        text.append("    return;\n");
        for (int n = 0; n < instance.labels().size(); n++) {
            text.append("l%d: __asm__ volatile (\"# %d\");%n    return;%n".formatted(n, n));
        }
        return text.append("}\n").toString();
    }

    /// The first operand at the same place: `+m` is two of them, and one variable.
    private static int first(Operand operand) {
        return operand.twin() >= 0 ? operand.twin() : operand.number();
    }

    private Set<String> constants() {
        return instance.operands().stream().map(Operand::location).filter(Location.Constant.class::isInstance)
                .flatMap(it -> ((Location.Constant) it).symbol().stream()).collect(Collectors.toSet());
    }

    /// A constraint that lets the operand be where it is wanted, and nowhere else.
    private static String constraint(Operand operand) {
        return switch (operand.location()) {
            case Location.Flags _ -> "=@cca";
            case Location.Other _ -> "=@ccz";
            case Location.Register _ when isFree(operand) ->
                (operand.isOutput() ? operand.isEarly() ? "=&" : "=" : "") + (operand.constraint().contains("q") ? "q"
                        : operand.constraint().contains("R") ? "R" : "r");
            case Location.Constant _ -> "i";
            case Location.Memory _ -> (operand.isOutput() ? "=" : "") + "m";
            default -> operand.constraint();
        };
    }

    private static String constant(Location.Constant constant, Operand operand) {
        return constant.symbol().map(symbol -> symbol + (constant.value() == 0 ? "" : " + " + constant.value()))
                .orElse("(%s) %dLL".formatted(type(operand, false), constant.value()));
    }

    private static String type(Operand operand, boolean isMemory) {
        return switch (operand.mode()) {
            case "QI" -> "unsigned char";
            case "HI" -> "unsigned short";
            case "SI" -> "unsigned int";
            case "DI" -> "unsigned long";
            case "TI" -> "unsigned __int128";
            case "SF" -> "float";
            case "DF" -> "double";
            default -> operand.bits() > 0 && isVector(operand) ? vector(operand)
                    : isMemory && operand.location() instanceof Location.Memory memory && memory.bytes() > 0
                            ? "char[%d]".formatted(memory.bytes()) : "char[]";
        };
    }

    private static boolean isVector(Operand operand) {
        return operand.mode().startsWith("V");
    }

    private static String vector(Operand operand) {
        boolean isFloat = operand.mode().endsWith("F");
        String element = operand.mode().substring(operand.mode().length() - 2);
        return "%s __attribute__((vector_size(%d)))".formatted(isFloat ? element.equals("DF") ? "double" : "float"
                : switch (element) {
                    case "QI" -> "char";
                    case "HI" -> "short";
                    case "SI" -> "int";
                    default -> "long";
                }, operand.bits() / Byte.SIZE);
    }

    private String clobbers() {
        List<String> clobbers = new ArrayList<>(instance.gprs().stream().map(gpr -> quoted(gpr.toString())).toList());
        instance.vectors().forEach(number -> clobbers.add(quoted("xmm" + number)));
        instance.masks().forEach(number -> clobbers.add(quoted("k" + number)));
        if (instance.hasMemory()) {
            clobbers.add(quoted("memory"));
        }
        return String.join(", ", clobbers);
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t")
                + "\"";
    }
}
