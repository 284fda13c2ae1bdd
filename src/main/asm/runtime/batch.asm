; Calls in batches: cases are made, called and compared without leaving assembly. The first that breaks a promise ends
; them.

section .rodata
align 8
filling_values:
    dq      0, 1, -1, 0

section .text

; NEW_VALUES      a new state of the generators in xmm0 to xmm3, which is what is random; uses xmm4
;
; xorshift64 (Marsaglia, "Xorshift RNGs", 2003), eight at once: one alone would have to wait for itself.
%macro SHIFT_AND_XOR 2
  %assign %%n 0
  %rep 4
    movdqa  xmm4, xmm%[%%n]
    %1      xmm4, %2
    pxor    xmm%[%%n], xmm4
    %assign %%n %%n + 1
  %endrep
%endmacro
%macro NEW_VALUES 0
    SHIFT_AND_XOR psllq, 13
    SHIFT_AND_XOR psrlq, 7
    SHIFT_AND_XOR psllq, 17
%endmacro

; NEW_REGISTERS first      the values into eight registers of `before`, but for what is fixed; uses xmm4 and xmm5
%macro NEW_REGISTERS 1
  %assign %%n 0
  %rep 4
    movdqa  xmm4, [rbx + PROBE.before + %1 * 8 + %%n * 16]
    movdqa  xmm5, xmm%[%%n]
    pxor    xmm4, xmm5
    pand    xmm4, [rbx + PROBE.fixed + %1 * 8 + %%n * 16]
    pxor    xmm4, xmm5
    movdqa  [rbx + PROBE.before + %1 * 8 + %%n * 16], xmm4
    %assign %%n %%n + 1
  %endrep
%endmacro

;-----------------------------------------------------------------------------------------------------------
; probe_batch - make cases, call, and look at what the calls leave, until one breaks a promise
;
;   u64 probe_batch(SHIM *, DEPARTURE *, PROBE *, u64 cases)
;
;   RDI   in: who answers: a SCRIPT, when PROBE.calls is not -1      RAX   out: calls that came back and held
;   RSI   in: where to say why one did not return                    preserved: as probe
;   RDX   in: what to call, what to make, what to look at
;   RCX   in: cases, of two calls each
;
; A case is two calls: the second has the complement of the first in every bit that PROBE.same does not name. Vectors
; are clean at the first call, and all poisoned at the second. When fewer calls held than were asked for, the one that
; did not is in `before` and `after`, or in DEPARTURE.
;-----------------------------------------------------------------------------------------------------------
FUNCTION probe_batch
    OPEN_PROBE .forced
    add     r12, r12
    mov     [rbx + PROBE.asked], r12
    mov     qword [rbx + PROBE.held], 0
    mov     qword [rbx + PROBE.change], 0
    mov     r8, [rbx + PROBE.random]
    mov     r9, 0xa0761d6478bd642f
    mov     r10, 0xe7037ed1a0b428db
%assign n 0
%rep 8
    add     r8, r9                          ; as wyrand does: seeds may be small numbers
    mov     rax, r8
    mov     rdx, r8
    xor     rdx, r10
    mul     rdx
    xor     rax, rdx
    or      rax, 1                          ; 0 would stay 0
    mov     [rbx + PROBE.generators + n * 8], rax
%assign n n + 1
%endrep
    mov     dword [rbx + PROBE.x87], 0
    test    dword [rbx + PROBE.processor], PROCESSOR_X87
    jz      .next
    cmp     dword [rbx + PROBE.before + STATE.x87_control], INITIAL_X87_CONTROL
    jne     .next                           ; x87 is in use, then, at every call
    mov     dword [rbx + PROBE.x87], X87_UNTOUCHED
    mov     eax, XINUSE_X87
    xor     edx, edx
    xrstor  [rel initial_x87]

.next:
    mov     rax, [rbx + PROBE.held]
    cmp     rax, [rbx + PROBE.asked]
    jae     .finish
    test    eax, 1
    jnz     .complement

    ; A new case: new values in every bit that is not fixed.
%assign n 0
%rep 4
    movdqa  xmm%[n], [rbx + PROBE.generators + n * 16]
%assign n n + 1
%endrep
    NEW_VALUES
    NEW_REGISTERS 0
    NEW_VALUES
    NEW_REGISTERS 8
%assign n 0
%rep 4
    movdqa  [rbx + PROBE.generators + n * 16], xmm%[n]
%assign n n + 1
%endrep
    paddq   xmm0, xmm3                      ; what is in no register
    paddq   xmm1, xmm2
    movq    rax, xmm0
    and     eax, ARITHMETIC_FLAGS
    mov     [rbx + PROBE.before + REGISTERS.rflags], rax
    movq    rsi, xmm1                       ; what the vectors change by
    mov     dword [rbx + PROBE.clean], 1
    jmp     .vectors

.complement:
    pcmpeqd xmm1, xmm1
%assign n 0
%rep 8
    movdqa  xmm0, [rbx + PROBE.same + n * 16]
    pandn   xmm0, xmm1
    pxor    xmm0, [rbx + PROBE.before + n * 16]
    movdqa  [rbx + PROBE.before + n * 16], xmm0
%assign n n + 1
%endrep
    xor     dword [rbx + PROBE.before + REGISTERS.rflags], ARITHMETIC_FLAGS
    mov     dword [rbx + PROBE.clean], 0
    mov     rsi, -1

    ; In every second case one register after the other is 0, 1 and -1, which random numbers never are; and all at once.
    mov     rax, [rbx + PROBE.held]
    test    al, 2
    jz      .vectors
    shr     rax, 2
    mov     ecx, eax
    and     ecx, 15                         ; which
    shr     eax, 4
    and     eax, 3
    lea     rdx, [rel filling_values]
    mov     rdx, [rdx + rax * 8]
    cmp     ecx, GPR_rsp
    je      .fill_all
    mov     rax, [rbx + PROBE.same + rcx * 8]
    and     [rbx + PROBE.before + rcx * 8], rax
    not     rax
    and     rax, rdx
    or      [rbx + PROBE.before + rcx * 8], rax
    jmp     .vectors
.fill_all:
    movq    xmm0, rdx
    punpcklqdq xmm0, xmm0
%assign n 0
%rep 8
    movdqa  xmm1, [rbx + PROBE.same + n * 16]
    movdqa  xmm2, xmm1
    pand    xmm1, [rbx + PROBE.before + n * 16]
    pandn   xmm2, xmm0
    por     xmm1, xmm2
    movdqa  [rbx + PROBE.before + n * 16], xmm1
%assign n n + 1
%endrep
    and     edx, ARITHMETIC_FLAGS
    mov     [rbx + PROBE.before + REGISTERS.rflags], rdx

.vectors:
    mov     rdi, rbx
    mov     edx, [rbx + PROBE.vectors]
    test    edx, edx
    jz      .made
    ldmxcsr [rbx + PROBE.before + STATE.mxcsr]
    xor     rsi, [rbx + PROBE.change]
    mov     [rbx + PROBE.change], rsi
    mov     ecx, [rbx + PROBE.clean]
    call    load_changed_vectors
.made:
    mov     rax, [rsp + CROSSING.shim]
    cmp     qword [rax + SHIM.lost], 0
    je      .rewound                        ; a shim in Java counts nothing
    mov     qword [rax + SCRIPT.calls], 0
    mov     qword [rax + SCRIPT.reports], 0
    mov     qword [rax + SCRIPT.host_rip], 0
    mov     qword [rax + SCRIPT.host_rsp], 0
.rewound:
    mov     ecx, [rbx + PROBE.own_words]
    mov     rax, [rbx + PROBE.entry]
.own_word:
    sub     ecx, 1
    jb      .call
    mov     rdx, [rbx + PROBE.frame + rcx * 8]
    mov     [rax + rcx * 8], rdx
    jmp     .own_word
.call:
    call    run_probed
    mov     rbx, rdi
    mov     r15, rcx                        ; what did not come back
    mov     r14d, [rbx + PROBE.vectors]

    ; x87: XINUSE stays set once it was used, so that asking once for four cases is enough, until it was used. With
    ; vectors it is asked always.
    xor     r13d, r13d                      ; XINUSE, where it is known
    mov     dword [rbx + PROBE.after + STATE.x87_tag], EMPTY_X87_TAG
    test    r14d, r14d
    jnz     .ask
    cmp     dword [rbx + PROBE.x87], X87_UNTOUCHED
    jb      .x87_known                      ; it costs too much where XINUSE does not tell
    ja      .ask
    mov     eax, [rbx + PROBE.held]
    not     eax
    test    eax, 7
    jnz     .x87_known
.ask:
    test    dword [rbx + PROBE.processor], PROCESSOR_XINUSE
    jz      .x87_in_use
    mov     ecx, 1
    xgetbv
    mov     r13d, eax
    mov     [rbx + PROBE.after + STATE.xinuse], eax
    cmp     dword [rbx + PROBE.x87], 0
    je      .x87_in_use
    test    eax, XINUSE_X87
    jz      .x87_known
    mov     dword [rbx + PROBE.x87], X87_TOUCHED
.x87_in_use:
    call    look_at_x87
    cmp     dword [rbx + PROBE.after + STATE.x87_tag], EMPTY_X87_TAG
    je      .x87_known
    or      r15, 1
.x87_known:

    ; What must come back beside registers and flags: the caller's frame, and the control words.
    test    r14d, r14d
    jz      .frame
    lea     rdi, [rbx + PROBE.after]
    mov     edx, r14d
    call    record_two_vectors
.frame:
    mov     rcx, [rbx + PROBE.entry]
    mov     edx, [rbx + PROBE.own_words]
    test    edx, edx
    jnz     .frame_by_words
    test    dword [rbx + PROBE.processor], PROCESSOR_AVX
    jz      .frame_by_halves
    cmp     r14d, VECTORS_XMM
    je      .frame_by_halves                ; upper halves stay as they are
    vxorps  xmm0, xmm0, xmm0
%assign n 0
%rep FRAME_WORDS / 4
    vmovups ymm1, [rcx + n * 32]
    vxorps  ymm1, ymm1, [rbx + PROBE.frame + n * 32]
    vorps   ymm0, ymm0, ymm1
%assign n n + 1
%endrep
    vextractf128 xmm1, ymm0, 1
    vorps   xmm0, xmm0, xmm1
    test    r14d, r14d
    jnz     .frame_compared                 ; the other vectors are still those of the routine
    vzeroupper
    jmp     .frame_compared
.frame_by_halves:
    pxor    xmm0, xmm0
%assign n 0
%rep FRAME_WORDS / 2
    movdqu  xmm1, [rcx + n * 16]
    pxor    xmm1, [rbx + PROBE.frame + n * 16]
    por     xmm0, xmm1
%assign n n + 1
%endrep
    jmp     .frame_compared
.frame_by_words:                            ; the first are the callee's: arguments, home space
    mov     rax, [rcx + rdx * 8]
    xor     rax, [rbx + PROBE.frame + rdx * 8]
    or      r15, rax
    inc     edx
    cmp     edx, FRAME_WORDS
    jb      .frame_by_words
    pxor    xmm0, xmm0
.frame_compared:
    movq    rax, xmm0
    psrldq  xmm0, 8
    movq    rdx, xmm0
    or      r15, rax
    or      r15, rdx
    mov     ecx, [rbx + PROBE.before + STATE.mxcsr]
    xor     ecx, [rbx + PROBE.after + STATE.mxcsr]
    and     ecx, MXCSR_CONTROL
    or      r15, rcx
    movzx   ecx, word [rbx + PROBE.before + STATE.x87_control]
    xor     cx, [rbx + PROBE.after + STATE.x87_control]
    or      r15, rcx

    ; What both calls of a case must have in common, and how often the script must be asked.
    mov     rax, [rbx + PROBE.after + REGISTERS.rax]
    test    dword [rbx + PROBE.held], 1
    jz      .first
    xor     rax, [rbx + PROBE.first_result]
    and     rax, [rbx + PROBE.result]
    or      r15, rax
    jmp     .results_compared
.first:
    mov     [rbx + PROBE.first_result], rax
.results_compared:
    mov     rax, [rbx + PROBE.calls]
    cmp     rax, -1
    je      .counted
    mov     rdi, [rsp + CROSSING.shim]
    xor     rax, [rdi + SCRIPT.calls]
    or      r15, rax
.counted:

    ; Vectors: nothing dirty after a clean call, and all as it was where it must be. When the batch ends Java reads
    ; them.
    test    r14d, r14d
    jz      .compared
    test    r15, r15
    jnz     .look_at_vectors
    cmp     dword [rbx + PROBE.keep_vectors], 2
    je      .compared
    cmp     dword [rbx + PROBE.keep_vectors], 0
    jne     .look_at_vectors
    cmp     dword [rbx + PROBE.clean], 0
    je      .compared
    test    dword [rbx + PROBE.processor], PROCESSOR_XINUSE
    jz      .look_at_vectors
    test    r13d, XINUSE_UPPER
    jz      .compared                       ; the processor knows that they are 0
.look_at_vectors:
    lea     rdi, [rbx + PROBE.after]
    mov     edx, r14d
    call    record_other_vectors
    mov     eax, r14d
    call    vectors_hold
    jnz     .finish
.compared:
    test    r15, r15
    jnz     .finish
    inc     qword [rbx + PROBE.held]
    jmp     .next
.finish:
    cmp     dword [rbx + PROBE.x87], X87_UNTOUCHED
    jne     .settle
    mov     ecx, 1                          ; the last calls may not have been asked
    xgetbv
    test    eax, XINUSE_X87
    jz      .settle
    call    look_at_x87
    cmp     dword [rbx + PROBE.after + STATE.x87_tag], EMPTY_X87_TAG
    je      .settle
    mov     rax, [rbx + PROBE.held]
    cmp     rax, [rbx + PROBE.asked]
    jne     .settle
    dec     qword [rbx + PROBE.held]
    jmp     .settle
.forced:
    FORCED
.settle:
    call    settle_vectors
    mov     r12, [rbx + PROBE.held]
    CLOSE_PROBE
END_FUNCTION probe_batch
