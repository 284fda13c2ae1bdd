/// The way into wrappers and back, also when a signal ends them: calls with a shim, the guard, and what a fault means.
package dev.trampette.crossing;
