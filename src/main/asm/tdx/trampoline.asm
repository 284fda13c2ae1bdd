; Design `trampoline`: one routine that knows the TDX ABI, and thin wrappers that name the outputs they want.
;
; After Sean Christopherson's sketch of April 2024, corrected: RAX is 0 at the instruction, the one output is R11,
; every call passes its reason, and nothing of the VMM's stays behind in R10 and R11.

%define DESIGN "trampoline"
%include "tdx.inc"

;-----------------------------------------------------------------------------------------------------------
; tdvmcall_trampoline - TDG.VP.VMCALL with up to four inputs and up to five outputs
;
;   TDCALL's ABI                             Convention of this routine (not a C function)
;
;   RAX   leaf, 0 = TDG.VP.VMCALL            RAX   in: reason            out: 0
;   RCX   registers exposed to the VMM       RDI   in: first input       out: unchanged
;   R10   0 = standard call; out: status     RSI   in: second input      out: unchanged
;   R11   reason; out: output                RDX   in: third input       out: unchanged
;   R12   first input; out: output           RCX   in: fourth input      out: the mask
;   R13   second input; out: output          R10   out: status
;   R14   third input; out: output           R11   out: output
;   R15   fourth input; out: output          R12-R15   out: outputs
;   RAX   out: 0, or the call failed         RBX RBP RSP R8 R9   unchanged
;
; The outputs stay where TDCALL leaves them, callee-saved registers included: the thin wrappers take what they
; want, and the function around them saves R12-R15. A leaf function: no frame. RAX is not 0 only when the TDX
; module itself is broken; there is nobody to return that to.
;-----------------------------------------------------------------------------------------------------------
ROUTINE tdvmcall_trampoline, trampoline
    xor     r10d, r10d                      ; TDVMCALL_STANDARD
    mov     r11, rax                        ; reason
    mov     r12, rdi
    mov     r13, rsi
    mov     r14, rdx
    mov     r15, rcx
    mov     ecx, MASK_R10_R15
    xor     eax, eax                        ; TDG_VP_VMCALL
    TDCALL
    test    rax, rax
    jnz     .panic
    ret
.panic:
    ud2
END_ROUTINE tdvmcall_trampoline

;-----------------------------------------------------------------------------------------------------------
; tdvmcall_trampoline_all - TDG.VP.VMCALL for the outliers: all inputs (ReportFatalError), all outputs (PCONFIG)
;
;   RAX   in: reason                                              out: 0
;   RDX RBX RSI RDI R8 R9 R12-R15   in: inputs, in place          out: outputs
;   R10   out: status      R11   out: output      RCX   out: the mask      RBP RSP   unchanged
;
; No input needs a move, so none is spent.
;-----------------------------------------------------------------------------------------------------------
ROUTINE tdvmcall_trampoline_all, trampoline
    xor     r10d, r10d                      ; TDVMCALL_STANDARD
    mov     r11, rax                        ; reason
    mov     ecx, MASK_ALL
    xor     eax, eax                        ; TDG_VP_VMCALL
    TDCALL
    test    rax, rax
    jnz     .panic
    ret
.panic:
    ud2
END_ROUTINE tdvmcall_trampoline_all

; The thin wrappers: what the call site holds. RAX = status when they end; R10 and R11 are 0. The exchange moves
; the status out and a zero in, for RAX is 0 when the trampoline returns.

%macro tdvmcall_0 0                         ; no output
    call    tdvmcall_trampoline
    xchg    rax, r10
    xor     r11d, r11d
%endmacro

%macro tdvmcall_1 1                         ; %1 = the one output, which is R11
    call    tdvmcall_trampoline
    xchg    rax, r10
    mov     %1, r11
    xor     r11d, r11d
%endmacro

%macro tdvmcall_4 0                         ; the outputs are R12 R13 R14 R15
    call    tdvmcall_trampoline
    xchg    rax, r10
    xor     r11d, r11d
%endmacro

%macro tdvmcall_all 0                       ; everything in, nothing out; RBX and R12-R15 are the caller's to restore
    call    tdvmcall_trampoline_all
    xchg    rax, r10
    xor     r11d, r11d
    xor     edx, edx
    xor     esi, esi
    xor     edi, edi
    xor     r8d, r8d
    xor     r9d, r9d
%endmacro

; The call sites. The order of the instructions is GCC's.

CALL_SITE trampoline, hlt, "0xfc00", tdvmcall_trampoline
    xor     ecx, ecx                        ; in4
    push    r15
    movzx   edi, dil                        ; in1 = interrupt_blocked
    mov     eax, TDVMCALL_HLT
    push    r14
    mov     rsi, rcx                        ; in2
    mov     rdx, rcx                        ; in3
    push    r13
    push    r12
    tdvmcall_0
    pop     r12
    pop     r13
    pop     r14
    pop     r15
    ret
END_CALL_SITE trampoline, hlt

CALL_SITE trampoline, rdmsr, "0xfc00", tdvmcall_trampoline
    xor     ecx, ecx                        ; in4
    push    r15
    mov     r8, rsi                         ; value, out of the way
    mov     edi, edi                        ; in1 = msr, 32 bits of it
    push    r14
    mov     eax, TDVMCALL_RDMSR
    mov     rsi, rcx                        ; in2
    mov     rdx, rcx                        ; in3
    push    r13
    push    r12
    tdvmcall_1 rdi
    test    rax, rax
    jne     .out
    mov     [r8], rdi
.out:
    pop     r12
    pop     r13
    pop     r14
    pop     r15
    ret
END_CALL_SITE trampoline, rdmsr

CALL_SITE trampoline, wrmsr, "0xfc00", tdvmcall_trampoline
    xor     ecx, ecx                        ; in4
    push    r15
    mov     edi, edi                        ; in1 = msr; in2 = value is there
    mov     eax, TDVMCALL_WRMSR
    push    r14
    mov     rdx, rcx                        ; in3
    push    r13
    push    r12
    tdvmcall_0
    pop     r12
    pop     r13
    pop     r14
    pop     r15
    ret
END_CALL_SITE trampoline, wrmsr

CALL_SITE trampoline, cpuid, "0xfc00", tdvmcall_trampoline
    xor     ecx, ecx                        ; in4
    push    r15
    mov     r8, rdx                         ; out, out of the way
    mov     edi, edi                        ; in1 = leaf
    push    r14
    mov     esi, esi                        ; in2 = subleaf
    mov     eax, TDVMCALL_CPUID
    mov     rdx, rcx                        ; in3
    push    r13
    push    r12
    tdvmcall_4
    test    rax, rax
    jne     .out
    mov     [r8], r12                       ; eax
    mov     [r8 + 8], r13                   ; ebx
    mov     [r8 + 16], r14                  ; ecx
    mov     [r8 + 24], r15                  ; edx
.out:
    pop     r12
    pop     r13
    pop     r14
    pop     r15
    ret
END_CALL_SITE trampoline, cpuid

CALL_SITE trampoline, mmio_read, "0xfc00", tdvmcall_trampoline
    mov     r8, rsi                         ; gpa
    xor     ecx, ecx                        ; in4
    push    r15
    mov     r9, rdx                         ; value, out of the way
    push    r14
    mov     edi, edi                        ; in1 = size
    mov     eax, TDVMCALL_REQUEST_MMIO
    mov     rsi, rcx                        ; in2 = MMIO_READ
    push    r13
    mov     rdx, r8                         ; in3 = gpa
    push    r12
    tdvmcall_1 rdi
    test    rax, rax
    jne     .out
    mov     [r9], rdi
.out:
    pop     r12
    pop     r13
    pop     r14
    pop     r15
    ret
END_CALL_SITE trampoline, mmio_read

CALL_SITE trampoline, mmio_write, "0xfc00", tdvmcall_trampoline
    mov     r8, rsi                         ; gpa
    push    r15
    mov     rcx, rdx                        ; in4 = value
    mov     edi, edi                        ; in1 = size
    push    r14
    mov     eax, TDVMCALL_REQUEST_MMIO
    mov     esi, MMIO_WRITE                 ; in2
    mov     rdx, r8                         ; in3 = gpa
    push    r13
    push    r12
    tdvmcall_0
    pop     r12
    pop     r13
    pop     r14
    pop     r15
    ret
END_CALL_SITE trampoline, mmio_write

CALL_SITE trampoline, map_gpa, "0xfc00", tdvmcall_trampoline
    xor     ecx, ecx                        ; in4; in1 = start and in2 = size are there
    push    r15
    mov     r8, rdx                         ; failing_gpa, out of the way
    mov     eax, TDVMCALL_MAP_GPA
    push    r14
    mov     rdx, rcx                        ; in3
    push    r13
    push    r12
    tdvmcall_1 rdi
    test    rax, rax
    je      .out                            ; R11 has a meaning on failure only
    mov     [r8], rdi
.out:
    pop     r12
    pop     r13
    pop     r14
    pop     r15
    ret
END_CALL_SITE trampoline, map_gpa

CALL_SITE trampoline, report_fatal_error, "0xffcc", tdvmcall_trampoline_all
    push    r15
    mov     rax, rdx                        ; message
    push    r14
    push    r13
    mov     r13, rsi                        ; string_gpa
    push    r12
    mov     r12, rdi                        ; code
    push    rbx
    mov     rcx, [rdx + 16]
    mov     rdi, [rdx + 24]
    mov     rsi, [rdx + 32]
    mov     r8, [rax + 40]
    mov     r9, [rax + 48]
    mov     rbx, rcx
    mov     r14, [rax]
    mov     r15, [rax + 8]
    mov     eax, TDVMCALL_REPORT_FATAL_ERROR
    mov     rdx, [rdx + 56]
    tdvmcall_all
    pop     rbx
    pop     r12
    pop     r13
    pop     r14
    pop     r15
    ret
END_CALL_SITE trampoline, report_fatal_error
