package dev.trampette.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// A loop in Java around one way to call. Each way has a copy of this class for itself, with the handle as a constant:
/// so it is compiled as a loop around just that call, and what the others do does not change it.
interface JavaLoop {

    /// What every handle is like: the address of a call site in, some result out.
    MethodType TYPE = MethodType.methodType(long.class, MemorySegment.class);

    /// Call so many times.
    ///
    /// @param site the call site, for those that take one
    /// @return the sum of what the calls returned, so that none of them is for nothing
    long run(int calls, MemorySegment site) throws Throwable;

    /// A loop around a handle of that type.
    static JavaLoop around(MethodHandle call) {
        try (InputStream bytes = Template.class.getResourceAsStream("JavaLoop$Template.class")) {
            return (JavaLoop) MethodHandles.lookup().defineHiddenClassWithClassData(bytes.readAllBytes(),
                    call.asType(TYPE), true).lookupClass().getDeclaredConstructor().newInstance();
        } catch (IOException | ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /// What is copied.
    final class Template implements JavaLoop {

        private static final MethodHandle CALL = call();

        Template() {
        }

        private static MethodHandle call() {
            try {
                return MethodHandles.classData(MethodHandles.lookup(), "_", MethodHandle.class);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public long run(int calls, MemorySegment site) throws Throwable {
            long sum = 0;
            for (int i = 0; i < calls; i++) {
                sum += (long) CALL.invokeExact(site);
            }
            return sum;
        }
    }
}
