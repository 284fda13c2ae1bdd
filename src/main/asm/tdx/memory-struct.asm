; Design `memory-struct`: the registers of a call as a structure in memory, and one routine that marshals it.
;
; The shape of Linux 6.3 to 6.6. The call sites are what GCC 12 makes of a designated initialiser in a kernel
; build: REP STOSQ zeroes all twelve members, the named ones are stored, the results are read back. Where all members
; are named there is nothing to zero.

%define DESIGN "memory-struct"
%include "tdx.inc"

; struct tdx_hypercall_args
struc ARGS
    .r8     resq 1
    .r9     resq 1
    .r10    resq 1
    .r11    resq 1
    .r12    resq 1
    .r13    resq 1
    .r14    resq 1
    .r15    resq 1
    .rdi    resq 1
    .rsi    resq 1
    .rbx    resq 1
    .rdx    resq 1
endstruc

;-----------------------------------------------------------------------------------------------------------
; tdx_hypercall, tdx_hypercall_ret - TDG.VP.VMCALL with twelve registers from memory (and back to it)
;
;   TDCALL's ABI                                  u64 f(struct tdx_hypercall_args *args)
;
;   RAX   leaf, 0 = TDG.VP.VMCALL                 RDI   in: args
;   RCX   mask: all twelve                        RAX   out: status (R10)
;   RDX RBX RSI RDI R8-R15   in and out           RBX RBP RSP R12-R15   preserved
;
; `_ret` stores the twelve registers back, whatever the status. Neither leaves a value of the VMM's in a register.
;-----------------------------------------------------------------------------------------------------------
%macro HYPERCALL 3                          ; name, type of args, 1 = store the results
ROUTINE %1, sysv, "arguments=args:", %2, 10
    push    rbx
    push    r12
    push    r13
    push    r14
    push    r15
    push    rdi                             ; args; no register can be spared
    mov     rax, rdi

    mov     r8, [rax + ARGS.r8]
    mov     r9, [rax + ARGS.r9]
    mov     r10, [rax + ARGS.r10]
    mov     r11, [rax + ARGS.r11]
    mov     r12, [rax + ARGS.r12]
    mov     r13, [rax + ARGS.r13]
    mov     r14, [rax + ARGS.r14]
    mov     r15, [rax + ARGS.r15]
    mov     rdi, [rax + ARGS.rdi]
    mov     rsi, [rax + ARGS.rsi]
    mov     rbx, [rax + ARGS.rbx]
    mov     rdx, [rax + ARGS.rdx]

    mov     ecx, MASK_ALL
    xor     eax, eax                        ; TDG_VP_VMCALL
    TDCALL
    test    rax, rax
    jnz     .panic

    pop     rax                             ; args
  %if %3
    mov     [rax + ARGS.r8], r8
    mov     [rax + ARGS.r9], r9
    mov     [rax + ARGS.r10], r10
    mov     [rax + ARGS.r11], r11
    mov     [rax + ARGS.r12], r12
    mov     [rax + ARGS.r13], r13
    mov     [rax + ARGS.r14], r14
    mov     [rax + ARGS.r15], r15
    mov     [rax + ARGS.rdi], rdi
    mov     [rax + ARGS.rsi], rsi
    mov     [rax + ARGS.rbx], rbx
    mov     [rax + ARGS.rdx], rdx
  %endif
    mov     rax, r10                        ; status

    xor     edx, edx                        ; the VMM could have written all twelve; RBX and R12-R15 are popped
    xor     esi, esi
    xor     edi, edi
    xor     r8d, r8d
    xor     r9d, r9d
    xor     r10d, r10d
    xor     r11d, r11d

    pop     r15
    pop     r14
    pop     r13
    pop     r12
    pop     rbx
    ret
.panic:
    ud2
END_ROUTINE %1
%endmacro

HYPERCALL tdx_hypercall, "in[12]", 0
HYPERCALL tdx_hypercall_ret, "out[12]", 1

; The call sites, instruction for instruction GCC's. The structure lies at RSP.

CALL_SITE memory_struct, hlt, "0xffcc", tdx_hypercall
    sub     rsp, ARGS_size + 8
    mov     edx, edi                        ; interrupt_blocked
    xor     eax, eax
    mov     ecx, ARGS_size / 8
    mov     rdi, rsp
    movzx   edx, dl
    rep stosq
    mov     rdi, rsp
    mov     [rsp + ARGS.r12], rdx
    mov     qword [rsp + ARGS.r11], TDVMCALL_HLT
    call    tdx_hypercall
    add     rsp, ARGS_size + 8
    ret
END_CALL_SITE memory_struct, hlt

CALL_SITE memory_struct, rdmsr, "0xffcc", tdx_hypercall_ret
    push    rbx
    xor     eax, eax
    mov     edx, edi                        ; msr
    mov     ecx, ARGS_size / 8
    mov     rbx, rsi                        ; value
    sub     rsp, ARGS_size
    mov     rdi, rsp
    rep stosq
    mov     eax, edx
    mov     rdi, rsp
    mov     qword [rsp + ARGS.r11], TDVMCALL_RDMSR
    mov     [rsp + ARGS.r12], rax
    call    tdx_hypercall_ret
    test    rax, rax
    jne     .out
    mov     rdx, [rsp + ARGS.r11]
    mov     [rbx], rdx
.out:
    add     rsp, ARGS_size
    pop     rbx
    ret
END_CALL_SITE memory_struct, rdmsr

CALL_SITE memory_struct, wrmsr, "0xffcc", tdx_hypercall
    sub     rsp, ARGS_size + 8
    mov     edx, edi                        ; msr
    xor     eax, eax
    mov     ecx, ARGS_size / 8
    mov     rdi, rsp
    rep stosq
    mov     eax, edx
    mov     rdi, rsp
    mov     [rsp + ARGS.r13], rsi           ; value
    mov     qword [rsp + ARGS.r11], TDVMCALL_WRMSR
    mov     [rsp + ARGS.r12], rax
    call    tdx_hypercall
    add     rsp, ARGS_size + 8
    ret
END_CALL_SITE memory_struct, wrmsr

CALL_SITE memory_struct, cpuid, "0xffcc", tdx_hypercall_ret
    push    rbx
    xor     eax, eax
    mov     r8d, edi                        ; leaf
    mov     ecx, ARGS_size / 8
    mov     rbx, rdx                        ; out
    sub     rsp, ARGS_size
    mov     rdi, rsp
    rep stosq
    mov     eax, r8d
    mov     rdi, rsp
    mov     qword [rsp + ARGS.r11], TDVMCALL_CPUID
    mov     [rsp + ARGS.r12], rax
    mov     eax, esi                        ; subleaf
    mov     [rsp + ARGS.r13], rax
    call    tdx_hypercall_ret
    test    rax, rax
    jne     .out
    mov     rdx, [rsp + ARGS.r12]
    mov     [rbx], rdx                      ; eax
    mov     rdx, [rsp + ARGS.r13]
    mov     [rbx + 8], rdx                  ; ebx
    mov     rdx, [rsp + ARGS.r14]
    mov     [rbx + 16], rdx                 ; ecx
    mov     rdx, [rsp + ARGS.r15]
    mov     [rbx + 24], rdx                 ; edx
.out:
    add     rsp, ARGS_size
    pop     rbx
    ret
END_CALL_SITE memory_struct, cpuid

CALL_SITE memory_struct, mmio_read, "0xffcc", tdx_hypercall_ret
    push    rbx
    xor     eax, eax
    mov     r8d, edi                        ; size
    mov     ecx, ARGS_size / 8
    mov     rbx, rdx                        ; value
    sub     rsp, ARGS_size
    mov     rdi, rsp
    rep stosq
    mov     eax, r8d
    mov     rdi, rsp
    mov     [rsp + ARGS.r14], rsi           ; gpa; MMIO_READ is among the zeroes
    mov     qword [rsp + ARGS.r11], TDVMCALL_REQUEST_MMIO
    mov     [rsp + ARGS.r12], rax
    call    tdx_hypercall_ret
    test    rax, rax
    jne     .out
    mov     rdx, [rsp + ARGS.r11]
    mov     [rbx], rdx
.out:
    add     rsp, ARGS_size
    pop     rbx
    ret
END_CALL_SITE memory_struct, mmio_read

CALL_SITE memory_struct, mmio_write, "0xffcc", tdx_hypercall
    sub     rsp, ARGS_size + 8
    mov     r8d, edi                        ; size
    xor     eax, eax
    mov     ecx, ARGS_size / 8
    mov     rdi, rsp
    rep stosq
    mov     eax, r8d
    mov     rdi, rsp
    mov     [rsp + ARGS.r14], rsi           ; gpa
    mov     qword [rsp + ARGS.r11], TDVMCALL_REQUEST_MMIO
    mov     [rsp + ARGS.r12], rax
    mov     qword [rsp + ARGS.r13], MMIO_WRITE
    mov     [rsp + ARGS.r15], rdx           ; value
    call    tdx_hypercall
    add     rsp, ARGS_size + 8
    ret
END_CALL_SITE memory_struct, mmio_write

CALL_SITE memory_struct, map_gpa, "0xffcc", tdx_hypercall_ret
    push    rbx
    mov     r8, rdi                         ; start
    xor     eax, eax
    mov     ecx, ARGS_size / 8
    mov     rbx, rdx                        ; failing_gpa
    sub     rsp, ARGS_size
    mov     rdi, rsp
    rep stosq
    mov     rdi, rsp
    mov     [rsp + ARGS.r12], r8
    mov     qword [rsp + ARGS.r11], TDVMCALL_MAP_GPA
    mov     [rsp + ARGS.r13], rsi           ; size
    call    tdx_hypercall_ret
    test    rax, rax
    je      .out                            ; R11 has a meaning on failure only
    mov     rdx, [rsp + ARGS.r11]
    mov     [rbx], rdx
.out:
    add     rsp, ARGS_size
    pop     rbx
    ret
END_CALL_SITE memory_struct, map_gpa

CALL_SITE memory_struct, report_fatal_error, "0xffcc", tdx_hypercall
    sub     rsp, ARGS_size + 8
    mov     rax, [rdx + 48]
    mov     rcx, [rdx + 40]
    mov     [rsp + ARGS.r12], rdi           ; code
    mov     rdi, rsp
    mov     [rsp + ARGS.r9], rax
    mov     rax, [rdx]
    mov     qword [rsp + ARGS.r10], TDVMCALL_STANDARD
    mov     [rsp + ARGS.r14], rax
    mov     rax, [rdx + 8]
    mov     [rsp + ARGS.r8], rcx
    mov     [rsp + ARGS.r15], rax
    mov     rax, [rdx + 24]
    mov     qword [rsp + ARGS.r11], TDVMCALL_REPORT_FATAL_ERROR
    mov     [rsp + ARGS.rdi], rax
    mov     rax, [rdx + 32]
    mov     [rsp + ARGS.r13], rsi           ; string_gpa
    mov     [rsp + ARGS.rsi], rax
    mov     rax, [rdx + 16]
    mov     [rsp + ARGS.rbx], rax
    mov     rax, [rdx + 56]
    mov     [rsp + ARGS.rdx], rax
    call    tdx_hypercall
    add     rsp, ARGS_size + 8
    ret
END_CALL_SITE memory_struct, report_fatal_error
