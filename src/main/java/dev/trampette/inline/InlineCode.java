package dev.trampette.inline;

import dev.trampette.call.ObjectException;
import dev.trampette.object.CompilerOutput;
import dev.trampette.object.ForeignObject;
import dev.trampette.spec.Gpr;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The asm statements of sources of C: where each copy of each of them is, in an assembly that has labels for all.
///
/// @param statements the statements in the order of files and lines, with their copies
/// @param isOptimized whether the compiler looks for constants
/// @param hasAvx whether the compiler may keep values in upper halves of vectors
/// @param hasAvx512 whether it may keep them in zmm and mask registers too
/// @param origins where they are written
/// @param assembly the text
/// @param other the text of functions of ours, in which the statements have other registers
public record InlineCode(Map<Statement, List<Copy>> statements, boolean isOptimized, boolean hasAvx,
        boolean hasAvx512, Map<Statement, Origin> origins, String assembly, String other) {

    /// One copy of a statement.
    ///
    /// @param instance what the compiler says of it
    /// @param variant who chose the registers
    /// @param surrounding what is around it
    /// @param begin the label of its first byte
    /// @param ends labels where it is left: its end first, then those to which it may jump
    public record Copy(Instance instance, Variant variant, Surrounding surrounding, String begin,
            List<String> ends) {
    }

    /// Where a statement is written.
    ///
    /// @param place `foo.h:41`
    /// @param macro the name of the macro, or nothing
    /// @param names what stands for the operands
    /// @param pointers the operands that are addresses, as far as the compiler knew
    /// @param before what the source has in front of the statement, of the same function or macro
    public record Origin(String place, Optional<String> macro, OperandNames names, Set<Integer> pointers,
            String before) {

        /// `foo.h:41 (TDVMCALL)`.
        public String name() {
            return macro.map(one -> "%s (%s)".formatted(place, one)).orElse(place);
        }

        /// Whether the variable of an operand is given a value before, and nothing is asked in between.
        public boolean hasValue(int operand) {
            return names.expression(operand).filter(name -> Pattern.compile("\\b%s\\s*=(?!=)(?!.*%s)".formatted(
                    Pattern.quote(name), QUESTION), Pattern.DOTALL).matcher(before).find()).isPresent();
        }
    }

    private static final String PREFIX = "trampette_";

    /// Entered with RSP as at a statement, and left from each of its ends. Only RSP is changed, and no flag.
    private static final String STUBS = """

            	.section .text.trampette, "ax", @progbits
            	.globl trampette_enter
            	.type trampette_enter, @function
            trampette_enter:
            	movq %rsp, trampette_outer(%rip)
            	movq trampette_inner(%rip), %rsp
            	jmp *trampette_target(%rip)
            	.size trampette_enter, . - trampette_enter
            	.p2align 4
            	.globl trampette_leave
            	.type trampette_leave, @function
            trampette_leave:
            	.rept 16
            	movq $(. - trampette_leave) / 16, trampette_way(%rip)
            	jmp trampette_left
            	.p2align 4
            	.endr
            trampette_left:
            	movq %rsp, trampette_inner(%rip)
            	movq trampette_outer(%rip), %rsp
            	ret
            	.size trampette_leave, . - trampette_leave
            	.section .data.trampette, "aw", @progbits
            	.p2align 6
            trampette_outer: .quad 0
            trampette_inner: .quad 0
            trampette_target: .quad 0
            trampette_way: .quad 0
            	.p2align 6
            	.section .note.GNU-stack, "", @progbits
            """;

    private static final List<String> OWN_FLAGS = List.of("-O1", "-w", "-fno-pie", "-fomit-frame-pointer",
            "-fno-asynchronous-unwind-tables", "-fno-reorder-functions");
    private static final Pattern ERROR = Pattern.compile("text\\.c:(\\d+):\\d+: error");
    private static final int TRIES = 20;
    private static final int MOST_LINES = 60;
    private static final String QUESTION = "(?:\\?|&&|\\|\\||\\b(?:if|while|for|switch)\\b)";
    private static final Pattern ASM = Pattern.compile("\\b(?:__asm__|__asm|asm)\\b[\\w\\s]*\\(\\s*\"");

    /// Whether a file is a source in which asm statements may be.
    public static boolean isSource(String file) {
        return file.endsWith(".c");
    }

    /// There is no statement.
    public static ObjectException none() {
        return new ObjectException("no asm statement is compiled; a macro or an inline function must be used, "
                + "--header FILE --expand 'LINES'");
    }

    /// Compile sources, and choose other registers for each statement.
    ///
    /// @param flags the user's, for the compiler
    /// @throws ObjectException when a source is refused, or the compiler is not one that says what is needed
    /// @throws DumpException when what it says has another form
    public static InlineCode of(List<Path> sources, List<String> flags) {
        StringBuilder assembly = new StringBuilder();
        Map<Statement, List<Copy>> statements = new LinkedHashMap<>();
        Map<Statement, Origin> origins = new HashMap<>();
        boolean isOptimized = true;
        boolean hasAvx = false;
        boolean hasAvx512 = false;
        for (int n = 0; n < sources.size(); n++) {
            CompilerOutput output = CompilerOutput.of(sources.get(n), flags);
            List<Instance> instances = Dump.read(output.dump());
            AssemblyText marked = AssemblyText.mark(output.assembly(), instances, PREFIX + n + "_");
            assembly.append(marked.beside(assembly.toString()).replace(".L", ".L" + n + "_"));
            for (int at = 0; at < instances.size(); at++) {
                Instance instance = instances.get(at);
                statements.computeIfAbsent(instance.statement(), _ -> new ArrayList<>())
                        .add(copy(instance, new Variant.Compiled(), marked, at));
            }
            String text = CompilerOutput.preprocessed(sources.get(n), flags);
            isOptimized &= text.contains("#define __OPTIMIZE__ 1");
            hasAvx |= text.contains("#define __AVX__ 1");
            hasAvx512 |= text.contains("#define __AVX512F__ 1");
            Macros macros = new Macros(text);
            Map<Statement, Set<Integer>> pointers = pointers(output, instances);
            instances.forEach(instance -> origins.computeIfAbsent(instance.statement(), one -> origin(one, macros,
                    pointers.getOrDefault(one, Set.of()))));
        }
        String other = rearrange(statements, flags);
        return new InlineCode(sorted(statements), isOptimized, hasAvx, hasAvx512, origins, assembly + STUBS, other);
    }

    /// The operands that are addresses: the compiler says so of its own registers, and of register variables in their
    /// declarations.
    private static Map<Statement, Set<Integer>> pointers(CompilerOutput output, List<Instance> instances) {
        Map<Statement, Set<Integer>> pointers = new HashMap<>();
        Dump.read(output.expanded()).forEach(instance -> instance.operands().stream().filter(Operand::isPointer)
                .forEach(one -> pointers.computeIfAbsent(instance.statement(), _ -> new TreeSet<>())
                        .add(one.number())));
        Map<String, Set<String>> variables = Dump.pointerVariables(output.typed());
        instances.forEach(instance -> instance.operands().stream().filter(one ->
                one.location() instanceof Location.Register(Gpr gpr, boolean isPinned) && isPinned
                && variables.getOrDefault(instance.function(), Set.of()).contains(gpr.toString())).forEach(one ->
                        pointers.computeIfAbsent(instance.statement(), _ -> new TreeSet<>()).add(one.number())));
        return pointers;
    }

    private static Origin origin(Statement statement, Macros macros, Set<Integer> pointers) {
        String source = source(statement);
        Optional<Macros.Macro> macro = macros.of(statement, source.lines().findFirst().orElse(""));
        String text = macro.map(Macros.Macro::body).orElse(source);
        String before = macro.map(Macros.Macro::before).orElseGet(() -> before(statement));
        return new Origin(Macros.place(macro, statement), macro.map(Macros.Macro::name),
                OperandNames.read(text, statement.constraints().size()).orElse(OperandNames.NONE), pointers, before);
    }

    /// What a function has in front of a statement, as far as people begin functions at the left.
    private static String before(Statement statement) {
        List<String> lines = lines(statement, Math.max(0, statement.line() - MOST_LINES), statement.line());
        int begin = lines.size() - 1;
        while (begin > 0 && lines.get(begin).matches("[\\s{].*|")) {
            begin--;
        }
        return lines.isEmpty() ? "" : ASM.split(String.join("\n", lines.subList(begin, lines.size())))[0];
    }

    /// The source from the line of a statement on.
    private static String source(Statement statement) {
        return String.join("\n", lines(statement, statement.line() - 1, statement.line() - 1 + MOST_LINES));
    }

    private static List<String> lines(Statement statement, int from, int to) {
        try (Stream<String> lines = Files.lines(Path.of(statement.file()), StandardCharsets.ISO_8859_1)) {
            return lines.skip(from).limit(to - from).toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    private static Map<Statement, List<Copy>> sorted(Map<Statement, List<Copy>> statements) {
        Map<Statement, List<Copy>> sorted = new LinkedHashMap<>();
        statements.entrySet().stream().sorted(Comparator.comparing((Map.Entry<Statement, ?> one) ->
                one.getKey().file()).thenComparing(one -> one.getKey().line()))
                .forEach(one -> sorted.put(one.getKey(), List.copyOf(one.getValue())));
        return sorted;
    }

    /// The same, as the compiler has compiled it, and no other choice of registers: they do not assemble together.
    private InlineCode alone() {
        Map<Statement, List<Copy>> compiled = new LinkedHashMap<>();
        statements.forEach((statement, copies) -> compiled.put(statement, copies.stream().filter(copy ->
                copy.variant instanceof Variant.Compiled).toList()));
        return new InlineCode(compiled, isOptimized, hasAvx, hasAvx512, origins, assembly, "");
    }

    /// Assemble and load it.
    ///
    /// @param beside objects and sources that the statements need
    /// @param flags the user's, for the compiler
    /// @throws ObjectException when that cannot be done
    public Loaded load(List<Path> beside, List<String> flags) {
        try {
            return new Loaded(this, ForeignObject.load(assembly + other, beside, flags));
        } catch (ObjectException e) {
            return new Loaded(alone(), ForeignObject.load(assembly, beside, flags));
        }
    }

    /// What can be run.
    ///
    /// @param code what is in it
    /// @param object the code in memory
    public record Loaded(InlineCode code, ForeignObject object) {
    }

    private static Copy copy(Instance instance, Variant variant, AssemblyText marked, int at) {
        List<String> ends = new ArrayList<>(List.of(marked.end(at)));
        instance.labels().forEach(label -> ends.add(marked.label(label)));
        return new Copy(instance, variant, marked.surrounding(at), marked.begin(at), ends);
    }

    /// A function of ours with a statement.
    private record Wanted(Statement statement, Variant variant, String name, String source) {
    }

    private static String rearrange(Map<Statement, List<Copy>> statements, List<String> flags) {
        List<Wanted> wanted = new ArrayList<>();
        statements.forEach((statement, copies) -> {
            Instance instance = model(copies).instance();
            for (Variant variant : Rearrangement.variants(instance)) {
                String name = PREFIX + "f" + wanted.size();
                Rearrangement.source(instance, variant, name).ifPresent(source ->
                        wanted.add(new Wanted(statement, variant, name, source)));
            }
        });
        List<String> all = new ArrayList<>(OWN_FLAGS);
        flags.stream().filter(flag -> flag.startsWith("-m")).forEach(all::add);
        Optional<CompilerOutput> output = compile(wanted, all);
        if (output.isEmpty()) {
            return "";
        }
        Map<String, Wanted> byName = wanted.stream().collect(Collectors.toMap(Wanted::name, Function.identity()));
        List<Instance> instances = Dump.read(output.get().dump());
        AssemblyText marked = AssemblyText.mark(output.get().assembly(), instances, PREFIX + "v_");
        for (int n = 0; n < instances.size(); n++) {
            Instance instance = instances.get(n);
            Wanted one = byName.get(instance.function());
            if (one != null && instance.statement().template().equals(one.statement.template())) {
                statements.get(one.statement).add(copy(instance.of(one.statement), one.variant, marked, n));
            }
        }
        return "\t.text\n" + marked.text().replace(".L", ".LQ");
    }

    /// The copy whose operands are in registers, as far as there is one: a constant cannot share one.
    public static Copy model(List<Copy> copies) {
        return copies.stream().max(Comparator.comparing(copy -> copy.instance.operands().stream()
                .filter(one -> one.location() instanceof Location.Register).count())).orElseThrow();
    }

    /// What the compiler refuses is left out.
    private static Optional<CompilerOutput> compile(List<Wanted> wanted, List<String> flags) {
        for (int tries = 0; tries < TRIES && !wanted.isEmpty(); tries++) {
            StringBuilder text = new StringBuilder();
            List<Integer> begins = new ArrayList<>();
            for (Wanted one : wanted) {
                begins.add((int) text.chars().filter(c -> c == '\n').count() + 1);
                text.append(one.source);
            }
            try {
                return Optional.of(CompilerOutput.of(text.toString(), flags));
            } catch (ObjectException e) {
                Set<Integer> refused = new TreeSet<>();
                e.detail().forEach(line -> {
                    for (Matcher error = ERROR.matcher(line); error.find();) {
                        int at = Integer.parseInt(error.group(1));
                        refused.add((int) begins.stream().filter(begin -> begin <= at).count() - 1);
                    }
                });
                if (refused.isEmpty()) {
                    return Optional.empty();
                }
                refused.stream().sorted(Comparator.reverseOrder()).forEach(n -> wanted.remove((int) n));
            }
        }
        return Optional.empty();
    }
}
