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
    mov     edx, [r13 + SCRIPT.level]
    mov     rdi, [r13 + SHIM.lost]
    mov     ecx, 1                          ; upper halves clean, as a C function leaves them
    call    load_vectors
    mov     rcx, [r13 + SCRIPT.home_words]
    mov     rax, rdi                        ; STATE
.home_word:
    sub     rcx, 1
    jb      .home_lost
    mov     rdx, [rax + STATE.vectors + 2 * LOST_STACK + rcx * 8]
    mov     [rsp + 6 * 8 + rcx * 8], rdx
    jmp     .home_word
.home_lost:
    mov     ecx, [rax + REGISTERS.rflags]
    and     ecx, ARITHMETIC_FLAGS
    and     dword [rsp], ~ARITHMETIC_FLAGS
    or      [rsp], ecx
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
    mov     rcx, [rax + REGISTERS.rcx]
    mov     rdx, [rax + REGISTERS.rdx]
    mov     rsi, [rax + REGISTERS.rsi]
    mov     rdi, [rax + REGISTERS.rdi]
    mov     r8, [rax + REGISTERS.r8]
    mov     r9, [rax + REGISTERS.r9]
    mov     r10, [rax + REGISTERS.r10]
    mov     r11, [rax + REGISTERS.r11]
    mov     rax, [rax + REGISTERS.rax]
    ret

.shim_threw:
    mov     edi, eax
    mov     esi, DEPARTURE_SHIM
    mov     rdx, [rbx + 5 * 8]              ; who called
    jmp     leave_by_force
.no_shim:
    ud2
END_FUNCTION report_error

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
