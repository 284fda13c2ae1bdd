; Specimens: wrappers that are kept because they are broken. Each names its source and the rule that must find it.
;
; They are assembled into an image of their own, with the runtime of the shim image. A tester that finds nothing in
; here finds nothing anywhere.

%define DESIGN "specimen"
%include "tdx.inc"
%include "tdvmcall-leaves.inc"

; SPECIMEN name, leaf, mask, rule      a call site with the leaf's contract, which it breaks
%macro SPECIMEN 4
    section wrappers
    %defstr %%rule %4
    CONTRACT %1, call-site, "design=", DESIGN, 10, "convention=sysv", 10, LEAF_%2, "mask=", %3, 10, \
        "breaks=", %%rule, 10
    FUNCTION %1
%endmacro

%macro END_SPECIMEN 1
    END_FUNCTION %1
%endmacro

; The sketch of April 2024: RAX still holds the reason, so the reason becomes the leaf of TDCALL.
SPECIMEN sketch_leaf_is_reason, rdmsr, "0xfc00", selector
    push    r12
    push    r13
    push    r14
    push    r15
    mov     r8, rsi
    mov     edi, edi
    mov     eax, NUMBER_rdmsr
    xor     r10d, r10d
    mov     r11, rax
    mov     r12, rdi
    xor     r13d, r13d
    xor     r14d, r14d
    xor     r15d, r15d
    mov     ecx, MASK_R10_R15
    TDCALL
    test    rax, rax
    jnz     .panic
    xchg    rax, r10
    test    rax, rax
    jnz     .out
    mov     [r8], r11
.out:
    xor     r11d, r11d
    pop     r15
    pop     r14
    pop     r13
    pop     r12
    ret
.panic:
    ud2
END_SPECIMEN sketch_leaf_is_reason

; One routine with the fault as a parameter keeps the other specimens to what is wrong with them.
;
; BROKEN_RDMSR name, rule, mask, output, before, after      code before and after TDCALL; output = what is stored
%macro BROKEN_RDMSR 6
SPECIMEN %1, rdmsr, "0x1c00", %2
    push    r12
    mov     r8, rsi
    mov     r12d, edi
    xor     r10d, r10d
    mov     r11d, NUMBER_rdmsr
    mov     ecx, %3
    xor     eax, eax
    %5
    TDCALL
    test    rax, rax
    jnz     .panic
    xchg    rax, r10
    %6
    test    rax, rax
    jnz     .out
    mov     [r8], %4
.out:
    xor     r11d, r11d
    pop     r12
    ret
.panic:
    ud2
END_SPECIMEN %1
%endmacro

; The sketch: the one output is taken from R12.
BROKEN_RDMSR sketch_output_is_r12, output, 0x1c00, r12, {}, {}
; Xen 98a5cfd23209: RBX is changed and not saved.
BROKEN_RDMSR lost_rbx, callee-saved, 0x1c00, r11, {}, {xor ebx, ebx}
; td-shim 30c7bc093443: the mask of another call, RDX and more exposed.
BROKEN_RDMSR mask_too_wide, exposure, 0x1c04, r11, {xor edx, edx}, {xor edx, edx}
; edk2 35f6a2780e51: exposed, and not cleared.
BROKEN_RDMSR exposed_not_cleared, leak-out, 0x1c04, r11, {}, {xor edx, edx}
; Linux 5d092b66119d: RSI holds the VMM's value on return.
BROKEN_RDMSR rsi_not_scrubbed, leak-in, 0x1c40, r11, {xor esi, esi}, {}
; edk2 54cd0d9b2f81: the result is tested in RAX instead of R10.
BROKEN_RDMSR status_from_rax, status, 0x1c00, r11, {}, {xor eax, eax}
; openvmm e21839310a14, of its kind: the input is in the wrong register.
BROKEN_RDMSR input_in_r10, selector, 0x1c00, r11, {mov r10, r12}, {}
; td-shim 464b57d9ae6a, of its kind: a 32-bit argument is cut to 8.
BROKEN_RDMSR narrow_cut, input, 0x1c00, r11, {movzx r12d, dil}, {}
; The sketch: the upper half of a 32-bit argument goes along.
BROKEN_RDMSR narrow_not_cut, input, 0x1c00, r11, {mov r12, rdi}, {}
; DF is left set.
BROKEN_RDMSR direction_flag, direction-flag, 0x1c00, r11, {}, std
; Executed twice.
BROKEN_RDMSR twice, calls, 0x1c00, r11, {TDCALL}, {}
; One word too far.
BROKEN_RDMSR past_the_end, memory, 0x1c00, r11, {}, {mov qword [r8 + 8], 0}

; Linux 03a423d40cb3, of its kind: outputs are stored although the call failed.
BROKEN_RDMSR stored_on_failure, output-on-failure, 0x1c00, r11, {}, {mov [r8], r11}

; edk2 68e37f457881: R11 of MapGPA is dropped when R10 is not 0.
SPECIMEN map_gpa_drops_r11, map_gpa, "0x3c00", output-on-failure
    push    r12
    push    r13
    mov     r12, rdi
    mov     r13, rsi
    xor     r10d, r10d
    mov     r11d, NUMBER_map_gpa
    mov     ecx, 0x3c00
    xor     eax, eax
    TDCALL
    test    rax, rax
    jnz     .panic
    xchg    rax, r10
    xor     r11d, r11d
    pop     r13
    pop     r12
    ret
.panic:
    ud2
END_SPECIMEN map_gpa_drops_r11

; What NASM makes of a lone `tdcall`: nothing. The wrapper returns success and was never there.
SPECIMEN no_instruction, hlt, "0x1c00", not-reached
    xor     eax, eax
    ret
END_SPECIMEN no_instruction

; STACK_OFF name, bytes      a RET that drops some bytes more
%macro STACK_OFF 2
SPECIMEN %1, hlt, "0x1c00", stack-balance
    push    r12
    movzx   r12d, dil
    xor     r10d, r10d
    mov     r11d, NUMBER_hlt
    mov     ecx, 0x1c00
    xor     eax, eax
    TDCALL
    xchg    rax, r10
    xor     r11d, r11d
    pop     r12
    ret     %2
END_SPECIMEN %1
%endmacro

; Linux 0bd797b801bd, of its kind: RSP is off by 8 after the return. (A RET to a wrong address is another story.)
STACK_OFF stack_off_by_8, 8
; The same by more than the probe's own frame would bear.
STACK_OFF stack_off_by_40, 40

; A wrapper that writes the input it was given to read.
SPECIMEN input_written, report_fatal_error, "0xffcc", memory
    push    rbx
    push    r12
    push    r13
    push    r14
    push    r15
    mov     r12, rdi
    mov     r13, rsi
    mov     r14, [rdx]
    mov     r15, [rdx + 8]
    mov     rbx, [rdx + 16]
    mov     rdi, [rdx + 24]
    mov     rsi, [rdx + 32]
    mov     r8, [rdx + 40]
    mov     r9, [rdx + 48]
    mov     qword [rdx + 48], 0
    mov     rdx, [rdx + 56]
    xor     r10d, r10d
    mov     r11d, NUMBER_report_fatal_error
    mov     ecx, MASK_ALL
    xor     eax, eax
    TDCALL
    test    rax, rax
    jnz     .panic
    xchg    rax, r10
    xor     edx, edx
    xor     esi, esi
    xor     edi, edi
    xor     r8d, r8d
    xor     r9d, r9d
    xor     r11d, r11d
    pop     r15
    pop     r14
    pop     r13
    pop     r12
    pop     rbx
    ret
.panic:
    ud2
END_SPECIMEN input_written

; The trap flag is set: SIGTRAP behind the next instruction, and another one behind each that follows.
SPECIMEN trap_flag, hlt, "0x1c00", crash
    pushfq
    or      dword [rsp], 0x100
    popfq
    nop
    nop
    ret
END_SPECIMEN trap_flag

; The same right before the instruction: the trap comes in the gate.
SPECIMEN trap_flag_at_instruction, hlt, "0x1c00", crash
    pushfq
    or      dword [rsp], 0x100
    popfq
    TDCALL
    ret
END_SPECIMEN trap_flag_at_instruction

; A load through a null pointer.
SPECIMEN null_dereference, hlt, "0x1c00", crash
    xor     eax, eax
    mov     rax, [rax]
    ret
END_SPECIMEN null_dereference

%include "vmx.inc"

; Nothing is broken here: TDCALL is the first instruction, so that the shim sees the flags at the entry.
section wrappers
CONTRACT flags_at_entry, routine, "design=", DESIGN, 10, "convention=sysv", 10, "instruction=TDCALL", 10
FUNCTION flags_at_entry
    TDCALL
    ret
END_FUNCTION flags_at_entry

; Nothing is broken here either: the vector of a fault at SEAMCALL, or 0.
section wrappers
CONTRACT vector_of_fault, routine, "design=", DESIGN, 10, "convention=sysv", 10, "instruction=SEAMCALL", 10
FUNCTION vector_of_fault
.call:
    SEAMCALL
    xor     r12d, r12d
.fault:
    mov     rax, r12
    ret
    EXTABLE_FAULT .call, .fault, r12
END_FUNCTION vector_of_fault

; VMX_SPECIMEN name, convention, rule, instruction, arguments ... END_FUNCTION name
%macro VMX_SPECIMEN 5
    %defstr %%rule %3
    VMX_FUNCTION %1, call-site, %2, %4, %5, "breaks=", %%rule, 10
%endmacro

; Linux before 842f4be95899, design `direct-call`: on failure inline assembly calls the C handler itself and loses
; every volatile register. The success path is clean.
VMX_SPECIMEN vmread_direct_call, registers, undeclared-clobber, VMREAD, "field:u64"
.read:
    VMREAD  rax, rdx
    ja      .done
    mov     rdi, rdx
    xor     esi, esi
    jmp     .report
.faulted:
    mov     rdi, rdx
    mov     esi, 1
.report:
    sub     rsp, 8
    call    vmread_error
    xor     eax, eax
    add     rsp, 8
.done:
    ret
    EXTABLE .read, .faulted
END_FUNCTION vmread_direct_call

; A VMREAD wrapper that tests ZF only: VMfailInvalid passes for success.
VMX_SPECIMEN vmread_tests_zf_only, sysv, status, VMREAD, "field:u64"
.read:
    VMREAD  rax, rdi
    jnz     .done
    xor     esi, esi
    jmp     .report
.faulted:
    mov     esi, 1
.report:
    sub     rsp, 8
    call    vmread_error
    xor     eax, eax
    add     rsp, 8
.done:
    ret
    EXTABLE .read, .faulted
END_FUNCTION vmread_tests_zf_only

; SEQUENCE_SPECIMEN name, rule, field, fault      eight reads, of which the third has this field and reports this fault
%macro read_or_report 2                     ; field, what is reported as `fault` on failure
    mov     ebx, %1
%%read:
    VMREAD  rax, rbx
    ja      %%done
    mov     esi, %2
    jmp     %%report
%%faulted:
    mov     esi, 1
%%report:
    mov     rdi, rbx
    call    vmread_error
    xor     eax, eax
%%done:
    add     rbp, rax
    EXTABLE %%read, %%faulted
%endmacro

%macro SEQUENCE_SPECIMEN 4
    VMX_SPECIMEN %1, sysv, %2, VMREAD, "a:u64 b:u64 c:u64 d:u64 e:u64 f:u64"
    push    rbx
    push    rbp
    sub     rsp, 8
    lea     rbp, [rdi + rsi]
    add     rbp, rdx
    add     rbp, rcx
    add     rbp, r8
    add     rbp, r9
    read_or_report VM_EXIT_REASON, 0
    read_or_report EXIT_QUALIFICATION, 0
    read_or_report %3, %4
    read_or_report GUEST_RSP, 0
    read_or_report GUEST_RFLAGS, 0
    read_or_report GUEST_CR0, 0
    read_or_report GUEST_CR3, 0
    read_or_report GUEST_CR4, 0
    mov     rax, rbp
    add     rsp, 8
    pop     rbp
    pop     rbx
    ret
END_FUNCTION %1
%endmacro

; The third read reports a fault where there was a failure.
SEQUENCE_SPECIMEN vmread_third_reports_fault, status, GUEST_RIP, 1
; The third read reads another field.
SEQUENCE_SPECIMEN vmread_third_field_wrong, input, GUEST_RSP, 0

; The fault is reported as a failure: vmread_error(field, false).
VMX_SPECIMEN vmread_fault_is_failure, sysv, fault, VMREAD, "field:u64"
.read:
    VMREAD  rax, rdi
    ja      .done
.failed:
    xor     esi, esi
    sub     rsp, 8
    call    vmread_error
    xor     eax, eax
    add     rsp, 8
.done:
    ret
    EXTABLE .read, .failed
END_FUNCTION vmread_fault_is_failure

; No fix-up: the fault ends the wrapper.
VMX_SPECIMEN vmread_no_fixup, sysv, crash, VMREAD, "field:u64"
    VMREAD  rax, rdi
    ja      .done
    xor     esi, esi
    sub     rsp, 8
    call    vmread_error
    xor     eax, eax
    add     rsp, 8
.done:
    ret
END_FUNCTION vmread_no_fixup

%include "vmx-body.inc"

; REPORT handler, bytes      out of line: call a handler, drop these bytes, return 1
%macro REPORT 2
    call    %1
    mov     eax, 1
    add     rsp, %2
    ret
%endmacro

; The handler gets its arguments in the wrong order: the message has the value for the field. A sketch of the kind that
; vmread_error(field, fault) and vmwrite_error(field, value) invite.
VMX_SPECIMEN vmwrite_error_swapped, sysv, status, VMWRITE, ARGUMENTS_vmwrite
    sub     rsp, 8
    vmx_goto .failed, .faulted, VMWRITE rdi, rsi
    xor     eax, eax
    add     rsp, 8
    ret
.failed:
    xchg    rdi, rsi
    REPORT  vmwrite_error, 8
.faulted:
    REPORT  spurious_fault, 8
END_FUNCTION vmwrite_error_swapped

; VMWRITE has its operands in the wrong order: ModRM.reg is the field in VMREAD and VMWRITE alike, so the order of the
; mnemonics' operands is not.
VMX_SPECIMEN vmwrite_operands_swapped, sysv, input, VMWRITE, ARGUMENTS_vmwrite
    sub     rsp, 8
    vmx_goto .failed, .faulted, VMWRITE rsi, rdi
    xor     eax, eax
    add     rsp, 8
    ret
.failed:
    REPORT  vmwrite_error, 8
.faulted:
    REPORT  spurious_fault, 8
END_FUNCTION vmwrite_operands_swapped

; SDM, "INVVPID": all 64 bits of the type count. It is declared 32 bits wide here, and what the caller left above them
; goes along.
VMX_SPECIMEN invvpid_type_not_cut, sysv, input, INVVPID, "type:u32 vpid:u32 address:u64"
    BODY_invvpid
END_FUNCTION invvpid_type_not_cut

; The descriptor's reserved 48 bits hold what the caller left above a 16-bit VPID.
VMX_SPECIMEN invvpid_vpid_not_cut, sysv, input, INVVPID, ARGUMENTS_invvpid
    sub     rsp, 24
    mov     [rsp], rsi
    mov     [rsp + 8], rdx
    vmx_goto .failed, .faulted, INVVPID rdi, rsp
    VMX_RETURN invvpid_error, 24
END_FUNCTION invvpid_vpid_not_cut

; The second half of INVEPT's descriptor is whatever is on the stack.
VMX_SPECIMEN invept_reserved_not_cleared, sysv, input, INVEPT, ARGUMENTS_invept
    push    rdi
    push    rdx
    push    rsi
    vmx_goto .failed, .faulted, INVEPT rdi, rsp
    VMX_RETURN invept_error, 24
END_FUNCTION invept_reserved_not_cleared

; SDM, "VMREAD": 8 bytes are written for a field of 16 bits too. The wrapper reads into a u16, the last of a structure
; of 8 bytes, and the six bytes behind the structure are lost.
VMX_SPECIMEN vmread_into_u16, sysv, memory, VMREAD, ARGUMENTS_vmread_memory
    sub     rsp, 8
    add     rsi, 6                          ; the u16
    vmx_goto .failed, .faulted, VMREAD_MEMORY rsi, rdi
    xor     eax, eax
    add     rsp, 8
    ret
.failed:
    xor     esi, esi
    REPORT  vmread_error, 8
.faulted:
    mov     esi, 1
    REPORT  vmread_error, 8
END_FUNCTION vmread_into_u16

; A VMREAD through memory that clears the value first: after a failure the old one is gone.
VMX_SPECIMEN vmread_memory_clears, sysv, output-on-failure, VMREAD, ARGUMENTS_vmread_memory
    mov     qword [rsi], 0
    BODY_vmread_memory
END_FUNCTION vmread_memory_clears

; The fix-up of a fault goes where failures go: vmclear_error, and no word of a fault.
VMX_SPECIMEN vmclear_fault_is_failure, sysv, fault, VMCLEAR, ARGUMENTS_vmclear
    push    rsi
    vmx_goto .failed, .failed, VMCLEAR rsp
    xor     eax, eax
    add     rsp, 8
    ret
.failed:
    REPORT  vmclear_error, 8
END_FUNCTION vmclear_fault_is_failure

; VMPTRLD in a wrapper of VMCLEAR: one prefix is the whole difference, 66 0F C7 /6 and 0F C7 /6.
VMX_SPECIMEN vmclear_is_vmptrld, sysv, selector, VMCLEAR, ARGUMENTS_vmclear
    REGION_BODY VMPTRLD, vmclear_error
END_FUNCTION vmclear_is_vmptrld

; The physical address of the wrong argument.
VMX_SPECIMEN vmptrld_wrong_argument, sysv, input, VMPTRLD, ARGUMENTS_vmptrld
    push    rdi
    vmx_goto .failed, .faulted, VMPTRLD rsp
    VMX_RETURN vmptrld_error, 8
END_FUNCTION vmptrld_wrong_argument

; The address itself for the operand that holds it. VMCLEAR m64 reads the address from memory.
VMX_SPECIMEN vmclear_of_the_address, sysv, input, VMCLEAR, ARGUMENTS_vmclear
    push    rsi
    vmx_goto .failed, .faulted, VMCLEAR rsi
    VMX_RETURN vmclear_error, 8
END_FUNCTION vmclear_of_the_address

; The leaves of the TDX module.
%include "tdg-leaves.inc"
%include "tdh-leaves.inc"

; MODULE_SPECIMEN name, leaf, rule      a call site with the leaf's contract, which it breaks
%macro MODULE_SPECIMEN 3
    section wrappers
    %defstr %%rule %3
    CONTRACT %1, call-site, "design=", DESIGN, 10, "convention=sysv", 10, LEAF_%2, "breaks=", %%rule, 10
    FUNCTION %1
%endmacro

; Linux before its software statuses: CF is not looked at, and a wrapper without a module returns its own leaf number.
MODULE_SPECIMEN seamcall_carry_ignored, tdh_mem_track, status
    mov     rcx, rdi
    mov     eax, NUMBER_tdh_mem_track
.seamcall:
    SEAMCALL
    ret
.faulted:
    FAULT_STATUS
    ret
    EXTABLE_FAULT .seamcall, .faulted, rax
END_FUNCTION seamcall_carry_ignored

; No exception table entry: #UD without VMX operation ends the wrapper.
MODULE_SPECIMEN seamcall_no_fixup, tdh_mem_track, fault
    mov     rcx, rdi
    mov     eax, NUMBER_tdh_mem_track
    SEAMCALL
    jc      .no_module
    ret
.no_module:
    mov     rax, SEAMCALL_VMFAILINVALID
    ret
END_FUNCTION seamcall_no_fixup

; The fix-up forgets the bits that tell a fault from a status.
MODULE_SPECIMEN seamcall_bare_vector, tdh_mem_track, fault
    mov     rcx, rdi
    mov     eax, NUMBER_tdh_mem_track
.seamcall:
    SEAMCALL
    jc      .no_module
.out:
    ret
.no_module:
    mov     rax, SEAMCALL_VMFAILINVALID
    ret
    EXTABLE_FAULT .seamcall, .out, rax
END_FUNCTION seamcall_bare_vector

; Linux 03a423d40cb3: registers that nobody wrote are stored as outputs when there is no module.
MODULE_SPECIMEN seamcall_stores_without_module, tdh_sys_tdmr_init, output-on-failure
    mov     rcx, rdi
    xor     edx, edx
    mov     eax, NUMBER_tdh_sys_tdmr_init
.seamcall:
    SEAMCALL
    mov     [rsi], rdx
    jc      .no_module
    ret
.no_module:
    mov     rax, SEAMCALL_VMFAILINVALID
    ret
.faulted:
    FAULT_STATUS
    ret
    EXTABLE_FAULT .seamcall, .faulted, rax
END_FUNCTION seamcall_stores_without_module

; An output register holds what the caller left there: what a leaf does not write passes for its answer.
MODULE_SPECIMEN tdcall_output_not_cleared, tdg_vm_rd, undefined-read
    mov     rdx, rdi
    xor     ecx, ecx
    mov     eax, NUMBER_tdg_vm_rd
    TDCALL
    mov     [rsi], r8
    ret
END_FUNCTION tdcall_output_not_cleared

; Of the kind of openvmm's swapped operands: data and mask are exchanged.
MODULE_SPECIMEN tdcall_operands_swapped, tdg_vm_wr, input
    mov     r9, rsi
    mov     r8, rdx
    mov     rdx, rdi
    mov     rdi, rcx
    xor     ecx, ecx
    mov     eax, NUMBER_tdg_vm_wr
    TDCALL
    mov     [rdi], r8
    ret
END_FUNCTION tdcall_operands_swapped

; edk2 of 2021, of its kind: outputs are stored on success only, and the ones that matter on failure are lost.
MODULE_SPECIMEN seamcall_drops_extended_error, tdh_mng_init, output-on-failure
    mov     rcx, rdi
    push    rbx
    mov     rbx, rdx
    mov     rdx, rsi
    mov     eax, NUMBER_tdh_mng_init
.seamcall:
    SEAMCALL
    jc      .no_module
    test    rax, rax
    jnz     .out
    mov     [rbx], rcx
.out:
    pop     rbx
    ret
.no_module:
    mov     rax, SEAMCALL_VMFAILINVALID
    jmp     .out
.faulted:
    FAULT_STATUS
    jmp     .out
    EXTABLE_FAULT .seamcall, .faulted, rax
END_FUNCTION seamcall_drops_extended_error

; ENTER name, rule, save, restore, clear      TDG.VP.ENTER with something left out
%macro ENTER 5
MODULE_SPECIMEN %1, tdg_vp_enter, %2
    push    rbx
    push    r12
    push    r13
    push    r14
    push    r15
    %3
    push    rdx                             ; out
    mov     rcx, rdi
    mov     rdx, rsi
    xor     ebx, ebx
    xor     esi, esi
    xor     edi, edi
    xor     r8d, r8d
    xor     r9d, r9d
    xor     r10d, r10d
    xor     r11d, r11d
    xor     r12d, r12d
    xor     r13d, r13d
    xor     r14d, r14d
    xor     r15d, r15d
    mov     eax, NUMBER_tdg_vp_enter
    TDCALL
    push    rax
    mov     rax, [rsp + 8]
    mov     [rax], rcx
    mov     [rax + 8], rdx
    mov     [rax + 16], rbx
    mov     [rax + 24], rsi
    mov     [rax + 32], rdi
    mov     [rax + 40], r8
    mov     [rax + 48], r9
    mov     [rax + 56], r10
    mov     [rax + 64], r11
    mov     [rax + 72], r12
    mov     [rax + 80], r13
    mov     [rax + 88], r14
    mov     [rax + 96], r15
    pop     rax
    xor     ecx, ecx
    xor     edx, edx
    xor     esi, esi
    xor     edi, edi
    xor     r8d, r8d
    %5
    xor     r10d, r10d
    xor     r11d, r11d
    add     rsp, 8
    %4
    pop     r15
    pop     r14
    pop     r13
    pop     r12
    pop     rbx
    ret
END_FUNCTION %1
%endmacro

; Linux 5d092b66119d, of its kind: a register keeps what the guest left in it.
ENTER enter_r9_not_scrubbed, leak-in, {push rbp}, {pop rbp}, {}
; A module without NO_RBP_MOD, and a wrapper that takes RBP for granted.
ENTER enter_trusts_rbp, callee-saved, {}, {}, {xor r9d, r9d}
