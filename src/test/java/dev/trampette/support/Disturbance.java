package dev.trampette.support;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;

/// What HotSpot does of its own on other threads: signals that it makes exceptions of, and collections.
public final class Disturbance {

    private Disturbance() {
    }

    /// Do something again and again, and count.
    public static Callable<Long> until(AtomicBoolean done, Callable<Integer> step) {
        return () -> {
            long steps = 0;
            while (!done.get()) {
                steps += step.call();
            }
            return steps;
        };
    }

    /// HotSpot makes it of a SIGSEGV, once the method is compiled.
    public static int nullPointer() {
        String text = System.nanoTime() == 0 ? "x" : null;
        try {
            return text.length();
        } catch (NullPointerException e) {
            return 1;
        }
    }

    /// A hundred blocks that nobody needs.
    public static int garbage() {
        List<byte[]> blocks = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            blocks.add(new byte[10_000]);
        }
        return blocks.size() / 100;
    }
}
