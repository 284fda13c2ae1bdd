package dev.trampette.crossing;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.call.ImageException;
import dev.trampette.image.Function;
import dev.trampette.image.Image;
import dev.trampette.shim.Registers;
import dev.trampette.shim.Shim;
import dev.trampette.shim.VmxError;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/// The way from Java into wrappers of the shim image, with a shim that answers their instructions.
///
/// ```
///   Java --downcall--> enter --> wrapper --> gate --upcall--> Shim.execute
///        <------------------------------------------
/// ```
///
/// A crossing can be used by any number of threads at once, and a shim may use crossings itself: what belongs to a
/// call is on the stack of its thread. Its native memory lives as long as the arena that it is given: make one for a
/// shim, not one for a call.
public final class Crossing {

    private static final FunctionDescriptor EXECUTE = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG);
    private static final FunctionDescriptor ERROR = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
            JAVA_LONG);

    /// Registers for arguments (psABI 3.2.3).
    private static final int MOST_INTEGERS = 6;
    private static final int MOST_VECTORS = 8;

    private static final long GO_ON = 0;
    private static final long LEAVE = 1;

    private final Image image;
    private final Shim shim;
    private final MemorySegment block;

    private Crossing(Image image, Shim shim, Arena arena) {
        this.image = image;
        this.shim = shim;
        Linker linker = Linker.nativeLinker();
        block = arena.allocate(ADDRESS, 3);
        block.setAtIndex(ADDRESS, 0, linker.upcallStub(upcall("execute", EXECUTE), EXECUTE, arena));
        block.setAtIndex(ADDRESS, 1, linker.upcallStub(upcall("error", ERROR), ERROR, arena));
    }

    /// A crossing into an image that was assembled with the runtime, such as the shim image.
    ///
    /// @param image whose wrappers are called
    /// @param shim answers their instructions, on the threads that call
    /// @param arena how long it can be used; [Arena#global] for as long as the JVM runs
    /// @return the crossing
    /// @throws dev.trampette.call.ImageException when the runtime is not in the image
    public static Crossing to(Image image, Shim shim, Arena arena) {
        Guard.watch(image);
        return new Crossing(image, shim, arena);
    }

    /// Say how to call a function with this shim. The handle takes [CallBlock#departure] of the caller's block first,
    /// and then what the function's descriptor says; after every call [CallBlock#check] must be asked whether it
    /// returned.
    ///
    /// @param function of the image
    /// @return a handle of `(MemorySegment, arguments ...)`
    /// @throws dev.trampette.call.ImageException when the function is of another image
    /// @throws IllegalArgumentException when it has more arguments than there are registers for them
    public MethodHandle bind(Function function) {
        if (function.image() != image) {
            throw new ImageException("a function of another image, symbol=%s, its image=%s, image=%s".formatted(
                    function.name(), function.image().name(), image.name()));
        }
        MethodType type = function.descriptor().toMethodType();
        List<Integer> integers = new ArrayList<>();
        List<Integer> vectors = new ArrayList<>();
        for (int i = 0; i < type.parameterCount(); i++) {
            (isVector(type.parameterType(i)) ? vectors : integers).add(i);
        }
        if (integers.size() > MOST_INTEGERS || vectors.size() > MOST_VECTORS) {
            throw new IllegalArgumentException("`enter` passes %d integer and %d floating-point arguments, symbol=%s, "
                    .formatted(MOST_INTEGERS, MOST_VECTORS, function.name())
                    + "integer=%d, floating-point=%d".formatted(integers.size(), vectors.size()));
        }
        MethodHandle enter = Linker.nativeLinker().downcallHandle(image.address("enter"),
                enter(function.descriptor(), integers, vectors));
        Object[] unused = Collections.nCopies(MOST_INTEGERS - integers.size(), 0L).toArray();
        enter = MethodHandles.insertArguments(enter, 3 + integers.size(), unused);
        enter = MethodHandles.insertArguments(enter, 2, function.address());
        enter = MethodHandles.insertArguments(enter, 0, block);
        MethodType wanted = type.insertParameterTypes(0, MemorySegment.class);
        return MethodHandles.explicitCastArguments(inOrder(enter, integers, vectors), wanted);
    }

    /// u64 enter(SHIM *, DEPARTURE *, void *function, a0 ... a5, v0 ...), with pointers where the function has them: so
    /// they are checked, and stay alive during the call. `enter` leaves vector registers alone.
    private static FunctionDescriptor enter(FunctionDescriptor function, List<Integer> integers,
            List<Integer> vectors) {
        List<MemoryLayout> layouts = new ArrayList<>(Collections.nCopies(3, ADDRESS));
        List<MemoryLayout> arguments = function.argumentLayouts();
        integers.forEach(i -> layouts.add(arguments.get(i) instanceof AddressLayout ? ADDRESS : JAVA_LONG));
        layouts.addAll(Collections.nCopies(MOST_INTEGERS - integers.size(), JAVA_LONG));
        vectors.forEach(i -> layouts.add(arguments.get(i)));
        MemoryLayout result = function.returnLayout().orElse(JAVA_LONG);
        boolean inVector = result instanceof ValueLayout value && isVector(value.carrier());
        return FunctionDescriptor.of(inVector ? result : JAVA_LONG, layouts.toArray(MemoryLayout[]::new));
    }

    /// The handle of (departure, integers, vectors) with the arguments in the order of the function.
    private static MethodHandle inOrder(MethodHandle handle, List<Integer> integers, List<Integer> vectors) {
        if (vectors.isEmpty()) {
            return handle;
        }
        int[] order = Stream.of(Stream.of(-1), integers.stream(), vectors.stream()).flatMap(i -> i)
                .mapToInt(i -> i + 1).toArray();
        Class<?>[] types = new Class<?>[order.length];
        for (int i = 0; i < order.length; i++) {
            types[order[i]] = handle.type().parameterType(i);
        }
        return MethodHandles.permuteArguments(handle, MethodType.methodType(handle.type().returnType(), types), order);
    }

    private static boolean isVector(Class<?> type) {
        return type == double.class || type == float.class;
    }

    public Image image() {
        return image;
    }

    /// The SHIM of `crossing.inc`, for the probe.
    public MemorySegment block() {
        return block;
    }

    private MethodHandle upcall(String method, FunctionDescriptor descriptor) {
        try {
            return MethodHandles.lookup().bind(this, method, descriptor.toMethodType());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Called by the gate. Nothing may escape from here, for an exception in an upcall ends the JVM: not even what is
    /// thrown when the stack is full and there is no room to remember why.
    private long execute(long registers) {
        try {
            shim.execute(new Registers(registers));
            return GO_ON;
        } catch (Throwable e) {
            try {
                CallBlock.thrown(e);
            } catch (Throwable full) {
                return LEAVE;
            }
            return LEAVE;
        }
    }

    /// Called by the C error handlers of the image; see [#execute].
    private long error(long handler, long a, long b, long c) {
        try {
            shim.error(VmxError.of(handler, a, b, c));
            return GO_ON;
        } catch (Throwable e) {
            try {
                CallBlock.thrown(e);
            } catch (Throwable full) {
                return LEAVE;
            }
            return LEAVE;
        }
    }
}
