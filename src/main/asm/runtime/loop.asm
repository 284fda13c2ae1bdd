; The measuring loop: many calls of one call site inside one downcall, timed where they are made. Layer `loop` of the
; measurements, and the reference of all of them.

%define NO_CONTRACTS
%include "frame.inc"

; One slot: calls of one call site, made and timed in one piece. dev.trampette.benchmarks.SlotTable has the same layout.
struc SLOT
    .site           resq 1                  ; the call site, a C function
    .arguments      resq 1                  ; const u64[14]: six for registers, loaded anew before every call; and the
                                            ; words above the return address, as they are before the first
    .stack          resq 1                  ; how much lower the stack begins, a multiple of 16
    .primes         resq 1                  ; calls that are not timed, at least 1
    .calls          resq 1                  ; calls that are, at least 1
    .waits          resq 1                  ; 0; or const u64 *: the next call waits for RAX and for this word
    .ticks          resq 1                  ; out: of the time-stamp counter
endstruc

section wrappers

;-----------------------------------------------------------------------------------------------------------
; measure_slots - void measure_slots(u64 count, SLOT slots[count])
;
;   RDI   in: number of slots, at least 1          RSI   in: the slots
;   RBX RBP RSP R12-R15   preserved
;
; Slots follow each other without anything between them. A slot runs through the same loop twice: the predictors and
; the caches learn the call site in the calls that are not timed, and forget the slot before, or the Java code. LFENCE
; and RDTSCP keep the calls between the two stamps.
;
; The words above the return address are the callee's: its arguments, where it has more of them than registers, and
; under ms-x64 its home space. So the call site, which each call loads, lies above them.
;
; The loop is the same for every design: six loads, an indirect call, a count. Nothing of it is subtracted from
; any row; `empty_call` is the row that shows what it costs. The arguments are found through RBP, which no call site
; of TDVMCALL saves: through a register that is pushed and popped, each call would wait for the one before. The count
; is in RBX, which some call sites do push and pop: one forwarded load in each call, less than any call takes.
; Where a slot waits, RBP is made to depend on what the call has returned and stored.
;-----------------------------------------------------------------------------------------------------------
FUNCTION measure_slots
    push    rbx
    push    rbp
    push    r12
    push    r13
    push    r14
    mov     r12, rdi                        ; slots left
    mov     r13, rsi                        ; slot
.slot:
    mov     rbp, [r13 + SLOT.arguments]
    sub     rsp, [r13 + SLOT.stack]
    sub     rsp, 8
    push    qword [r13 + SLOT.site]
  %assign word 8
  %rep 8
    %assign word word - 1
    push    qword [rbp + 48 + word * 8]
  %endrep                                   ; RSP is aligned to 16
    xor     r14d, r14d                      ; 0: not timed, 1: timed
    mov     rbx, [r13 + SLOT.primes]        ; calls left
.begin:
    rdtscp
    lfence
    shl     rdx, 32
    or      rax, rdx
    mov     [r13 + SLOT.ticks], rax         ; when it began
    cmp     qword [r13 + SLOT.waits], 0
    jne     .next_waits
    lfence
    align 64
.next:
    mov     rdi, [rbp]
    mov     rsi, [rbp + 8]
    mov     rdx, [rbp + 16]
    mov     rcx, [rbp + 24]
    mov     r8, [rbp + 32]
    mov     r9, [rbp + 40]
    call    [rsp + 64]
    dec     rbx
    jnz     .next
.stamp:
    rdtscp
    lfence
    shl     rdx, 32
    or      rax, rdx
    sub     rax, [r13 + SLOT.ticks]
    mov     [r13 + SLOT.ticks], rax
    mov     rbx, [r13 + SLOT.calls]
    xor     r14d, 1
    jnz     .begin

    add     rsp, 16 + 64
    add     rsp, [r13 + SLOT.stack]
    add     r13, SLOT_size
    dec     r12
    jnz     .slot
    pop     r14
    pop     r13
    pop     r12
    pop     rbp
    pop     rbx
    ret

    align 64
.next_waits:
    mov     rdi, [rbp]
    mov     rsi, [rbp + 8]
    mov     rdx, [rbp + 16]
    mov     rcx, [rbp + 24]
    mov     r8, [rbp + 32]
    mov     r9, [rbp + 40]
    call    [rsp + 64]
    mov     rcx, [r13 + SLOT.waits]
    or      rax, [rcx]
    and     eax, 0                          ; 0, and not before both are there: AND is no zeroing idiom
    add     rbp, rax
    dec     rbx
    jnz     .next_waits
    jmp     .stamp
END_FUNCTION measure_slots

; u64 time_stamp(void): the time-stamp counter, when all before is done.
FUNCTION time_stamp
    rdtscp
    shl     rdx, 32
    or      rax, rdx
    ret
END_FUNCTION time_stamp

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

;-----------------------------------------------------------------------------------------------------------
; call_until_done - u64 call_until_done(u64 gpa, u64 size, u64 failing_gpa[1], void *map_gpa)
;
; What a kernel has around MapGPA: on TDVMCALL_STATUS_RETRY it goes on where the VMM says. Nothing is kept in a
; callee-saved register, so that the call site alone decides which are saved.
;-----------------------------------------------------------------------------------------------------------
FUNCTION call_until_done
    push    rcx                             ; map_gpa
    push    rdx                             ; failing_gpa
    push    rsi                             ; size
.again:
    call    [rsp + 16]
    cmp     rax, 1                          ; TDVMCALL_STATUS_RETRY
    jne     .done
    mov     rdx, [rsp + 8]
    mov     rsi, [rsp]
    mov     rdi, [rdx]
    jmp     .again
.done:
    add     rsp, 24
    ret
END_FUNCTION call_until_done

; trampoline_cpuid for those who call it in another way: the same instructions behind a few moves.

extern trampoline_cpuid

; u64 cpuid_by_pointer(struct { u32 leaf, subleaf; u64 out[4]; } *)
FUNCTION cpuid_by_pointer
    lea     rdx, [rdi + 8]
    mov     esi, [rdi + 4]
    mov     edi, [rdi]
    jmp     trampoline_cpuid
END_FUNCTION cpuid_by_pointer

; struct { u64 status, out[4]; } cpuid_by_value(u32 leaf, u32 subleaf): the result is in memory, RDI points to it
FUNCTION cpuid_by_value
    push    rdi
    mov     eax, edx
    lea     rdx, [rdi + 8]
    mov     edi, esi
    mov     esi, eax
    call    trampoline_cpuid
    pop     rdi
    mov     [rdi], rax
    mov     rax, rdi
    ret
END_FUNCTION cpuid_by_value

; jlong Peers.cpuid(jint leaf, jint subleaf, jlong out): JNI has its environment and the class before the arguments.
FUNCTION Java_dev_trampette_benchmarks_Peers_cpuid
    mov     edi, edx
    mov     esi, ecx
    mov     rdx, r8
    jmp     trampoline_cpuid
END_FUNCTION Java_dev_trampette_benchmarks_Peers_cpuid

; The parts of a row, each alone: the evidence of a report.

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
