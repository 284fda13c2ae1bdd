package dev.trampette.crossing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.call.Result;
import dev.trampette.call.WrapperPanic;
import dev.trampette.shim.tdx.TdxModule;
import dev.trampette.shim.tdx.Vmm;
import dev.trampette.spec.Gpr;
import dev.trampette.tdx.Design;
import dev.trampette.tdx.TdGuest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// Many threads share one instance, and each gets its own answers.
class ThreadsTest {

    /// Answers an MSR with its number in both halves of R11.
    private static final Vmm ECHO = registers -> {
        registers.set(Gpr.R10, 0);
        registers.set(Gpr.R11, registers.get(Gpr.R12) * 0x100000001L);
    };

    private final TdGuest td = TdGuest.of(Design.TRAMPOLINE, new TdxModule(ECHO));
    private final TdGuest refusing = TdGuest.of(Design.PER_LEAF, registers -> registers.set(Gpr.RAX, -1));

    /// Calls with the thread's own numbers, with panics among them; how many answers were right.
    private int calls(int thread, int count) {
        int right = 0;
        for (int i = 0; i < count; i++) {
            int msr = thread * 100_000 + i;
            if (td.readMsr(msr) instanceof Result.Ok<?, ?>(Long value) && value == msr * 0x100000001L) {
                right++;
            }
            if (i % 16 == 0) {
                try {
                    assertThat(refusing.readMsr(msr)).isNull();
                } catch (WrapperPanic panic) {
                    right++;
                }
            }
        }
        return right;
    }

    private void run(ExecutorService executor, int threads, int count) throws Exception {
        try (executor) {
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int number = thread;
                tasks.add(() -> calls(number, count));
            }
            for (Future<Integer> future : executor.invokeAll(tasks)) {
                assertThat(future.get()).isEqualTo(count + (count + 15) / 16);
            }
        }
    }

    @Test
    void eight_platform_threads_and_a_thousand_virtual_ones_at_once() throws Exception {
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        Thread platform = Thread.ofPlatform().uncaughtExceptionHandler((_, e) -> failures.add(e)).start(() -> {
            try {
                run(Executors.newFixedThreadPool(8), 8, 20_000);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });

        run(Executors.newVirtualThreadPerTaskExecutor(), 1000, 200);
        platform.join();

        assertThat(failures).isEmpty();
    }
}
