/// The verifier: routines are called with all that their contracts do not name, and what they break is found.
package dev.trampette.verify;
