package dev.trampette.inline;

import dev.trampette.spec.Gpr;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What GCC says of each asm statement when all registers are chosen: `-fdump-rtl-final`. The instances come in the
/// order in which the assembly has them.
public final class Dump {

    private static final Pattern FUNCTION = Pattern.compile("^;; Function (\\S+) \\((\\S+?)[,)].*", Pattern.MULTILINE);
    private static final Pattern VARIABLE = Pattern.compile("\\s+register .*\\* *\\w+ __asm__ \\(\\*(\\w+)\\);");
    private static final Pattern INSTRUCTION = Pattern.compile("^\\((?:jump_)?insn\\b", Pattern.MULTILINE);
    private static final Pattern LABEL = Pattern.compile("^\\(code_label(?:/\\w+)* (\\d+) \\d+ \\d+ (?:\\d+ )?(\\d+) ",
            Pattern.MULTILINE);
    private static final Pattern LINE = Pattern.compile("(.*):(\\d+)");
    private static final Pattern FLAGS_READ = Pattern.compile(
            "\\((\\w+)(?::\\w+)? \\(reg:(CC\\w*) 17 flags\\)");
    private static final Pattern FLAGS_SET = Pattern.compile("\\((?:set|clobber) \\(reg:CC\\w* 17 flags\\)");
    private static final Set<String> NO_READ = Set.of("set", "clobber", "expr_list");
    private static final long CF = 1;
    private static final long PF = 1 << 2;
    private static final long ZF = 1 << 6;
    private static final long SF = 1 << 7;
    private static final long OF = 1 << 11;

    private final String text;
    private final Map<Integer, Integer> labels = new HashMap<>();

    private Dump(String text) {
        this.text = text;
    }

    /// The instances in a dump, but for those without a text, of which nothing is in the assembly.
    ///
    /// @throws DumpException when the form of the dump is another one
    public static List<Instance> read(String text) {
        List<Instance> instances = new ArrayList<>();
        List<Integer> begins = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Matcher function = FUNCTION.matcher(text); function.find();) {
            begins.add(function.start());
            names.add(function.group(2));
        }
        begins.add(text.length());
        for (int n = 0; n < names.size(); n++) {
            instances.addAll(new Dump(text.substring(begins.get(n), begins.get(n + 1))).function(names.get(n)));
        }
        return instances;
    }

    /// The registers of register variables that are pointers, by function.
    ///
    /// @param typed the functions with their variables
    static Map<String, Set<String>> pointerVariables(String typed) {
        Map<String, Set<String>> variables = new HashMap<>();
        String name = "";
        for (String line : typed.lines().toList()) {
            Matcher function = FUNCTION.matcher(line);
            Matcher variable = VARIABLE.matcher(line);
            if (function.matches()) {
                name = function.group(2);
            } else if (variable.matches()) {
                variables.computeIfAbsent(name, _ -> new TreeSet<>()).add(variable.group(1));
            }
        }
        return variables;
    }

    private List<Instance> function(String name) {
        List<Instance> instances = new ArrayList<>();
        for (Matcher label = LABEL.matcher(text); label.find();) {
            labels.put(Integer.parseInt(label.group(1)), Integer.parseInt(label.group(2)));
        }
        List<Integer> begins = new ArrayList<>(INSTRUCTION.matcher(text).results().map(it -> it.start()).toList());
        begins.add(text.length());
        for (int n = 0; n + 1 < begins.size(); n++) {
            String chunk = text.substring(begins.get(n), begins.get(n + 1));
            if (chunk.contains("(asm_operands") || chunk.contains("(asm_input/v (")) {
                instance(name, new Rtl.Reader(text, begins.get(n)).node(), begins.get(n + 1))
                        .filter(one -> !one.statement().template().isEmpty()).ifPresent(instances::add);
            }
        }
        return instances;
    }

    private Optional<Instance> instance(String function, Rtl instruction, int end) {
        Optional<Rtl> basic = instruction.all("asm_input").filter(it -> it.has('v')).findFirst();
        List<Rtl> statements = instruction.all("asm_operands").toList();
        if (statements.isEmpty()) {
            return basic.map(it -> new Instance(basic(it), function,
                    List.of(), Set.of(), Set.of(), Set.of(), false, true, List.of()));
        }
        List<Operand> operands = new ArrayList<>();
        instruction.all("set").filter(set -> set.nodes().size() == 2 && set.node(1).is("asm_operands")).forEach(set ->
                operands.add(operand(operands.size(), constraint(set.node(1)), set.node(0), true, end)));
        Rtl asm = statements.getFirst();
        List<Rtl> vectors = asm.nodes().stream().filter(node -> node.head().isEmpty() && node.words().isEmpty())
                .toList();
        List<Rtl> inputs = vectors.get(0).nodes();
        for (int n = 0; n < inputs.size(); n++) {
            Rtl constraint = vectors.get(1).node(n);
            Operand input = operand(operands.size(), constraint.node(0).words().getFirst(), inputs.get(n), false, end)
                    .in(constraint.mode());
            operands.add(input.withTwin(input.tied() >= 0 && input.location() instanceof Location.Memory ? input.tied()
                    : operands.stream().filter(input::isSame).mapToInt(Operand::number).findFirst().orElse(-1)));
        }
        List<Rtl> clobbers = instruction.all("clobber").map(it -> it.node(0)).toList();
        boolean isJump = vectors.size() > 2 && !vectors.get(2).nodes().isEmpty();
        return Optional.of(new Instance(statement(asm, asm.node(0).words().getFirst(),
                operands.stream().map(Operand::constraint).toList(), isJump), function, List.copyOf(operands),
                gprs(clobbers), numbers(clobbers, "xmm"), numbers(clobbers, "k"),
                clobbers.stream().anyMatch(it -> isX87(name(it))),
                clobbers.stream().anyMatch(it -> it.is("mem")),
                vectors.size() < 3 ? List.of() : vectors.get(2).nodes().stream()
                        .map(it -> labels.get(Integer.parseInt(it.words().getFirst())))
                        .filter(Objects::nonNull).toList()));
    }

    private static String constraint(Rtl asm) {
        return asm.node(1).words().getFirst();
    }

    private static Statement basic(Rtl asm) {
        Statement one = statement(asm, asm.node(0).words().getFirst(), List.of(), true);
        return new Statement(one.file(), one.line(), one.template(), one.constraints(), true, true);
    }

    /// @param isJump whether it may jump: then it is always volatile
    private static Statement statement(Rtl asm, String template, List<String> constraints, boolean isJump) {
        Matcher line = LINE.matcher(asm.words().getLast());
        if (!line.matches()) {
            throw new DumpException("the dump of the compiler names no line for " + template);
        }
        return new Statement(line.group(1), Integer.parseInt(line.group(2)), template, constraints,
                asm.has('v') || isJump, false);
    }

    private Operand operand(int number, String constraint, Rtl node, boolean isOutput, int end) {
        return new Operand(number, constraint, node.mode(), constraint.equals("=Bf") ? new Location.Flags(flags(end))
                : location(node), isOutput, node.is("reg") && node.has('f'), -1);
    }

    private static Location location(Rtl node) {
        return switch (node.code()) {
            case "reg" -> register(node);
            case "mem" -> memory(node);
            case "const_int", "symbol_ref", "const", "label_ref" -> constant(node);
            default -> new Location.Other(node.code());
        };
    }

    /// `(reg/v:DI 38 r10 [ r10 ])` is a register variable; the compiler's choice has a number behind: `[87]`.
    private static Location register(Rtl node) {
        String name = name(node);
        boolean isPinned = node.has('v') && node.notes().stream().noneMatch(note -> note.matches("\\d+"));
        return gpr(name).<Location>map(gpr -> new Location.Register(gpr, isPinned))
                .or(() -> number(name, "xmm").map(number -> new Location.Vector(number, isPinned)))
                .orElse(new Location.Other(name));
    }

    private static Location memory(Rtl node) {
        Address address = new Address();
        if (!address.add(node.node(0), 1)) {
            return new Location.Other("an address that is not known: " + node.node(0).head());
        }
        int bytes = node.notes().stream().flatMap(note -> Stream.of(note.split("\\s+")))
                .filter(word -> word.matches("S\\d+")).mapToInt(word -> Integer.parseInt(word.substring(1)))
                .findFirst().orElse(0);
        return new Location.Memory(address.base, address.index, address.scale, address.displacement, address.symbol,
                bytes, node.notes().stream().findFirst().map(note -> note.replaceAll("^\\d+\\s*| A\\d+$", ""))
                .filter(note -> !note.matches("S\\d+|\\s*")).orElse(""));
    }

    /// The parts of an address.
    private static final class Address {

        private Optional<Gpr> base = Optional.empty();
        private Optional<Gpr> index = Optional.empty();
        private int scale = 1;
        private long displacement;
        private Optional<String> symbol = Optional.empty();

        private boolean add(Rtl node, int times) {
            return switch (node.code()) {
                case "plus" -> add(node.node(0), times) && add(node.node(1), times);
                case "const" -> add(node.node(0), times);
                case "mult" -> add(node.node(0), times * Integer.parseInt(node.node(1).words().getFirst()));
                case "ashift" -> add(node.node(0), times << Integer.parseInt(node.node(1).words().getFirst()));
                case "const_int" -> add(Long.parseLong(node.words().getFirst()));
                case "symbol_ref" -> symbol.isEmpty() && set(node.node(0).words().getFirst());
                case "reg" -> gpr(name(node)).filter(gpr -> add(gpr, times)).isPresent();
                default -> false;
            };
        }

        private boolean add(long number) {
            displacement += number;
            return true;
        }

        private boolean set(String name) {
            symbol = Optional.of(name);
            return true;
        }

        private boolean add(Gpr register, int times) {
            if (times == 1 && base.isEmpty()) {
                base = Optional.of(register);
            } else if (index.isEmpty()) {
                index = Optional.of(register);
                scale = times;
            } else {
                return false;
            }
            return true;
        }
    }

    private static Location constant(Rtl node) {
        Optional<String> symbol = node.first("symbol_ref").map(it -> it.node(0).words().getFirst());
        long value = node.first("const_int").map(it -> Long.parseLong(it.words().getFirst())).orElse(0L);
        return node.all("label_ref").findFirst().isPresent() ? new Location.Other("the address of a label")
                : new Location.Constant(symbol, value);
    }

    /// What the instructions behind the statement look at.
    private long flags(int from) {
        long mask = 0;
        Matcher instruction = INSTRUCTION.matcher(text);
        for (int at = from; instruction.find(at);) {
            at = instruction.start() + 1;
            int end = instruction.find(at) ? instruction.start() : text.length();
            String chunk = text.substring(at, end);
            for (Matcher read = FLAGS_READ.matcher(chunk); read.find();) {
                mask |= NO_READ.contains(read.group(1)) ? 0 : flags(read.group(2));
            }
            if (FLAGS_SET.matcher(chunk).find()) {
                break;
            }
        }
        return mask;
    }

    private static long flags(String mode) {
        return switch (mode) {
            case "CCC" -> CF;
            case "CCZ" -> ZF;
            case "CCS" -> SF;
            case "CCO" -> OF;
            case "CCP" -> PF;
            case "CCA" -> CF | ZF;
            case "CCGC" -> SF | OF;
            default -> CF | ZF | SF | OF;
        };
    }

    private static String name(Rtl register) {
        return register.words().size() > 1 ? register.words().get(1) : "";
    }

    private static Optional<Gpr> gpr(String name) {
        return Stream.of(Gpr.values()).filter(gpr -> gpr.name().equals(name.toUpperCase(Locale.ROOT))
                || gpr.ordinal() < 8 && gpr.name().equals("R" + name.toUpperCase(Locale.ROOT))).findFirst();
    }

    private static Set<Gpr> gprs(List<Rtl> clobbers) {
        Set<Gpr> gprs = EnumSet.noneOf(Gpr.class);
        clobbers.stream().filter(it -> it.is("reg")).forEach(it -> gpr(name(it)).ifPresent(gprs::add));
        return gprs;
    }

    private static Set<Integer> numbers(List<Rtl> clobbers, String prefix) {
        Set<Integer> numbers = new TreeSet<>();
        clobbers.stream().filter(it -> it.is("reg")).forEach(it -> number(name(it), prefix).ifPresent(numbers::add));
        return numbers;
    }

    private static Optional<Integer> number(String name, String prefix) {
        return name.matches(prefix + "\\d+") ? Optional.of(Integer.parseInt(name.substring(prefix.length())))
                : Optional.empty();
    }

    private static boolean isX87(String name) {
        return name.startsWith("st") || name.startsWith("mm");
    }
}
