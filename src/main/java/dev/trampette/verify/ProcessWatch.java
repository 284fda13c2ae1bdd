package dev.trampette.verify;

import dev.trampette.contract.Contract;
import dev.trampette.probe.Copy;
import dev.trampette.probe.ProcessState;
import dev.trampette.verdict.Rule;
import dev.trampette.verify.trial.Case;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// Looks whether calls change what belongs to the process. Several routines are verified at once, and what one of them
/// changes another one sees: so before anybody is blamed a call is made once more, while nobody else makes any.
public final class ProcessWatch implements AutoCloseable {

    /// The exit status of a process whose descriptors are closed, and which can say no more.
    public static final int LOST = 97;

    /// The streams of the process.
    private static final List<Integer> STREAMS = List.of(0, 1, 2);

    /// Calls of all routines; and one alone.
    private static final ReentrantReadWriteLock CALLS = new ReentrantReadWriteLock();

    /// Of a wrapper of this project, which has no way to them, a look behind so many cases is enough.
    private static final int FAR = 64;

    private final ProcessState state;
    private final boolean isAlone;
    private int seldom;
    private boolean isForked;
    private boolean isChanged;

    private ProcessWatch(List<Integer> descriptors, boolean isAlone) {
        this.isAlone = isAlone;
        CALLS.writeLock().lock();           // what a routine has changed is put back by now
        try {
            this.state = new ProcessState(descriptors);
        } finally {
            CALLS.writeLock().unlock();
        }
    }

    /// Of a process that others use too.
    static ProcessWatch ofStreams() {
        return new ProcessWatch(STREAMS, false);
    }

    /// Of a process that is there for the routine, and ends when its descriptors are closed for good.
    ///
    /// @param descriptors those that must stay open
    public static ProcessWatch alone(List<Integer> descriptors) {
        ProcessWatch watch = new ProcessWatch(descriptors, true);
        watch.endWhenLost();                // all that it needs is loaded now
        return watch;
    }

    /// Right behind a call, when nothing else works any more in a process without descriptors.
    void endWhenLost() {
        if (isAlone && state.isLost()) {
            Runtime.getRuntime().halt(LOST);
        }
    }

    /// Make calls, and see what they have changed, before anybody else takes it for what was there.
    void during(Contract contract, Runnable calls) {
        CALLS.readLock().lock();
        try {
            calls.run();
            boolean isDue = isDue(contract);
            isForked = isDue && Copy.wasMade();
            isChanged = isDue && !state.changes().isEmpty();
        } finally {
            CALLS.readLock().unlock();
        }
    }

    /// Whether it is time to look: that takes dozens of system calls.
    private boolean isDue(Contract contract) {
        return contract.isForeign() || contract.effect().isEmpty() || seldom++ % FAR == 0;
    }

    /// What the last calls have changed: findings of the routine that does so alone.
    ///
    /// @param again makes a call of the routine
    /// @return whether it forks: then a call more is a process more
    boolean look(Case c, Runnable again) {
        if (!isChanged && !isForked) {
            return false;
        }
        CALLS.writeLock().lock();
        try {
            state.changes();
            if (!isForked) {
                again.run();
            }
            state.changes().forEach(change -> c.broken(Rule.PROCESS_STATE, change));
            if (isForked) {
                c.broken(Rule.PROCESS_STATE, "it forks, and comes back in both processes");
            }
            return isForked;
        } finally {
            CALLS.writeLock().unlock();
        }
    }

    @Override
    public void close() {
        state.close();
    }
}
