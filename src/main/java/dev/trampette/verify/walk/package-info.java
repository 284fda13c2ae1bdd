/// Calls step by step: who looks at them, and cases that go where nothing has been.
package dev.trampette.verify.walk;
