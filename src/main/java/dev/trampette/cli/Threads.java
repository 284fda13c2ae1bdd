package dev.trampette.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/// Independent pieces of work, on all processors.
final class Threads {

    private Threads() {
    }

    /// The results, in the order of the pieces. The first exception of a piece is thrown.
    static <T, R> List<R> map(List<T> pieces, Function<T, R> work) {
        int threads = Math.max(1, Math.min(pieces.size(), Runtime.getRuntime().availableProcessors()));
        ExecutorService pool = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().factory());
        try {
            List<Future<R>> futures = pieces.stream().map(piece -> pool.submit(() -> work.apply(piece))).toList();
            List<R> results = new ArrayList<>();
            for (Future<R> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            pool.shutdownNow();
        }
    }
}
