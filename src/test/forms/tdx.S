# Wrappers of TDCALL and SEAMCALL in the forms that kernels have. The name says what is found without a contract: the
# rule that it breaks, or that it holds.
.macro F n
.globl \n
.type \n, @function
\n:
.endm
.macro TDCALL
    .byte   0x66, 0x0f, 0x01, 0xcc
.endm
.macro SEAMCALL
    .byte   0x66, 0x0f, 0x01, 0xcf
.endm
# struct: rcx rdx r8 r9 r10 r11 r12 r13 r14 r15 rbx rdi rsi, behind RSI
.macro LOAD_CORE
    mov     (%rsi), %rcx
    mov     8(%rsi), %rdx
    mov     16(%rsi), %r8
    mov     24(%rsi), %r9
    mov     32(%rsi), %r10
    mov     40(%rsi), %r11
.endm
.macro STORE_CORE
    mov     %rcx, (%rsi)
    mov     %rdx, 8(%rsi)
    mov     %r8, 16(%rsi)
    mov     %r9, 24(%rsi)
    mov     %r10, 32(%rsi)
    mov     %r11, 40(%rsi)
.endm
.macro LOAD_SAVED
    mov     48(%rsi), %r12
    mov     56(%rsi), %r13
    mov     64(%rsi), %r14
    mov     72(%rsi), %r15
    mov     80(%rsi), %rbx
    push    %rsi
    mov     88(%rsi), %rdi
    mov     96(%rsi), %rsi
.endm
.text

# u64 f(u64 leaf, struct args *): a status only
F holds__tdcall_plain
    mov     %rdi, %rax
    LOAD_CORE
    TDCALL
    ret

F holds__seamcall_plain
    mov     %rdi, %rax
    LOAD_CORE
    SEAMCALL
    jc      1f
    ret
1:  mov     $0x8000ff0000000000, %rax
    ret

# the common registers come back in the structure
F holds__tdcall_ret
    mov     %rdi, %rax
    LOAD_CORE
    TDCALL
    STORE_CORE
    ret

F holds__seamcall_ret
    mov     %rdi, %rax
    LOAD_CORE
    SEAMCALL
    jc      1f
    STORE_CORE
    ret
1:  mov     $0x8000ff0000000000, %rax
    ret

F status__seamcall_ret_cf_ignored
    mov     %rdi, %rax
    LOAD_CORE
    SEAMCALL
    STORE_CORE
    xor     %eax, %eax
    ret

# the output is another structure than the input
F holds__seamcall_two_structs
    push    %rdx
    mov     %rdi, %rax
    LOAD_CORE
    SEAMCALL
    pop     %rsi
    jc      1f
    STORE_CORE
    ret
1:  mov     $0x8000ff0000000000, %rax
    ret

F output_on_failure__seamcall_two_structs_stored_on_cf
    push    %rdx
    mov     %rdi, %rax
    LOAD_CORE
    SEAMCALL
    pop     %rsi
    mov     %rcx, (%rsi)
    mov     %rdx, 8(%rsi)
    mov     %r8, 16(%rsi)
    jnc     2f
    mov     $0x8000ff0000000000, %rax
2:  ret

.macro SAVED_RET instruction, skip=none, unsaved=none, mixed=0
    mov     %rdi, %rax
    LOAD_CORE
    push    %rbx
    push    %r12
    push    %r13
    push    %r14
    push    %r15
    LOAD_SAVED
    \instruction
    push    %rax                    # [rsp + 8] is the pointer
    mov     8(%rsp), %rax
    mov     %rcx, (%rax)
    mov     %rdx, 8(%rax)
    mov     %r8, 16(%rax)
    mov     %r9, 24(%rax)
    mov     %r10, 32(%rax)
    mov     %r11, 40(%rax)
    mov     %r12, 48(%rax)
  .if \mixed
    mov     %r14, 56(%rax)
  .else
    mov     %r13, 56(%rax)
  .endif
    mov     %r14, 64(%rax)
    mov     %r15, 72(%rax)
    mov     %rbx, 80(%rax)
    mov     %rdi, 88(%rax)
    mov     %rsi, 96(%rax)
    pop     %rax
    lea     8(%rsp), %rsp
  .irp r, rcx, rdx, r8, r9, r10, r11, rdi, rsi
    .ifnc \r, \skip
    mov     $0, %\r
    .endif
  .endr
    pop     %r15
    pop     %r14
  .ifc r13, \unsaved
    lea     8(%rsp), %rsp
  .else
    pop     %r13
  .endif
    pop     %r12
    pop     %rbx
    ret
.endm

F holds__tdcall_saved_ret
    SAVED_RET TDCALL

F leak_in__tdcall_saved_ret_rsi_kept
    SAVED_RET TDCALL, skip=rsi

F callee_saved__tdcall_saved_ret_r13_lost
    SAVED_RET TDCALL, unsaved=r13

F output__tdcall_saved_ret_r14_twice
    SAVED_RET TDCALL, mixed=1

# the pointer stays in RSI, which no leaf writes but those behind which a guest runs
F holds__tdcall_pointer_kept
    mov     %rdi, %rax
    mov     %rdx, %rcx
    TDCALL
    mov     %rcx, (%rsi)
    mov     %rdx, 8(%rsi)
    mov     %r8, 16(%rsi)
    ret

# a narrow argument, of which all 64 bits are left in its register
F holds__tdcall_u32
    mov     %rdi, %rax
    mov     %esi, %ecx
    TDCALL
    ret

# u64 f(u64 leaf, u64 rcx, u64 rdx, u64 r8, u64 r9, struct out *), the older form; out may be NULL
F holds__module_call
    push    %r12
    push    %r9
    mov     %rdi, %rax
    mov     %r8, %r9
    mov     %rcx, %r8
    mov     %rsi, %rcx
    TDCALL
    pop     %r12
    test    %r12, %r12
    jz      1f
    mov     %rcx, (%r12)
    mov     %rdx, 8(%r12)
    mov     %r8, 16(%r12)
    mov     %r9, 24(%r12)
    mov     %r10, 32(%r12)
    mov     %r11, 40(%r12)
1:  pop     %r12
    ret

# NULL leaves a word on the stack
F stack_balance__module_call_null
    test    %r9, %r9
    push    %r9
    mov     %rdi, %rax
    mov     %r8, %r9
    mov     %rcx, %r8
    mov     %rsi, %rcx
    jz      2f
    TDCALL
    pop     %rsi
    mov     %rcx, (%rsi)
    mov     %rdx, 8(%rsi)
    ret
2:  TDCALL
    ret

# u64 f(struct *): TDG.VP.VMCALL, the structure is r10 r11 r12 r13 r14 r15; the VMM's status in RAX
.macro VMCALL drop=none, rax=0, unscrubbed=0
    push    %r15
    push    %r14
    push    %r13
    push    %r12
    mov     (%rdi), %r10
    mov     8(%rdi), %r11
    mov     16(%rdi), %r12
    mov     24(%rdi), %r13
    mov     32(%rdi), %r14
    mov     40(%rdi), %r15
    xor     %eax, %eax
    mov     $0xfc00, %ecx
    TDCALL
  .if \rax == 0
    test    %rax, %rax
    jnz     9f
  .endif
    mov     %r10, (%rdi)
    mov     %r11, 8(%rdi)
    mov     %r12, 16(%rdi)
    mov     %r13, 24(%rdi)
    mov     %r14, 32(%rdi)
    mov     %r15, 40(%rdi)
  .ifc \drop, r10
    xor     %eax, %eax
  .else
    mov     %r10, %rax
  .endif
    xor     %r10d, %r10d
  .if \unscrubbed == 0
    xor     %r11d, %r11d
  .endif
    pop     %r12
    pop     %r13
    pop     %r14
    pop     %r15
    ret
9:  ud2
.endm

F holds__vmcall
    VMCALL

F leak_in__vmcall_r11_kept
    VMCALL unscrubbed=1

F status__vmcall_rax_dropped
    push    %r12
    mov     %rdi, %r11
    mov     %rsi, %r12
    xor     %r10d, %r10d
    xor     %eax, %eax
    mov     $0x1c00, %ecx
    TDCALL
    mov     %r10, %rax
    xor     %r11d, %r11d
    pop     %r12
    ret

F status__vmcall_r10_dropped
    push    %r12
    mov     %rdi, %r11
    mov     %rsi, %r12
    xor     %r10d, %r10d
    xor     %eax, %eax
    mov     $0x1c00, %ecx
    TDCALL
    xor     %r11d, %r11d
    pop     %r12
    ret

# a bool, -1 for an errno, the class of the error without details
F holds__vmcall_bool
    push    %r12
    mov     %rdi, %r11
    mov     %rsi, %r12
    xor     %r10d, %r10d
    xor     %eax, %eax
    mov     $0x1c00, %ecx
    TDCALL
    or      %r10, %rax
    setnz   %al
    xor     %r11d, %r11d
    pop     %r12
    ret

F holds__tdcall_errno
    mov     %rdi, %rax
    mov     %rsi, %rcx
    xor     %edx, %edx
    TDCALL
    test    %rax, %rax
    jz      1f
    mov     $-5, %eax
1:  ret

F holds__tdcall_class
    mov     %rdi, %rax
    mov     %rsi, %rcx
    TDCALL
    shr     $32, %rax
    ret

F status__tdcall_low_half
    mov     %rdi, %rax
    mov     %rsi, %rcx
    TDCALL
    mov     %eax, %eax
    ret

# the register behind the mask was the caller's
F leak_out__vmcall_r13_exposed
    push    %r12
    mov     %rdi, %r11
    mov     %rsi, %r12
    xor     %r10d, %r10d
    xor     %eax, %eax
    mov     $0x3c00, %ecx
    TDCALL
    or      %r10, %rax
    xor     %r11d, %r11d
    pop     %r12
    ret

# what was in the place of the output goes out
F leak_out__vmcall_out_slot
    push    %r12
    push    %r13
    push    %rdx
    mov     %rdi, %r11
    mov     %rsi, %r12
    mov     (%rdx), %r13
    xor     %r10d, %r10d
    xor     %eax, %eax
    mov     $0x3c00, %ecx
    TDCALL
    or      %r10, %rax
    pop     %rdx
    mov     %r11, (%rdx)
    xor     %r11d, %r11d
    pop     %r13
    pop     %r12
    ret

# two calls; the second only when the first succeeds
.macro TWICE second=1
    push    %r12
    push    %r13
    mov     %rsi, %r13
    mov     $0x10003, %r11d
    mov     %rdi, %r12
    xor     %r10d, %r10d
    xor     %eax, %eax
    mov     $0x1c00, %ecx
    TDCALL
    or      %r10, %rax
    jnz     9f
    mov     $0x10004, %r11d
    mov     %r13, %r12
    xor     %r10d, %r10d
    mov     $0x1c00, %ecx
    TDCALL
  .if \second
    or      %r10, %rax
  .endif
9:  xor     %r11d, %r11d
    pop     %r13
    pop     %r12
    ret
.endm

F holds__vmcall_twice
    TWICE

F status__vmcall_twice_second_r10_dropped
    TWICE second=0

# again while the VMM says RETRY, three times at most, from where it says
F holds__vmcall_retry
    push    %r12
    push    %r13
    push    %rbx
    mov     $3, %ebx
    mov     %rdi, %r12
    mov     %rsi, %r13
1:  mov     $0x10001, %r11d
    xor     %r10d, %r10d
    xor     %eax, %eax
    mov     $0x3c00, %ecx
    TDCALL
    test    %rax, %rax
    jnz     9f
    mov     %r10, %rax
    cmp     $1, %r10
    jne     9f
    mov     %r11, %r12
    mov     %rsi, %r13
    dec     %ebx
    jnz     1b
9:  xor     %r11d, %r11d
    pop     %rbx
    pop     %r13
    pop     %r12
    ret

# TDG.MEM.PAGE.ACCEPT, whose leaf has no output
F holds__page_accept
    mov     $6, %eax
    mov     %rdi, %rcx
    TDCALL
    ret

# RDMSR of a TD: the value is the result, and no status comes back
F status__vmcall_rdmsr
    push    %r12
    mov     %rdi, %r12
    xor     %r10d, %r10d
    mov     $31, %r11d
    mov     $0x1c00, %ecx
    xor     %eax, %eax
    TDCALL
    mov     %r11, %rax
    pop     %r12
    ret

# the output of a leaf that is known may stay in its register
F holds__vmcall_rdmsr_bool
    push    %r12
    push    %rsi
    mov     %edi, %r12d
    xor     %r10d, %r10d
    mov     $31, %r11d
    mov     $0x1c00, %ecx
    xor     %eax, %eax
    TDCALL
    pop     %rsi
    pop     %r12
    mov     %r11, (%rsi)
    or      %r10, %rax
    setnz   %al
    movzbl  %al, %eax
    ret

# TDG.VP.ENTER, with an RBP that the guest left
F callee_saved__vp_enter_rbp
    mov     $25, %eax
    mov     %rdi, %rcx
    mov     %rsi, %rdx
    push    %rbx
    push    %r12
    push    %r13
    push    %r14
    push    %r15
    TDCALL
    pop     %r15
    pop     %r14
    pop     %r13
    pop     %r12
    pop     %rbx
    xor     %ecx, %ecx
    xor     %edx, %edx
    xor     %esi, %esi
    xor     %edi, %edi
    xor     %r8d, %r8d
    xor     %r9d, %r9d
    xor     %r10d, %r10d
    xor     %r11d, %r11d
    ret

# u64 f(u32 msr, u64 *value): RDMSR has its output in R11
F output__rdmsr_r12_stored
    push    %r12
    mov     %edi, %r12d
    mov     $31, %r11d
    xor     %r10d, %r10d
    xor     %eax, %eax
    mov     $0x1c00, %ecx
    TDCALL
    test    %rax, %rax
    jnz     1f
    mov     %r10, %rax
    test    %rax, %rax
    jnz     1f
    mov     %r12, (%rsi)
1:  pop     %r12
    ret

# u64 f(u64 gpa, u64 size, u64 *at): MapGPA has its output where it is to be called again
F holds__map_gpa_output
    push    %r12
    push    %r13
    mov     %rdi, %r12
    mov     %rsi, %r13
    mov     %rdx, %rdi
    mov     $0x10001, %r11d
    xor     %r10d, %r10d
    xor     %eax, %eax
    mov     $0x3c00, %ecx
    TDCALL
    test    %rax, %rax
    jnz     1f
    mov     %r11, (%rdi)
    mov     %r10, %rax
1:  pop     %r13
    pop     %r12
    ret

F output_on_failure__map_gpa_output
    push    %r12
    push    %r13
    mov     %rdi, %r12
    mov     %rsi, %r13
    mov     %rdx, %rdi
    mov     $0x10001, %r11d
    xor     %r10d, %r10d
    xor     %eax, %eax
    mov     $0x3c00, %ecx
    TDCALL
    test    %rax, %rax
    jnz     1f
    mov     %r10, %rax
    test    %rax, %rax
    jnz     1f
    mov     %r11, (%rdi)
1:  pop     %r13
    pop     %r12
    ret
