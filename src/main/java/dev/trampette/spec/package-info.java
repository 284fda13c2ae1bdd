/// Registers, instructions, calling conventions, and the tables of leaves, statuses and VMCS fields.
package dev.trampette.spec;
