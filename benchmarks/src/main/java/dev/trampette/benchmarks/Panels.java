package dev.trampette.benchmarks;

import dev.trampette.contract.Contract;
import dev.trampette.cost.Layer;
import dev.trampette.cost.Mode;
import dev.trampette.cost.Panel;
import dev.trampette.cost.Panel.Entry;
import dev.trampette.cost.Shape;
import dev.trampette.image.Image;
import dev.trampette.tdx.Design;
import dev.trampette.vmx.VmreadDesign;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Everything that is compared: one panel for each question.
public final class Panels {

    /// The name of the instruction in panels of parts.
    public static final String EVIDENCE = "evidence";

    /// The part that is the reference of all groups.
    public static final String REFERENCE = "REP STOSQ of 96 bytes";

    /// The name of the instruction in the panel of typed calls.
    static final String TYPED = "typed";

    /// Likewise, of checked calls.
    static final String CHECKED = "checked";

    private static final String MEMORY_BARRIER = ", system memory barrier";

    private static final String TDCALL = "TDCALL";

    private Panels() {
    }

    /// All of them.
    public static List<Panel> all() {
        return Stream.of(loop(), sequences(), java()).flatMap(List::stream).toList();
    }

    /// What a first look has time for: of the designs called from Java one shape, for each way to call is to be
    /// compiled first.
    public static List<Panel> quick() {
        return all().stream().filter(panel -> !panel.layer().isJava() || panel.instruction().equals(EVIDENCE)
                || panel.shape().equals(Shape.OUTPUTS_4.label())).toList();
    }

    /// What is measured when it is asked for only, as [#leaves] are: the calls of the typed API, checked calls, the
    /// memory barrier.
    public static List<Panel> others() {
        return List.of(typed(), new Panel(Layer.JAVA, CHECKED, "an empty function", Optional.empty(),
                Mode.THROUGHPUT, methods(CheckedCalls.class), false), memoryBarrier());
    }

    /// Those with these names. Leaves are made when one of them has such a name: it takes longer than to start Java.
    static List<Panel> named(Collection<String> names) {
        List<Panel> panels = new ArrayList<>();
        for (Supplier<List<Panel>> some : List.<Supplier<List<Panel>>>of(Panels::all, Panels::others,
                Panels::leaves)) {
            if (panels.size() < names.size()) {
                some.get().stream().filter(panel -> names.contains(panel.name())).forEach(panels::add);
            }
        }
        return panels;
    }

    /// The ways that wait for a safepoint, in a JVM that makes the barrier of a transition the system's business:
    /// -XX:+UseSystemMemoryBarrier.
    public static Panel memoryBarrier() {
        return new Panel(Layer.JAVA, TDCALL, Shape.OUTPUTS_4.label() + MEMORY_BARRIER, Optional.empty(),
                Mode.THROUGHPUT, Stream.of("typed", "upcall-shim", "jni", "jna-direct", "handle")
                        .map(way -> new Entry(way, "")).toList(), false);
    }

    /// Whether a panel is of such a JVM.
    static boolean hasMemoryBarrier(Panel panel) {
        return panel.shape().endsWith(MEMORY_BARRIER);
    }

    /// The calls of the typed API.
    static Panel typed() {
        return new Panel(Layer.JAVA, TYPED, "calls", Optional.empty(), Mode.THROUGHPUT, methods(TypedCalls.class),
                false);
    }

    private static List<Entry> methods(Class<?> type) {
        return Stream.of(type.getDeclaredMethods()).filter(method -> method.getParameterCount() == 0
                        && method.getReturnType() == long.class)
                .map(method -> new Entry(method.getName().replace('_', '-'), ""))
                .sorted(Comparator.comparing(Entry::design)).toList();
    }

    /// The designs as Java calls them, and the ways in which Java calls one of them.
    public static List<Panel> java() {
        List<Panel> panels = new ArrayList<>();
        for (Layer layer : List.of(Layer.CRITICAL, Layer.DOWNCALL)) {
            for (Shape shape : Shape.values()) {
                panels.add(new Panel(layer, TDCALL, shape.label(), Optional.empty(), Mode.THROUGHPUT,
                        designs(design -> design.callSite(shape.leaf())), shape == Shape.OUTPUTS_4));
            }
            panels.add(new Panel(layer, EVIDENCE, "parts", Optional.empty(), Mode.THROUGHPUT,
                    List.of(new Entry("an empty call", "empty_call")), false));
        }
        panels.add(new Panel(Layer.JAVA, TDCALL, Shape.OUTPUTS_4.label(), Optional.empty(), Mode.THROUGHPUT,
                Stream.of("typed", "typed-shared", "typed-from-table", "upcall-shim", "critical-heap-array",
                                "struct-by-pointer", "struct-by-value", "jni", "jna-direct", "jna-interface",
                                "jnr-ffi", "handle")
                        .map(way -> new Entry(way, "")).toList(), true));
        return panels;
    }

    /// One for each leaf that has wrappers, whatever image the process has: `leaf/TDCALL/tdg_vp_info/throughput`. They
    /// are many, and so not in [#all].
    public static List<Panel> leaves() {
        Map<String, List<Contract>> leaves = Image.nullStub().file().callSites().stream()
                .filter(contract -> !contract.leaf().isEmpty())
                .collect(Collectors.groupingBy(Panels::leaf, LinkedHashMap::new, Collectors.toList()));
        return leaves.entrySet().stream().map(leaf -> new Panel(Layer.LEAF, leaf.getValue().getFirst().mnemonic(),
                leaf.getKey(), Optional.empty(), Mode.THROUGHPUT, leaf.getValue().stream()
                        .map(contract -> new Entry(contract.design(), contract.symbol())).toList(), false)).toList();
    }

    /// The leaf as symbols spell it: `tdg_vp_info`.
    private static String leaf(Contract contract) {
        return contract.symbol().substring(contract.design().length() + 1);
    }

    /// The panels of the loop in assembly.
    public static List<Panel> loop() {
        List<Panel> panels = new ArrayList<>();
        for (Mode mode : Mode.values()) {
            for (Shape shape : Shape.values()) {
                panels.add(new Panel(Layer.LOOP, TDCALL, shape.label(), Optional.empty(), mode,
                        designs(design -> design.callSite(shape.leaf())),
                        shape == Shape.OUTPUTS_4 && mode == Mode.THROUGHPUT));
            }
        }
        panels.add(plain(TDCALL, "TDG.VM.RD", designs(design -> design.callSite("tdg_vm_rd"))));
        panels.add(plain("SEAMCALL", "TDH.MNG.RD", designs(design -> design.callSite("tdh_mng_rd"))));
        panels.add(plain(TDCALL, Stub.RETRY, designs(design -> design.callSite(Shape.IN_OUT.leaf()))));
        panels.add(plain("VMREAD", Stub.VMFAIL, Arrays.stream(VmreadDesign.values())
                .map(design -> new Entry(design.label(), design.callSite("vmread"))).toList()));
        panels.add(plain(EVIDENCE, "parts", List.of(
                new Entry("an empty call", "empty_call"),
                new Entry("one more call and return", "nested_call"),
                new Entry(REFERENCE, SlotGroups.REFERENCE),
                new Entry("96 bytes zeroed by moves", "zero_by_moves"),
                new Entry("memory-struct, 4 outputs, by moves", "memory_struct_cpuid_by_moves"))));
        return panels;
    }

    /// Sequences of VMREADs and VMWRITEs, with other values alive across them.
    public static List<Panel> sequences() {
        List<Panel> panels = new ArrayList<>();
        for (int length : List.of(1, 4, 16)) {
            for (int live = 0; live < 10; live++) {
                panels.add(sequence("VMREAD", "read", length, live,
                        List.of(VmreadDesign.STACK_TRAMPOLINE, VmreadDesign.BRANCH_OUT, VmreadDesign.FUNCTION)));
                panels.add(sequence("VMWRITE", "write", length, live,
                        List.of(VmreadDesign.BRANCH_OUT, VmreadDesign.FUNCTION)));
            }
        }
        return panels;
    }

    private static Panel sequence(String instruction, String what, int length, int live, List<VmreadDesign> designs) {
        return new Panel(Layer.SEQUENCE, instruction, "%d %s%s".formatted(length, what, length == 1 ? "" : "s"),
                Optional.of(live), Mode.THROUGHPUT, designs.stream().map(design -> new Entry(design.label(),
                        design.callSite("vm%s_%d_live_%d".formatted(what, length, live)))).toList(),
                instruction.equals("VMREAD") && length == 4 && live == 6);
    }

    private static Panel plain(String instruction, String shape, List<Entry> entries) {
        return new Panel(Layer.LOOP, instruction, shape, Optional.empty(), Mode.THROUGHPUT, entries, false);
    }

    private static List<Entry> designs(Function<Design, String> callSite) {
        return Stream.of(Design.values()).map(design -> new Entry(design.label(), callSite.apply(design))).toList();
    }
}
