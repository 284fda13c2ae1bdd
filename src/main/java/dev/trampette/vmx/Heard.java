package dev.trampette.vmx;

import dev.trampette.shim.Registers;
import dev.trampette.shim.Shim;
import dev.trampette.shim.VmxError;

/// A shim with an ear for the error handlers: what they were told in a call is what the call gives.
///
/// @param shim who answers
/// @param words the last word of each thread's handlers
record Heard(Shim shim, ThreadLocal<Word> words) implements Shim {

    /// What a thread's handler was told; reused, for a read must not allocate.
    private static final class Word {
        private VmxError error;
    }

    static Heard by(Shim shim) {
        return new Heard(shim, ThreadLocal.withInitial(Word::new));
    }

    @Override
    public void execute(Registers registers) {
        shim.execute(registers);
    }

    /// The shim's handler first: it may read a field itself.
    @Override
    public void error(VmxError error) {
        shim.error(error);
        words.get().error = error;
    }

    /// What was heard in the call of this thread that just ended, or null; and it is forgotten.
    VmxError take() {
        Word last = words.get();
        VmxError error = last.error;
        last.error = null;
        return error;
    }
}
