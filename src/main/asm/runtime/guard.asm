; The guard: a signal in wrapper code becomes a departure; every other signal goes where it went before.

; ucontext_t and siginfo_t of x86-64 Linux: the offsets of the members that are used.
UC_RSP                  equ 160
UC_RIP                  equ 168
UC_EFLAGS               equ 176
SI_CODE                 equ 8
SI_ADDR                 equ 16

SYS_rt_sigaction        equ 13
SYS_getpid              equ 39
SYS_rt_sigprocmask      equ 14
SYS_sigaltstack         equ 131
SYS_gettid              equ 186
SYS_tgkill              equ 234
SIGTRAP                 equ 5
SIGABRT                 equ 6               ; abort(): what the C library finds wrong ends there
TRAP_TRACE              equ 2               ; its si_code for TF
SIGURG                  equ 23              ; the watchdog's: nobody minds one that comes too late
SI_TKILL                equ -6
SIGNALS                 equ 32              ; classic signals; 0 is not one

; The handlers that were there, by signal number: written by Java when it installs the guard.
section .bss
global guard_previous:data default (SIGNALS * 8)
align 8
guard_previous: resq SIGNALS

section .text

;-----------------------------------------------------------------------------------------------------------
; guard_handler - void guard_handler(int signal, siginfo_t *, ucontext_t *)
;
; Acts when this thread is inside `enter` and RIP is in the section `wrappers`, or inside `probe` from the CALL of the
; routine until its registers are captured, wherever RIP is; and when the processor raised the signal (si_code > 0), not
; somebody with kill(). It fills DEPARTURE and makes the interrupted context go on at CROSSING.resume, with DF, AC and
; TF clear. A single-step trap is taken in the runtime too. A null check of HotSpot's, a safepoint poll or a crash
; anywhere else is none of its business and goes to the previous handler unchanged. The watchdog's signal counts for the
; call that it was meant for. A probed routine with a budget of machine instructions is stepped, and given up when the
; budget is used up.
;-----------------------------------------------------------------------------------------------------------
FUNCTION guard_handler
    current_crossing rax
    mov     r8, [rax]                       ; CROSSING
    test    r8, r8
    jz      .not_ours
    mov     r9, [rdx + UC_RIP]
    cmp     edi, SIGURG
    je      .time_is_up
    cmp     edi, SIGABRT
    je      .aborted
    cmp     dword [rsi + SI_CODE], 0
    jle     .not_ours
    cmp     dword [r8 + CROSSING.watch], 0
    jne     .probed
    lea     rax, [rel __start_wrappers]
    cmp     r9, rax
    jb      .not_in_wrappers
    lea     rax, [rel __stop_wrappers]
    cmp     r9, rax
    jb      .ours
.not_in_wrappers:
    cmp     edi, SIGTRAP                    ; TF set right before the instruction or the return
    jne     .not_ours
    lea     rax, [rel runtime_begin]
    cmp     r9, rax
    jb      .not_ours
    lea     rax, [rel runtime_end]
    cmp     r9, rax
    jae     .not_ours

.ours:
    mov     r10d, DEPARTURE_SIGNAL
.leave:
    mov     rax, [r8 + CROSSING.departure]
    mov     [rax + DEPARTURE.cause], r10d
    mov     [rax + DEPARTURE.number], edi
    mov     [rax + DEPARTURE.rip], r9
    mov     rcx, [rsi + SI_ADDR]
    mov     [rax + DEPARTURE.address], rcx

    mov     rax, [r8 + CROSSING.resume]
    mov     [rdx + UC_RIP], rax
    mov     [rdx + UC_RSP], r8
    and     dword [rdx + UC_EFLAGS], ~0x40500   ; AC, DF, TF
    ret

.aborted:
    cmp     dword [rsi + SI_CODE], SI_TKILL
    jne     .not_ours
    cmp     dword [r8 + CROSSING.watch], 0
    jne     .ours
    jmp     .not_ours

.probed:
    cmp     edi, SIGTRAP
    jne     .ours
    cmp     dword [rsi + SI_CODE], TRAP_TRACE
    jne     .ours
    mov     rax, [r8 + CROSSING.probe]
    cmp     qword [rax + PROBE.steps], 0
    je      .ours                           ; the routine set TF itself
    mov     r10d, DEPARTURE_STEPS
    dec     qword [rax + PROBE.steps_left]
    jz      .leave
    ret                                     ; the next one

.time_is_up:
    cmp     dword [rsi + SI_CODE], SI_TKILL
    jne     .not_ours
    cmp     dword [r8 + CROSSING.watch], 0
    je      .not_ours
    mov     rax, [r8 + CROSSING.probe]
    mov     rcx, [rax + PROBE.overdue]
    mov     r10d, DEPARTURE_HANG
    cmp     rcx, [rax + PROBE.sequence]
    je      .leave

.not_ours:
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
