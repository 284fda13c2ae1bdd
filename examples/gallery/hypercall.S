/*
 * TDG.VP.VMCALL of a kernel: GAS, System V, with ENDBR64 and a return thunk. All registers go out and come back.
 *
 *   u64 hypercall(u64 args[11])      rdx rbx rsi rdi r8 r9 r11 r12 r13 r14 r15
 *
 * What the VMM wrote must not be left where speculation can use it. Linux zeroed all these registers but RSI
 * (commit 5d092b66119d).
 */

    .macro  tdcall
    .byte   0x66, 0x0f, 0x01, 0xcc
    .endm

    .section .noinstr.text, "ax"

    .globl  hypercall
    .type   hypercall, @function
hypercall:
    endbr64
    pushq   %rbp
    pushq   %rbx
    pushq   %r12
    pushq   %r13
    pushq   %r14
    pushq   %r15
    pushq   %rdi                            # args
    movq    0(%rdi), %rdx
    movq    8(%rdi), %rbx
    movq    16(%rdi), %rsi
    movq    32(%rdi), %r8
    movq    40(%rdi), %r9
    movq    48(%rdi), %r11
    movq    56(%rdi), %r12
    movq    64(%rdi), %r13
    movq    72(%rdi), %r14
    movq    80(%rdi), %r15
    movq    24(%rdi), %rdi
    xorl    %r10d, %r10d
    movl    $0xffcc, %ecx                   # all but RAX, RCX, RSP and RBP
    xorl    %eax, %eax
    tdcall
    testq   %rax, %rax
    jnz     1f
    movq    (%rsp), %rax
    movq    %rdi, 24(%rax)
    movq    %rdx, 0(%rax)
    movq    %rbx, 8(%rax)
    movq    %rsi, 16(%rax)
    movq    %r8, 32(%rax)
    movq    %r9, 40(%rax)
    movq    %r11, 48(%rax)
    movq    %r12, 56(%rax)
    movq    %r13, 64(%rax)
    movq    %r14, 72(%rax)
    movq    %r15, 80(%rax)
    movq    %r10, %rax
    xorl    %ecx, %ecx
    xorl    %edx, %edx
    xorl    %r8d, %r8d
    xorl    %r9d, %r9d
    xorl    %r10d, %r10d
    xorl    %r11d, %r11d
    popq    %rdi
    xorl    %edi, %edi
    popq    %r15
    popq    %r14
    popq    %r13
    popq    %r12
    popq    %rbx
    popq    %rbp
    jmp     __x86_return_thunk
1:  ud2                                     # a module that refuses TDG.VP.VMCALL cannot be worked with
    .size   hypercall, . - hypercall

    .globl  hypercall_repaired
    .type   hypercall_repaired, @function
hypercall_repaired:
    endbr64
    pushq   %rbp
    pushq   %rbx
    pushq   %r12
    pushq   %r13
    pushq   %r14
    pushq   %r15
    pushq   %rdi                            # args
    movq    0(%rdi), %rdx
    movq    8(%rdi), %rbx
    movq    16(%rdi), %rsi
    movq    32(%rdi), %r8
    movq    40(%rdi), %r9
    movq    48(%rdi), %r11
    movq    56(%rdi), %r12
    movq    64(%rdi), %r13
    movq    72(%rdi), %r14
    movq    80(%rdi), %r15
    movq    24(%rdi), %rdi
    xorl    %r10d, %r10d
    movl    $0xffcc, %ecx                   # all but RAX, RCX, RSP and RBP
    xorl    %eax, %eax
    tdcall
    testq   %rax, %rax
    jnz     1f
    movq    (%rsp), %rax
    movq    %rdi, 24(%rax)
    movq    %rdx, 0(%rax)
    movq    %rbx, 8(%rax)
    movq    %rsi, 16(%rax)
    movq    %r8, 32(%rax)
    movq    %r9, 40(%rax)
    movq    %r11, 48(%rax)
    movq    %r12, 56(%rax)
    movq    %r13, 64(%rax)
    movq    %r14, 72(%rax)
    movq    %r15, 80(%rax)
    movq    %r10, %rax
    xorl    %ecx, %ecx
    xorl    %edx, %edx
    xorl    %esi, %esi                      # the repair
    xorl    %r8d, %r8d
    xorl    %r9d, %r9d
    xorl    %r10d, %r10d
    xorl    %r11d, %r11d
    popq    %rdi
    xorl    %edi, %edi
    popq    %r15
    popq    %r14
    popq    %r13
    popq    %r12
    popq    %rbx
    popq    %rbp
    jmp     __x86_return_thunk
1:  ud2                                     # a module that refuses TDG.VP.VMCALL cannot be worked with
    .size   hypercall_repaired, . - hypercall_repaired

    .section .note.GNU-stack, "", @progbits
