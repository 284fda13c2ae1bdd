/// Does a native function keep its calling convention, and its own contract? [dev.trampette.abi.AbiAssert] is for
/// tests.
package dev.trampette.abi;
