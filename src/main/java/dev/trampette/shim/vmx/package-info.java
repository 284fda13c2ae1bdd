/// A VMX unit that answers VMREAD, VMWRITE and the other instructions of VMX.
package dev.trampette.shim.vmx;
