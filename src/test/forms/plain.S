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

# a length, and memory that is read from its end
F holds__from_the_end
    xor     %eax, %eax
    test    %rdx, %rdx
    jz      2f
1:  mov     -4(%rdi,%rdx,4), %ecx
    mov     -4(%rsi,%rdx,4), %r8d
    imul    %r8, %rcx
    add     %rcx, %rax
    dec     %rdx
    jnz     1b
2:  ret

# the register is lost where much is copied
F callee_saved__long_copy
    cmp     $64, %rdx
    jb      1f
    mov     (%rsi), %r12
    mov     %r12, (%rdi)
1:  mov     %rdx, %rcx
    rep movsb
    ret

# as many calls as an argument says
F holds__counted_calls
    push    %rbx
    push    %rbp
    push    %r12
    mov     %rdi, %rbp
    mov     %rsi, %r12
    xor     %ebx, %ebx
    test    %rbp, %rbp
    jz      2f
1:  mov     %rbp, %rdi
    call    *%r12
    add     %rax, %rbx
    dec     %rbp
    jnz     1b
2:  mov     %rbx, %rax
    pop     %r12
    pop     %rbp
    pop     %rbx
    ret

# the factor is in a vector
F holds__factor
    test    %rsi, %rsi
    jz      2f
1:  movss   (%rdi), %xmm1
    mulss   %xmm0, %xmm1
    movss   %xmm1, (%rdi)
    add     $4, %rdi
    dec     %rsi
    jnz     1b
2:  ret
