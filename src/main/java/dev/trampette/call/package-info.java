/// What a typed call comes back with: its result, or the exception of a wrapper that did not return.
package dev.trampette.call;
