package dev.trampette.call;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.image.Image;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/// What the processor has, asked once.
final class Features {

    private static final MethodHandle FEATURES = Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(JAVA_LONG));

    private static int known = -1;

    private Features() {
    }

    /// Bits 7:0 the ordinal of [Vectors], bit 8 XGETBV(1).
    static synchronized int of(Image image) {
        if (known < 0) {
            try {
                known = (int) (long) FEATURES.invokeExact(image.address("probe_features"));
            } catch (Throwable e) {
                throw CallBlock.<RuntimeException>unchanged(e);
            }
        }
        return known;
    }
}
