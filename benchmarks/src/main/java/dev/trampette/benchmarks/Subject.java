package dev.trampette.benchmarks;

import dev.trampette.cost.Layer;
import dev.trampette.cost.Shape;
import dev.trampette.image.Image;
import dev.trampette.tdx.Design;
import dev.trampette.vmx.VmreadDesign;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;

/// One thing that is measured: a method of a benchmark with its parameter.
///
/// @param group the first part of its name: `loop`, `critical`, `downcall`, `typed`, `vmread`, `evidence`, `probe`,
///     `leaf`
/// @param type the benchmark
/// @param method the method
/// @param design the value of the parameter `design`, or empty when there is none; for a leaf, of `wrapper`
public record Subject(String group, Class<?> type, String method, String design) {

    private static final String LEAF = "leaf";

    static final Subject AGAIN = control("again");
    static final Subject DOUBLED = control("doubled");
    static final Subject EMPTY_CALL = new Subject("loop", LoopBenchmark.class, "empty_call", "");

    /// Everything that can be measured.
    public static List<Subject> all() {
        List<Subject> subjects = new ArrayList<>(comparison());
        subjects.addAll(methods("typed", TypedCallBenchmark.class));
        subjects.addAll(methods("evidence", EvidenceBenchmark.class));
        subjects.addAll(methods("probe", ProbeBenchmark.class));
        return subjects;
    }

    /// One for each wrapper of a leaf: `leaf/trampoline/tdg_vp_info`. They are hundreds, and so not in [#all].
    public static List<Subject> leaves() {
        return Image.nullStub().file().callSites().stream()
                .filter(contract -> !contract.leaf().isEmpty())
                .map(contract -> new Subject(LEAF, LeafBenchmark.class, "call", contract.symbol()))
                .toList();
    }

    /// The methods of a benchmark that has no parameter.
    private static List<Subject> methods(String group, Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Benchmark.class))
                .map(method -> new Subject(group, type, method.getName(), ""))
                .sorted(Comparator.comparing(Subject::method))
                .toList();
    }

    /// What the report compares: every design, shape and layer, the controls, and the VMREAD sequences.
    public static List<Subject> comparison() {
        List<Subject> subjects = new ArrayList<>();
        for (Layer layer : Layer.values()) {
            for (Shape shape : Shape.values()) {
                for (Design design : Design.values()) {
                    subjects.add(of(layer, shape, design));
                }
            }
        }
        Stream.of(VmreadDesign.values()).map(Subject::of).forEach(subjects::add);
        subjects.addAll(List.of(AGAIN, DOUBLED, EMPTY_CALL));
        return subjects;
    }

    static Subject of(Layer layer, Shape shape, Design design) {
        Class<?> type = switch (layer) {
            case LOOP -> LoopBenchmark.class;
            case CRITICAL -> CriticalBenchmark.class;
            case DOWNCALL -> DowncallBenchmark.class;
        };
        return new Subject(layer.label(), type, shape.name().toLowerCase(Locale.ROOT), design.label());
    }

    static Subject of(VmreadDesign design) {
        return new Subject("vmread", VmreadBenchmark.class, "sequence_8", design.label());
    }

    private static Subject control(String method) {
        return new Subject("loop", LoopBenchmark.class, method, Design.TRAMPOLINE.label());
    }

    /// What its figure is the cost of.
    public String measures() {
        return switch (group) {
            case "loop" -> type == LoopBenchmark.class && method.equals("empty_call") ? "the loop itself"
                    : "a call site in a loop of assembly";
            case "critical" -> "a call site called from Java, without the transition of the thread";
            case "downcall" -> "a call site called from Java";
            case "vmread" -> "eight VMREADs in a row";
            case "typed" -> "a typed call from Java, and what it allocates";
            case "evidence" -> "a part of the rows of loop/, alone";
            case "probe" -> "a checked call, beside a bare one";
            case "leaf" -> "the wrapper of one leaf, in a loop of assembly";
            default -> throw new IllegalStateException("no such group, name=" + group);
        };
    }

    /// The parameter of the benchmark that says which wrapper is measured.
    String parameter() {
        return group.equals(LEAF) ? "wrapper" : "design";
    }

    /// The name on the command line and in results: `loop/trampoline/outputs-4`.
    public String name() {
        if (group.equals(LEAF)) {
            String written = Image.nullStub().symbol(design).contract().design();
            return "%s/%s/%s".formatted(group, written, design.substring(written.length() + 1));
        }
        String what = isTyped() ? method : method.replace('_', '-');
        return isControl() || design.isEmpty() ? group + "/" + what : group + "/" + design + "/" + what;
    }

    /// Whether this is a call of the typed API: those are not placed, and their allocation is looked at.
    public boolean isTyped() {
        return type == TypedCallBenchmark.class;
    }

    private boolean isControl() {
        return type == LoopBenchmark.class && List.of("again", "doubled").contains(method);
    }
}
