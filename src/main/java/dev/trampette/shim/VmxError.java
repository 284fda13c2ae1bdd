package dev.trampette.shim;

import dev.trampette.spec.Instruction;

/// What a wrapper told its C error handler: one record for each handler of Linux (`arch/x86/kvm/vmx`), with its
/// arguments.
public sealed interface VmxError {

    /// `vmread_error(field, fault)`.
    ///
    /// @param field the encoding that the wrapper reports
    /// @param fault whether VMREAD faulted; otherwise it failed with CF (no current VMCS) or ZF (see the VM-instruction
    ///         error of the VMCS)
    record Vmread(long field, boolean fault) implements VmxError {

        @Override
        public String handler() {
            return "vmread_error";
        }

        @Override
        public String toString() {
            return "VMREAD %s, field 0x%x".formatted(fault ? "faulted" : "failed", field);
        }
    }

    /// `vmwrite_error(field, value)`: VMWRITE failed.
    ///
    /// @param field the encoding
    /// @param value what was to be written
    record Vmwrite(long field, long value) implements VmxError {

        @Override
        public String handler() {
            return "vmwrite_error";
        }

        @Override
        public String toString() {
            return "VMWRITE failed, field 0x%x, value 0x%x".formatted(field, value);
        }
    }

    /// `vmclear_error(vmcs, phys_addr)`: VMCLEAR failed.
    ///
    /// @param vmcs the pointer that the wrapper was given
    /// @param address the physical address of the region
    record Vmclear(long vmcs, long address) implements VmxError {

        @Override
        public String handler() {
            return "vmclear_error";
        }

        @Override
        public String toString() {
            return "VMCLEAR failed, vmcs 0x%x, address 0x%x".formatted(vmcs, address);
        }
    }

    /// `vmptrld_error(vmcs, phys_addr)`: VMPTRLD failed.
    ///
    /// @param vmcs the pointer that the wrapper was given
    /// @param address the physical address of the region
    record Vmptrld(long vmcs, long address) implements VmxError {

        @Override
        public String handler() {
            return "vmptrld_error";
        }

        @Override
        public String toString() {
            return "VMPTRLD failed, vmcs 0x%x, address 0x%x".formatted(vmcs, address);
        }
    }

    /// `invvpid_error(type, vpid, address)`: INVVPID failed.
    ///
    /// @param type how much to invalidate
    /// @param vpid the virtual processor, 16 bits
    /// @param address a linear address
    record Invvpid(long type, long vpid, long address) implements VmxError {

        @Override
        public String handler() {
            return "invvpid_error";
        }

        @Override
        public String toString() {
            return "INVVPID failed, type %d, vpid 0x%x, address 0x%x".formatted(type, vpid, address);
        }
    }

    /// `invept_error(type, eptp)`: INVEPT failed.
    ///
    /// @param type how much to invalidate
    /// @param eptp the EPT pointer
    record Invept(long type, long eptp) implements VmxError {

        @Override
        public String handler() {
            return "invept_error";
        }

        @Override
        public String toString() {
            return "INVEPT failed, type %d, eptp 0x%x".formatted(type, eptp);
        }
    }

    /// `spurious_fault()`: an instruction other than VMREAD faulted. Linux has it as `kvm_spurious_fault`.
    record SpuriousFault() implements VmxError {

        @Override
        public String handler() {
            return "spurious_fault";
        }

        @Override
        public String toString() {
            return "spurious fault";
        }
    }

    /// The bits of a register that are a `_Bool` (psABI 3.2.3).
    long BOOL = 0xff;
    /// The bits of a register that are a number of 16 bits: a VPID.
    long U16 = 0xffff;

    /// {@return the name of the handler: `vmread_error`}
    String handler();

    /// What a handler was told, as the error handlers of the shim image report it: 64 bits of each register, of which
    /// those above a narrow argument do not count.
    ///
    /// @param handler the number of the instruction, or 0 for `spurious_fault`
    /// @param a the first argument; what a handler has no use for is ignored
    /// @param b the second
    /// @param c the third
    /// @return the record of that handler
    /// @throws IllegalArgumentException when there is no such handler
    static VmxError of(long handler, long a, long b, long c) {
        return handler == 0 ? new SpuriousFault() : switch (Instruction.of((int) handler)) {
            case VMREAD -> new Vmread(a, (b & BOOL) != 0);
            case VMWRITE -> new Vmwrite(a, b);
            case VMCLEAR -> new Vmclear(a, b);
            case VMPTRLD -> new Vmptrld(a, b);
            case INVEPT -> new Invept(a, b);
            case INVVPID -> new Invvpid(a, b & U16, c);
            default -> throw new IllegalArgumentException("no such error handler, number=" + handler);
        };
    }
}
