; Design `stack-trampoline`: VMREAD inline, and an error path that clobbers nothing.
;
; The error trampoline takes both parameters on the stack and preserves every register, so a compiler can keep
; values in volatile registers across a sequence of VMREADs. It exists for inline assembly without
; "asm goto with outputs", and it must never be called as a C function. A VMREAD to memory has no output in that sense,
; nor have the other instructions: the old "asm goto" is enough for them, and they are in `branch-out`.

%define DESIGN "stack-trampoline"
%include "vmx.inc"

;-----------------------------------------------------------------------------------------------------------
; vmread_error_trampoline - from an inline VMREAD to vmread_error()
;
;   [RSP + 8]    in: field that failed, 64 bits       out: unchanged
;   [RSP + 16]   in: fault, bool                      out: 0, to be popped as the result of the VMREAD
;   all GPRs     preserved        RFLAGS, vectors, masks    as the C function leaves them
;
; The stack of inline assembly is aligned to 8 only; the C function wants 16.
;-----------------------------------------------------------------------------------------------------------
VMX_ROUTINE vmread_error_trampoline, stack, VMREAD, `field:u64 fault:bool\nclobbers=vectors`
    push    rbp
    mov     rbp, rsp
    push    rax
    push    rcx
    push    rdx
    push    rsi
    push    rdi
    push    r8
    push    r9
    push    r10
    push    r11

    mov     rdi, [rbp + 16]                 ; field
    movzx   esi, byte [rbp + 24]            ; fault
    and     rsp, -16
    call    vmread_error

    mov     qword [rbp + 24], 0             ; fault: the result of a VMREAD that failed is 0

    lea     rsp, [rbp - 9 * 8]
    pop     r11
    pop     r10
    pop     r9
    pop     r8
    pop     rdi
    pop     rsi
    pop     rdx
    pop     rcx
    pop     rax
    pop     rbp
    ret
END_FUNCTION vmread_error_trampoline

; u64 stack_trampoline_vmread(u64 field)
VMX_SITE stack_trampoline_vmread, sysv, VMREAD, "field:u64", vmread_error_trampoline
    vmread_or_zero rax, rdi
    ret
END_FUNCTION stack_trampoline_vmread

; The same as inline assembly sees it: field in RDX, value in RAX, every other register live.
VMX_SITE stack_trampoline_vmread_in_place, registers, VMREAD, `rdx:u64\nclobbers=vectors`, vmread_error_trampoline
    vmread_or_zero rax, rdx
    ret
END_FUNCTION stack_trampoline_vmread_in_place

%macro read_field 1
    mov     r10d, %1
    vmread_or_zero rax, r10
%endmacro

; u64 stack_trampoline_vmread_8(u64, u64, u64, u64, u64, u64): the six values stay in the argument registers.
VMX_SITE stack_trampoline_vmread_8, sysv, VMREAD, EIGHT_ARGUMENTS, vmread_error_trampoline
    EIGHT_READS read_field, rdi, rsi, rdx, rcx, r8, r9
    ret
END_FUNCTION stack_trampoline_vmread_8
