# Functions that end as they must, and of which only steps show what is wrong. The name says what is found without a
# contract: the rule that it breaks, that it holds, or that it cannot be decided.
.macro F n
.globl \n
.type \n, @function
\n:
.cfi_startproc
.endm
.macro END n
.cfi_endproc
.size \n, . - \n
.endm
.text

# ---- Frame descriptions: what abi tests of others have as their own examples

F holds__frame_described
    push    %rbx
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %rbx, 0
    mov     %rdi, %rbx
    lea     (%rbx,%rsi), %rax
    pop     %rbx
    .cfi_adjust_cfa_offset -8
    .cfi_restore %rbx
    ret
END holds__frame_described

# r12 is where r13 is said to be
F unwind__wrong_register
    push    %r12
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %r13, 0
    mov     %rdi, %r12
    lea     (%r12,%rsi), %rax
    pop     %r12
    .cfi_adjust_cfa_offset -8
    .cfi_restore %r13
    ret
END unwind__wrong_register

# RSP moves for two instructions, and nobody says so
F unwind__for_a_moment
    push    %rbx
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %rbx, 0
    mov     %rdi, %rbx
    push    %rsi
    pop     %rax
    add     %rbx, %rax
    pop     %rbx
    .cfi_adjust_cfa_offset -8
    .cfi_restore %rbx
    ret
END unwind__for_a_moment

# the frame is gone at RET, and is still described
F unwind__epilogue
    push    %rbx
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %rbx, 0
    mov     %rdi, %rbx
    lea     (%rbx,%rsi), %rax
    pop     %rbx
    ret
END unwind__epilogue

# a frame pointer, and an expression of the psABI's: the caller's RBX is at RBP - 8
F holds__frame_pointer
    push    %rbp
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %rbp, 0
    mov     %rsp, %rbp
    .cfi_def_cfa_register %rbp
    push    %rbx
    .cfi_escape 0x10, 3, 2, 0x76, 0x78
    and     $-64, %rsp
    mov     %rdi, %rbx
    lea     (%rbx,%rsi), %rax
    mov     -8(%rbp), %rbx
    .cfi_restore %rbx
    leave
    .cfi_def_cfa %rsp, 8
    .cfi_restore %rbp
    ret
END holds__frame_pointer

F unwind__expression
    push    %rbp
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %rbp, 0
    mov     %rsp, %rbp
    .cfi_def_cfa_register %rbp
    push    %rbx
    .cfi_escape 0x10, 3, 2, 0x76, 0x70
    mov     %rdi, %rbx
    lea     (%rbx,%rsi), %rax
    mov     -8(%rbp), %rbx
    .cfi_restore %rbx
    leave
    .cfi_def_cfa %rsp, 8
    .cfi_restore %rbp
    ret
END unwind__expression

# two frames of the same object: the outer one is wrong
F unwind__of_the_caller
    sub     $24, %rsp
    mov     %rdi, 8(%rsp)
    call    inner
    add     8(%rsp), %rax
    add     $24, %rsp
    ret
END unwind__of_the_caller

F holds__two_frames
    sub     $24, %rsp
    .cfi_adjust_cfa_offset 24
    mov     %rdi, 8(%rsp)
    call    inner
    add     8(%rsp), %rax
    add     $24, %rsp
    .cfi_adjust_cfa_offset -24
    ret
END holds__two_frames

.type inner, @function
inner:
    .cfi_startproc
    push    %rbx
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %rbx, 0
    mov     %rsi, %rbx
    lea     1(%rbx), %rax
    pop     %rbx
    .cfi_adjust_cfa_offset -8
    .cfi_restore %rbx
    ret
END inner

# ---- RDRAND and RDSEED: a value, or none

F holds__rdrand_until_there_is_one
1:  rdrand  %rax
    jnc     1b
    ret
END holds__rdrand_until_there_is_one

F holds__rdseed_by_setc
    xor     %ecx, %ecx
    rdseed  %eax
    setc    %cl
    imul    %rcx, %rax
    ret
END holds__rdseed_by_setc

F status_unread__rdrand
    rdrand  %rax
    ret
END status_unread__rdrand

F status_unread__rdseed_16
    rdseed  %r9w
    movzwl  %r9w, %eax
    add     $1, %rax
    ret
END status_unread__rdseed_16

# ---- A window into user memory

F window__stac_around_a_call
    sub     $8, %rsp
    .cfi_adjust_cfa_offset 8
    stac
    call    somebody
    clac
    add     $8, %rsp
    .cfi_adjust_cfa_offset -8
    ret
END window__stac_around_a_call

F holds__stac_before_a_call
    sub     $8, %rsp
    .cfi_adjust_cfa_offset 8
    stac
    clac
    call    somebody
    add     $8, %rsp
    .cfi_adjust_cfa_offset -8
    ret
END holds__stac_before_a_call
