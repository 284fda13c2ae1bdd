package dev.trampette.benchmarks;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.cost.Layer;
import dev.trampette.cost.Panel;
import dev.trampette.image.Image;
import dev.trampette.spec.Argument;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How Java calls each row of the layers `critical`, `downcall` and `java`.
final class JavaRows {

    private static final Linker LINKER = Linker.nativeLinker();
    private static final int WORDS = 16;

    private final MemorySegment out = Arena.global().allocate(JAVA_LONG, WORDS);
    private final MemorySegment in = Arena.global().allocate(JAVA_LONG, WORDS);
    private final Map<String, JavaLoop> loops = new HashMap<>();

    /// The loop of a design. The designs of a panel that is called by downcalls share one: they differ in the address.
    JavaLoop loop(Panel panel, Panel.Entry entry) {
        return panel.layer() == Layer.JAVA
                ? loops.computeIfAbsent(panel.name(entry.design()), _ -> JavaLoop.around(way(panel, entry)))
                : loops.computeIfAbsent(panel.name(), _ -> JavaLoop.around(downcall(entry.symbol(), options(panel))));
    }

    /// A method without parameters of the class that has the ways of a panel.
    private static MethodHandle way(Panel panel, Panel.Entry entry) {
        Class<?> ways = switch (panel.instruction()) {
            case Panels.TYPED -> TypedCalls.class;
            case Panels.CHECKED -> CheckedCalls.class;
            default -> Calls.class;
        };
        try {
            return MethodHandles.dropArguments(MethodHandles.lookup().findStatic(ways,
                    entry.design().replace('-', '_'), MethodType.methodType(long.class)), 0, MemorySegment.class);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Linker.Option[] options(Panel panel) {
        return panel.layer() == Layer.CRITICAL ? new Linker.Option[] {Linker.Option.critical(false)}
                : new Linker.Option[0];
    }

    /// A downcall with the arguments that the contract asks for: every number is 1, every pointer is memory.
    private MethodHandle downcall(String symbol, Linker.Option... options) {
        List<MemoryLayout> layouts = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        for (Argument argument : Image.nullStub().file().findContract(symbol)
                .map(contract -> contract.signature().arguments()).orElse(List.of())) {
            switch (argument.type()) {
                case BOOL -> add(layouts, JAVA_BOOLEAN, values, true);
                case U32 -> add(layouts, JAVA_INT, values, 1);
                case OUT -> add(layouts, ADDRESS, values, out);
                case IN -> add(layouts, ADDRESS, values, in);
                default -> add(layouts, JAVA_LONG, values, 1L);
            }
        }
        return MethodHandles.insertArguments(LINKER.downcallHandle(FunctionDescriptor.of(JAVA_LONG,
                layouts.toArray(MemoryLayout[]::new)), options), 1, values.toArray());
    }

    private static void add(List<MemoryLayout> layouts, MemoryLayout layout, List<Object> values, Object value) {
        layouts.add(layout);
        values.add(value);
    }
}
