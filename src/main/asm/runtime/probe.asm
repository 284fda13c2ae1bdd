; The probe: a call with a known value in all that a routine can find, and a look at all that it leaves. A routine of
; any convention, anywhere, on a stack of its own.

PROBED_FLAGS            equ 0x240cd5        ; ID AC DF | OF SF ZF AF PF CF
MXCSR_CONTROL           equ 0xffc0          ; what a function preserves (psABI 3.2.1); the rest is sticky status
TRAP_FLAG               equ 0x100
SIG_UNBLOCK             equ 1
SIG_SETMASK             equ 2

section .rodata
align 8
guarded_signals:            ; ILL TRAP ABRT BUS FPE SEGV URG: bit n - 1 for signal n
    dq 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 10 | 1 << 22

section .text

;-----------------------------------------------------------------------------------------------------------
; Vectors. RDI = STATE *, EDX = VECTORS_*; ECX = 1: bits 128 and above of the first 16 are 0.
;-----------------------------------------------------------------------------------------------------------

; FOR_EACH instruction, prefix of the register, first, last, offset, size, direction (1 = load)
%macro FOR_EACH 7
  %assign %%n %3
  %rep %4 - %3 + 1
    %assign %%offset %5 + %%n * %6
    %if %7
    %1      %2%[%%n], [rdi + %%offset]
    %else
    %1      [rdi + %%offset], %2%[%%n]
    %endif
    %assign %%n %%n + 1
  %endrep
%endmacro

LOCAL_FUNCTION load_vectors
    ldmxcsr [rdi + STATE.mxcsr]
    cmp     edx, VECTORS_YMM
    jb      .xmm
    ja      .zmm
    vzeroupper
    test    ecx, ecx
    jnz     .xmm
    FOR_EACH vmovdqa, ymm, 0, 15, STATE.vectors, 64, 1
    ret
.zmm:
    FOR_EACH kmovq, k, 0, 7, STATE.masks, 8, 1
    FOR_EACH vmovdqa64, zmm, 16, 31, STATE.vectors, 64, 1
    vzeroupper
    test    ecx, ecx
    jnz     .xmm
    FOR_EACH vmovdqa64, zmm, 0, 15, STATE.vectors, 64, 1
    ret
.xmm:
    FOR_EACH movdqa, xmm, 0, 15, STATE.vectors, 64, 1
    ret
END_FUNCTION load_vectors

; Changes no vector.
LOCAL_FUNCTION record_vectors
    cmp     edx, VECTORS_YMM
    jb      .xmm
    ja      .zmm
    FOR_EACH vmovdqa, ymm, 0, 15, STATE.vectors, 64, 0
    ret
.zmm:
    FOR_EACH vmovdqa64, zmm, 0, 31, STATE.vectors, 64, 0
    FOR_EACH kmovq, k, 0, 7, STATE.masks, 8, 0
    ret
.xmm:
    FOR_EACH movdqa, xmm, 0, 15, STATE.vectors, 64, 0
    ret
END_FUNCTION record_vectors

;-----------------------------------------------------------------------------------------------------------
; run_probed - one call: load `before`, call, fill `after`
;
;   RDI   in: PROBE *        out: every register but RSP lost; DF, AC, MXCSR and x87 as the routine left them,
;                            but for the x87 registers, which are empty when vectors are looked at
;
; When the routine comes back no register is free and RSP may be anywhere: two words below it are written, and the
; rest is found through the thread. An RSP that cannot be written is a crash.
;-----------------------------------------------------------------------------------------------------------
LOCAL_FUNCTION run_probed
    mov     [rdi + PROBE.rsp], rsp
    mov     edx, [rdi + PROBE.vectors]
    test    edx, edx
    jz      .vectors_loaded
    mov     ecx, [rdi + PROBE.clean]
    fldcw   [rdi + PROBE.before + STATE.x87_control]
    call    load_vectors
.vectors_loaded:
    mov     rax, [rdi + PROBE.entry]
    mov     [rdi + PROBE.before + REGISTERS.rsp], rax
    mov     rcx, [rdi + PROBE.function]
    mov     [rax + FRAME_WORDS * 8], rcx    ; the CALL finds it there: it has no register to take it from
    pushfq
    mov     rcx, [rdi + PROBE.before + REGISTERS.rflags]
    and     ecx, PROBED_FLAGS
    and     dword [rsp], ~PROBED_FLAGS
    or      [rsp], rcx
    mov     rcx, [rdi + PROBE.steps]
    test    rcx, rcx
    jz      .not_stepped
    mov     [rdi + PROBE.steps_left], rcx
    or      dword [rsp], TRAP_FLAG
.not_stepped:
    current_crossing rax
    mov     rax, [rax]
    inc     qword [rdi + PROBE.sequence]
    mov     dword [rax + CROSSING.watch], 1
    popfq
    mov     rsp, [rdi + PROBE.entry]
    mov     rax, [rdi + PROBE.before + REGISTERS.rax]
    mov     rcx, [rdi + PROBE.before + REGISTERS.rcx]
    mov     rdx, [rdi + PROBE.before + REGISTERS.rdx]
    mov     rbx, [rdi + PROBE.before + REGISTERS.rbx]
    mov     rbp, [rdi + PROBE.before + REGISTERS.rbp]
    mov     rsi, [rdi + PROBE.before + REGISTERS.rsi]
    mov     r8, [rdi + PROBE.before + REGISTERS.r8]
    mov     r9, [rdi + PROBE.before + REGISTERS.r9]
    mov     r10, [rdi + PROBE.before + REGISTERS.r10]
    mov     r11, [rdi + PROBE.before + REGISTERS.r11]
    mov     r12, [rdi + PROBE.before + REGISTERS.r12]
    mov     r13, [rdi + PROBE.before + REGISTERS.r13]
    mov     r14, [rdi + PROBE.before + REGISTERS.r14]
    mov     r15, [rdi + PROBE.before + REGISTERS.r15]
    mov     rdi, [rdi + PROBE.before + REGISTERS.rdi]
global probe_calls                          ; a signal here says that the address is none
probe_calls:
    call    [rsp + FRAME_WORDS * 8]
global probe_returned                       ; between these two a signal says that RSP is lost
probe_returned:
    push    rax
    pushfq
    current_crossing rax
    mov     rax, [rax]
    mov     rax, [rax + CROSSING.probe]
    mov     [rax + PROBE.after + REGISTERS.rcx], rcx
    mov     [rax + PROBE.after + REGISTERS.rdx], rdx
    mov     [rax + PROBE.after + REGISTERS.rbx], rbx
    mov     [rax + PROBE.after + REGISTERS.rbp], rbp
    mov     [rax + PROBE.after + REGISTERS.rsi], rsi
    mov     [rax + PROBE.after + REGISTERS.rdi], rdi
    mov     [rax + PROBE.after + REGISTERS.r8], r8
    mov     [rax + PROBE.after + REGISTERS.r9], r9
    mov     [rax + PROBE.after + REGISTERS.r10], r10
    mov     [rax + PROBE.after + REGISTERS.r11], r11
    mov     [rax + PROBE.after + REGISTERS.r12], r12
    mov     [rax + PROBE.after + REGISTERS.r13], r13
    mov     [rax + PROBE.after + REGISTERS.r14], r14
    mov     [rax + PROBE.after + REGISTERS.r15], r15
    pop     qword [rax + PROBE.after + REGISTERS.rflags]
    pop     qword [rax + PROBE.after + REGISTERS.rax]
    mov     [rax + PROBE.after + REGISTERS.rsp], rsp
global probe_captured
probe_captured:
    mov     rsp, [rax + PROBE.rsp]
    mov     rdi, rax
    cmp     qword [rdi + PROBE.steps], 0
    je      .no_longer_stepped
    push    0x202
    popfq
.no_longer_stepped:
    current_crossing rax
    mov     rax, [rax]
    mov     dword [rax + CROSSING.watch], 0
    inc     qword [rdi + PROBE.sequence]

    stmxcsr [rdi + PROBE.after + STATE.mxcsr]
    mov     dword [rdi + PROBE.after + STATE.x87_control], 0
    fnstcw  [rdi + PROBE.after + STATE.x87_control]
    cmp     dword [rdi + PROBE.vectors], VECTORS_NONE
    je      .done
    cmp     dword [rdi + PROBE.xgetbv], 0
    je      .in_use_known
    mov     ecx, 1
    xgetbv
    mov     [rdi + PROBE.after + STATE.xinuse], eax
.in_use_known:
    add     rdi, PROBE.after
    mov     edx, [rdi - PROBE.after + PROBE.vectors]
    call    record_vectors
    cmp     edx, VECTORS_YMM
    jb      .recorded
    vzeroupper
.recorded:
    sub     rsp, 40
    fnstenv [rsp + 8]
    movzx   eax, word [rsp + 8 + 8]         ; tag word
    mov     [rdi + STATE.x87_tag], eax
    fninit
    add     rsp, 40
.done:
    ret
END_FUNCTION run_probed

; OPEN_PROBE label      a crossing with the PROBE in RDX, and signals on a stack of its own; the signal mask is kept
;
; RBX = PROBE *, R12 = RCX
%macro OPEN_PROBE 1
    OPEN_CROSSING rdi, rsi, %1, rdx
    mov     rbx, rdx
    mov     r12, rcx
    cmp     dword [rbx + PROBE.vectors], VECTORS_NONE
    jne     %%given
    stmxcsr [rbx + PROBE.before + STATE.mxcsr]
    mov     dword [rbx + PROBE.before + STATE.x87_control], 0
    fnstcw  [rbx + PROBE.before + STATE.x87_control]
%%given:
    mov     eax, SYS_gettid
    syscall
    mov     [rbx + PROBE.thread], eax
    lea     rdi, [rbx + PROBE.signal_stack]
    lea     rsi, [rbx + PROBE.signal_stack_before]
    mov     eax, SYS_sigaltstack
    syscall
    mov     edi, SIG_UNBLOCK
    lea     rsi, [rel guarded_signals]
    lea     rdx, [rbx + PROBE.signal_mask]
    mov     r10d, 8                         ; size of the kernel's sigset_t
    mov     eax, SYS_rt_sigprocmask
    syscall
%endmacro

; CLOSE_PROBE      the end of both; RSP = CROSSING; keeps R12 and returns it
%macro CLOSE_PROBE 0
    push    0x202                           ; DF, AC and TF clear
    popfq
    mov     rbx, [rsp + CROSSING.probe]
    mov     dword [rsp + CROSSING.watch], 0
    fninit
    cmp     dword [rbx + PROBE.vectors], VECTORS_YMM
    jb      %%no_upper_halves
    vzeroupper
%%no_upper_halves:
    lea     rdi, [rbx + PROBE.signal_stack_before]
    xor     esi, esi
    mov     eax, SYS_sigaltstack
    syscall
    mov     edi, SIG_SETMASK
    lea     rsi, [rbx + PROBE.signal_mask]
    xor     edx, edx
    mov     r10d, 8
    mov     eax, SYS_rt_sigprocmask
    syscall
    mov     rax, r12
    CLOSE_CROSSING
%endmacro

; FORCED      what to do when a routine was given up: the sequence is odd then
%macro FORCED 0
    mov     rbx, [rsp + CROSSING.probe]
    inc     qword [rbx + PROBE.sequence]
    and     qword [rbx + PROBE.sequence], ~1
%endmacro

;-----------------------------------------------------------------------------------------------------------
; probe - call a routine of any convention with all that it can find given, and store all that it leaves
;
;   u64 probe(SHIM *, DEPARTURE *, PROBE *)
;
;   RDI   in: who answers                          RAX   out: 1, or 0 when the routine was left by force
;   RSI   in: where to say why it did not return   RBX RBP RSP R12-R15 DF AC MXCSR x87 control   preserved
;   RDX   in: the call
;
; All happens in assembly, before the JVM sees any of it: a Java caller does not notice a lost RBX. When the routine is
; left by force, `after` is not written.
;-----------------------------------------------------------------------------------------------------------
FUNCTION probe
    OPEN_PROBE .forced
    mov     rdi, rbx
    call    run_probed
    mov     r12d, 1
.close:
    CLOSE_PROBE
.forced:
    FORCED
    xor     r12d, r12d
    jmp     .close
END_FUNCTION probe

; NEW_VALUE      RAX = the next random value; R8 = state, R9 and R10 its constants; uses RDX
%macro NEW_VALUE 0
    add     r8, r9
    mov     rax, r8
    mov     rdx, r8
    xor     rdx, r10
    mul     rdx
    xor     rax, rdx
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

.next:
    mov     rax, [rbx + PROBE.held]
    cmp     rax, [rbx + PROBE.asked]
    jae     .finish
    test    eax, 1
    jnz     .complement

    ; A new case: new values in every bit that is not fixed.
    mov     r8, [rbx + PROBE.random]
    mov     r9, 0xa0761d6478bd642f
    mov     r10, 0xe7037ed1a0b428db
%assign n 0
%rep 16
    NEW_VALUE
    mov     rdx, [rbx + PROBE.before + n * 8]
    xor     rdx, rax
    and     rdx, [rbx + PROBE.fixed + n * 8]
    xor     rax, rdx
    mov     [rbx + PROBE.before + n * 8], rax
%assign n n + 1
%endrep
    NEW_VALUE
    and     eax, ARITHMETIC_FLAGS
    mov     [rbx + PROBE.before + REGISTERS.rflags], rax
    mov     dword [rbx + PROBE.clean], 1
    NEW_VALUE
    mov     rsi, rax                        ; what the vectors change by
    mov     [rbx + PROBE.random], r8
    jmp     .vectors

.complement:
%assign n 0
%rep 16
    mov     rax, [rbx + PROBE.same + n * 8]
    not     rax
    xor     [rbx + PROBE.before + n * 8], rax
%assign n n + 1
%endrep
    xor     dword [rbx + PROBE.before + REGISTERS.rflags], ARITHMETIC_FLAGS
    mov     dword [rbx + PROBE.clean], 0
    mov     rsi, -1

.vectors:
    mov     eax, [rbx + PROBE.vectors]
    cmp     eax, VECTORS_YMM
    jb      .vectors_xmm
    ja      .vectors_zmm
    vmovq   xmm0, rsi
    vpbroadcastq ymm0, xmm0
%assign n 0
%rep 16
    vpxor   ymm1, ymm0, [rbx + PROBE.before + STATE.vectors + n * 64]
    vmovdqa [rbx + PROBE.before + STATE.vectors + n * 64], ymm1
%assign n n + 1
%endrep
    jmp     .made
.vectors_zmm:
    vpbroadcastq zmm0, rsi
%assign n 0
%rep 32
    vpxorq  zmm1, zmm0, [rbx + PROBE.before + STATE.vectors + n * 64]
    vmovdqa64 [rbx + PROBE.before + STATE.vectors + n * 64], zmm1
%assign n n + 1
%endrep
    vpxorq  zmm1, zmm0, [rbx + PROBE.before + STATE.masks]
    vmovdqu64 [rbx + PROBE.before + STATE.masks], zmm1
    jmp     .made
.vectors_xmm:
    test    eax, eax
    jz      .made
    movq    xmm0, rsi
    punpcklqdq xmm0, xmm0
%assign n 0
%rep 16
    movdqa  xmm1, [rbx + PROBE.before + STATE.vectors + n * 64]
    pxor    xmm1, xmm0
    movdqa  [rbx + PROBE.before + STATE.vectors + n * 64], xmm1
%assign n n + 1
%endrep

.made:
    cmp     qword [rbx + PROBE.calls], -1
    je      .call
    mov     rdi, [rsp + CROSSING.shim]
    mov     qword [rdi + SCRIPT.calls], 0
    mov     qword [rdi + SCRIPT.reports], 0
.call:
    mov     rdi, rbx
    call    run_probed
    mov     rbx, [rsp + CROSSING.probe]

    ; What must come back: 16 registers, RFLAGS, the control words, and the caller's frame.
    pxor    xmm0, xmm0
%assign n 0
%rep 8
    movdqa  xmm1, [rbx + PROBE.before + n * 16]
    pxor    xmm1, [rbx + PROBE.after + n * 16]
    pand    xmm1, [rbx + PROBE.keep + n * 16]
    por     xmm0, xmm1
%assign n n + 1
%endrep
    mov     rcx, [rbx + PROBE.entry]
%assign n 0
%rep FRAME_WORDS / 2
    movdqa  xmm1, [rcx + n * 16]
    pxor    xmm1, [rbx + PROBE.frame + n * 16]
    por     xmm0, xmm1
%assign n n + 1
%endrep
    movq    rax, xmm0
    punpckhqdq xmm0, xmm0
    movq    rdx, xmm0
    or      rax, rdx
    mov     rcx, [rbx + PROBE.before + REGISTERS.rflags]
    xor     rcx, [rbx + PROBE.after + REGISTERS.rflags]
    and     rcx, [rbx + PROBE.keep_flags]
    or      rax, rcx
    mov     ecx, [rbx + PROBE.before + STATE.mxcsr]
    xor     ecx, [rbx + PROBE.after + STATE.mxcsr]
    and     ecx, MXCSR_CONTROL
    or      rax, rcx
    mov     ecx, [rbx + PROBE.before + STATE.x87_control]
    xor     ecx, [rbx + PROBE.after + STATE.x87_control]
    or      rax, rcx
    jnz     .finish

    ; What both calls of a case must have in common.
    mov     rax, [rbx + PROBE.after + REGISTERS.rax]
    test    dword [rbx + PROBE.held], 1
    jz      .first
    mov     rcx, rax
    xor     rcx, [rbx + PROBE.first_result]
    test    rcx, [rbx + PROBE.result]
    jnz     .finish
.first:
    mov     [rbx + PROBE.first_result], rax

    mov     rax, [rbx + PROBE.calls]
    cmp     rax, -1
    je      .reached
    mov     rdi, [rsp + CROSSING.shim]
    cmp     rax, [rdi + SCRIPT.calls]
    jne     .finish
.reached:
    mov     eax, [rbx + PROBE.vectors]
    test    eax, eax
    jz      .held
    cmp     dword [rbx + PROBE.after + STATE.x87_tag], 0xffff
    jne     .finish
    call    vectors_hold
    jnz     .finish
.held:
    inc     qword [rbx + PROBE.held]
    jmp     .next
.forced:
    FORCED
.finish:
    mov     r12, [rbx + PROBE.held]
    CLOSE_PROBE
END_FUNCTION probe_batch

;-----------------------------------------------------------------------------------------------------------
; vectors_hold - nothing dirty after a clean call; all as it was where it must be
;
;   RBX   in: PROBE *      EAX   in: VECTORS_*      ZF    out: 1 when it holds      uses xmm0-xmm3, RAX, RCX, RDX
;-----------------------------------------------------------------------------------------------------------
LOCAL_FUNCTION vectors_hold
    cmp     eax, VECTORS_YMM
    jb      .xmm
    ja      .zmm

    cmp     dword [rbx + PROBE.clean], 0
    je      .ymm_dirty_is_right
    vpxor   ymm0, ymm0, ymm0
%assign n 0
%rep 16
    vpor    ymm0, ymm0, [rbx + PROBE.after + STATE.vectors + n * 64]
%assign n n + 1
%endrep
    vextracti128 xmm0, ymm0, 1
    vptest  xmm0, xmm0
    jnz     .out
.ymm_dirty_is_right:
    cmp     dword [rbx + PROBE.keep_vectors], 0
    je      .out
    vpxor   ymm0, ymm0, ymm0
%assign n 0
%rep 16
    vmovdqa ymm1, [rbx + PROBE.before + STATE.vectors + n * 64]
    vpxor   ymm1, ymm1, [rbx + PROBE.after + STATE.vectors + n * 64]
    vpor    ymm0, ymm0, ymm1
%assign n n + 1
%endrep
    cmp     dword [rbx + PROBE.clean], 0
    je      .ymm_whole
    vmovdqa xmm0, xmm0                      ; the low halves only: the others were 0, and are
.ymm_whole:
    vptest  ymm0, ymm0
.out:
    vzeroupper
    ret

.zmm:
    cmp     dword [rbx + PROBE.clean], 0
    je      .zmm_dirty_is_right
    vpxor   xmm0, xmm0, xmm0
%assign n 0
%rep 16
    vporq   zmm0, zmm0, [rbx + PROBE.after + STATE.vectors + n * 64]
%assign n n + 1
%endrep
    vextracti64x4 ymm1, zmm0, 1
    vextracti128 xmm2, ymm0, 1
    vpor    ymm1, ymm1, ymm2
    vptest  ymm1, ymm1
    jnz     .out
.zmm_dirty_is_right:
    cmp     dword [rbx + PROBE.keep_vectors], 0
    je      .out
    vpxor   xmm0, xmm0, xmm0
    vpxor   xmm2, xmm2, xmm2
%assign n 0
%rep 16
    vmovdqa64 zmm1, [rbx + PROBE.before + STATE.vectors + n * 64]
    vpxorq  zmm1, zmm1, [rbx + PROBE.after + STATE.vectors + n * 64]
    vporq   zmm0, zmm0, zmm1
    vmovdqa64 zmm1, [rbx + PROBE.before + STATE.vectors + (n + 16) * 64]
    vpxorq  zmm1, zmm1, [rbx + PROBE.after + STATE.vectors + (n + 16) * 64]
    vporq   zmm2, zmm2, zmm1
%assign n n + 1
%endrep
    cmp     dword [rbx + PROBE.clean], 0
    je      .zmm_whole
    vmovdqa xmm0, xmm0
.zmm_whole:
    vporq   zmm0, zmm0, zmm2
    vmovdqu64 zmm1, [rbx + PROBE.before + STATE.masks]
    vpxorq  zmm1, zmm1, [rbx + PROBE.after + STATE.masks]
    vporq   zmm0, zmm0, zmm1
    vextracti64x4 ymm1, zmm0, 1
    vpor    ymm0, ymm0, ymm1
    vptest  ymm0, ymm0
    jmp     .out

.xmm:
    cmp     dword [rbx + PROBE.keep_vectors], 0
    je      .xmm_out
    pxor    xmm0, xmm0
%assign n 0
%rep 16
    movdqa  xmm1, [rbx + PROBE.before + STATE.vectors + n * 64]
    pxor    xmm1, [rbx + PROBE.after + STATE.vectors + n * 64]
    por     xmm0, xmm1
%assign n n + 1
%endrep
    movq    rax, xmm0
    punpckhqdq xmm0, xmm0
    movq    rcx, xmm0
    or      rax, rcx
.xmm_out:
    ret
END_FUNCTION vectors_hold

;-----------------------------------------------------------------------------------------------------------
; probe_features - u64 probe_features(void): bits 7:0 VECTORS_* of this processor, bit 8 XGETBV(1)
;
; SDM volume 1, "Detection of AVX Instructions", "Detection of Intel AVX-512 Foundation Instructions".
;-----------------------------------------------------------------------------------------------------------
FUNCTION probe_features
    push    rbx
    mov     r8d, VECTORS_XMM
    mov     eax, 1
    cpuid
    and     ecx, 3 << 27                    ; OSXSAVE and AVX
    cmp     ecx, 3 << 27
    jne     .done
    mov     eax, 7
    xor     ecx, ecx
    cpuid
    mov     r9d, ebx
    xor     ecx, ecx
    xgetbv
    mov     r10d, eax
    and     eax, 6                          ; the system saves XMM and YMM
    cmp     eax, 6
    jne     .done
    bt      r9d, 5                          ; AVX2
    jnc     .done
    mov     r8d, VECTORS_YMM
    and     r10d, 0xe0                      ; opmask, ZMM_Hi256, Hi16_ZMM
    cmp     r10d, 0xe0
    jne     .in_use
    and     r9d, 1 << 16 | 1 << 17 | 1 << 30        ; AVX512F DQ BW
    cmp     r9d, 1 << 16 | 1 << 17 | 1 << 30
    jne     .in_use
    mov     r8d, VECTORS_ZMM
.in_use:
    mov     eax, 0xd
    mov     ecx, 1
    cpuid
    test    eax, 4                          ; XGETBV with ECX = 1
    jz      .done
    or      r8d, 0x100
.done:
    mov     eax, r8d
    pop     rbx
    ret
END_FUNCTION probe_features

; void probe_nothing(void): what a processor says of its state after a routine that does nothing.
FUNCTION probe_nothing
    ret
END_FUNCTION probe_nothing

;-----------------------------------------------------------------------------------------------------------
; probe_interrupt - void probe_interrupt(PROBE *, u64 sequence): give the routine up that runs since this sequence
;-----------------------------------------------------------------------------------------------------------
FUNCTION probe_interrupt
    mov     [rdi + PROBE.overdue], rsi
    mov     r8d, [rdi + PROBE.thread]
    mov     eax, SYS_getpid
    syscall
    mov     edi, eax
    mov     esi, r8d
    mov     edx, SIGURG
    mov     eax, SYS_tgkill
    syscall
    ret
END_FUNCTION probe_interrupt
