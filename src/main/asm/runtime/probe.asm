; The probe: a call with a known value in all that a routine can find, and a look at all that it leaves. A routine of
; any convention, anywhere, on a stack of its own.

PROBED_FLAGS            equ 0x240cd5        ; ID AC DF | OF SF ZF AF PF CF
INITIAL_X87_CONTROL     equ 0x37f
EMPTY_X87_TAG           equ 0xffff
MXCSR_CONTROL           equ 0xffc0          ; what a function preserves (psABI 3.2.1); the rest is sticky status
UNUSUAL_FLAGS           equ 0x244500        ; ID AC NT DF TF: set by nobody but a routine
SIG_SETMASK             equ 2

section .rodata
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
    mov     qword [rdi + PROBE.stepped], 0
    mov     qword [rdi + PROBE.let_go], 0
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
; look_at_x87 - tag word, status word and the register on top into `after`; the registers are empty then, and the
;               control word is as it was before
;
;   RBX   in: PROBE *      RAX RDX   lost
;-----------------------------------------------------------------------------------------------------------
LOCAL_FUNCTION look_at_x87
    sub     rsp, 40
    fnstenv [rsp + 8]
    movzx   eax, word [rsp + 8 + 8]         ; tag word
    movzx   edx, word [rsp + 8 + 4]         ; status word
    add     rsp, 40
    mov     [rbx + PROBE.after + STATE.x87_tag], eax
    mov     [rbx + PROBE.after + STATE.x87_status], edx
    cmp     eax, EMPTY_X87_TAG
    je      .emptied
    mov     qword [rbx + PROBE.after + STATE.top + 8], 0
    fnclex                                  ; FNSTENV has masked all exceptions
    fstp    tword [rbx + PROBE.after + STATE.top]
.emptied:
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
