; Design `function`: VMREAD as an ordinary C function. The caller loses all volatile registers at every read.

%define DESIGN "function"
%include "vmx.inc"

;-----------------------------------------------------------------------------------------------------------
; vmread_function - u64 vmread_function(u64 field)
;
;   RDI   in: field                          RAX   out: value, or 0 after vmread_error(field, fault)
;   RBX RBP RSP R12-R15   preserved          the rest is the C compiler's to lose
;-----------------------------------------------------------------------------------------------------------
VMX_ROUTINE vmread_function, sysv, VMREAD, "field:u64"
    vmx_goto .failed, .faulted, VMREAD rax, rdi
    ret
.failed:
    xor     esi, esi                        ; fault = false; RDI = field
    jmp     .report
.faulted:
    mov     esi, 1                          ; fault = true
.report:
    sub     rsp, 8
    call    vmread_error
    xor     eax, eax
    add     rsp, 8
    ret
END_FUNCTION vmread_function

; u64 function_vmread(u64 field)
VMX_SITE function_vmread, sysv, VMREAD, "field:u64", vmread_function
    jmp     strict near vmread_function     ; the routine is in another object: rel32
END_FUNCTION function_vmread

%macro read_field 1
    mov     edi, %1
    call    vmread_function
%endmacro

; u64 function_vmread_8(u64, u64, u64, u64, u64, u64): six values across calls want six callee-saved registers.
VMX_SITE function_vmread_8, sysv, VMREAD, "a:u64 b:u64 c:u64 d:u64 e:u64 f:u64", vmread_function
    push    rbx
    push    rbp
    push    r12
    push    r13
    push    r14
    push    r15
    sub     rsp, 8
    mov     rbx, rdi
    mov     rbp, rsi
    mov     r12, rdx
    mov     r13, rcx
    mov     r14, r8
    mov     r15, r9
    EIGHT_READS read_field, rbx, rbp, r12, r13, r14, r15
    add     rsp, 8
    pop     r15
    pop     r14
    pop     r13
    pop     r12
    pop     rbp
    pop     rbx
    ret
END_FUNCTION function_vmread_8
