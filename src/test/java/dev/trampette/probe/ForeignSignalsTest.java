package dev.trampette.probe;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.trampette.call.WrapperCrash;
import dev.trampette.image.Image;
import dev.trampette.support.ChildJvm;
import dev.trampette.support.MachineCode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Signals that are none of the routine's, while one is watched: handlers of others run to their end, and what happens
/// in them is theirs.
@Timeout(120)
class ForeignSignalsTest {

    private static final int SIGURG = 23;
    private static final int SIGPROF = 27;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {SIGPROF, SIGURG})
    void a_profiler_in_the_thread_keeps_its_faults(int signal) throws Exception {
        Path library = directory.resolve("profiler.so");
        try {
            assertThat(new ProcessBuilder("gcc", "-O2", "-shared", "-fPIC", "-o", library.toString(),
                    "src/test/c/profiler.c").inheritIO().start().waitFor()).isZero();
        } catch (IOException e) {
            assumeTrue(false, "no C compiler here");
        }
        Process child = ChildJvm.start(Profiled.class, library.toString(), String.valueOf(signal));
        String output = new String(child.getInputStream().readAllBytes());

        assertThat(child.waitFor()).as(output).isZero();
        assertThat(output).contains("crashes=0 ").contains("abandoned=0 ").contains("enough=true");
    }

    /// The profiler first, so that the guard's handler comes before the profiler's.
    static final class Profiled {

        public static void main(String[] arguments) throws Throwable {
            SymbolLookup profiler = SymbolLookup.libraryLookup(Path.of(arguments[0]), Arena.global());
            int failed = (int) Linker.nativeLinker().downcallHandle(profiler.findOrThrow("profile"),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT)).invokeExact(Integer.parseInt(arguments[1]));
            if (failed != 0) {
                throw new IllegalStateException("no timer");
            }
            Probe probe = new Probe(Script.of(Image.shim(), Arena.global()), Arena.global());
            MemorySegment busy = MachineCode.of("mov ecx, 20000000\n.next: dec ecx\njnz .next\nret");
            int crashes = 0;
            for (int i = 0; i < 100; i++) {
                try {
                    probe.call(busy);
                } catch (WrapperCrash crash) {
                    crashes++;
                }
            }
            long begun = value(profiler, "samples_begun");
            long ended = value(profiler, "samples_ended");          // the profiler goes on meanwhile
            System.out.printf("crashes=%d abandoned=%d samples=%d enough=%b%n", crashes, Math.max(0, begun - ended),
                    begun, begun >= 90 && value(profiler, "reads_failed") >= begun);
        }

        private static long value(SymbolLookup profiler, String name) {
            return profiler.findOrThrow(name).reinterpret(8).get(JAVA_LONG, 0);
        }
    }

    /// A debugger, SIGSTOP, a virtual machine that pauses: no time that the routine had.
    @Test
    void a_process_that_is_stopped_does_not_hang() throws Exception {
        Process child = ChildJvm.start(Stopped.class);
        var output = child.inputReader();
        assertThat(output.readLine()).isEqualTo("calling");
        Thread.sleep(300);
        signal("-STOP", child);
        Thread.sleep(3 * Stopped.LIMIT_MILLIS);
        signal("-CONT", child);

        assertThat(output.readLine()).isEqualTo("returned");
        assertThat(output.readLine()).isEqualTo("hang");
        assertThat(child.waitFor()).isZero();
    }

    private static void signal(String signal, Process process) throws Exception {
        assertThat(new ProcessBuilder("kill", signal, String.valueOf(process.pid())).start().waitFor()).isZero();
    }

    /// A call that sleeps less than the limit, in small pieces, and one that sleeps longer.
    static final class Stopped {

        static final int LIMIT_MILLIS = 1500;

        public static void main(String[] arguments) {
            Watchdog.limitIdle(LIMIT_MILLIS);
            Probe probe = new Probe(Script.of(Image.shim(), Arena.global()), Arena.global());
            System.out.println("calling");
            probe.call(sleeps(10));
            System.out.println("returned");
            try {
                probe.call(sleeps(200));
            } catch (WrapperCrash crash) {
                System.out.println(crash.kind() == WrapperCrash.Kind.HANG ? "hang" : crash.getMessage());
            }
        }

        /// So often 50 ms.
        private static MemorySegment sleeps(int times) {
            return MachineCode.of("""
                        push    rbx
                        mov     ebx, %d
                        push    50000000
                        push    0
                    .next:
                        mov     eax, 35                 ; nanosleep
                        mov     rdi, rsp
                        xor     esi, esi
                        syscall
                        dec     ebx
                        jnz     .next
                        add     rsp, 16
                        pop     rbx
                        ret
                    """.formatted(times));
        }
    }
}
