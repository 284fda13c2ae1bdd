; The C error handlers that wrappers call when a VMX instruction fails or faults.

%include "instructions.inc"

LOST_STACK              equ 256             ; bytes below its return address that a C function overwrites

section .text

;-----------------------------------------------------------------------------------------------------------
; report_error - tell the shim what a handler was told, and return to who called the handler
;
;   in:    RDI handler, RSI RDX RCX its arguments
;   out:   all lost that a C function may lose; DF and AC as they were
;
; A script says what is left behind: in volatile registers, vectors, masks and arithmetic flags, on the stack below, and
; in the home space where the convention has one. Other shims leave constants, and what their own code leaves. So a
; trampoline that forgets a register is seen. The shim is called as the gate calls it.
;-----------------------------------------------------------------------------------------------------------
LOCAL_FUNCTION report_error
    push    rbx
    push    r12
    push    r13
    push    r14
    pushfq                                  ; DF and AC clear for the shim, as the wrapper left them after it
    mov     r9, [rsp]                       ; RFLAGS
    xor     dword [rsp], ARITHMETIC_FLAGS   ; and the arithmetic flags lost
    mov     rbx, rsp
    lea     r8, [rsp + 5 * 8]               ; RSP at the entry: the return address
    push    0x202
    popfq
    current_crossing r12
    mov     r12, [r12]                      ; CROSSING
    test    r12, r12
    jz      .no_shim
    CALL_SHIM error
    test    rax, rax
    jnz     .shim_threw
    mov     r13, [r12 + CROSSING.shim]
    cmp     qword [r13 + SHIM.lost], 0
    jne     .by_script
    popfq
    pop     r14
    pop     r13
    pop     r12
    pop     rbx
    mov     rax, 0xdead0000dead0000
    mov     rcx, 0xdead0001dead0001
    mov     rdx, 0xdead0002dead0002
    mov     rsi, 0xdead0006dead0006
    mov     rdi, 0xdead0007dead0007
    mov     r8, 0xdead0008dead0008
    mov     r9, 0xdead0009dead0009
    mov     r10, 0xdead000adead000a
    mov     r11, 0xdead000bdead000b
    ret

.by_script:
    mov     r14, [r13 + SHIM.lost]          ; STATE
%assign n 0
%rep 16
    mov     rax, [r14 + REGISTERS.rax + n]
    mov     [r13 + SCRIPT.left + n], rax
%assign n n + 8
%endrep
    xor     ebx, ebx                        ; nothing comes back in xmm0
    jmp     lose_all

.shim_threw:
    mov     edi, eax
    mov     esi, DEPARTURE_SHIM
    mov     rdx, [rbx + 5 * 8]              ; who called
    jmp     leave_by_force
.no_shim:
    ud2
END_FUNCTION report_error

;-----------------------------------------------------------------------------------------------------------
; lose_all - return from a C function, with a value of the script's in all that it may lose
;
;   in:    [RSP] RFLAGS R14 R13 R12 RBX, and the return address above them; DF and AC clear
;   in:    R13 SCRIPT, R14 STATE: what is left; SCRIPT.left instead of its registers
;   in:    RBX 0, or where the 64 bits are that come back in xmm0
;   out:   SCRIPT.left in RAX RCX RDX RSI RDI R8-R11; upper halves of vectors clean; DF, AC and TF as in [RSP]
;
; The low 128 bits of the vectors that SCRIPT.kept names are as they were.
;-----------------------------------------------------------------------------------------------------------
LOCAL_FUNCTION lose_all
    sub     rsp, 16 * 16
%assign n 0
%rep 16
    movdqu  [rsp + n * 16], xmm%[n]
%assign n n + 1
%endrep
    mov     edx, [r13 + SCRIPT.level]
    mov     rdi, r14
    mov     ecx, 1                          ; upper halves clean, as a C function leaves them
    call    load_vectors
    mov     ecx, [r13 + SCRIPT.kept]
%assign n 0
%rep 16
    bt      ecx, 16 + n
    jnc     .lost_%[n]
    movdqu  xmm%[n], [rsp + n * 16]
.lost_%[n]:
%assign n n + 1
%endrep
    add     rsp, 16 * 16
    test    rbx, rbx
    jz      .no_vector
    movlps  xmm0, [rbx]
.no_vector:
    mov     rcx, [r13 + SCRIPT.home_words]
.home_word:
    sub     rcx, 1
    jb      .home_lost
    mov     rdx, [r14 + STATE.vectors + 2 * LOST_STACK + rcx * 8]
    mov     [rsp + 6 * 8 + rcx * 8], rdx
    jmp     .home_word
.home_lost:
    mov     ecx, [r14 + REGISTERS.rflags]
    and     ecx, ARITHMETIC_FLAGS
    and     dword [rsp], ~ARITHMETIC_FLAGS
    or      [rsp], ecx
    mov     rax, r14
    lea     rdx, [r13 + SCRIPT.left]
    popfq
    pop     r14
    pop     r13
    pop     r12
    pop     rbx
%assign n 0
%rep LOST_STACK / 8
    mov     rcx, [rax + STATE.vectors + n]
    mov     [rsp - LOST_STACK + n], rcx
%assign n n + 8
%endrep
    mov     rax, [rdx + GPR_rax * 8]
    mov     rcx, [rdx + GPR_rcx * 8]
    mov     rsi, [rdx + GPR_rsi * 8]
    mov     rdi, [rdx + GPR_rdi * 8]
    mov     r8, [rdx + GPR_r8 * 8]
    mov     r9, [rdx + GPR_r9 * 8]
    mov     r10, [rdx + GPR_r10 * 8]
    mov     r11, [rdx + GPR_r11 * 8]
    mov     rdx, [rdx + GPR_rdx * 8]
    ret
END_FUNCTION lose_all

; ERROR_HANDLER name, number      void name(RDI, RSI, RDX)
%macro ERROR_HANDLER 2
FUNCTION %1
    mov     rcx, rdx
    mov     rdx, rsi
    mov     rsi, rdi
    mov     edi, %2
    jmp     report_error
END_FUNCTION %1
%endmacro

; The handlers of Linux (arch/x86/kvm/vmx): the second argument of vmread_error is a bool, of invvpid_error a u16. What
; is above them is passed on: a check looks at it, and others cut it off.
ERROR_HANDLER vmread_error, INSTRUCTION_VMREAD
ERROR_HANDLER vmwrite_error, INSTRUCTION_VMWRITE
ERROR_HANDLER vmclear_error, INSTRUCTION_VMCLEAR
ERROR_HANDLER vmptrld_error, INSTRUCTION_VMPTRLD
ERROR_HANDLER invept_error, INSTRUCTION_INVEPT
ERROR_HANDLER invvpid_error, INSTRUCTION_INVVPID
ERROR_HANDLER spurious_fault, 0
