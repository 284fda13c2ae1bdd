; The guard: a signal in wrapper code becomes a departure; every other signal goes where it went before.

; ucontext_t and siginfo_t of x86-64 Linux: the offsets of the members that are used.
UC_STACK                equ 16              ; the signal stack in force: ss_sp
UC_STACK_SIZE           equ 32              ; ss_size
UC_R8                   equ 40              ; and R9 to R15 behind it
UC_R12                  equ 72
UC_RDI                  equ 104
UC_RSI                  equ 112
UC_RBP                  equ 120
UC_RBX                  equ 128
UC_RDX                  equ 136
UC_RAX                  equ 144
UC_RCX                  equ 152
UC_RSP                  equ 160
UC_RIP                  equ 168
UC_EFLAGS               equ 176
UC_FPREGS               equ 224

; What the kernel has stored with XSAVE, when it says so (arch/x86/include/uapi/asm/sigcontext.h).
FXSAVE_SOFTWARE         equ 464             ; magic1, extended_size, xfeatures, xstate_size
FP_XSTATE_MAGIC1        equ 0x46505853
UC_TRAPNO               equ 200
SI_CODE                 equ 8
SI_ADDR                 equ 16

SYS_rt_sigaction        equ 13
SYS_getpid              equ 39
SYS_rt_sigprocmask      equ 14
SYS_sigaltstack         equ 131
SYS_arch_prctl          equ 158
SYS_gettid              equ 186
SYS_tgkill              equ 234
SIG_UNBLOCK             equ 1
OPCODE_SYSCALL          equ 0x050f
OPCODE_PUSHFQ           equ 0x9c
OPCODE_POPFQ            equ 0x9d
TF_BIT                  equ 8
SIGTRAP                 equ 5
SIGABRT                 equ 6               ; abort(): what the C library finds wrong ends there
TRAP_TRACE              equ 2               ; its si_code for TF
SIGURG                  equ 23              ; the watchdog's: nobody minds one that comes too late
SI_TKILL                equ -6
ARCH_SET_GS             equ 0x1001
ARCH_SET_FS             equ 0x1002
ARCH_GET_FS             equ 0x1003
ARCH_GET_GS             equ 0x1004
SIGNALS                 equ 32              ; classic signals; 0 is not one

; The handlers that were there, by signal number: written by Java when it installs the guard.
section .bss
global guard_previous:data default (SIGNALS * 8)
align 8
guard_previous: resq SIGNALS

section .text

;-----------------------------------------------------------------------------------------------------------
; restore_segments - FS and GS base as they were at the call; what they were found to be is kept in `after`
;
;   R11   in: PROBE *, kept      RDI RSI RDX R8-R10   kept      RAX RCX   lost
;-----------------------------------------------------------------------------------------------------------
LOCAL_FUNCTION restore_segments
    push    rdi
    push    rsi
    push    rdx
    push    r11                             ; SYSCALL takes it, and RCX
    push    rax                             ; room for a base
%macro RESTORE_BASE 3                       ; member of STATE, numbers for arch_prctl
    mov     rsi, rsp
    mov     edi, %2
    mov     eax, SYS_arch_prctl
    syscall
    mov     r11, [rsp + 8]
    mov     rax, [rsp]
    mov     rsi, [r11 + PROBE.before + STATE.%1]
    cmp     rax, rsi
    je      %%is_right
    mov     [r11 + PROBE.after + STATE.%1], rax
    mov     edi, %3
    mov     eax, SYS_arch_prctl
    syscall
%%is_right:
%endmacro
    RESTORE_BASE fs_base, ARCH_GET_FS, ARCH_SET_FS
    RESTORE_BASE gs_base, ARCH_GET_GS, ARCH_SET_GS
    pop     rax
    pop     r11
    pop     rdx
    pop     rsi
    pop     rdi
    ret
END_FUNCTION restore_segments

; Where a departure goes on when there are protection keys: EAX = PKRU as it was, ECX = EDX = 0, RSP = CROSSING. The
; routine may have left no memory that can be accessed, and a handler cannot change that for the context it returns to.
LOCAL_FUNCTION restore_pkru
    wrpkru
    jmp     [rsp + CROSSING.resume]
END_FUNCTION restore_pkru

;-----------------------------------------------------------------------------------------------------------
; guard_handler - void guard_handler(int signal, siginfo_t *, ucontext_t *)
;
; Acts when this thread is inside `enter` and RIP is in the section `wrappers`, or inside `probe` from the CALL of the
; routine until its registers are captured, wherever RIP is; and when the processor raised the signal (si_code > 0), not
; somebody with kill(). It fills DEPARTURE and makes the interrupted context go on at CROSSING.resume, with DF, AC and
; TF clear. A single-step trap is taken in the runtime too. A null check of HotSpot's, a safepoint poll or a crash
; anywhere else is none of its business and goes to the previous handler unchanged; so does a signal in a handler of
; somebody else's, which runs on the signal stack. The watchdog's signal counts for the call that it was meant for. A
; probed routine with a budget of machine instructions is stepped, and given up when the budget is used up, or when it
; is about to enter a stub of Java's. Where it blocks signals it goes on without steps. Between two instructions the
; stack below RSP is overwritten when PROBE.interrupts says so.
;
; A routine under watch may have changed FS base: nothing thread-local is touched before it is back. The signal stack
; in force tells which PROBE it is.
;-----------------------------------------------------------------------------------------------------------
FUNCTION guard_handler
    mov     r9, [rdx + UC_RIP]
    cmp     qword [rdx + UC_STACK_SIZE], PROBE_SIGNALS_SIZE
    jne     .by_thread
    mov     rcx, [rdx + UC_STACK]
    mov     eax, ecx
    and     eax, PROBE_BLOCK - 1
    cmp     eax, PROBE_SIGNALS
    jne     .by_thread
    lea     r11, [rcx + PROBE_AT - PROBE_SIGNALS]
    cmp     [r11 + PROBE.self], r11
    jne     .by_thread
    mov     r8, [r11 + PROBE.crossing]
    cmp     dword [r8 + CROSSING.watch], 0
    je      .by_thread                      ; in a shim: FS base is right
.watched:
    lea     rax, [rel runtime_begin]
    cmp     [r8 + CROSSING.resume], rax     ; the probe of another image, whose handler is behind this one
    jb      .chain_on
    lea     rax, [rel runtime_end]
    cmp     [r8 + CROSSING.resume], rax
    jae     .chain_on
    mov     rax, [rdx + UC_RSP]
    sub     rax, r11
    add     rax, PROBE_AT - PROBE_SIGNALS
    cmp     rax, PROBE_SIGNALS_SIZE
    jbe     .not_of_the_routine             ; a handler of somebody else's
    cmp     edi, SIGURG
    je      .time_is_up
    cmp     edi, SIGABRT
    je      .aborted
    cmp     dword [rsi + SI_CODE], 0
    jle     .not_of_the_routine
    lea     rax, [rel probe_captured.reads_fs]
    cmp     r9, rax
    je      restore_segments                ; and the instruction is executed again
    cmp     edi, SIGTRAP
    jne     .exception
    cmp     dword [rsi + SI_CODE], TRAP_TRACE
    jne     .ours
    cmp     qword [r11 + PROBE.steps], 0
    je      .ours                           ; the routine set TF itself
    lea     rax, [rel probe_returned]
    cmp     r9, rax
    je      .record                         ; the routine is over: what it left
    lea     rax, [rel runtime_begin]
    cmp     r9, rax
    jb      .count
    lea     rax, [rel runtime_end]
    cmp     r9, rax
    jb      .stepped                        ; not the routine's own
.count:
    cmp     r9, [r11 + PROBE.stubs]
    jb      .no_stub
    cmp     r9, [r11 + PROBE.stubs + 8]
    jae     .no_stub
    mov     eax, r9d
    and     eax, 4095
    cmp     eax, 4092
    ja      .no_stub                        ; what is not executed next may not be there
    mov     eax, [r11 + PROBE.stub]
    cmp     [r9], eax
    je      .calls_java
.no_stub:
    mov     rax, [r11 + PROBE.stepped]      ; PUSHFQ has stored TF, which is the lab's,
    mov     [r11 + PROBE.stepped], r9
    test    rax, rax
    jz      .flags_stored
    mov     rcx, [rdx + UC_RSP]
    cmp     byte [rax], OPCODE_PUSHFQ
    jne     .no_flags_pushed
    btr     qword [rcx], TF_BIT
.no_flags_pushed:
    xor     rax, r9                         ; and POPFQ must not take it away; its page was executed, so it is there
    cmp     rax, 4096
    jae     .flags_stored
    cmp     byte [r9], OPCODE_POPFQ
    jne     .flags_stored
    mov     rax, r11
    sub     rax, rcx
    sub     rax, PROBE_AT - PROBE_STACK_END
    cmp     rax, PROBE_STACK_END - 8
    ja      .flags_stored                   ; not the routine's stack
    bts     qword [rcx], TF_BIT
.flags_stored:
    cmp     qword [rdx + UC_RAX], SYS_rt_sigprocmask    ; (how, set, old, 8), and how is not SIG_UNBLOCK; where all
    jne     .no_mask                        ; of these are there, RIP is not wild, and can be read
    cmp     qword [rdx + UC_R8 + 16], 8
    jne     .no_mask
    cmp     dword [rdx + UC_RDI], SIG_UNBLOCK
    je      .no_mask
    cmp     qword [rdx + UC_RSI], 0
    je      .no_mask
    mov     eax, r9d
    and     eax, 4095
    cmp     eax, 4094
    ja      .no_mask
    cmp     word [r9], OPCODE_SYSCALL
    je      .blocks_signals
.no_mask:
    dec     qword [r11 + PROBE.steps_left]
    jz      .last_step
.record:
    RECORD_STEP .recorded
    mov     rax, [rdx + UC_EFLAGS]
    and     rax, ~(RESUME_FLAG | TRAP_FLAG)
    mov     [rcx + STEP.rflags], rax
    mov     [rcx + STEP.rip], r9
    COPY_INTERRUPTED rax, rcx + STEP.registers
    RECORD_MORE .recorded, rdx
.recorded:
    mov     eax, [r11 + PROBE.interrupts]
    sub     rax, 1
    jb      .stepped
    mov     rcx, [rdx + UC_RSP]
    test    cl, 7
    jnz     .stepped                        ; not a stack pointer, perhaps
    sub     rcx, rax
    mov     rax, r11
    sub     rax, rcx
    sub     rax, PROBE_AT - PROBE_STACK_END
    cmp     rax, PROBE_STACK_END - INTERRUPT_WORDS * 8
    ja      .stepped                        ; not the routine's stack, or its end
%assign n 0
%rep INTERRUPT_WORDS
    mov     rax, [r11 + PROBE.interrupt + n * 8]
    mov     [rcx - (n + 1) * 8], rax
%assign n n + 1
%endrep
.stepped:
    ret                                     ; the next one

.last_step:
    mov     r10d, DEPARTURE_STEPS
    cmp     dword [r11 + PROBE.steps_only], 0
    je      .leave
    inc     qword [r11 + PROBE.steps_left]  ; when POPFQ sets TF once more, this is done again
    and     dword [rdx + UC_EFLAGS], ~TRAP_FLAG
    ret

.blocks_signals:                            ; a step while SIGTRAP is blocked would end the process
    mov     [r11 + PROBE.let_go], r9
    and     dword [rdx + UC_EFLAGS], ~TRAP_FLAG
    ret

.calls_java:
    mov     r10d, DEPARTURE_JAVA
    mov     rax, [r11 + PROBE.stepped]
    test    rax, rax
    cmovnz  r9, rax                         ; the place is the CALL, and si_addr the stub
    jmp     .leave

.exception:
    cmp     qword [r11 + PROBE.traps], 0
    jne     trap_begin                      ; an instruction of ours, or it goes on at .ours
    jmp     .ours

.aborted:
    cmp     dword [rsi + SI_CODE], SI_TKILL
    je      .ours
    jmp     .not_of_the_routine

.time_is_up:
    cmp     dword [rsi + SI_CODE], SI_TKILL
    jne     .not_of_the_routine
    mov     rcx, [r11 + PROBE.overdue]
    mov     r10d, DEPARTURE_HANG
    cmp     rcx, [r11 + PROBE.sequence]
    je      .leave
    jmp     .not_of_the_routine

.by_thread:
    xor     r11d, r11d
    current_crossing rax
    mov     r8, [rax]                       ; CROSSING
    test    r8, r8
    jz      .chain_on
    mov     rax, [r8 + CROSSING.probe]
    cmp     dword [r8 + CROSSING.watch], 0
    cmovne  r11, rax                        ; a routine took the signal stack away
    jne     .watched
    cmp     edi, SIGURG
    je      .chain_on
    cmp     dword [rsi + SI_CODE], 0
    jle     .chain_on
    lea     rax, [rel __start_wrappers]
    cmp     r9, rax
    jb      .not_in_wrappers
    lea     rax, [rel __stop_wrappers]
    cmp     r9, rax
    jb      .ours
.not_in_wrappers:
    cmp     edi, SIGTRAP                    ; TF set right before the instruction or the return
    jne     .chain_on
    lea     rax, [rel runtime_begin]
    cmp     r9, rax
    jb      .chain_on
    lea     rax, [rel runtime_end]
    cmp     r9, rax
    jae     .chain_on

.ours:
    mov     r10d, DEPARTURE_SIGNAL
.leave:
    test    r11, r11
    jz      .place_known
    lea     rax, [rel trap_gate]            ; time was up on the way to the shim or back: the place is the instruction
    cmp     r9, rax
    jb      .place_known
    lea     rax, [rel trap_gate.end]
    cmp     r9, rax
    cmovb   r9, [r11 + PROBE.trapped + REGISTERS.rip]
.place_known:
    mov     rax, [r8 + CROSSING.departure]
    mov     [rax + DEPARTURE.cause], r10d
    mov     [rax + DEPARTURE.number], edi
    mov     [rax + DEPARTURE.rip], r9
    mov     rcx, [rsi + SI_ADDR]
    mov     [rax + DEPARTURE.address], rcx
    mov     ecx, [rsi + SI_CODE]
    mov     [rax + DEPARTURE.code], ecx
    mov     ecx, [rdx + UC_TRAPNO]
    mov     [rax + DEPARTURE.trap], ecx
    COPY_INTERRUPTED rcx, rax + DEPARTURE.registers

    mov     rax, [r8 + CROSSING.resume]
    mov     [rdx + UC_RIP], rax
    mov     [rdx + UC_RSP], r8
    and     dword [rdx + UC_EFLAGS], ~0x40500   ; AC, DF, TF
    test    r11, r11
    jz      .left
    test    dword [r11 + PROBE.processor], PROCESSOR_PKRU
    jz      restore_segments
    mov     eax, [r11 + PROBE.before + STATE.pkru]
    mov     [rdx + UC_RAX], rax
    mov     qword [rdx + UC_RCX], 0
    mov     qword [rdx + UC_RDX], 0
    lea     rax, [rel restore_pkru]
    mov     [rdx + UC_RIP], rax
    jmp     restore_segments
.left:
    ret

.not_of_the_routine:                        ; somebody else's handler runs with the FS base that it knows
    call    restore_segments
.chain_on:
    cmp     edi, SIGNALS
    jae     .default
    lea     rax, [rel guard_previous]
    mov     rax, [rax + rdi * 8]
    cmp     rax, 1                          ; SIG_DFL = 0, SIG_IGN = 1
    ja      .chain
    cmp     edi, SIGURG                     ; another image's, or too late: nothing is done with it by default
    je      .ignore
    test    rax, rax
    jz      .default
    cmp     dword [rsi + SI_CODE], 0        ; what was sent can be ignored, a fault cannot
    jg      .default
.ignore:
    ret
.chain:
    jmp     rax                             ; same arguments, same stack

.default:                                   ; put the default back and send the signal again: it comes on return
    sub     rsp, 40
    mov     r8d, edi                        ; signal; syscalls keep R8
    mov     qword [rsp], 0                  ; SIG_DFL
    mov     qword [rsp + 8], 0x04000000     ; SA_RESTORER, which the kernel insists on and SIG_DFL never uses
    mov     qword [rsp + 16], 0
    mov     qword [rsp + 24], 0             ; sa_mask
    mov     rsi, rsp
    xor     edx, edx
    mov     r10d, 8                         ; size of the kernel's sigset_t
    mov     eax, SYS_rt_sigaction
    syscall
    mov     eax, SYS_getpid
    syscall
    mov     r9d, eax
    mov     eax, SYS_gettid
    syscall
    mov     edi, r9d
    mov     esi, eax
    mov     edx, r8d
    mov     eax, SYS_tgkill
    syscall
    add     rsp, 40
    ret
END_FUNCTION guard_handler
