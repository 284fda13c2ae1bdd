; The gate: from the place of an instruction to the shim and back, losing no register.

section .text

;-----------------------------------------------------------------------------------------------------------
; gate - execute the instruction at the return address through the thread's shim
;
;   in:    every register as at the instruction; [RSP] = the address of the descriptor NOP behind the call
;   out:   every GPR but RSP, and RFLAGS, as the shim left them in REGISTERS; a shim leaves DF, AC and the rest alone
;   fault: the exception table decides, as in a kernel; without an entry the wrapper is left by force
;
; The shim is called with DF and AC clear and the stack aligned to 16: the wrapper's stack, or the thread's own when
; the wrapper has one from the probe, for Java knows no other. The red zone is left to the shim; the word of it that the
; CALL takes holds the return address again when the wrapper goes on. Vector registers are the shim's to lose: it is a C
; function. A wrapper reached without `enter` has no shim: UD2, for there is nobody to report to.
;-----------------------------------------------------------------------------------------------------------
LOCAL_FUNCTION gate
    lea     rsp, [rsp - RED_ZONE + 8 - REGISTERS_size]  ; touches no flag
    mov     [rsp + REGISTERS.rax], rax
    pushfq
    pop     qword [rsp + REGISTERS.rflags]
    push    0x202                           ; DF and AC clear: the shim is Java, and the NOP is not aligned; and TF: no
    popfq                                   ; more steps than must be
    mov     [rsp + REGISTERS.rcx], rcx
    mov     [rsp + REGISTERS.rdx], rdx
    mov     [rsp + REGISTERS.rbx], rbx
    mov     [rsp + REGISTERS.rbp], rbp
    mov     [rsp + REGISTERS.rsi], rsi
    mov     [rsp + REGISTERS.rdi], rdi
    mov     [rsp + REGISTERS.r8], r8
    mov     [rsp + REGISTERS.r9], r9
    mov     [rsp + REGISTERS.r10], r10
    mov     [rsp + REGISTERS.r11], r11
    mov     [rsp + REGISTERS.r12], r12
    mov     [rsp + REGISTERS.r13], r13
    mov     [rsp + REGISTERS.r14], r14
    mov     [rsp + REGISTERS.r15], r15
    lea     rax, [rsp + REGISTERS_size + RED_ZONE]
    mov     [rsp + REGISTERS.rsp], rax      ; RSP at the instruction

    mov     rax, [rsp + REGISTERS_size + RED_ZONE - 8]  ; return address
    mov     [rsp + REGISTERS.next], rax
    mov     ecx, [rax + 3]                  ; the displacement of the NOP
    mov     [rsp + REGISTERS.instruction], ecx
    xor     edx, edx
    test    ecx, OPERAND_IN_MEMORY
    jz      .no_address
    shr     ecx, 8
    and     ecx, 0xf
    mov     rdx, [rsp + REGISTERS.rax + rcx * 8]        ; the base
.no_address:
    mov     [rsp + REGISTERS.operand], rdx
    sub     rax, 5                          ; length of the call
    mov     [rsp + REGISTERS.rip], rax
    mov     dword [rsp + REGISTERS.exception], 0
    mov     rbx, rsp                        ; REGISTERS
    current_crossing r12
    mov     r12, [r12]                      ; CROSSING
    test    r12, r12
    jz      .no_shim
    mov     rdi, rbx
    CALL_SHIM execute
    test    rax, rax
    jnz     shim_threw
    cmp     dword [rbx + REGISTERS.exception], 0
    jne     .faulted

.resume:
    mov     rax, [rbx + REGISTERS.next]
    mov     [rbx + REGISTERS_size + RED_ZONE - 8], rax  ; an interrupt may have been there
    push    qword [rbx + REGISTERS.rflags]
    mov     rax, [rsp + 8 + REGISTERS.rax]
    mov     rcx, [rsp + 8 + REGISTERS.rcx]
    mov     rdx, [rsp + 8 + REGISTERS.rdx]
    mov     rbx, [rsp + 8 + REGISTERS.rbx]
    mov     rbp, [rsp + 8 + REGISTERS.rbp]
    mov     rsi, [rsp + 8 + REGISTERS.rsi]
    mov     rdi, [rsp + 8 + REGISTERS.rdi]
    mov     r8, [rsp + 8 + REGISTERS.r8]
    mov     r9, [rsp + 8 + REGISTERS.r9]
    mov     r10, [rsp + 8 + REGISTERS.r10]
    mov     r11, [rsp + 8 + REGISTERS.r11]
    mov     r12, [rsp + 8 + REGISTERS.r12]
    mov     r13, [rsp + 8 + REGISTERS.r13]
    mov     r14, [rsp + 8 + REGISTERS.r14]
    mov     r15, [rsp + 8 + REGISTERS.r15]
    popfq                                   ; DF, AC and TF come back with it
    lea     rsp, [rsp + REGISTERS_size + RED_ZONE - 8]
    ret

.faulted:                                   ; look the instruction up: entries of insn, fixup, register
    mov     rdx, [rbx + REGISTERS.rip]
    lea     rsi, [rel __start_extable]
    lea     rdi, [rel __stop_extable]
.entry:
    cmp     rsi, rdi
    jae     no_fix_up
    movsxd  rax, dword [rsi]
    add     rax, rsi
    cmp     rax, rdx
    je      .fix_up
    add     rsi, 12
    jmp     .entry
.fix_up:
    movsxd  rax, dword [rsi + 4]
    lea     rdx, [rsi + rax + 4]
    movsxd  rax, dword [rsi + 8]
    call    take_fix_up
    jmp     .resume
.no_shim:
    ud2
END_FUNCTION gate

;-----------------------------------------------------------------------------------------------------------
; take_fix_up - let a wrapper go on where its exception table says
;
;   RBX   in: REGISTERS *      RDX   in: where      RAX   in: as FIX_UP.register; lost      RCX   lost
;-----------------------------------------------------------------------------------------------------------
LOCAL_FUNCTION take_fix_up
    mov     [rbx + REGISTERS.next], rdx
    test    rax, rax
    js      .done
    mov     ecx, 1                          ; what the one register gets
    btr     eax, 8                          ; EXTABLE_VECTOR
    jnc     .one_register
    mov     ecx, [rbx + REGISTERS.exception]
    dec     ecx                             ; the vector
.one_register:
    mov     [rbx + rax * 8], rcx
.done:
    ret
END_FUNCTION take_fix_up

;-----------------------------------------------------------------------------------------------------------
; no_fix_up, shim_threw - the wrapper cannot go on: its instruction faulted, or the shim does not answer
;
;   RBX   in: REGISTERS *      RAX   in: what the shim returned      do not return
;-----------------------------------------------------------------------------------------------------------
LOCAL_FUNCTION no_fix_up
    mov     edi, [rbx + REGISTERS.exception]
    dec     edi                             ; vector
    mov     esi, DEPARTURE_EXCEPTION
    jmp     shim_threw.leave
END_FUNCTION no_fix_up

LOCAL_FUNCTION shim_threw
    mov     edi, eax
    mov     esi, DEPARTURE_SHIM
.leave:
    mov     rdx, [rbx + REGISTERS.rip]
    jmp     leave_by_force                  ; number, cause, rip
END_FUNCTION shim_threw
