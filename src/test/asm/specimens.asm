; Specimens: wrappers that are kept because they are broken. Each names its source and the rule that must find it.
;
; They are assembled into an image of their own, with the runtime of the shim image. A tester that finds nothing in
; here finds nothing anywhere.

%define DESIGN "specimen"
%include "tdx.inc"

; SPECIMEN name, leaf, mask, rule      a call site with the leaf's contract, which it breaks
%macro SPECIMEN 4
    section wrappers
    %defstr %%rule %4
    CONTRACT %1, call-site, "design=", DESIGN, 10, "convention=sysv", 10, "instruction=TDCALL", 10, \
        LEAF_%2, "mask=", %3, 10, "breaks=", %%rule, 10
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
    mov     eax, TDVMCALL_RDMSR
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
    mov     r11d, TDVMCALL_RDMSR
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
BROKEN_RDMSR sketch_output_is_r12, output, MASK_R10_R12, r12, {}, {}
; Xen 98a5cfd23209: RBX is changed and not saved.
BROKEN_RDMSR lost_rbx, callee-saved, MASK_R10_R12, r11, {}, {xor ebx, ebx}
; td-shim 30c7bc093443: the mask of another call, RDX and more exposed.
BROKEN_RDMSR mask_too_wide, exposure, 0x1c04, r11, {xor edx, edx}, {xor edx, edx}
; edk2 35f6a2780e51: exposed, and not cleared.
BROKEN_RDMSR exposed_not_cleared, leak-out, 0x1c04, r11, {}, {xor edx, edx}
; Linux 5d092b66119d: RSI holds the VMM's value on return.
BROKEN_RDMSR rsi_not_scrubbed, leak-in, 0x1c40, r11, {xor esi, esi}, {}
; edk2 54cd0d9b2f81: the result is tested in RAX instead of R10.
BROKEN_RDMSR status_from_rax, status, MASK_R10_R12, r11, {}, {xor eax, eax}
; openvmm e21839310a14, of its kind: the input is in the wrong register.
BROKEN_RDMSR input_in_r10, selector, MASK_R10_R12, r11, {mov r10, r12}, {}
; td-shim 464b57d9ae6a, of its kind: a 32-bit argument is cut to 8.
BROKEN_RDMSR narrow_cut, input, MASK_R10_R12, r11, {movzx r12d, dil}, {}
; The sketch: the upper half of a 32-bit argument goes along.
BROKEN_RDMSR narrow_not_cut, input, MASK_R10_R12, r11, {mov r12, rdi}, {}
; DF is left set.
BROKEN_RDMSR direction_flag, direction-flag, MASK_R10_R12, r11, {}, std
; Executed twice.
BROKEN_RDMSR twice, calls, MASK_R10_R12, r11, {TDCALL}, {}
; One word too far.
BROKEN_RDMSR past_the_end, memory, MASK_R10_R12, r11, {}, {mov qword [r8 + 8], 0}

; Linux 03a423d40cb3, of its kind: outputs are stored although the call failed.
BROKEN_RDMSR stored_on_failure, output-on-failure, MASK_R10_R12, r11, {}, {mov [r8], r11}

; edk2 68e37f457881: R11 of MapGPA is dropped when R10 is not 0.
SPECIMEN map_gpa_drops_r11, map_gpa, "0x3c00", output-on-failure
    push    r12
    push    r13
    mov     r12, rdi
    mov     r13, rsi
    xor     r10d, r10d
    mov     r11d, TDVMCALL_MAP_GPA
    mov     ecx, MASK_R10_R13
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
    mov     r11d, TDVMCALL_HLT
    mov     ecx, MASK_R10_R12
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
    mov     r11d, TDVMCALL_REPORT_FATAL_ERROR
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

%macro VMREAD_SPECIMEN 3                    ; name, convention, rule
    section wrappers
    %defstr %%convention %2
    %defstr %%rule %3
    CONTRACT %1, call-site, "design=", DESIGN, 10, "convention=", %%convention, 10, "instruction=VMREAD", 10, \
        "arguments=field:u64", 10, "breaks=", %%rule, 10
    FUNCTION %1
%endmacro

; Linux before 842f4be95899, design `direct-call`: on failure inline assembly calls the C handler itself and loses
; every volatile register. The success path is clean.
VMREAD_SPECIMEN vmread_direct_call, registers, undeclared-clobber
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
VMREAD_SPECIMEN vmread_tests_zf_only, sysv, status
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
    section wrappers
    %defstr %%rule %2
    CONTRACT %1, call-site, "design=", DESIGN, 10, "convention=sysv", 10, "instruction=VMREAD", 10, \
        "arguments=a:u64 b:u64 c:u64 d:u64 e:u64 f:u64", 10, "breaks=", %%rule, 10
FUNCTION %1
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
VMREAD_SPECIMEN vmread_fault_is_failure, sysv, fault
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
VMREAD_SPECIMEN vmread_no_fixup, sysv, crash
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
