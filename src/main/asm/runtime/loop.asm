; The measuring loop: many calls of one call site inside one downcall, so that the price of the downcall is shared
; by all of them. Layer `loop` of the measurements.

%define NO_CONTRACTS
%include "frame.inc"

section wrappers

;-----------------------------------------------------------------------------------------------------------
; measure_loop - u64 measure_loop(u64 calls, void *call_site, const u64 arguments[7])
;
;   RDI   in: number of calls, at least 1          RAX   out: what the last call returned
;   RSI   in: the call site, a C function          RDX   in: its arguments, loaded anew before every call; the
;                                                            seventh: how much lower the stack begins
;   RBX RBP RSP R12-R15   preserved
;
; The loop is the same for every design: six loads, an indirect call, a count. Nothing of it is subtracted from
; any row; `empty_call` is the row that shows what it costs. The arguments are found through RBP, which no call site
; of TDVMCALL saves: through a register that is pushed and popped, each call would wait for the one before. The count
; is in RBX, which some call sites do push and pop: one forwarded load in each call, less than any call takes. What a
; call site does on the stack can be 1.5 times slower at another offset from the arguments in memory, so the stack is
; moved about like the code.
;-----------------------------------------------------------------------------------------------------------
FUNCTION measure_loop
    push    rbx
    push    rbp
    mov     rbx, rdi                        ; calls left
    mov     rbp, rdx                        ; arguments
    sub     rsp, [rbp + 48]
    push    rsi                             ; call site
    align 64
.next:
    mov     rdi, [rbp]
    mov     rsi, [rbp + 8]
    mov     rdx, [rbp + 16]
    mov     rcx, [rbp + 24]
    mov     r8, [rbp + 32]
    mov     r9, [rbp + 40]
    call    [rsp]
    dec     rbx
    jnz     .next
    pop     rdx
    add     rsp, [rbp + 48]
    pop     rbp
    pop     rbx
    ret
END_FUNCTION measure_loop

; u64 empty_call(u64, u64, u64, u64, u64): the callee that does nothing.
FUNCTION empty_call
    xor     eax, eax
    ret
END_FUNCTION empty_call

; u64 empty_call_out(u64, u64, u64 out[4]): the callee that does nothing but store four results.
FUNCTION empty_call_out
    mov     [rdx], rdi
    mov     [rdx + 8], rsi
    mov     [rdx + 16], rdi
    mov     [rdx + 24], rsi
    xor     eax, eax
    ret
END_FUNCTION empty_call_out

; The parts of a row, each alone: see EvidenceBenchmark.

; One call and return more than empty_call.
FUNCTION nested_call
    call    empty_call
    ret
END_FUNCTION nested_call

; REP STOSQ over the twelve members of struct tdx_hypercall_args, as a designated initialiser has it.
FUNCTION zero_by_rep_stosq
    sub     rsp, 104
    xor     eax, eax
    mov     ecx, 12
    mov     rdi, rsp
    rep stosq
    add     rsp, 104
    ret
END_FUNCTION zero_by_rep_stosq

; The same by twelve moves, which another compiler may choose.
FUNCTION zero_by_moves
    sub     rsp, 104
    xor     eax, eax
  %assign member 0
  %rep 12
    mov     [rsp + member * 8], rax
    %assign member member + 1
  %endrep
    add     rsp, 104
    ret
END_FUNCTION zero_by_moves

; memory_struct_cpuid with the moves: the whole row, had the compiler chosen them.
extern tdx_hypercall_ret
FUNCTION memory_struct_cpuid_by_moves
    push    rbx
    xor     eax, eax
    mov     r8d, edi                        ; leaf
    mov     rbx, rdx                        ; out
    sub     rsp, 96
  %assign member 0
  %rep 12
    mov     [rsp + member * 8], rax
    %assign member member + 1
  %endrep
    mov     eax, r8d
    mov     rdi, rsp
    mov     qword [rsp + 24], 0xa           ; .r11 = CPUID
    mov     [rsp + 32], rax                 ; .r12
    mov     eax, esi                        ; subleaf
    mov     [rsp + 40], rax                 ; .r13
    call    tdx_hypercall_ret
    test    rax, rax
    jne     .out
    mov     rdx, [rsp + 32]
    mov     [rbx], rdx
    mov     rdx, [rsp + 40]
    mov     [rbx + 8], rdx
    mov     rdx, [rsp + 48]
    mov     [rbx + 16], rdx
    mov     rdx, [rsp + 56]
    mov     [rbx + 24], rdx
.out:
    add     rsp, 96
    pop     rbx
    ret
END_FUNCTION memory_struct_cpuid_by_moves
