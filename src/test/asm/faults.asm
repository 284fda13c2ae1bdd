; Specimens of what ends in a crash that has a cause of its own.

%include "specimen.inc"

; A register is pushed and not popped: RET takes it for an address, and that is the word which says what is wrong.
SPECIMEN push_without_pop, stack-balance, C9, "of its kind: a forgotten pop", SYSV_FUNCTION("value:u64", "u64")
    push    rdi
    mov     rax, rdi
    REPAIRED pop rdi
    ret
END_SPECIMEN push_without_pop

; A local is given back twice: RET takes a word of the caller's.
SPECIMEN local_freed_twice, stack-balance, C9, "of its kind: a forgotten branch", SYSV_FUNCTION("value:u64", "u64")
    sub     rsp, 24
    mov     [rsp], rdi
    mov     rax, [rsp]
    add     rsp, 24
    BROKEN  add rsp, 24
    ret
END_SPECIMEN local_freed_twice

; The stack is aligned for MOVAPS as if RSP were a multiple of 16 at the entry: it is 8 more.
SPECIMEN spill_misaligned, crash, C9, "of its kind: the stack alignment of the psABI", SYSV_FUNCTION("value:u64", "u64")
    movq    xmm0, rdi
    BROKEN  movaps [rsp - 32], xmm0
    REPAIRED movaps [rsp - 24], xmm0
    movq    rax, xmm0
    ret
END_SPECIMEN spill_misaligned

; An interrupt flag as a kernel has it: #GP in a process, and not a signal at address 0.
SPECIMEN interrupts_disabled, crash, C13, "of its kind: a privileged instruction", SYSV_FUNCTION("value:u64", "u64")
    mov     rax, rdi
    BROKEN  cli
    ret
END_SPECIMEN interrupts_disabled
