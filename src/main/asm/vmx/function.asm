; Design `function`: the instruction in an ordinary C function. Its caller loses all volatile registers at every call.

%define DESIGN "function"
%include "vmx.inc"
%include "vmx-body.inc"

; OUT_OF_LINE name, instruction      u64 name_function(arguments), shared; and the call site u64 function_name(...)
%macro OUT_OF_LINE 2
    VMX_ROUTINE %1_function, sysv, %2, ARGUMENTS_%1
    BODY_%1
    END_FUNCTION %1_function

    VMX_SITE function_%1, sysv, %2, ARGUMENTS_%1, %1_function
    jmp     strict near %1_function        ; the routine is in another object: rel32
    END_FUNCTION function_%1
%endmacro

OUT_OF_LINE vmread, VMREAD

%macro read_field 1
    mov     edi, %1
    call    vmread_function
%endmacro

; u64 function_vmread_8(u64, u64, u64, u64, u64, u64): six values across calls want six callee-saved registers.
VMX_SITE function_vmread_8, sysv, VMREAD, EIGHT_ARGUMENTS, vmread_function
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

OUT_OF_LINE vmread_memory, VMREAD
OUT_OF_LINE vmwrite, VMWRITE
OUT_OF_LINE vmwrite_memory, VMWRITE
OUT_OF_LINE vmclear, VMCLEAR
OUT_OF_LINE vmptrld, VMPTRLD
OUT_OF_LINE invept, INVEPT
OUT_OF_LINE invvpid, INVVPID
