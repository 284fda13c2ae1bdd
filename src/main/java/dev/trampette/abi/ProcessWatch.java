package dev.trampette.abi;

import dev.trampette.call.Copy;
import dev.trampette.call.ProcessState;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// Looks whether calls change what belongs to the process. Several routines are verified at once, and what one of them
/// changes another one sees: so before anybody is blamed a call is made once more, while nobody else makes any.
final class ProcessWatch implements AutoCloseable {

    /// The streams of the process.
    private static final List<Integer> STREAMS = List.of(0, 1, 2);

    /// Calls of all routines; and one alone.
    private static final ReentrantReadWriteLock CALLS = new ReentrantReadWriteLock();

    private final ProcessState state;
    private final Runnable lost;

    /// @param descriptors those that must stay open
    /// @param lost is done when they are not, and cannot be opened again
    ProcessWatch(List<Integer> descriptors, Runnable lost) {
        this.state = new ProcessState(descriptors);
        this.lost = lost;
    }

    /// Of a process that others use too.
    static ProcessWatch ofStreams() {
        return new ProcessWatch(STREAMS, () -> { });
    }

    /// Make calls.
    void during(Runnable calls) {
        CALLS.readLock().lock();
        try {
            calls.run();
        } finally {
            CALLS.readLock().unlock();
        }
    }

    /// What is changed behind calls: findings of the routine that does so alone.
    ///
    /// @param again makes a call of the routine
    void look(Case c, Runnable again) {
        boolean isForked = Copy.wasMade();
        if (state.changes().isEmpty() && !isForked) {
            return;
        }
        CALLS.writeLock().lock();
        try {
            if (state.isLost()) {
                lost.run();
            }
            state.changes();
            again.run();
            state.changes().forEach(change -> c.broken(Rule.PROCESS_STATE, change));
            if (isForked) {
                c.broken(Rule.PROCESS_STATE, "it forks, and comes back in both processes");
            }
        } finally {
            CALLS.writeLock().unlock();
        }
    }

    @Override
    public void close() {
        state.close();
    }
}
