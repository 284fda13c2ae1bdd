package dev.trampette.call;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.image.Function;
import dev.trampette.image.Image;
import dev.trampette.shim.Registers;
import dev.trampette.shim.Shim;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Collections;
import java.util.List;

/// The way from Java into wrappers of the shim image, with a shim that answers their instructions.
///
/// ```
///   Java --downcall--> enter --> wrapper --> gate --upcall--> Shim.execute
///        <------------------------------------------
/// ```
///
/// A crossing can be used by any number of threads at once, and a shim may use crossings itself: what belongs to a
/// call is on the stack of its thread. It lives as long as something refers to it or to a handle that it made.
public final class Crossing {

    /// u64 enter(SHIM *, DEPARTURE *, void *function, u64 a0 ... a5)
    private static final FunctionDescriptor ENTER = FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, ADDRESS,
            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final int MOST_ARGUMENTS = 6;

    private static final FunctionDescriptor EXECUTE = FunctionDescriptor.of(JAVA_LONG,
            ADDRESS.withTargetLayout(Registers.LAYOUT));
    private static final FunctionDescriptor VMREAD_ERROR = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_BOOLEAN);

    private static final long GO_ON = 0;
    private static final long LEAVE = 1;

    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final MethodHandle ADDRESS_OF;

    static {
        try {
            ADDRESS_OF = LOOKUP.findVirtual(MemorySegment.class, "address", MethodType.methodType(long.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Image image;
    private final Shim shim;
    private final MemorySegment block;

    private Crossing(Image image, Shim shim) {
        this.image = image;
        this.shim = shim;
        Arena arena = Arena.ofAuto();
        Linker linker = Linker.nativeLinker();
        block = arena.allocate(ADDRESS, 2);
        block.setAtIndex(ADDRESS, 0, linker.upcallStub(upcall("execute", EXECUTE), EXECUTE, arena));
        block.setAtIndex(ADDRESS, 1, linker.upcallStub(upcall("vmreadError", VMREAD_ERROR), VMREAD_ERROR, arena));
    }

    /// A crossing into the shim image, whose instructions a shim answers.
    ///
    /// @throws dev.trampette.image.ImageException on another platform, or when the image is not usable
    public static Crossing to(Shim shim) {
        return to(Image.shim(), shim);
    }

    /// A crossing into an image that was assembled like the shim image, with the runtime in it.
    ///
    /// @throws dev.trampette.image.ImageException when it was not
    public static Crossing to(Image image, Shim shim) {
        Guard.watch(image);
        return new Crossing(image, shim);
    }

    /// How to call a function of the image with this shim. The handle takes [CallBlock#departure] of the caller's
    /// block first, and then what the function's descriptor says; after every call [CallBlock#check] must be asked
    /// whether it returned.
    public MethodHandle bind(Function function) {
        MethodHandle enter = Linker.nativeLinker().downcallHandle(image.address("enter"), ENTER);
        enter = MethodHandles.insertArguments(enter, 2, function.address());
        enter = MethodHandles.insertArguments(enter, 0, block);
        return adapt(enter, function.descriptor().toMethodType());
    }

    /// From (departure, long, long, long, long, long, long)long to (departure, parameters...)long.
    private static MethodHandle adapt(MethodHandle enter, MethodType type) {
        List<Class<?>> parameters = type.parameterList();
        Object[] unused = Collections.nCopies(MOST_ARGUMENTS - parameters.size(), 0L).toArray();
        MethodHandle handle = MethodHandles.insertArguments(enter, 1 + parameters.size(), unused);
        for (int i = 0; i < parameters.size(); i++) {
            if (parameters.get(i) == MemorySegment.class) {
                handle = MethodHandles.filterArguments(handle, 1 + i, ADDRESS_OF);
            }
        }
        return MethodHandles.explicitCastArguments(handle, type.insertParameterTypes(0, MemorySegment.class));
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
            return LOOKUP.bind(this, method, descriptor.toMethodType());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Called by the gate. Nothing may escape from here: an exception in an upcall ends the JVM.
    private long execute(MemorySegment registers) {
        try {
            shim.execute(new Registers(registers));
            return GO_ON;
        } catch (Throwable e) {
            CallBlock.thrown(e);
            return LEAVE;
        }
    }

    /// Called by the C error handler of the image.
    private long vmreadError(long field, boolean fault) {
        try {
            shim.vmreadError(field, fault);
            return GO_ON;
        } catch (Throwable e) {
            CallBlock.thrown(e);
            return LEAVE;
        }
    }
}
