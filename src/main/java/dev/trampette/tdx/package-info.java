/// The leaves of the TDX module and the hypercalls of a guest as typed calls, through wrappers of several designs.
package dev.trampette.tdx;
