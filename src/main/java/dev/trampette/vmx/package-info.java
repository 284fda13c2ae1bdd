/// VMX instructions and VMCS fields as typed calls.
package dev.trampette.vmx;
