/// What a routine does, shown and judged by nobody: a listing of its steps, and what two routines do in the same cases.
package dev.trampette.verify.trace;
