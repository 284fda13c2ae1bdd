package dev.trampette.cli;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.cli.foreign.Parent;
import dev.trampette.cli.foreign.Request;
import dev.trampette.cli.foreign.Task;
import dev.trampette.contract.Contract;
import dev.trampette.image.Image;
import dev.trampette.image.Target;
import dev.trampette.object.ForeignObject;
import dev.trampette.trap.ObjectTraps;
import dev.trampette.verify.Verifier;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Verifications of foreign objects, one after the other, leave nothing behind in the process. The property
/// `trampette.verifications` says how many.
class ManyVerificationsTest {

    private static final int VERIFICATIONS = Integer.getInteger("trampette.verifications", 60);

    /// Until here the process learns what it will need.
    private static final int FIRST = VERIFICATIONS / 3;

    /// One run of a child for so many verifications in this process.
    private static final int PER_CHILD = 20;

    /// What the heap, the compiler and its code may have grown by meanwhile: much less than an object for each.
    private static final long KIB = 48 << 10;
    private static final int FEW = 12;

    private static final String PROCESS = ProcessHandle.current().pid() + "-";

    private static final String CONTRACT = """
            symbol=vp_enter_repaired
            instruction=SEAMCALL
            leaf=TDH.VP.ENTER
            arguments=a:out[13]
            in=rax:0 rcx:a[0] rdx:a[1] rbx:a[2] rsi:a[3] rdi:a[4] r8:a[5] r9:a[6] r10:a[7] r11:a[8] r12:a[9] \
            r13:a[10] r14:a[11] r15:a[12]
            out=rcx rdx rbx rsi rdi r8 r9 r10 r11 r12 r13 r14 r15
            written=rcx rdx rbx rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15
            faults=none
            stored=always
            unreached=input
            """;

    @TempDir
    private Path directory;

    private static final MethodHandle MALLOC_TRIM = Linker.nativeLinker().downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow("malloc_trim"),
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
    private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();

    /// What a process has, and could forget to give back.
    private record Resources(long descriptors, long mappings, long threads, long children, long files, long kib,
            long heap) {

        static Resources now() throws IOException {
            System.gc();
            return new Resources(count("/proc/self/fd", ""), Files.readAllLines(Path.of("/proc/self/maps")).size(),
                    count("/proc/self/task", ""), ProcessHandle.current().children().count(),
                    count(System.getProperty("java.io.tmpdir"), "trampette-object-" + PROCESS)
                            + count(System.getProperty("java.io.tmpdir"), "trampette-child-" + PROCESS), resident(),
                    MEMORY.getHeapMemoryUsage().getUsed() >> 10);
        }

        private static long count(String directory, String prefix) throws IOException {
            try (Stream<Path> files = Files.list(Path.of(directory))) {
                return files.filter(file -> file.getFileName().toString().startsWith(prefix)).count();
            }
        }

        /// Memory in use (proc(5)) beside what the JVM has taken for its heap, its classes and its code: that grows as
        /// it likes, and what is used of the heap is looked at by itself. The C library first gives back what is
        /// free: the compilers of the JVM leave that behind.
        private static long resident() throws IOException {
            try {
                int _ = (int) MALLOC_TRIM.invokeExact(0L);
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
            long taken = MEMORY.getHeapMemoryUsage().getCommitted() + MEMORY.getNonHeapMemoryUsage().getCommitted();
            return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElseThrow()
                    - (taken >> 10);
        }
    }

    @Test
    void nothing_is_left() throws Exception {
        Path object = directory.resolve("vp_enter.o");
        run("nasm", "-f", "elf64", "-g", "-F", "dwarf", "-o", object.toString(), "examples/gallery/vp_enter.asm");
        Path library = directory.resolve("libsum.so");
        run("gcc", "-shared", "-fPIC", "-O2", "-x", "c", "-o", library.toString(), Files.writeString(
                directory.resolve("sum.c"), "static long calls; long sum(long a, long b) { calls++; return a + b; }\n")
                .toString());
        Contract linked = Contract.parse(CONTRACT);
        Contract shared = Contract.parse("symbol=sum\narguments=a:u64 b:u64\nresult=u64");
        Resources before = null;
        for (int n = 0; n < VERIFICATIONS; n++) {
            if (n == FIRST) {
                before = Resources.now();
            }
            verify(n % 3 == 2 ? library : object, n % 3 == 2 ? shared : linked);
            if (n % PER_CHILD == 0) {
                assertThat(new Parent(new Request(List.of(object.toString()), List.of(), "sysv", Optional.empty(), "",
                        List.of(), Task.VERIFY, Optional.empty(), n, 1),
                        Duration.ofSeconds(60)).verify(_ -> List.of("vp_enter_repaired"),
                        _ -> { })).allMatch(outcome -> outcome.verdict().orElseThrow().holds());
            }
        }
        Resources after = Resources.now();
        System.out.printf("%d verifications: %s, after %d: %s%n", VERIFICATIONS, after, FIRST, before);

        assertThat(after.children).isEqualTo(before.children);
        assertThat(after.files).isLessThanOrEqualTo(before.files);
        assertThat(after.descriptors).isLessThanOrEqualTo(before.descriptors + FEW);
        assertThat(after.threads).isLessThanOrEqualTo(before.threads + FEW);
        assertThat(after.mappings).isLessThanOrEqualTo(before.mappings + FEW);
        assertThat(after.kib).isLessThanOrEqualTo(before.kib + KIB);
        assertThat(after.heap).isLessThanOrEqualTo(before.heap + KIB);
    }

    private static void verify(Path file, Contract contract) {
        try (ForeignObject object = ForeignObject.load(file)) {
            Target target = new Target(object.code(contract.symbol()), contract, ObjectTraps.install(object));
            assertThat(new Verifier(Image.shim(), 1, 1).verify(target).findings()).isEmpty();
        }
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
