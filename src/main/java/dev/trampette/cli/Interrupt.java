package dev.trampette.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ctrl-C during a long piece of work: it is told to stop, and gets the time to write down what is done. The exit
/// status is then 130, which is what the JVM ends with at SIGINT.
final class Interrupt implements AutoCloseable {

    /// What is done is written in less.
    private static final long SECONDS = 60;

    private final CountDownLatch written = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stop, "interrupt");
    private volatile boolean came;

    Interrupt() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void stop() {
        came = true;
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroy);
        try {
            boolean _ = written.await(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether somebody wants an end.
    boolean came() {
        return came;
    }

    /// All is written: the JVM may end.
    @Override
    public void close() {
        System.out.flush();
        written.countDown();
        if (!came) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }
}
