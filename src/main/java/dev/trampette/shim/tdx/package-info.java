/// A TDX module of a guest and of a host, and VMMs, friendly and hostile.
package dev.trampette.shim.tdx;
