package dev.trampette.abi;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.support.MachineCode;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Checks, one after the other and at once, leave nothing behind in the process. The property `trampette.checks` says
/// how many: 2,000 take some minutes.
class ManyChecksTest {

    private static final int CHECKS = Integer.getInteger("trampette.checks", 60);
    private static final int THREADS = 8;
    /// What Java itself may begin meanwhile.
    private static final int SOME = 12;

    private static final MemorySegment ADDS = MachineCode.of("lea rax, [rdi + rsi]\nmov [rdx], rax\nret");

    /// Maps, descriptors and threads of the process.
    private static List<Long> taken() throws IOException {
        System.gc();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"));
                Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            return List.of((long) Files.readAllLines(Path.of("/proc/self/maps")).size(), descriptors.count(),
                    threads.count());
        }
    }

    private static void check() {
        AbiAssert.that(ADDS).contract("arguments=a:u64 b:u64 out:out[1] result=u64").cases(4)
                .against(given -> {
                    long sum = given.value("a") + given.value("b");
                    given.memory("out").set(JAVA_LONG, 0, sum);
                    return sum;
                }).holds();
    }

    @Test
    void nothing_is_left() throws IOException {
        IntStream.range(0, 20).forEach(_ -> check());
        List<Long> before = taken();

        IntStream.range(0, CHECKS).forEach(_ -> check());

        List<Long> after = taken();
        System.out.printf("maps, descriptors, threads: %s before, %s after %d checks%n", before, after, CHECKS);
        IntStream.range(0, before.size()).forEach(n -> assertThat(after.get(n)).isLessThan(before.get(n) + SOME));
    }

    @Test
    void several_at_once() throws InterruptedException {
        List<Thread> threads = IntStream.range(0, THREADS).mapToObj(_ -> Thread.ofPlatform().unstarted(() ->
                IntStream.range(0, 3).forEach(_ -> check()))).toList();
        List<Throwable> thrown = new CopyOnWriteArrayList<>();
        threads.forEach(thread -> thread.setUncaughtExceptionHandler((_, e) -> thrown.add(e)));
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(thrown).isEmpty();
    }
}
