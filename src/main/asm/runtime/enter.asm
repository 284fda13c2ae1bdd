; Into a wrapper and out again: with a shim, under the guard, and with everything the JVM relies on put back.

section .text

;-----------------------------------------------------------------------------------------------------------
; enter - call a C function of an image with a shim
;
;   u64 enter(SHIM *, DEPARTURE *, void *function, u64 a0, u64 a1, u64 a2, u64 a3, u64 a4, u64 a5)
;
;   RDI   in: who answers                          RCX R8 R9 [RSP+8..]   in: the arguments
;   RSI   in: where to say why it did not return   RAX   out: what the function returned, or 0
;   RDX   in: the function                         RBX RBP RSP R12-R15 DF AC MXCSR x87 control   preserved
;   XMM0-XMM7   in: its floating-point arguments   XMM0  out: a floating-point result, or 0
;
; A crash in wrapper code, a fault of the instruction or an exception in the shim end here too, at .forced, with
; DEPARTURE.cause set; whatever the wrapper did to the registers before is undone.
;-----------------------------------------------------------------------------------------------------------
FUNCTION enter
    mov     r11, rdx                        ; function
    OPEN_CROSSING rdi, rsi, .forced, 0
    mov     rdi, rcx
    mov     rsi, r8
    mov     rdx, r9
    mov     rcx, [rbp + 16]
    mov     r8, [rbp + 24]
    mov     r9, [rbp + 32]
    call    r11
.return:
    CLOSE_CROSSING
.forced:
    fninit                                  ; x87 registers may be in use
    xor     eax, eax
    xorps   xmm0, xmm0
    jmp     .return
END_FUNCTION enter

;-----------------------------------------------------------------------------------------------------------
; leave_by_force - give up the wrapper and go on behind its `enter` or `probe`
;
;   EDI   in: number      ESI   in: cause      RDX   in: rip      does not return
;-----------------------------------------------------------------------------------------------------------
LOCAL_FUNCTION leave_by_force
    current_crossing rax
    mov     rsp, [rax]                      ; CROSSING
    mov     rax, [rsp + CROSSING.departure]
    mov     [rax + DEPARTURE.cause], esi
    mov     [rax + DEPARTURE.number], edi
    mov     [rax + DEPARTURE.rip], rdx
    mov     qword [rax + DEPARTURE.address], 0
    jmp     [rsp + CROSSING.resume]
END_FUNCTION leave_by_force
