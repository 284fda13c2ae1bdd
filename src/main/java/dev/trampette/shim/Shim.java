package dev.trampette.shim;

/// The stand-in for a privileged instruction: it receives the registers and answers in them.
///
/// A shim runs on the thread that called the wrapper, while the wrapper's native frame is on the stack. What it
/// throws ends the wrapper, and the caller of the wrapper gets the exception. One shim may be called by many
/// threads at once. A stack that is full before the shim begins ends the JVM: do not cross without bound.
@FunctionalInterface
public interface Shim {

    /// Execute one instruction: read the inputs from the registers, write the outputs to them.
    ///
    /// @param registers a view of the native stack that dies with this call; to use it later reads and writes memory of
    ///     something else
    void execute(Registers registers);

    /// Hear of a C error handler that a wrapper called, when a VMX instruction failed or faulted.
    ///
    /// @param error which handler, and its arguments
    default void error(VmxError error) {
    }
}
