; A host enters a TD: NASM, System V. All registers of the guest come from an array and go back to it.
;
;   u64 vp_enter(u64 registers[13])     rcx rdx rbx rsi rdi r8 ... r15
;
; Older TDX modules change the host's RBP in TDH.VP.ENTER, so Linux asks for NO_RBP_MOD (commit 6f5c71cc42d4).

default rel
section .text

global vp_enter
vp_enter:
    push    rbx
    push    r12
    push    r13
    push    r14
    push    r15
    push    rdi                             ; where the registers are
    mov     rcx, [rdi + 0]
    mov     rdx, [rdi + 8]
    mov     rbx, [rdi + 16]
    mov     rsi, [rdi + 24]
    mov     r8, [rdi + 40]
    mov     r9, [rdi + 48]
    mov     r10, [rdi + 56]
    mov     r11, [rdi + 64]
    mov     r12, [rdi + 72]
    mov     r13, [rdi + 80]
    mov     r14, [rdi + 88]
    mov     r15, [rdi + 96]
    mov     rdi, [rdi + 32]
    xor     eax, eax                        ; TDH.VP.ENTER
    db      0x66, 0x0f, 0x01, 0xcf          ; SEAMCALL
    xchg    rdi, [rsp]                      ; the guest's RDI for the pointer
    mov     [rdi + 0], rcx
    mov     [rdi + 8], rdx
    mov     [rdi + 16], rbx
    mov     [rdi + 24], rsi
    mov     [rdi + 40], r8
    mov     [rdi + 48], r9
    mov     [rdi + 56], r10
    mov     [rdi + 64], r11
    mov     [rdi + 72], r12
    mov     [rdi + 80], r13
    mov     [rdi + 88], r14
    mov     [rdi + 96], r15
    pop     rcx
    mov     [rdi + 32], rcx
    jnc     .reached
    mov     rax, 0x8000ff00ffff0000         ; CF: there is no module
.reached:
    xor     ecx, ecx
    xor     edx, edx
    xor     esi, esi
    xor     edi, edi
    xor     r8d, r8d
    xor     r9d, r9d
    xor     r10d, r10d
    xor     r11d, r11d
    pop     r15
    pop     r14
    pop     r13
    pop     r12
    pop     rbx
    ret

global vp_enter_repaired
vp_enter_repaired:
    push    rbx
    push    rbp                             ; the repair: a module without NO_RBP_MOD writes it
    push    r12
    push    r13
    push    r14
    push    r15
    push    rdi                             ; where the registers are
    mov     rcx, [rdi + 0]
    mov     rdx, [rdi + 8]
    mov     rbx, [rdi + 16]
    mov     rsi, [rdi + 24]
    mov     r8, [rdi + 40]
    mov     r9, [rdi + 48]
    mov     r10, [rdi + 56]
    mov     r11, [rdi + 64]
    mov     r12, [rdi + 72]
    mov     r13, [rdi + 80]
    mov     r14, [rdi + 88]
    mov     r15, [rdi + 96]
    mov     rdi, [rdi + 32]
    xor     eax, eax                        ; TDH.VP.ENTER
    db      0x66, 0x0f, 0x01, 0xcf          ; SEAMCALL
    xchg    rdi, [rsp]                      ; the guest's RDI for the pointer
    mov     [rdi + 0], rcx
    mov     [rdi + 8], rdx
    mov     [rdi + 16], rbx
    mov     [rdi + 24], rsi
    mov     [rdi + 40], r8
    mov     [rdi + 48], r9
    mov     [rdi + 56], r10
    mov     [rdi + 64], r11
    mov     [rdi + 72], r12
    mov     [rdi + 80], r13
    mov     [rdi + 88], r14
    mov     [rdi + 96], r15
    pop     rcx
    mov     [rdi + 32], rcx
    jnc     .reached
    mov     rax, 0x8000ff00ffff0000         ; CF: there is no module
.reached:
    xor     ecx, ecx
    xor     edx, edx
    xor     esi, esi
    xor     edi, edi
    xor     r8d, r8d
    xor     r9d, r9d
    xor     r10d, r10d
    xor     r11d, r11d
    pop     r15
    pop     r14
    pop     r13
    pop     r12
    pop     rbp
    pop     rbx
    ret

section .note.GNU-stack noalloc noexec nowrite progbits
