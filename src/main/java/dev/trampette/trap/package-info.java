/// The bridge of traps: real instructions in code are found, and reach a shim by a signal.
package dev.trampette.trap;
