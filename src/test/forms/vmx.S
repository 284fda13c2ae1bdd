# Wrappers of VMX instructions in the forms that real ones have. The name says what is found without a contract: the
# rule that it breaks, or that it holds.
.macro F n
.globl \n
.type \n, @function
\n:
.endm
.text

F holds__vmwrite_setna
    vmwrite %rsi, %rdi
    setna   %al
    ret

F status__vmwrite_void
    vmwrite %rsi, %rdi
    ret

F holds__vmwrite_012
    xor     %eax, %eax
    vmwrite %rsi, %rdi
    jc      1f
    jz      2f
    ret
1:  mov     $1, %eax
    ret
2:  mov     $2, %eax
    ret

F holds__vmwrite_sbb
    vmwrite %rsi, %rdi
    setna   %al
    movzbl  %al, %eax
    neg     %eax
    ret

F status__vmwrite_cf_only
    vmwrite %rsi, %rdi
    sbb     %eax, %eax
    ret

F status__vmwrite_zf_only
    vmwrite %rsi, %rdi
    setz    %al
    movzbl  %al, %eax
    ret

F holds__vmclear_mem
    vmclear (%rdi)
    setbe   %al
    movzbl  %al, %eax
    ret

F holds__vmptrld_val
    push    %rdi
    vmptrld (%rsp)
    seta    %al
    lea     8(%rsp), %rsp
    ret

F red_zone__vmptrld_redzone
    mov     %rdi, -8(%rsp)
    vmptrld -8(%rsp)
    setbe   %al
    ret

F status__vmptrld_flags_lost
    push    %rdi
    vmptrld (%rsp)
    add     $8, %rsp
    setbe   %al
    ret

F holds__vmptrst
    vmptrst (%rdi)
    ret

F holds__invept
    sub     $24, %rsp
    mov     %rsi, (%rsp)
    movq    $0, 8(%rsp)
    invept  (%rsp), %rdi
    setbe   %al
    lea     24(%rsp), %rsp
    ret

F undefined_read__invept_garbage
    sub     $24, %rsp
    mov     %rsi, (%rsp)
    invept  (%rsp), %rdi
    setbe   %al
    lea     24(%rsp), %rsp
    ret

F holds__invvpid_ptr
    invvpid (%rsi), %rdi
    setbe   %al
    movzbl  %al, %eax
    ret

F holds__vmread_out
    vmread  %rdi, %rax
    jbe     1f
    mov     %rax, (%rsi)
    xor     %eax, %eax
    ret
1:  mov     $-1, %eax
    ret

F holds__vmread_memop
    vmread  %rdi, (%rsi)
    setbe   %al
    ret

F status__vmread_out_void
    vmread  %rdi, (%rsi)
    ret

F callee_saved__vmread_rbx
    vmread  %rdi, %rbx
    setbe   %al
    mov     %rbx, (%rsi)
    ret

F holds__vmread32
    xor     %eax, %eax
    vmread  %rdi, %rax
    jbe     1f
    mov     %eax, %eax
    ret
1:  xor     %eax, %eax
    ret

F status__vmread_stale
    vmread  %rdi, %rax
    ret

F holds__host_state
    mov     $0x6c00, %eax
    vmwrite %rdi, %rax
    jbe     9f
    mov     $0x6c02, %eax
    vmwrite %rsi, %rax
    jbe     9f
    mov     $0x6c04, %eax
    vmwrite %rdx, %rax
    jbe     9f
    xor     %eax, %eax
    ret
9:  mov     $-5, %eax
    ret

# what a failure returns is what was in the register before
F status__vmread_field_returned
    mov     %edi, %eax
    vmread  %rax, %rax
    ret

F status__vmread_zeroed
    xor     %eax, %eax
    vmread  %rdi, %rax
    ret

# neither argument reaches the instruction
F undefined_read__vmwrite_of_nothing
    vmwrite %rcx, %rdx
    setna   %al
    ret

F status__host_state_second
    mov     $0x6c00, %eax
    vmwrite %rdi, %rax
    jbe     9f
    mov     $0x6c02, %eax
    vmwrite %rsi, %rax
    mov     $0x6c04, %eax
    vmwrite %rdx, %rax
    jbe     9f
    xor     %eax, %eax
    ret
9:  mov     $-5, %eax
    ret

F callee_saved__host_state_rbx_on_error
    push    %rbx
    mov     $0x6c00, %ebx
    vmwrite %rdi, %rbx
    jbe     9f
    mov     $0x6c02, %ebx
    vmwrite %rsi, %rbx
    jbe     9f
    xor     %eax, %eax
    pop     %rbx
    ret
9:  mov     $-5, %eax
    lea     8(%rsp), %rsp
    ret

F holds__rmw
    mov     $0x4002, %eax
    vmread  %rax, %rdx
    jbe     9f
    or      %rdi, %rdx
    vmwrite %rdx, %rax
    jbe     9f
    xor     %eax, %eax
    ret
9:  mov     $1, %eax
    ret

F holds__vmwrite_error_field
    vmwrite %rsi, %rdi
    jc      1f
    jz      2f
    xor     %eax, %eax
    ret
1:  mov     $-1, %rax
    ret
2:  mov     $0x4400, %eax
    vmread  %rax, %rax
    or      $0x10000, %rax
    ret

F holds__vmwrite_ud2
    vmwrite %rsi, %rdi
    jbe     1f
    ret
1:  ud2

# void: what an error handler leaves in RAX is no result, whichever instruction fails
F holds__rmw_void_reported
    sub     $8, %rsp
    mov     $0x4002, %eax
    vmread  %rax, %rdx
    jbe     1f
    or      %rdi, %rdx
    vmwrite %rdx, %rax
    jbe     2f
    add     $8, %rsp
    ret
1:  mov     %rax, %rdi
    xor     %esi, %esi
    call    vmread_error
    add     $8, %rsp
    ret
2:  mov     %rax, %rdi
    mov     %rdx, %rsi
    call    vmwrite_error
    add     $8, %rsp
    ret

F holds__invvpid_void_reported
    sub     $24, %rsp
    movzwl  %si, %esi
    mov     %rsi, (%rsp)
    mov     %rdx, 8(%rsp)
    invvpid (%rsp), %rdi
    jbe     1f
    add     $24, %rsp
    ret
1:  call    invvpid_error
    add     $24, %rsp
    ret

F holds__vmptrld_global
    mov     %rdi, region(%rip)
    vmptrld region(%rip)
    setbe   %al
    movzbl  %al,%eax
    ret
.data
region: .quad 0
