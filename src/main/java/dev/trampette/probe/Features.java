package dev.trampette.probe;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.crossing.CallBlock;
import dev.trampette.image.Image;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// What the processor has, asked once.
///
/// @param vectors the vector state
/// @param processor `PROCESSOR_*` of `src/main/asm/include/probe.inc`
public record Features(Vectors vectors, int processor) {

    /// XGETBV(1), which says what state is in use.
    static final int XINUSE = 1;
    /// It says so of x87 too.
    static final int X87 = 2;
    /// RDFSBASE and RDGSBASE.
    public static final int FSGSBASE = 4;
    /// Protection keys.
    static final int PKRU = 8;

    private static final int SHIFT = 8;
    private static final long AT_HWCAP2 = 26;
    /// Linux says with it that it allows the instructions (`HWCAP2_FSGSBASE`, arch/x86/include/uapi/asm/hwcap2.h).
    private static final long HWCAP2_FSGSBASE = 2;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle FEATURES = LINKER.downcallHandle(FunctionDescriptor.of(JAVA_LONG));

    private static final MethodHandle COMPONENT = LINKER.downcallHandle(FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));

    /// Asked once: a hypervisor sees each CPUID.
    private static final Map<Integer, Long> COMPONENTS = new ConcurrentHashMap<>();

    private static Features known;

    /// What this one has.
    public static synchronized Features of(Image image) {
        if (known == null) {
            int features = (int) call(image.address("probe_features"));
            int processor = features >>> SHIFT | (hasFsGsBase() ? FSGSBASE : 0);
            known = new Features(Vectors.values()[features & (1 << SHIFT) - 1], processor);
        }
        return known;
    }

    /// Where a component of the extended state is in the area that XSAVE writes: AVX is 2, AVX-512's are 5 to 7.
    static long component(Image image, int number) {
        return COMPONENTS.computeIfAbsent(number, _ -> {
            try {
                return (long) COMPONENT.invokeExact(image.address("probe_component"), (long) number);
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /// Whether a feature is there.
    public boolean has(int feature) {
        return (processor & feature) != 0;
    }

    private static long call(MemorySegment function) {
        try {
            return (long) FEATURES.invokeExact(function);
        } catch (Throwable e) {
            throw CallBlock.<RuntimeException>unchanged(e);
        }
    }

    private static boolean hasFsGsBase() {
        return LINKER.defaultLookup().find("getauxval").map(getauxval -> {
            MethodHandle handle = LINKER.downcallHandle(getauxval, FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
            try {
                return ((long) handle.invokeExact(AT_HWCAP2) & HWCAP2_FSGSBASE) != 0;
            } catch (Throwable e) {
                throw CallBlock.<RuntimeException>unchanged(e);
            }
        }).orElse(false);
    }
}
