; The probe: a call with a known value in every register, and every register looked at afterwards.

PAD                     equ 128             ; between the CROSSING and a routine that returns with RSP too high
PROBED_FLAGS            equ 0x40cd5         ; AC DF | OF SF ZF AF PF CF

section .text

;-----------------------------------------------------------------------------------------------------------
; probe - call a routine of any convention with all registers given, and store all registers
;
;   void probe(SHIM *, DEPARTURE *, void *function, REGISTERS *before, REGISTERS *after)
;
;   RDI   in: who answers                          RCX   in: registers at the call; .rsp is written: RSP there
;   RSI   in: where to say why it did not return   R8    in: registers after it; .rsp is RSP then
;   RDX   in: the routine                          RBX RBP RSP R12-R15 DF AC MXCSR x87 control   preserved
;
; All happens in assembly, before the JVM sees any of it: a Java caller does not notice a lost RBX. `before.rflags`
; holds arithmetic flags, DF or AC; the rest of it is taken from the processor. When the routine is left by force,
; `after` is not written.
;-----------------------------------------------------------------------------------------------------------
FUNCTION probe
    OPEN_CROSSING rdi, rsi, .leave
    mov     [rsp + CROSSING.function], rdx
    mov     [rsp + CROSSING.after], r8
    sub     rsp, PAD
    mov     [rcx + REGISTERS.rsp], rsp

    mov     rax, rcx
    pushfq
    mov     rcx, [rax + REGISTERS.rflags]
    and     ecx, PROBED_FLAGS
    and     qword [rsp], ~PROBED_FLAGS
    or      [rsp], rcx
    popfq
    mov     rcx, [rax + REGISTERS.rcx]
    mov     rdx, [rax + REGISTERS.rdx]
    mov     rbx, [rax + REGISTERS.rbx]
    mov     rbp, [rax + REGISTERS.rbp]
    mov     rsi, [rax + REGISTERS.rsi]
    mov     rdi, [rax + REGISTERS.rdi]
    mov     r8, [rax + REGISTERS.r8]
    mov     r9, [rax + REGISTERS.r9]
    mov     r10, [rax + REGISTERS.r10]
    mov     r11, [rax + REGISTERS.r11]
    mov     r12, [rax + REGISTERS.r12]
    mov     r13, [rax + REGISTERS.r13]
    mov     r14, [rax + REGISTERS.r14]
    mov     r15, [rax + REGISTERS.r15]
    mov     rax, [rax + REGISTERS.rax]
    call    [rsp + PAD + CROSSING.function]

    ; No register is free, and RSP may be off by less than PAD: the crossing is found through the thread.
    push    rax
    pushfq
    current_crossing rax
    mov     rax, [rax]
    mov     rax, [rax + CROSSING.after]
    mov     [rax + REGISTERS.rcx], rcx
    mov     [rax + REGISTERS.rdx], rdx
    mov     [rax + REGISTERS.rbx], rbx
    mov     [rax + REGISTERS.rbp], rbp
    mov     [rax + REGISTERS.rsi], rsi
    mov     [rax + REGISTERS.rdi], rdi
    mov     [rax + REGISTERS.r8], r8
    mov     [rax + REGISTERS.r9], r9
    mov     [rax + REGISTERS.r10], r10
    mov     [rax + REGISTERS.r11], r11
    mov     [rax + REGISTERS.r12], r12
    mov     [rax + REGISTERS.r13], r13
    mov     [rax + REGISTERS.r14], r14
    mov     [rax + REGISTERS.r15], r15
    pop     qword [rax + REGISTERS.rflags]
    pop     qword [rax + REGISTERS.rax]
    mov     [rax + REGISTERS.rsp], rsp
.leave:
    CLOSE_CROSSING
END_FUNCTION probe
