; The functions that a routine calls and that are none of its own: undefined symbols of its object, and pointers to
; functions among its arguments. What they are told is recorded, and a script says what comes back. In assembly, so that
; a check costs no upcall.

section .text

;-----------------------------------------------------------------------------------------------------------
; externals - one entry of 16 bytes for each EXTERNAL of a script: its number is pushed below the return address
;
; A function of the C convention that the script has. Reached by CALL or by a jump, from anywhere.
;-----------------------------------------------------------------------------------------------------------
align 16
FUNCTION externals
%assign n 0
%rep EXTERNALS
    align 16, int3
    push    strict dword n
    jmp     near external_called
%assign n n + 1
%endrep
END_FUNCTION externals

;-----------------------------------------------------------------------------------------------------------
; external_called - record what an external function was told, and lose what a C function may lose, or do not return
;
;   in:    [RSP] number of the EXTERNAL, and the return address above it; all else as the caller left it
;   out:   as lose_all; RAX, or xmm0, as the EXTERNAL says
;
; Only a script can answer: without one it is UD2.
;-----------------------------------------------------------------------------------------------------------
LOCAL_FUNCTION external_called
    xchg    rbx, [rsp]                      ; number
    push    r12
    push    r13
    push    r14
    pushfq                                  ; as lose_all wants it
    push    0x202                           ; DF, AC and TF clear
    popfq
    current_crossing r12
    mov     r12, [r12]                      ; CROSSING
    test    r12, r12
    jz      .nobody
    mov     r13, [r12 + CROSSING.shim]      ; SCRIPT
    mov     r14, [r13 + SHIM.lost]          ; STATE
    test    r14, r14
    jz      .nobody
    cmp     ebx, [r13 + SCRIPT.external_count]
    jae     .nobody

    mov     r10, [r13 + SCRIPT.reports]
    inc     qword [r13 + SCRIPT.reports]
    cmp     r10, RECORDS
    jae     .recorded
    imul    rax, r10, REPORT_size
    lea     rax, [r13 + SCRIPT.told + rax]
    lea     r11, [rbx + EXTERNAL_FIRST]
    mov     [rax + REPORT.handler], r11
    mov     [rax + REPORT.arguments], rdi
    mov     [rax + REPORT.arguments + 8], rsi
    mov     [rax + REPORT.arguments + 16], rdx
    mov     [rax + REPORT.arguments + 24], rcx
    mov     [rax + REPORT.arguments + 32], r8
    mov     [rax + REPORT.arguments + 40], r9
    lea     r11, [rsp + 5 * 8]
    mov     [rax + REPORT.rsp], r11
    mov     r11, [r11]
    mov     [rax + REPORT.return], r11
    mov     r11, [rsp]
    mov     [rax + REPORT.rflags], r11
    stmxcsr [rax + REPORT.mxcsr]
    sub     rsp, 32
    fnstenv [rsp]
    fldenv  [rsp]
    movzx   r11d, word [rsp + 8]            ; tag word
    mov     [rax + REPORT.x87_tag], r11d
    add     rsp, 32
.recorded:
    imul    rax, rbx, EXTERNAL_size
    add     rax, [r13 + SCRIPT.externals]   ; EXTERNAL
    inc     qword [rax + EXTERNAL.called]
    cmp     dword [rax + EXTERNAL.mode], EXTERNAL_ENDS
    je      .ends

%assign n 0
%rep 16                                     ; what is left: lost, kept,
    mov     r11, [r14 + REGISTERS.rax + n]
    mov     [r13 + SCRIPT.left + n], r11
%assign n n + 8
%endrep
    mov     r11d, [r13 + SCRIPT.kept]
    bt      r11d, GPR_rsi
    jnc     .rsi_lost
    mov     [r13 + SCRIPT.left + GPR_rsi * 8], rsi
.rsi_lost:
    bt      r11d, GPR_rdi
    jnc     .rdi_lost
    mov     [r13 + SCRIPT.left + GPR_rdi * 8], rdi
.rdi_lost:
    and     r10d, RECORDS - 1               ; and what comes back from this call
    lea     r10, [rax + EXTERNAL.results + r10 * 8]
    xor     ebx, ebx
    cmp     dword [rax + EXTERNAL.mode], EXTERNAL_IN_VECTOR
    cmove   rbx, r10
    je      lose_all
    mov     r11, [r10]
    mov     [r13 + SCRIPT.left + GPR_rax * 8], r11
    jmp     lose_all

.ends:
    mov     edi, ebx
    mov     esi, DEPARTURE_END
    mov     rdx, [rsp + 5 * 8]              ; who called
    jmp     leave_by_force
.nobody:
    ud2
END_FUNCTION external_called
