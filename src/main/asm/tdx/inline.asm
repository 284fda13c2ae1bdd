; Design `inline`: the moves and the instruction at the call site, and no call. The floor.
;
; What GCC 12 makes of TDCALL as inline assembly, with the registers and the mask of the leaf and no more. Each
; call site repeats all of it: the mask by hand, the panic, the scrubbing of R10 and R11.

%define DESIGN "inline"
%include "tdx.inc"

CALL_SITE inline, hlt, "0x1c00"
    push    r12
    xor     r10d, r10d                      ; TDVMCALL_STANDARD
    mov     r11d, TDVMCALL_HLT
    movzx   r12d, dil                       ; interrupt_blocked
    xor     eax, eax                        ; TDG_VP_VMCALL
    mov     ecx, MASK_R10_R12
    TDCALL
    test    rax, rax
    jne     .panic
    xchg    rax, r10                        ; status out, zero in
    xor     r11d, r11d
    pop     r12
    ret
.panic:
    ud2
END_CALL_SITE inline, hlt

CALL_SITE inline, rdmsr, "0x1c00"
    push    r12
    xor     r10d, r10d
    mov     r11d, TDVMCALL_RDMSR
    mov     r12d, edi                       ; msr
    xor     eax, eax
    mov     ecx, MASK_R10_R12
    TDCALL
    test    rax, rax
    jne     .panic
    xchg    rax, r10
    mov     rdx, r11                        ; the one output
    xor     r11d, r11d
    test    rax, rax
    jne     .out
    mov     [rsi], rdx
.out:
    pop     r12
    ret
.panic:
    ud2
END_CALL_SITE inline, rdmsr

CALL_SITE inline, wrmsr, "0x3c00"
    push    r13
    xor     r10d, r10d
    mov     r13, rsi                        ; value
    mov     r11d, TDVMCALL_WRMSR
    push    r12
    xor     eax, eax
    mov     r12d, edi                       ; msr
    mov     ecx, MASK_R10_R13
    TDCALL
    test    rax, rax
    jne     .panic
    xchg    rax, r10
    xor     r11d, r11d
    pop     r12
    pop     r13
    ret
.panic:
    ud2
END_CALL_SITE inline, wrmsr

CALL_SITE inline, cpuid, "0xfc00"
    push    r15
    xor     r10d, r10d
    mov     r11d, TDVMCALL_CPUID
    xor     r15d, r15d                      ; an output, and exposed: nothing of the caller's in it
    push    r14
    xor     eax, eax
    xor     r14d, r14d                      ; likewise
    mov     ecx, MASK_R10_R15
    push    r13
    mov     r13d, esi                       ; subleaf
    push    r12
    mov     r12d, edi                       ; leaf
    TDCALL
    test    rax, rax
    jne     .panic
    xchg    rax, r10
    xor     r11d, r11d
    test    rax, rax
    jne     .out
    mov     [rdx], r12                      ; eax
    mov     [rdx + 8], r13                  ; ebx
    mov     [rdx + 16], r14                 ; ecx
    mov     [rdx + 24], r15                 ; edx
.out:
    pop     r12
    pop     r13
    pop     r14
    pop     r15
    ret
.panic:
    ud2
END_CALL_SITE inline, cpuid

CALL_SITE inline, mmio_read, "0x7c00"
    push    r14
    xor     r10d, r10d
    mov     r14, rsi                        ; gpa
    mov     r11d, TDVMCALL_REQUEST_MMIO
    push    r13
    xor     eax, eax
    xor     r13d, r13d                      ; MMIO_READ
    mov     ecx, MASK_R10_R14
    push    r12
    mov     r12d, edi                       ; size
    TDCALL
    test    rax, rax
    jne     .panic
    xchg    rax, r10
    mov     rcx, r11                        ; the one output
    xor     r11d, r11d
    test    rax, rax
    jne     .out
    mov     [rdx], rcx
.out:
    pop     r12
    pop     r13
    pop     r14
    ret
.panic:
    ud2
END_CALL_SITE inline, mmio_read

CALL_SITE inline, mmio_write, "0xfc00"
    push    r15
    xor     r10d, r10d
    mov     r15, rdx                        ; value
    mov     r11d, TDVMCALL_REQUEST_MMIO
    push    r14
    xor     eax, eax
    mov     r14, rsi                        ; gpa
    mov     ecx, MASK_R10_R15
    push    r13
    mov     r13d, MMIO_WRITE
    push    r12
    mov     r12d, edi                       ; size
    TDCALL
    test    rax, rax
    jne     .panic
    xchg    rax, r10
    xor     r11d, r11d
    pop     r12
    pop     r13
    pop     r14
    pop     r15
    ret
.panic:
    ud2
END_CALL_SITE inline, mmio_write

CALL_SITE inline, map_gpa, "0x3c00"
    push    r13
    xor     r10d, r10d
    mov     r13, rsi                        ; size
    mov     r11d, TDVMCALL_MAP_GPA
    push    r12
    xor     eax, eax
    mov     r12, rdi                        ; start
    mov     ecx, MASK_R10_R13
    TDCALL
    test    rax, rax
    jne     .panic
    xchg    rax, r10
    mov     rcx, r11                        ; failing_gpa
    xor     r11d, r11d
    test    rax, rax
    je      .out                            ; R11 has a meaning on failure only
    mov     [rdx], rcx
.out:
    pop     r12
    pop     r13
    ret
.panic:
    ud2
END_CALL_SITE inline, map_gpa

CALL_SITE inline, report_fatal_error, "0xffcc"
    mov     rax, rdx                        ; message
    push    r15
    xor     r10d, r10d
    mov     r11d, TDVMCALL_REPORT_FATAL_ERROR
    push    r14
    mov     ecx, MASK_ALL
    push    r13
    mov     r13, rsi                        ; string_gpa
    push    r12
    mov     r12, rdi                        ; code
    push    rbx
    mov     rbx, [rdx + 16]
    mov     rdi, [rdx + 24]
    mov     rsi, [rdx + 32]
    mov     r8, [rax + 40]
    mov     r9, [rax + 48]
    mov     r14, [rax]
    mov     r15, [rax + 8]
    xor     eax, eax
    mov     rdx, [rdx + 56]
    TDCALL
    test    rax, rax
    jne     .panic
    xchg    rax, r10
    xor     edx, edx                        ; everything was exposed
    xor     esi, esi
    xor     edi, edi
    xor     r8d, r8d
    xor     r9d, r9d
    xor     r11d, r11d
    pop     rbx
    pop     r12
    pop     r13
    pop     r14
    pop     r15
    ret
.panic:
    ud2
END_CALL_SITE inline, report_fatal_error
