; Specimens of VMREAD, VMWRITE and the other VMX instructions, and of the way to their C error handlers.

%include "specimen.inc"
%include "vmx-body.inc"

; One field in, the value out, and vmread_error(field, fault) when there is none.
%define VMREAD_PROMISE          VMX_PROMISE("sysv", "VMREAD", "field:u64")

; CALL_VMREAD_ERROR      of a function with no frame; RAX = 0
%macro CALL_VMREAD_ERROR 0
    sub     rsp, 8
    call    vmread_error
    xor     eax, eax
    add     rsp, 8
%endmacro

; REPORT handler, bytes      out of line: call a handler, drop these bytes, return 1
%macro REPORT 2
    call    %1
    mov     eax, 1
    add     rsp, %2
    ret
%endmacro

; ---- VMREAD -------------------------------------------------------------------------------------------------------

; On failure inline assembly calls the C handler itself and loses every volatile register. The success path is clean.
SPECIMEN vmread_direct_call, undeclared-clobber, C2, "Linux 842f4be95899", \
    VMX_PROMISE("registers", "VMREAD", `rdx:u64\nclobbers=vectors`), "blamed=call vmread_error", 10
.read:
    VMREAD  rax, rdx
    ja      .done
    REPAIRED xor eax, eax
    REPAIRED jmp .report
    mov     rdi, rdx
    xor     esi, esi
    jmp     .call
.faulted:
    REPAIRED mov eax, 1
    REPAIRED jmp .report
    mov     rdi, rdx
    mov     esi, 1
.call:
    sub     rsp, 8
    call    vmread_error
    xor     eax, eax
    add     rsp, 8
.done:
    ret
.report:
    push    rax
    push    rdx
    call    vmread_error_by_stack
    pop     rdx
    pop     rax
    ret
    EXTABLE .read, .faulted
END_SPECIMEN vmread_direct_call

; VMREAD_TEST name, class, source, condition      `condition` is the branch that is taken for success
%macro VMREAD_TEST 4
SPECIMEN %1, status, %2, %3, VMREAD_PROMISE
.read:
    VMREAD  rax, rdi
    BROKEN  %4
    REPAIRED ja .done
    FAILURE_OR_FAULT
    CALL_VMREAD_ERROR
.done:
    ret
    EXTABLE .read, .faulted
END_SPECIMEN %1
%endmacro

%macro TEST_AND_GO 2
    test    %1, %1
    jnz     %2
%endmacro

; ZF only: VMfailInvalid, as after SEAMRET has cleared the pointer to the current VMCS, passes for success.
VMREAD_TEST vmread_tests_zf_only, C10, "SEAMRET erratum", {jnz .done}
; CF only: VMfailValid passes for success.
VMREAD_TEST vmread_tests_cf_only, C10, "of its kind: CF and ZF", {jnc .done}
; The value is tested for 0, and the flags are those of the value.
VMREAD_TEST vmread_tests_value, C13, "kind of Linux 706a189dcf74", {TEST_AND_GO rax, .done}

; The stack pointer is put back by an ADD between VMREAD and its branch: CF and ZF are those of an address.
SPECIMEN vmread_flags_destroyed, status, C13, "kind of Linux 706a189dcf74", VMREAD_PROMISE
    push    rdi
.read:
    VMREAD  rax, rdi
    BROKEN  add rsp, 8
    REPAIRED lea rsp, [rsp + 8]
    ja      .done
    xor     esi, esi
    jmp     .report
.faulted:
    lea     rsp, [rsp + 8]
    mov     esi, 1
.report:
    CALL_VMREAD_ERROR
.done:
    ret
    EXTABLE .read, .faulted
END_SPECIMEN vmread_flags_destroyed

; The output of the instruction is lost, and what was in the register before is returned.
SPECIMEN vmread_stale, output, C16, "kind of Linux 4356e9f841f7", VMREAD_PROMISE
    xor     eax, eax
.read:
    VMREAD  rcx, rdi
    jna     .failed
    REPAIRED mov rax, rcx
    ret
.failed:
    FAILURE_OR_FAULT
    CALL_VMREAD_ERROR
    ret
    EXTABLE .read, .faulted
END_SPECIMEN vmread_stale

; The fault is reported as a failure: vmread_error(field, false).
SPECIMEN vmread_fault_is_failure, fault, C15, "kind of Linux 7b804135d4d1", VMREAD_PROMISE
.read:
    VMREAD  rax, rdi
    ja      .done
    BROKEN  EXTABLE .read, .failed
.failed:
    FAILURE_OR_FAULT
    CALL_VMREAD_ERROR
.done:
    ret
    REPAIRED EXTABLE .read, .faulted
END_SPECIMEN vmread_fault_is_failure

; No fix-up: the fault ends the wrapper.
SPECIMEN vmread_no_fixup, fault, C15, "kind of Linux 7b804135d4d1", VMREAD_PROMISE
.read:
    VMREAD  rax, rdi
    ja      .done
    FAILURE_OR_FAULT
    CALL_VMREAD_ERROR
.done:
    ret
    REPAIRED EXTABLE .read, .faulted
END_SPECIMEN vmread_no_fixup

; A callee-saved register holds the field for the handler, and on that way nobody puts it back.
SPECIMEN vmread_rbx_lost_on_failure, callee-saved, C2, "kind of Xen 98a5cfd23209", VMREAD_PROMISE, \
    "blamed=mov rbx,rdi", 10
    push    rbx
    mov     rbx, rdi
.read:
    VMREAD  rax, rbx
    ja      .done
    FAILURE_OR_FAULT
    mov     rdi, rbx
    call    vmread_error
    xor     eax, eax
    BROKEN  add rsp, 8
    BROKEN  ret
.done:
    pop     rbx
    ret
    EXTABLE .read, .faulted
END_SPECIMEN vmread_rbx_lost_on_failure

; The handler is called with RSP as it was at the entry, which is off by 8 for a call.
SPECIMEN vmread_error_misaligned, stack-alignment, C9, "of its kind: a misaligned inner call", VMREAD_PROMISE
.read:
    VMREAD  rax, rdi
    ja      .done
    FAILURE_OR_FAULT
    REPAIRED sub rsp, 8
    call    vmread_error
    REPAIRED add rsp, 8
    xor     eax, eax
.done:
    ret
    EXTABLE .read, .faulted
END_SPECIMEN vmread_error_misaligned

; read_or_report field, what is reported as `fault` on failure      RBP += the value
%macro read_or_report 2
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

; SEQUENCE name, rule, class, source, third read      eight reads, of which the third is as the parameter says
%macro SEQUENCE 5
SPECIMEN %1, %2, %3, %4, VMX_PROMISE("sysv", "VMREAD", EIGHT_ARGUMENTS)
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
    BROKEN  %5
    REPAIRED read_or_report GUEST_RIP, 0
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
END_SPECIMEN %1
%endmacro

; The third read reports a fault where there was a failure.
SEQUENCE vmread_third_reports_fault, status, C10, "of its kind: one of many", {read_or_report GUEST_RIP, 1}
; The third read reads another field.
SEQUENCE vmread_third_field_wrong, input, C4, "of its kind: one of many", {read_or_report GUEST_RSP, 0}
; The third read is not there: a compiler merged it with another one.
SEQUENCE vmread_merged, calls, C14, "the sketch, S10", {add rbp, rax}

; SDM, "VMREAD": 8 bytes are written for a field of 16 bits too. The wrapper reads into a u16, the last of a structure
; of 8 bytes, and the six bytes behind the structure are lost.
SPECIMEN vmread_into_u16, memory, C12, "SDM, VMREAD", VMX_PROMISE("sysv", "VMREAD", ARGUMENTS_vmread_memory)
    sub     rsp, 8
    BROKEN  add rsi, 6                      ; the u16
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
END_SPECIMEN vmread_into_u16

; A VMREAD through memory that clears the value first: after a failure the old one is gone.
SPECIMEN vmread_memory_clears, output-on-failure, C11, "of its kind: cleared before", \
    VMX_PROMISE("sysv", "VMREAD", ARGUMENTS_vmread_memory)
    BROKEN  mov qword [rsi], 0
    BODY_vmread_memory
END_SPECIMEN vmread_memory_clears

; ---- The way to vmread_error() ------------------------------------------------------------------------------------

; ERROR_TRAMPOLINE prepare, call, slot, restore      the arguments are on the stack, and every register is preserved
%macro ERROR_TRAMPOLINE 4
    push    rbp
    mov     rbp, rsp
    PUSH    rax, rcx, rdx, rsi, rdi, r8, r9, r10, r11
    mov     rdi, [rbp + 16]                 ; field
    movzx   esi, byte [rbp + 24]            ; fault
    %1
    %2
    call    vmread_error
    %3
    lea     rsp, [rbp - 9 * 8]
    POP     rax, rcx, rdx, rsi, rdi, r8, r9, r10, r11
    %4
    pop     rbp
    ret
%endmacro

%define WHOLE_TRAMPOLINE        ERROR_TRAMPOLINE {}, {and rsp, -16}, {mov qword [rbp + 24], 0}, {}

section wrappers
vmread_error_by_stack:
    WHOLE_TRAMPOLINE

; STACK_TRAMPOLINE name, rule, class, source, four parameters[, blamed]
%macro STACK_TRAMPOLINE 8-9 ""
SPECIMEN %1, %2, %3, %4, VMX_PROMISE("stack", "VMREAD", `field:u64 fault:bool\nclobbers=vectors`), "blamed=", %9, 10
  %ifdef TWIN
    WHOLE_TRAMPOLINE
  %else
    ERROR_TRAMPOLINE {%5}, {%6}, {%7}, {%8}
  %endif
END_SPECIMEN %1
%endmacro

; RAX, in which a C function would return something, does not come back.
STACK_TRAMPOLINE trampoline_loses_rax, undeclared-clobber, C3, "kind of Linux f3689e3f17f0", \
    {}, {and rsp, -16}, {mov qword [rbp + 24], 0}, {xor eax, eax}, "xor eax,eax"
; The same with R11.
STACK_TRAMPOLINE trampoline_loses_r11, undeclared-clobber, C3, "kind of Linux f3689e3f17f0", \
    {}, {and rsp, -16}, {mov qword [rbp + 24], 0}, {xor r11d, r11d}, "xor r11d,r11d"
; The stack of inline assembly is aligned to 8 only, and the handler wants 16.
STACK_TRAMPOLINE trampoline_misaligned, stack-alignment, C9, "of its kind: a misaligned inner call", \
    {}, {}, {mov qword [rbp + 24], 0}, {}
; Field and fault are exchanged.
STACK_TRAMPOLINE trampoline_arguments_swapped, status, C4, "kind of openvmm e21839310a14", \
    {xchg rdi, rsi}, {and rsp, -16}, {mov qword [rbp + 24], 0}, {}
; The slot of `fault`, which is popped as the value, keeps what it held.
STACK_TRAMPOLINE trampoline_slot_not_cleared, output, C16, "of its kind: a stale result", \
    {}, {and rsp, -16}, {}, {}
; The trampoline tries by itself whether the field can be read now.
STACK_TRAMPOLINE trampoline_reads_again, calls, C14, "of its kind: an instruction once too often", \
    {VMREAD rax, rdi}, {and rsp, -16}, {mov qword [rbp + 24], 0}, {}
%macro POP_ARGUMENTS 0
    pop     rbp
    ret     16
%endmacro

; It drops its arguments, as no caller expects.
STACK_TRAMPOLINE trampoline_pops_arguments, stack-balance, C9, "kind of kvm-unit-tests 4108903c9df1", \
    {}, {and rsp, -16}, {mov qword [rbp + 24], 0}, {POP_ARGUMENTS}

; The trampoline that has its arguments on the stack, called as a C function: it takes the caller's words for the field
; and the fault, and overwrites one.
SPECIMEN trampoline_called_as_function, stack-write, C9, "Do not declare vmread_error asmlinkage", VMREAD_PROMISE, \
    "blamed=mov QWORD PTR [rbp+0x18],0x0", 10
.read:
    VMREAD  rax, rdi
    ja      .done
    FAILURE_OR_FAULT
    xor     eax, eax
    BROKEN  jmp vmread_error_by_stack
    push    rsi
    push    rdi
    call    vmread_error_by_stack
    add     rsp, 16
.done:
    ret
    EXTABLE .read, .faulted
END_SPECIMEN trampoline_called_as_function

; Of the two arguments that were pushed for the trampoline one stays there: RET takes it for an address.
SPECIMEN argument_not_popped, stack-balance, C9, "kvm-unit-tests 4108903c9df1", VMREAD_PROMISE
.read:
    VMREAD  rax, rdi
    ja      .done
    xor     eax, eax
    jmp     .report
.faulted:
    mov     eax, 1
.report:
    push    rax                             ; fault
    push    rdi                             ; field
    call    vmread_error_by_stack
    pop     rdi
    REPAIRED pop rax                        ; 0
.done:
    ret
    EXTABLE .read, .faulted
END_SPECIMEN argument_not_popped

; ---- VMWRITE and the others ---------------------------------------------------------------------------------------

; VMWRITE_SITE name, rule, class, source, field, value, before the handler
%macro VMWRITE_SITE 7
SPECIMEN %1, %2, %3, %4, VMX_PROMISE("sysv", "VMWRITE", ARGUMENTS_vmwrite)
    sub     rsp, 8
  %ifdef TWIN
    vmx_goto .failed, .faulted, VMWRITE rdi, rsi
  %else
    vmx_goto .failed, .faulted, VMWRITE %5, %6
  %endif
    xor     eax, eax
    add     rsp, 8
    ret
.failed:
    BROKEN  %7
    REPORT  vmwrite_error, 8
.faulted:
    REPORT  spurious_fault, 8
END_SPECIMEN %1
%endmacro

; The handler gets its arguments in the wrong order: the message has the value for the field. The kind of defect that
; vmread_error(field, fault) and vmwrite_error(field, value) invite.
VMWRITE_SITE vmwrite_error_swapped, status, C4, "kind of openvmm e21839310a14", rdi, rsi, {xchg rdi, rsi}
; ModRM.reg is the field in VMREAD and VMWRITE alike, so the order of the mnemonics' operands is not.
VMWRITE_SITE vmwrite_operands_swapped, input, C4, "kind of openvmm e21839310a14", rsi, rdi, nop
; The handler of another instruction.
VMWRITE_SITE vmwrite_calls_vmread_error, status, C10, "of its kind: the wrong handler", rdi, rsi, \
    {REPORT vmread_error, 8}

; SDM, "INVVPID": all 64 bits of the type count. It is declared 32 bits wide here, and what the caller left above them
; goes along.
SPECIMEN invvpid_type_not_cut, narrow-argument, C12, "Linux 5ebb272b2ea7", \
    VMX_PROMISE("sysv", "INVVPID", "type:u32 vpid:u32 address:u64")
    REPAIRED mov edi, edi
    BODY_invvpid
END_SPECIMEN invvpid_type_not_cut

; The descriptor's reserved 48 bits hold what the caller left above a 16-bit VPID.
SPECIMEN invvpid_vpid_not_cut, narrow-argument, C12, "kind of Linux 5ebb272b2ea7", \
    VMX_PROMISE("sysv", "INVVPID", ARGUMENTS_invvpid)
    sub     rsp, 24
    REPAIRED movzx esi, si
    mov     [rsp], rsi
    mov     [rsp + 8], rdx
    vmx_goto .failed, .faulted, INVVPID rdi, rsp
    VMX_RETURN invvpid_error, 24
END_SPECIMEN invvpid_vpid_not_cut

; The second half of INVEPT's descriptor is whatever is in the register that is pushed.
SPECIMEN invept_reserved_not_cleared, undefined-read, C16, "of its kind: an uninitialised operand", \
    VMX_PROMISE("sysv", "INVEPT", ARGUMENTS_invept)
    push    rdi
    BROKEN  push rdx
    REPAIRED push 0
    push    rsi
    vmx_goto .failed, .faulted, INVEPT rdi, rsp
    VMX_RETURN invept_error, 24
END_SPECIMEN invept_reserved_not_cleared

; The fix-up of a fault goes where failures go: vmclear_error, and no word of a fault.
SPECIMEN vmclear_fault_is_failure, fault, C15, "kind of Linux 7b804135d4d1", \
    VMX_PROMISE("sysv", "VMCLEAR", ARGUMENTS_vmclear)
    push    rsi
    BROKEN  vmx_goto .failed, .failed, VMCLEAR rsp
    REPAIRED vmx_goto .failed, .faulted, VMCLEAR rsp
    VMX_RETURN vmclear_error, 8
END_SPECIMEN vmclear_fault_is_failure

; VMPTRLD in a wrapper of VMCLEAR: one prefix is the whole difference, 66 0F C7 /6 and 0F C7 /6.
SPECIMEN vmclear_is_vmptrld, selector, C5, "SDM, VMCLEAR", VMX_PROMISE("sysv", "VMCLEAR", ARGUMENTS_vmclear)
    BROKEN  REGION_BODY VMPTRLD, vmclear_error
    REPAIRED REGION_BODY VMCLEAR, vmclear_error
END_SPECIMEN vmclear_is_vmptrld

; The physical address of the wrong argument.
SPECIMEN vmptrld_wrong_argument, input, C4, "of its kind: the wrong argument", \
    VMX_PROMISE("sysv", "VMPTRLD", ARGUMENTS_vmptrld)
    BROKEN  push rdi
    REPAIRED push rsi
    vmx_goto .failed, .faulted, VMPTRLD rsp
    VMX_RETURN vmptrld_error, 8
END_SPECIMEN vmptrld_wrong_argument

; The address itself for the operand that holds it. VMCLEAR m64 reads the address from memory.
SPECIMEN vmclear_of_the_address, input, C16, "SDM, VMCLEAR", VMX_PROMISE("sysv", "VMCLEAR", ARGUMENTS_vmclear)
    push    rsi
    BROKEN  vmx_goto .failed, .faulted, VMCLEAR rsi
    REPAIRED vmx_goto .failed, .faulted, VMCLEAR rsp
    VMX_RETURN vmclear_error, 8
END_SPECIMEN vmclear_of_the_address

; AT_HANDLER name, rule, source, broken, repaired, after      what stands before the call of the handler, and behind it
%macro AT_HANDLER 6
SPECIMEN %1, %2, C13, %3, VMREAD_PROMISE
.read:
    VMREAD  rax, rdi
    ja      .done
    FAILURE_OR_FAULT
    BROKEN  %4
    REPAIRED %5
    CALL_VMREAD_ERROR
    %6
.done:
    ret
    EXTABLE .read, .faulted
END_SPECIMEN %1
%endmacro

; DF is set when the C handler is called: its first string instruction runs backwards.
AT_HANDLER handler_with_df, direction-flag, "of its kind: DF at an inner call", {std}, {cld}, {cld}
; An MMX register is in use when the C handler is called: its first x87 instruction has no register left.
AT_HANDLER handler_with_mmx, x87-control, "of its kind: MMX at an inner call", {movq mm0, rdi}, {emms}, {emms}

; A field that is 0 passes for a failure.
SPECIMEN value_zero_is_failure, status, C10, "of its kind: a value as status", VMREAD_PROMISE
.read:
    VMREAD  rax, rdi
    jna     .failed
    test    rax, rax
    BROKEN  jz .failed
    ret
.failed:
    FAILURE_OR_FAULT
    CALL_VMREAD_ERROR
    ret
    EXTABLE .read, .faulted
END_SPECIMEN value_zero_is_failure

; VMWRITE in a wrapper of VMREAD: 0F 79 for 0F 78.
SPECIMEN vmread_is_vmwrite, selector, C5, "SDM, VMREAD", VMREAD_PROMISE
.read:
    BROKEN  VMWRITE rdi, rax
    REPAIRED VMREAD rax, rdi
    ja      .done
    FAILURE_OR_FAULT
    CALL_VMREAD_ERROR
.done:
    ret
    EXTABLE .read, .faulted
END_SPECIMEN vmread_is_vmwrite

; The descriptor is below RSP, where an interrupt right before the instruction writes.
SPECIMEN invept_in_red_zone, red-zone, C9, "kind of edk2 8a0d144b3992", VMX_PROMISE("sysv", "INVEPT", ARGUMENTS_invept)
    BROKEN  lea rax, [rsp - 64]
    REPAIRED sub rsp, 24
    REPAIRED mov rax, rsp
    mov     [rax], rsi                      ; EPTP
    mov     qword [rax + 8], 0
    vmx_goto .failed, .faulted, INVEPT rdi, rax
    xor     eax, eax
    REPAIRED add rsp, 24
    ret
.failed:
    BROKEN  sub rsp, 24
    REPORT  invept_error, 24
.faulted:
    BROKEN  sub rsp, 24
    REPORT  spurious_fault, 24
END_SPECIMEN invept_in_red_zone

; The value is read to below RSP, and is gone with the next interrupt.
SPECIMEN vmread_to_red_zone, red-zone, C9, "kind of edk2 8a0d144b3992", VMREAD_PROMISE
    BROKEN  lea rax, [rsp - 64]
    REPAIRED sub rsp, 24
    REPAIRED mov rax, rsp
.read:
    VMREAD_MEMORY rax, rdi
    jna     .failed
    mov     rax, [rax]
    REPAIRED lea rsp, [rsp + 24]
    ret
.failed:
    REPAIRED lea rsp, [rsp + 24]
    xor     esi, esi
    jmp     .report
.faulted:
    REPAIRED lea rsp, [rsp + 24]
    mov     esi, 1
.report:
    CALL_VMREAD_ERROR
    ret
    EXTABLE .read, .faulted
END_SPECIMEN vmread_to_red_zone
