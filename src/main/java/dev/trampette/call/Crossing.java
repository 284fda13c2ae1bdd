package dev.trampette.call;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.image.Function;
import dev.trampette.image.Image;
import dev.trampette.image.ImageException;
import dev.trampette.shim.Registers;
import dev.trampette.shim.Shim;
import dev.trampette.shim.VmxError;
import dev.trampette.spec.Convention;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.Collections;

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

    /// The registers that `enter` takes arguments for.
    private static final int REGISTERS = Convention.SYSV.integers().size();

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
    /// @param arena how long it can be used; [Arena#global] for as long as the JVM runs
    /// @throws dev.trampette.image.ImageException when the runtime is not in the image
    public static Crossing to(Image image, Shim shim, Arena arena) {
        Guard.watch(image);
        return new Crossing(image, shim, arena);
    }

    /// How to call a function of the image with this shim. The handle takes [CallBlock#departure] of the caller's
    /// block first, and then what the function's descriptor says; after every call [CallBlock#check] must be asked
    /// whether it returned.
    ///
    /// @throws dev.trampette.image.ImageException when the function is of another image
    public MethodHandle bind(Function function) {
        if (function.image() != image) {
            throw new ImageException("a function of another image, symbol=%s, its image=%s, image=%s".formatted(
                    function.name(), function.image().name(), image.name()));
        }
        MethodType type = function.descriptor().toMethodType();
        MethodHandle enter = Linker.nativeLinker().downcallHandle(image.address("enter"), enter(type));
        enter = MethodHandles.insertArguments(enter, 2, function.address());
        enter = MethodHandles.insertArguments(enter, 0, block);
        Object[] unused = Collections.nCopies(REGISTERS - type.parameterCount(), 0L).toArray();
        enter = MethodHandles.insertArguments(enter, 1 + type.parameterCount(), unused);
        return MethodHandles.explicitCastArguments(enter, type.insertParameterTypes(0, MemorySegment.class));
    }

    /// u64 enter(SHIM *, DEPARTURE *, void *function, a0 ... a5), with pointers where the function has them: so they
    /// are checked, and stay alive during the call.
    private static FunctionDescriptor enter(MethodType function) {
        MemoryLayout[] layouts = new MemoryLayout[3 + REGISTERS];
        Arrays.fill(layouts, 0, 3, ADDRESS);
        for (int i = 0; i < REGISTERS; i++) {
            boolean pointer = i < function.parameterCount() && function.parameterType(i) == MemorySegment.class;
            layouts[3 + i] = pointer ? ADDRESS : JAVA_LONG;
        }
        return FunctionDescriptor.of(JAVA_LONG, layouts);
    }

    Image image() {
        return image;
    }

    /// The SHIM of `crossing.inc`, for the probe.
    MemorySegment block() {
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
