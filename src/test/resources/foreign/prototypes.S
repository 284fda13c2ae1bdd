# Wrappers and functions of which only the prototypes are known. The name says what is found: a rule, or that it holds.
.macro F n
.globl \n
.type \n, @function
\n:
.endm
.macro TDCALL
    .byte   0x66, 0x0f, 0x01, 0xcc
.endm
.macro MAP_GPA
    push    %r12
    push    %r13
    mov     %rdi, %r12
    mov     %rsi, %r13
    mov     $0x10001, %r11d
    xor     %r10d, %r10d
    xor     %eax, %eax
    mov     $0x3c00, %ecx
    TDCALL
.endm
.text

F holds__map_gpa
    MAP_GPA
    test    %rax, %rax
    jnz     1f
    mov     %r10, %rax
1:  pop     %r13
    pop     %r12
    ret

# a refusal in RAX is dropped
F status__map_gpa
    MAP_GPA
    mov     %r10, %rax
    pop     %r13
    pop     %r12
    ret

F holds__read_leaf
    mov     %rsi, %rax
    mov     %rdx, %rcx
    xor     %edx, %edx
    TDCALL
    test    %rax, %rax
    jnz     1f
    mov     %rcx, (%rdi)
    mov     %rdx, 8(%rdi)
1:  ret

# in RBX a guest leaves its own
F callee_saved__enter
    mov     %rsi, %rcx
    mov     %rdx, %rbx
    mov     $25, %eax
    TDCALL
    ret

F holds__invept
    mov     %edi, %edi
    invept  (%rsi), %rdi
    setna   %al
    movzbl  %al, %eax
    ret

# an int of which 64 bits are used
F narrow_argument__invept
    invept  (%rsi), %rdi
    setna   %al
    movzbl  %al, %eax
    ret

# SETNA writes one byte of an int
F undefined_read__vmclear
    push    %rdi
    vmclear (%rsp)
    lea     8(%rsp), %rsp
    setna   %al
    ret

F holds__is_blank
    xor     %eax, %eax
    cmp     $32, %dil
    sete    %al
    ret

# 32 bits of a char are compared, for 1 of 256 values
F narrow_argument__is_blank
    xor     %eax, %eax
    cmp     $32, %edi
    sete    %al
    ret

.macro CLEAR
    add     %rdi, %rsi
1:  cmp     %rsi, %rdi
    jae     2f
    movb    $0, (%rdi)
    clwb    (%rdi)
    inc     %rdi
    jmp     1b
2:
.endm
F holds__clear
    CLEAR
    sfence
    ret

# nothing waits for what is written back
F ordering__clear
    CLEAR
    ret

# the caller waits
F holds__write_back
    clwb    (%rdi)
    ret

F holds__two_halves
    push    %rdi
    call    double_it
    pop     %rcx
    add     %rcx, %rax
    ret

# the call goes over a value in the red zone
F stack_pointer__two_halves
    mov     %rdi, -8(%rsp)
    call    double_it
    add     -8(%rsp), %rax
    ret

double_it:
    lea     (%rsi,%rsi), %rax
    ret

F holds__find
    xor     %eax, %eax
1:  cmp     %rsi, %rax
    jae     2f
    cmp     %dl, (%rdi,%rax)
    je      2f
    inc     %rax
    jmp     1b
2:  ret

# the last byte is another one meanwhile, of a text that is constant
F memory__find
    xor     %eax, %eax
    test    %rsi, %rsi
    jz      2f
    mov     -1(%rdi,%rsi), %r8b
    mov     %dl, -1(%rdi,%rsi)
1:  cmp     %dl, (%rdi,%rax)
    je      3f
    inc     %rax
    jmp     1b
3:  mov     %r8b, -1(%rdi,%rsi)
2:  ret

F holds__say
    sub     $8, %rsp
    mov     %rdi, %rsi
    lea     format(%rip), %rdi
    xor     %eax, %eax
    call    printf
    add     $8, %rsp
    ret

# nobody says how many vectors there are
F undefined_read__say
    sub     $8, %rsp
    mov     %rdi, %rsi
    lea     format(%rip), %rdi
    call    printf
    add     $8, %rsp
    ret

.data
format: .string "%lu"
