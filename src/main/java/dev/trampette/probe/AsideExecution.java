package dev.trampette.probe;

import dev.trampette.spec.Aside;

/// An instruction that stands beside ours, and was executed.
///
/// @param what which it is
/// @param rip where
/// @param selector ECX, the port, the number of the control register; else 0
/// @param sent EDX:EAX, what went to the port or into the control register; else 0
public record AsideExecution(Aside what, long rip, long selector, long sent) {
}
