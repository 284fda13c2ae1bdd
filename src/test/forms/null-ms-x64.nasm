; Wrappers of firmware that test a pointer for NULL. The name says what is found without a contract: the rule that it
; breaks, or that it holds.

%macro TDCALL 0
    db 0x66, 0x0f, 0x01, 0xcc
%endmacro

%macro SAVE 0
    push    rbp
    mov     rbp, rsp
    push    r15
    push    r14
    push    r13
    push    r12
    push    rbx
    push    rsi
    push    rdi
%endmacro

%macro RESTORE 0
    pop     rdi
    pop     rsi
    pop     rbx
    pop     r12
    pop     r13
    pop     r14
    pop     r15
    pop     rbp
%endmacro

; the structure: rax rcx rdx r8 r9 r10 r11 r12 r13
%macro LOAD 0
    mov     rax, [rdi]
    mov     rcx, [rdi + 8]
    mov     rdx, [rdi + 16]
    mov     r8, [rdi + 24]
    mov     r9, [rdi + 32]
    mov     r10, [rdi + 40]
    mov     r11, [rdi + 48]
    mov     r12, [rdi + 56]
    mov     r13, [rdi + 64]
%endmacro

%macro STORE 0
    mov     [rdi], rax
    mov     [rdi + 8], rcx
    mov     [rdi + 16], rdx
    mov     [rdi + 24], r8
    mov     [rdi + 32], r9
    mov     [rdi + 40], r10
    mov     [rdi + 48], r11
    mov     [rdi + 56], r12
    mov     [rdi + 64], r13
%endmacro

section .text

; u64 f(struct *): what NULL returns is what RAX held
global undefined_read__td_call_null
undefined_read__td_call_null:
    SAVE
    mov     rdi, rcx
    test    rdi, rdi
    jz      .exit
    LOAD
    TDCALL
    test    rax, rax
    jnz     .exit
    STORE
.exit:
    RESTORE
    ret

; NULL is no success
global status__td_call_null_is_success
status__td_call_null_is_success:
    SAVE
    mov     rdi, rcx
    xor     eax, eax
    test    rdi, rdi
    jz      .exit
    LOAD
    TDCALL
    test    rax, rax
    jnz     .exit
    STORE
.exit:
    RESTORE
    ret

global holds__td_call
holds__td_call:
    SAVE
    mov     rdi, rcx
    mov     rax, -1
    test    rdi, rdi
    jz      .exit
    LOAD
    TDCALL
    test    rax, rax
    jnz     .exit
    STORE
.exit:
    RESTORE
    ret

; nothing was pushed when it is NULL
global stack_balance__td_call_null
stack_balance__td_call_null:
    mov     rax, -1
    test    rcx, rcx
    jz      .exit
    SAVE
    mov     rdi, rcx
    LOAD
    TDCALL
    test    rax, rax
    jnz     .exit
    STORE
.exit:
    RESTORE
    ret

; u64 f(leaf, p1, p2, p3, results *): on the stack, and NULL when nobody wants them
global holds__TdCall
holds__TdCall:
    SAVE
    mov     rax, rcx
    mov     rcx, rdx
    mov     rdx, r8
    mov     r8, r9
    TDCALL
    test    rax, rax
    jnz     .exit
    mov     r12, [rsp + 8 * 8 + 40]
    test    r12, r12
    jz      .exit
    mov     [r12], rcx
    mov     [r12 + 8], rdx
    mov     [r12 + 16], r8
    mov     [r12 + 24], r9
    mov     [r12 + 32], r10
    mov     [r12 + 40], r11
.exit:
    RESTORE
    ret

; u64 f(leaf, p1, p2, p3, p4, val *)
%macro VMCALL 1
    SAVE
    xor     r10d, r10d
    mov     r11, rcx
    mov     r12, rdx
    mov     r13, r8
    mov     r14, r9
    mov     r15, [rsp + 8 * 8 + 40]
    mov     ecx, 0xfc00
    xor     eax, eax
    TDCALL
    test    rax, rax
    jnz     %%panic
    mov     rbx, [rsp + 8 * 8 + 48]
    test    rbx, rbx
    jz      %%exit
    mov     [rbx], r11
  %if %1
%%exit:
    mov     rax, r10
  %else
    mov     rax, r10
%%exit:
  %endif
    xor     r10d, r10d
    xor     r11d, r11d
    RESTORE
    ret
%%panic:
    ud2
%endmacro

global holds__TdVmCall
holds__TdVmCall:
    VMCALL 1

; the status is lost when nobody wants the value
global status__TdVmCall_null
status__TdVmCall_null:
    VMCALL 0
