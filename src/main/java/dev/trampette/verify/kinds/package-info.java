/// What a kind of routine promises: its outcomes, its script, what must come out.
package dev.trampette.verify.kinds;
