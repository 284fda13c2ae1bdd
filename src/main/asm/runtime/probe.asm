; The probe: a call with a known value in all that a routine can find, and a look at all that it leaves. A routine of
; any convention, anywhere, on a stack of its own.

PROBED_FLAGS            equ 0x240cd5        ; ID AC DF | OF SF ZF AF PF CF
INITIAL_X87_CONTROL     equ 0x37f
EMPTY_X87_TAG           equ 0xffff
MXCSR_CONTROL           equ 0xffc0          ; what a function preserves (psABI 3.2.1); the rest is sticky status
TRAP_FLAG               equ 0x100
UNUSUAL_FLAGS           equ 0x244500        ; ID AC NT DF TF: set by nobody but a routine
SIG_SETMASK             equ 2

section .rodata
filling_values:
    dq      0, 1, -1, 0
align 64
initial_x87: times 576 db 0                 ; an XSAVE area in which nothing is in use
align 8
global guarded_signals:data default 16      ; what the guard takes, and Java installs it for: bit n - 1 for signal n
guarded_signals:                            ; ILL TRAP ABRT BUS FPE SEGV URG
    dq 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 10 | 1 << 22
other_signals:                              ; what waits until a probed call is over
    dq ~(1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 10 | 1 << 22)

section .text

;-----------------------------------------------------------------------------------------------------------
; Vectors. RDI = STATE *, EDX = VECTORS_*; ECX = 1: bits 128 and above of the first 16 are 0. `before` is the first
; member of PROBE.
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
    cmp     edx, VECTORS_YMM
    jb      .xmm
    ja      .zmm
    vzeroupper
    test    ecx, ecx
    jnz     .xmm
    FOR_EACH vmovaps, ymm, 0, 15, STATE.vectors, 64, 1
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

; CHANGED instruction, prefix, last      vectors 0 to `last` = memory xor the last, which holds RSI everywhere
%macro CHANGED 3
  %assign %%n 0
  %rep %3 + 1
    %1      %2%[%%n], %2%[%3], [rdi + STATE.vectors + %%n * 64]
    %assign %%n %%n + 1
  %endrep
%endmacro

; SPREAD_CHANGE      xmm15 = RSI, twice
%macro SPREAD_CHANGE 0
    movq    xmm15, rsi
    punpcklqdq xmm15, xmm15
%endmacro

; The same as load_vectors, with every 64 bits changed by RSI. Uses RAX.
LOCAL_FUNCTION load_changed_vectors
    cmp     edx, VECTORS_YMM
    jb      .xmm
    ja      .zmm
    vzeroupper
    SPREAD_CHANGE
    test    ecx, ecx
    jnz     .low
    vinsertf128 ymm15, ymm15, xmm15, 1
    CHANGED vxorps, ymm, 15
    ret
.zmm:
%assign n 0
%rep 8
    mov     rax, [rdi + STATE.masks + n * 8]
    xor     rax, rsi
    kmovq   k%[n], rax
%assign n n + 1
%endrep
    vpbroadcastq zmm31, rsi
%assign n 16
%rep 16
    vpxorq  zmm%[n], zmm31, [rdi + STATE.vectors + n * 64]
%assign n n + 1
%endrep
    vzeroupper
    test    ecx, ecx
    jnz     .xmm
    vpbroadcastq zmm15, rsi
    CHANGED vpxorq, zmm, 15
    ret
.xmm:
    SPREAD_CHANGE
.low:
%assign n 0
%rep 15
    movdqa  xmm%[n], [rdi + STATE.vectors + n * 64]
    pxor    xmm%[n], xmm15
%assign n n + 1
%endrep
    pxor    xmm15, [rdi + STATE.vectors + 15 * 64]
    ret
END_FUNCTION load_changed_vectors

; RECORD_RANGE first, last      into RDI = STATE *, EDX = VECTORS_*; changes no vector
%macro RECORD_RANGE 2
    cmp     edx, VECTORS_YMM
    jb      %%xmm
    ja      %%zmm
    FOR_EACH vmovaps, ymm, %1, %2, STATE.vectors, 64, 0
    jmp     %%done
%%zmm:
    FOR_EACH vmovdqa64, zmm, %1, %2, STATE.vectors, 64, 0
    jmp     %%done
%%xmm:
    FOR_EACH movdqa, xmm, %1, %2, STATE.vectors, 64, 0
%%done:
%endmacro

LOCAL_FUNCTION record_two_vectors
    RECORD_RANGE 0, 1
    ret
END_FUNCTION record_two_vectors

LOCAL_FUNCTION record_vectors
    call    record_two_vectors
    jmp     record_other_vectors
END_FUNCTION record_vectors

LOCAL_FUNCTION record_other_vectors
    RECORD_RANGE 2, 15
    cmp     edx, VECTORS_ZMM
    jne     .done
    FOR_EACH vmovdqa64, zmm, 16, 31, STATE.vectors, 64, 0
    FOR_EACH kmovq, k, 0, 7, STATE.masks, 8, 0
.done:
    ret
END_FUNCTION record_other_vectors

;-----------------------------------------------------------------------------------------------------------
; settle_vectors - `before` as the last call of a batch found it: vectors and masks
;
;   RBX   in: PROBE *      RAX RCX xmm0 xmm1   lost
;-----------------------------------------------------------------------------------------------------------
LOCAL_FUNCTION settle_vectors
    mov     rax, [rbx + PROBE.change]
    mov     qword [rbx + PROBE.change], 0
    movq    xmm1, rax
    punpcklqdq xmm1, xmm1
    xor     ecx, ecx
.next:
    movdqa  xmm0, [rbx + PROBE.before + STATE.vectors + rcx]
    pxor    xmm0, xmm1
    movdqa  [rbx + PROBE.before + STATE.vectors + rcx], xmm0
    add     ecx, 16
    cmp     ecx, 32 * 64
    jb      .next
%assign n 0
%rep 8
    xor     [rbx + PROBE.before + STATE.masks + n * 8], rax
%assign n n + 1
%endrep
    ret
END_FUNCTION settle_vectors

;-----------------------------------------------------------------------------------------------------------
; run_probed - one call: load registers and flags from `before`, call, fill `after` but for the vectors
;
;   RDI   in: PROBE *; out: the same
;   RCX   out: the bits of PROBE.keep and .keep_flags that did not come back, and 1 for a segment base or PKRU
;         every other register but RSP is lost; AC, MXCSR and x87 are as the routine left them
;
; When the routine comes back no register is free and RSP may be anywhere: two words below it are written, and RSP also
; says where the PROBE is, for FS base may be lost. An RSP in memory of others is looked up through the thread. An RSP
; that cannot be written is a crash.
;-----------------------------------------------------------------------------------------------------------
LOCAL_FUNCTION run_probed
    mov     [rdi + PROBE.rsp], rsp
    mov     rax, [rdi + PROBE.entry]
    mov     [rdi + PROBE.before + REGISTERS.rsp], rax
    mov     rcx, [rdi + PROBE.function]
    mov     [rax + FRAME_WORDS * 8], rcx    ; the CALL finds it there: it has no register to take it from
    mov     rdx, [rdi + PROBE.crossing]
    inc     qword [rdi + PROBE.sequence]
    mov     dword [rdx + CROSSING.watch], 1
    mov     ecx, [rdi + PROBE.before + REGISTERS.rflags]
    mov     rdx, [rdi + PROBE.steps]
    test    ecx, PROBED_FLAGS & ~ARITHMETIC_FLAGS
    jnz     probe_captured.all_flags
    test    rdx, rdx
    jnz     probe_captured.all_flags
    test    dword [rdi + PROBE.processor], PROCESSOR_SAHF
    jz      probe_captured.all_flags
    mov     ah, cl                          ; SF ZF AF PF CF; POPFQ takes ten times as long
    shr     ecx, 11
    and     cl, 1
    mov     al, cl
    add     al, 0x7f                        ; OF
    sahf
    mov     rsp, [rdi + PROBE.entry]
%macro LOAD_REGISTERS 0
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
%endmacro
    LOAD_REGISTERS
global probe_calls                          ; a signal here says that the address is none
probe_calls:
    call    [rsp + FRAME_WORDS * 8]
global probe_returned                       ; between these two a signal says that RSP is lost
probe_returned:
    push    rax
    pushfq
    mov     rax, rsp
    and     rax, -PROBE_BLOCK
    add     rax, PROBE_AT
    cmp     [rax + PROBE.self], rax
    jne     probe_captured.by_thread
.found:
    pop     qword [rax + PROBE.after + REGISTERS.rflags]
    pop     qword [rax + PROBE.after + REGISTERS.rax]
global probe_captured
probe_captured:
    mov     [rax + PROBE.after + REGISTERS.rsp], rsp
    mov     rsp, [rax + PROBE.rsp]
    test    dword [rax + PROBE.after + REGISTERS.rflags], UNUSUAL_FLAGS
    jnz     .usual_flags
.capture:
    mov     [rax + PROBE.after + REGISTERS.rcx], rcx
    xor     rcx, [rax + PROBE.before + REGISTERS.rcx]
    and     rcx, [rax + PROBE.keep + GPR_rcx * 8]
%macro CAPTURE 1-*
  %rep %0
    mov     [rax + PROBE.after + REGISTERS.%1], %1
    xor     %1, [rax + PROBE.before + REGISTERS.%1]
    and     %1, [rax + PROBE.keep + GPR_%1 * 8]
    or      rcx, %1
    %rotate 1
  %endrep
%endmacro
    CAPTURE rdx, rbx, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15
    mov     rdi, rax
    mov     rax, [rdi + PROBE.after + REGISTERS.rax]
    xor     rax, [rdi + PROBE.before + REGISTERS.rax]
    and     rax, [rdi + PROBE.keep + GPR_rax * 8]
    or      rcx, rax
    mov     rax, [rdi + PROBE.after + REGISTERS.rsp]
    xor     rax, [rdi + PROBE.before + REGISTERS.rsp]
    and     rax, [rdi + PROBE.keep + GPR_rsp * 8]
    or      rcx, rax
    mov     rax, [rdi + PROBE.after + REGISTERS.rflags]
    xor     rax, [rdi + PROBE.before + REGISTERS.rflags]
    and     rax, [rdi + PROBE.keep_flags]
    or      rcx, rax

    test    dword [rdi + PROBE.processor], PROCESSOR_FSGSBASE
    jz      .base_in_memory
    rdfsbase rax
    rdgsbase rdx
    xor     rdx, [rdi + PROBE.before + STATE.gs_base]
    xor     rax, [rdi + PROBE.before + STATE.fs_base]
    or      rax, rdx
    jnz     .segments
.segments_known:
    test    dword [rdi + PROBE.processor], PROCESSOR_PKRU
    jnz     .pkru
.pkru_known:
    mov     rdx, [rdi + PROBE.crossing]
    mov     dword [rdx + CROSSING.watch], 0
    inc     qword [rdi + PROBE.sequence]

    stmxcsr [rdi + PROBE.after + STATE.mxcsr]
    fnstcw  [rdi + PROBE.after + STATE.x87_control]
    ret

.all_flags:
    and     ecx, PROBED_FLAGS
    or      ecx, 0x202
    test    rdx, rdx
    jz      .not_stepped
    mov     [rdi + PROBE.steps_left], rdx
    or      ecx, TRAP_FLAG
.not_stepped:
    mov     rsp, [rdi + PROBE.entry]
    push    rcx                             ; where the return address comes
    LOAD_REGISTERS
    popfq                                   ; last: each step from here on is a trap
    jmp     probe_calls

.by_thread:                                 ; with FS base lost too, a signal
    current_crossing rax
    mov     rax, [rax]
    mov     rax, [rax + CROSSING.probe]
    jmp     probe_returned.found

.usual_flags:                               ; also: stepped no more
    push    0x202
    popfq
    jmp     .capture

.base_in_memory:                            ; the word at FS base is FS base (psABI, TLS variant II); of GS base the
.reads_fs:                                  ; thread makes no use, and it is looked at when the call is over
    mov     rax, [fs:0]                     ; in a signal the guard puts it right and lets this be done again
    mov     rdx, [rdi + PROBE.after + STATE.fs_base]
    xor     rdx, [rdi + PROBE.before + STATE.fs_base]
    xor     rax, [rdi + PROBE.before + STATE.fs_base]
    or      rax, rdx
    jz      .segments_known
.segments:
    mov     rbx, rcx
    mov     r11, rdi
    call    restore_segments
    mov     rdi, r11
    mov     rcx, rbx
    or      rcx, 1
    jmp     .segments_known

.pkru:
    mov     rsi, rcx
    xor     ecx, ecx
    rdpkru
    mov     [rdi + PROBE.after + STATE.pkru], eax
    cmp     eax, [rdi + PROBE.before + STATE.pkru]
    je      .pkru_is_right
    mov     eax, [rdi + PROBE.before + STATE.pkru]
    wrpkru                                  ; EDX = 0, ECX = 0
    or      rsi, 1
.pkru_is_right:
    mov     rcx, rsi
    jmp     .pkru_known
END_FUNCTION run_probed

;-----------------------------------------------------------------------------------------------------------
; look_at_x87 - the tag word into `after`; the registers are empty then, and the control word is as it was before
;
;   RBX   in: PROBE *      RAX RDX   lost
;-----------------------------------------------------------------------------------------------------------
LOCAL_FUNCTION look_at_x87
    sub     rsp, 40
    fnstenv [rsp + 8]
    movzx   eax, word [rsp + 8 + 8]         ; tag word
    add     rsp, 40
    mov     [rbx + PROBE.after + STATE.x87_tag], eax
    cmp     dword [rbx + PROBE.x87], 0
    jne     .initial
    fninit
    fldcw   [rbx + PROBE.before + STATE.x87_control]
    ret
.initial:
    mov     eax, XINUSE_X87
    xor     edx, edx
    xrstor  [rel initial_x87]
    ret
END_FUNCTION look_at_x87

; OPEN_PROBE label      a crossing with the PROBE in RDX, and signals on a stack of its own
;
; RBX = PROBE *, R12 = RCX. Signals that are none of the guard's wait: their handlers would run among what is watched.
%macro OPEN_PROBE 1
    OPEN_CROSSING rdi, rsi, %1, rdx
    mov     rbx, rdx
    mov     r12, rcx
    mov     [rbx + PROBE.crossing], rsp
    push    0x202                           ; ID and AC clear
    popfq
    mov     dword [rbx + PROBE.after + STATE.x87_control], 0
    cmp     dword [rbx + PROBE.vectors], VECTORS_NONE
    jne     %%given
    stmxcsr [rbx + PROBE.before + STATE.mxcsr]
    mov     dword [rbx + PROBE.before + STATE.x87_control], 0
    fnstcw  [rbx + PROBE.before + STATE.x87_control]
%%given:
    mov     rax, [fs:0]
    mov     [rbx + PROBE.before + STATE.fs_base], rax
    mov     [rbx + PROBE.after + STATE.fs_base], rax
    test    dword [rbx + PROBE.processor], PROCESSOR_FSGSBASE
    jz      %%ask
    rdgsbase rax
    mov     [rbx + PROBE.before + STATE.gs_base], rax
    jmp     %%known
%%ask:
    lea     rsi, [rbx + PROBE.before + STATE.gs_base]
    mov     edi, ARCH_GET_GS
    mov     eax, SYS_arch_prctl
    syscall
    mov     rax, [rbx + PROBE.before + STATE.gs_base]
%%known:
    mov     [rbx + PROBE.after + STATE.gs_base], rax
    test    dword [rbx + PROBE.processor], PROCESSOR_PKRU
    jz      %%no_keys
    xor     ecx, ecx
    rdpkru
    mov     [rbx + PROBE.before + STATE.pkru], eax
    mov     [rbx + PROBE.after + STATE.pkru], eax
%%no_keys:
    mov     eax, SYS_gettid
    syscall
    mov     [rbx + PROBE.thread], eax
    lea     rdi, [rbx + PROBE.signal_stack]
    lea     rsi, [rbx + PROBE.signal_stack_before]
    mov     eax, SYS_sigaltstack
    syscall
    mov     edi, SIG_SETMASK
    lea     rsi, [rel other_signals]
    lea     rdx, [rbx + PROBE.signal_mask]
    mov     r10d, 8                         ; size of the kernel's sigset_t
    mov     eax, SYS_rt_sigprocmask
    syscall
    test    dword [rbx + PROBE.vectors], -1
    jz      %%modes_loaded
    ldmxcsr [rbx + PROBE.before + STATE.mxcsr]
    fldcw   [rbx + PROBE.before + STATE.x87_control]
%%modes_loaded:
%endmacro

; CLOSE_PROBE      the end of both; RSP = CROSSING; keeps R12 and returns it
%macro CLOSE_PROBE 0
    push    0x202                           ; DF, AC and TF clear
    popfq
    mov     rbx, [rsp + CROSSING.probe]
    mov     dword [rsp + CROSSING.watch], 0
    fninit
    test    dword [rbx + PROBE.processor], PROCESSOR_AVX
    jz      %%no_upper_halves
    vzeroupper
%%no_upper_halves:
    test    dword [rbx + PROBE.processor], PROCESSOR_FSGSBASE
    jnz     %%segments_known
    mov     r11, rbx                        ; GS base, of which no call was asked
    call    restore_segments
%%segments_known:
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
; left by force, `after` is not written, but for the segment bases.
;-----------------------------------------------------------------------------------------------------------
FUNCTION probe
    OPEN_PROBE .forced
    mov     dword [rbx + PROBE.x87], 0
    mov     rdi, rbx
    mov     edx, [rdi + PROBE.vectors]
    test    edx, edx
    jz      .vectors_loaded
    mov     ecx, [rdi + PROBE.clean]
    call    load_vectors
.vectors_loaded:
    call    run_probed
    mov     rbx, rdi
    mov     edx, [rbx + PROBE.vectors]
    test    edx, edx
    jz      .done
    test    dword [rbx + PROBE.processor], PROCESSOR_XINUSE
    jz      .in_use_known
    mov     ecx, 1
    xgetbv
    mov     [rbx + PROBE.after + STATE.xinuse], eax
    mov     edx, [rbx + PROBE.vectors]
.in_use_known:
    add     rdi, PROBE.after
    call    record_vectors
    call    look_at_x87
.done:
    mov     r12d, 1
.close:
    CLOSE_PROBE
.forced:
    FORCED
    xor     r12d, r12d
    jmp     .close
END_FUNCTION probe

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

;-----------------------------------------------------------------------------------------------------------
; vectors_hold - nothing dirty after a clean call; all as it was, but for PROBE.change, where it must be
;
;   RBX   in: PROBE *      EAX   in: VECTORS_*      ZF    out: 1 when it holds      uses xmm0-xmm3, RAX, RCX, RDX
;-----------------------------------------------------------------------------------------------------------
LOCAL_FUNCTION vectors_hold
    cmp     eax, VECTORS_YMM
    jb      .xmm
    ja      .zmm

    cmp     dword [rbx + PROBE.clean], 0
    je      .ymm_dirty_is_right
    vxorps  ymm0, ymm0, ymm0
%assign n 0
%rep 16
    vorps   ymm0, ymm0, [rbx + PROBE.after + STATE.vectors + n * 64]
%assign n n + 1
%endrep
    vextractf128 xmm0, ymm0, 1
    vptest  xmm0, xmm0
    jnz     .out
.ymm_dirty_is_right:
    cmp     dword [rbx + PROBE.keep_vectors], 0
    je      .out
    vxorps  ymm0, ymm0, ymm0
    vbroadcastsd ymm2, [rbx + PROBE.change]
%assign n 0
%rep 16
    vxorps  ymm1, ymm2, [rbx + PROBE.before + STATE.vectors + n * 64]
    vxorps  ymm1, ymm1, [rbx + PROBE.after + STATE.vectors + n * 64]
    vorps   ymm0, ymm0, ymm1
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
    vpbroadcastq zmm3, [rbx + PROBE.change]
%assign n 0
%rep 16
    vpxorq  zmm1, zmm3, [rbx + PROBE.before + STATE.vectors + n * 64]
    vpxorq  zmm1, zmm1, [rbx + PROBE.after + STATE.vectors + n * 64]
    vporq   zmm0, zmm0, zmm1
    vpxorq  zmm1, zmm3, [rbx + PROBE.before + STATE.vectors + (n + 16) * 64]
    vpxorq  zmm1, zmm1, [rbx + PROBE.after + STATE.vectors + (n + 16) * 64]
    vporq   zmm2, zmm2, zmm1
%assign n n + 1
%endrep
    cmp     dword [rbx + PROBE.clean], 0
    je      .zmm_whole
    vmovdqa xmm0, xmm0
.zmm_whole:
    vporq   zmm0, zmm0, zmm2
    vpxorq  zmm1, zmm3, [rbx + PROBE.before + STATE.masks]
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
    movq    xmm2, [rbx + PROBE.change]
    punpcklqdq xmm2, xmm2
%assign n 0
%rep 16
    movdqa  xmm1, [rbx + PROBE.before + STATE.vectors + n * 64]
    pxor    xmm1, xmm2
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
; probe_features - u64 probe_features(void): bits 7:0 VECTORS_* of this processor, above them PROCESSOR_*
;
; But for PROCESSOR_FSGSBASE, which the system alone knows. SDM volume 1, "Detection of AVX Instructions", "Detection of
; Intel AVX-512 Foundation Instructions"; volume 2, CPUID.
;-----------------------------------------------------------------------------------------------------------
%define SHIFTED(feature) (feature) << 8
FUNCTION probe_features
    push    rbx
    mov     r8d, VECTORS_XMM
    mov     eax, 0x80000001
    cpuid
    test    ecx, 1                          ; LAHF and SAHF
    jz      .no_sahf
    or      r8d, SHIFTED(PROCESSOR_SAHF)
.no_sahf:
    xor     eax, eax
    cpuid
    xor     r9d, r9d                        ; leaf 7, EBX
    cmp     eax, 7
    jb      .no_leaf_7
    mov     eax, 7
    xor     ecx, ecx
    cpuid
    mov     r9d, ebx
    test    ecx, 1 << 4                     ; OSPKE
    jz      .no_leaf_7
    or      r8d, SHIFTED(PROCESSOR_PKRU)
.no_leaf_7:
    mov     eax, 1
    cpuid
    mov     r11d, ecx
    test    r11d, 1 << 27                   ; OSXSAVE
    jz      .done
    xor     ecx, ecx
    xgetbv
    mov     r10d, eax
    test    r11d, 1 << 28                   ; AVX
    jz      .in_use
    and     eax, 6                          ; the system saves XMM and YMM
    cmp     eax, 6
    jne     .in_use
    inc     r8d                             ; VECTORS_YMM
    or      r8d, SHIFTED(PROCESSOR_AVX)
    and     r10d, 0xe0                      ; opmask, ZMM_Hi256, Hi16_ZMM
    cmp     r10d, 0xe0
    jne     .in_use
    and     r9d, 1 << 16 | 1 << 17 | 1 << 30        ; AVX512F DQ BW
    cmp     r9d, 1 << 16 | 1 << 17 | 1 << 30
    jne     .in_use
    inc     r8d                             ; VECTORS_ZMM
.in_use:
    mov     eax, 0xd
    mov     ecx, 1
    cpuid
    test    eax, 4                          ; XGETBV with ECX = 1
    jz      .done
    or      r8d, SHIFTED(PROCESSOR_XINUSE)
    mov     eax, XINUSE_X87
    xor     edx, edx
    xrstor  [rel initial_x87]
    call    probe_nothing
    mov     ecx, 1
    xgetbv
    test    eax, XINUSE_X87
    jnz     .done
    or      r8d, SHIFTED(PROCESSOR_X87)
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
