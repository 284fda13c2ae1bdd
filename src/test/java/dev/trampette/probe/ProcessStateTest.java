package dev.trampette.probe;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessStateTest {

    private static final int SIGUSR1 = 10;
    private static final long SIG_IGN = 1;

    private static final MethodHandle SIGNAL = Linker.nativeLinker().downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow("signal"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG));

    /// The C library adds a flag when it puts a handler back: that is no change, for whoever has looked before.
    @Test
    void a_handler_that_was_put_back_is_what_it_was() throws Throwable {
        try (ProcessState one = new ProcessState(List.of()); ProcessState other = new ProcessState(List.of())) {
            assertThat(one.changes()).isEmpty();

            long before = (long) SIGNAL.invokeExact(SIGUSR1, SIG_IGN);

            assertThat(one.changes()).containsExactly("the handler of SIGUSR1");
            assertThat(one.changes()).isEmpty();
            assertThat(other.changes()).isEmpty();
            assertThat((long) SIGNAL.invokeExact(SIGUSR1, before)).isEqualTo(before);
        }
    }
}
