/// Checks of native functions as tests of JUnit Jupiter, which is an optional dependency.
package dev.trampette.junit;
