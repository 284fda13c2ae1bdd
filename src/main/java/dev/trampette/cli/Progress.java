package dev.trampette.cli;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/// How far a long run is, on standard error: a bar on a terminal, else a line for every tenth. Nothing for one step.
final class Progress implements AutoCloseable {

    /// The launcher says whether standard error is a terminal; Java cannot tell.
    private static final boolean TERMINAL = Boolean.getBoolean("trampette.terminal");

    private final String task;
    private final long steps;
    private final ProgressBar bar;
    private long done;
    private long tenth;

    Progress(String task, long steps) {
        this.task = task;
        this.steps = steps;
        this.bar = TERMINAL && steps > 1
                ? new ProgressBarBuilder().setTaskName(task).setInitialMax(steps).setStyle(ProgressBarStyle.ASCII)
                        .build()
                : null;
    }

    /// One step begins.
    synchronized void step(String what) {
        if (bar != null) {
            bar.setExtraMessage(what);
            bar.stepTo(done);
        } else if (steps > 1 && done * 10 / steps >= tenth) {
            System.err.printf("%s: %d of %d, %s%n", task, done, steps, what);
            tenth = done * 10 / steps + 1;
        }
        done++;
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.stepTo(steps);
            bar.setExtraMessage("");
            bar.close();
        }
    }
}
