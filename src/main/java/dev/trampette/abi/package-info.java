/// Does a native function keep its calling convention, and its own contract? [dev.trampette.abi.AbiAssert] is for
/// tests; what a verdict is made of is here too.
package dev.trampette.abi;
