package dev.trampette.child;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Something that happens unless it is put off again and again.
public final class Alarm implements AutoCloseable {

    /// It may become due earlier while the thread sleeps.
    private static final Duration LOOK = Duration.ofMillis(50);

    private final Thread thread;
    private volatile long due;
    private volatile boolean hasRung;

    /// @param limit how long nobody need put it off
    /// @param what happens then, in a thread of its own
    public Alarm(Duration limit, Runnable what) {
        again(limit);
        thread = Thread.ofPlatform().daemon().start(() -> {
            try {
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    TimeUnit.NANOSECONDS.sleep(Math.min(left, LOOK.toNanos()));
                }
                hasRung = true;
                what.run();
            } catch (InterruptedException e) {
                // It was closed in time.
            }
        });
    }

    /// Put it off.
    public void again(Duration limit) {
        due = System.nanoTime() + limit.toNanos();
    }

    /// Whether it has happened.
    public boolean hasRung() {
        return hasRung;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
