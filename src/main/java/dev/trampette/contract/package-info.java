/// What a routine promises: how it is called, what it does with its instruction, and what it leaves alone; as text,
/// and built.
package dev.trampette.contract;
