# Functions without an instruction of ours. The name says what is found without a contract: the rule that it breaks,
# that it holds, or that it cannot be decided.
.macro F n
.globl \n
.type \n, @function
\n:
.endm
.text

F holds__add
    lea     (%rdi,%rsi), %rax
    ret

F holds__copy
    mov     (%rsi), %rax
    mov     %rax, (%rdi)
    mov     8(%rsi), %rax
    mov     %rax, 8(%rdi)
    ret

# a counter of its own
F holds__counter
    incq    counter(%rip)
    mov     counter(%rip), %rax
    mov     %rax, (%rdi)
    ret

# the seventh argument is a pointer
F holds__seventh
    mov     8(%rsp), %rax
    mov     16(%rsp), %rcx
    mov     %rcx, (%rax)
    ret

F holds__null_tested
    test    %rdi, %rdi
    jz      1f
    mov     (%rdi), %rax
1:  ret

F callee_saved__rbx
    mov     (%rdi), %rbx
    mov     %rbx, %rax
    ret

# a path that is taken for NULL only
F callee_saved__null
    push    %rbx
    mov     %rdi, %rbx
    test    %rdi, %rdi
    jz      1f
    mov     (%rbx), %rax
    pop     %rbx
    ret
1:  lea     8(%rsp), %rsp
    ret

F stack_balance__null
    test    %rdi, %rdi
    jz      1f
    push    %rbx
    mov     (%rdi), %rax
1:  pop     %rbx
    ret

F crash__ud2
    mov     (%rdi), %rax
    ud2

F holds__hlt
    hlt
    ret

F crash__callers_register
    mov     %rdi, (%r12)
    ret

F crash__return_address
    mov     $0x123456789abc, %rax
    mov     %rax, (%rsp)
    ret

F crash__wild_jump
    mov     $0x123456789abc, %rax
    jmp     *%rax

F stack_alignment__callback
    call    *%rdi
    ret

F not_verified__list
    mov     (%rdi), %rax
    mov     8(%rax), %rax
    ret

F not_verified__unset
    mov     pointer(%rip), %rax
    mov     8(%rax), %rax
    ret

# a pointer that must be a multiple of 16
F holds__aligned_vectors
    movaps  (%rdi), %xmm0
    movaps  16(%rdi), %xmm1
    movaps  %xmm1, (%rdi)
    movaps  %xmm0, 16(%rdi)
    ret

F not_verified__list_of_vectors
    mov     (%rdi), %rax
    movaps  (%rax), %xmm0
    ret

F not_verified__computed_call
    lea     64(%rdi,%rdi), %rax
    jmp     *%rax

# an entry of a page of code outside
F holds__hypercall_page
    sub     $8, %rsp
    call    hypercall_page + 384
    add     $8, %rsp
    ret

F crash__own_code
    mov     %rdi, crash__own_code(%rip)
    ret

.data
counter: .quad 0
pointer: .quad 0
