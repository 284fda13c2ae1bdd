/// Calls of routines: typed ones, and checked ones that look at all that a routine leaves.
package dev.trampette.call;
