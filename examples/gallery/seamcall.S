/*
 * SEAMCALL of a kernel: GAS, System V, with ENDBR64 and a return thunk, in .noinstr.text.
 *
 *   u64 seamcall_ret(u64 leaf, const u64 in[6], u64 out[6])      rcx rdx r8 r9 r10 r11
 *
 * With CF = 1 there is no module, and nothing was written. Linux stored the registers all the same
 * (commit 03a423d40cb3).
 */

#define SEAMCALL_VMFAILINVALID  0x8000ff00ffff0000

    .macro  seamcall
    .byte   0x66, 0x0f, 0x01, 0xcf
    .endm

    .section .noinstr.text, "ax"

    .globl  seamcall_ret
    .type   seamcall_ret, @function
seamcall_ret:
    endbr64
    pushq   %rbp
    movq    %rsp, %rbp
    pushq   %rdx                            # out
    movq    %rdi, %rax                      # leaf
    movq    (%rsi), %rcx
    movq    8(%rsi), %rdx
    movq    16(%rsi), %r8
    movq    24(%rsi), %r9
    movq    32(%rsi), %r10
    movq    40(%rsi), %r11
    seamcall
    popq    %rdi
    jnc     1f
    movq    $SEAMCALL_VMFAILINVALID, %rax
1:
    movq    %rcx, (%rdi)
    movq    %rdx, 8(%rdi)
    movq    %r8, 16(%rdi)
    movq    %r9, 24(%rdi)
    movq    %r10, 32(%rdi)
    movq    %r11, 40(%rdi)
    xorl    %ecx, %ecx
    xorl    %edx, %edx
    xorl    %r8d, %r8d
    xorl    %r9d, %r9d
    xorl    %r10d, %r10d
    xorl    %r11d, %r11d
    popq    %rbp
    jmp     __x86_return_thunk
    .size   seamcall_ret, . - seamcall_ret

    .globl  seamcall_ret_repaired
    .type   seamcall_ret_repaired, @function
seamcall_ret_repaired:
    endbr64
    pushq   %rbp
    movq    %rsp, %rbp
    pushq   %rdx                            # out
    movq    %rdi, %rax                      # leaf
    movq    (%rsi), %rcx
    movq    8(%rsi), %rdx
    movq    16(%rsi), %r8
    movq    24(%rsi), %r9
    movq    32(%rsi), %r10
    movq    40(%rsi), %r11
    seamcall
    popq    %rdi
    jc      1f                              # the repair: the module never ran, there are no outputs
    movq    %rcx, (%rdi)
    movq    %rdx, 8(%rdi)
    movq    %r8, 16(%rdi)
    movq    %r9, 24(%rdi)
    movq    %r10, 32(%rdi)
    movq    %r11, 40(%rdi)
    xorl    %ecx, %ecx
    xorl    %edx, %edx
    xorl    %r8d, %r8d
    xorl    %r9d, %r9d
    xorl    %r10d, %r10d
    xorl    %r11d, %r11d
    popq    %rbp
    jmp     __x86_return_thunk
1:  movq    $SEAMCALL_VMFAILINVALID, %rax
    popq    %rbp
    jmp     __x86_return_thunk
    .size   seamcall_ret_repaired, . - seamcall_ret_repaired

    .section .note.GNU-stack, "", @progbits
