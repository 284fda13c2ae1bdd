/// What a call of native code comes back with: its result, the exception of a wrapper that did not return, or why there
/// is no code to call.
package dev.trampette.call;
