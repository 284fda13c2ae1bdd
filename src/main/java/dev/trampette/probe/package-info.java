/// Checked calls: a known value in all that a routine can find, and a look at all that it leaves.
package dev.trampette.probe;
