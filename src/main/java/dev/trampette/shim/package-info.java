/// Who answers an instruction: the registers that a shim finds, and how it is reached.
package dev.trampette.shim;
