; The C error handlers that wrappers call when a VMX instruction fails or faults.

%include "instructions.inc"

section .text

;-----------------------------------------------------------------------------------------------------------
; report_error - tell the shim what a handler was told, and return to who called the handler
;
;   in:    RDI handler, RSI RDX RCX its arguments
;   out:   every volatile register lost, as a C function may lose them; DF and AC as they were
;
; So a trampoline that forgets a register is seen. The shim is called as the gate calls it.
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
.shim_threw:
    mov     edi, eax
    mov     esi, DEPARTURE_SHIM
    mov     rdx, [rbx + 5 * 8]              ; who called
    jmp     leave_by_force
.no_shim:
    ud2
END_FUNCTION report_error

; ERROR_HANDLER name, number[, what a narrow argument needs]      void name(RDI, RSI, RDX)
%macro ERROR_HANDLER 2-3
LOCAL_FUNCTION %1
  %if %0 == 3
    %3
  %endif
    mov     rcx, rdx
    mov     rdx, rsi
    mov     rsi, rdi
    mov     edi, %2
    jmp     report_error
END_FUNCTION %1
%endmacro

; The handlers of Linux (arch/x86/kvm/vmx): the second argument of vmread_error is a bool, of invvpid_error a u16.
ERROR_HANDLER vmread_error, INSTRUCTION_VMREAD, {movzx esi, sil}
ERROR_HANDLER vmwrite_error, INSTRUCTION_VMWRITE
ERROR_HANDLER vmclear_error, INSTRUCTION_VMCLEAR
ERROR_HANDLER vmptrld_error, INSTRUCTION_VMPTRLD
ERROR_HANDLER invept_error, INSTRUCTION_INVEPT
ERROR_HANDLER invvpid_error, INSTRUCTION_INVVPID, {movzx esi, si}
ERROR_HANDLER spurious_fault, 0
