;------------------------------------------------------------------------------
; TDG.VP.VMCALL of a UEFI driver: NASM, Microsoft's convention, as in EDK2.
;
;   UINT64 EFIAPI TdVmCall (UINT64 Leaf, UINT64 P1, UINT64 P2, UINT64 P3, UINT64 P4, UINT64 *Val)
;
; MapGPA says RETRY in R10 and where to go on in R11. EDK2 gave R11 to the caller on success only (commit 68e37f457881).
;------------------------------------------------------------------------------

DEFAULT REL
SECTION .text

global TdVmCall
TdVmCall:
    push    r12
    push    r13
    push    r14
    push    r15
    mov     r11, rcx                        ; Leaf
    mov     r12, rdx                        ; P1
    mov     r13, r8                         ; P2
    mov     r14, r9                         ; P3
    mov     r15, [rsp + 0x48]               ; P4: four pushes, the return address, the home space
    xor     r10d, r10d
    mov     ecx, 0xfc00                     ; R10 to R15
    xor     eax, eax
    db      0x66, 0x0f, 0x01, 0xcc          ; TDCALL
    test    rax, rax
    jnz     .scrub                          ; the module refused it: its status is the result
    mov     rax, r10
    test    rax, rax
    jnz     .scrub                          ; R11 is lost: a caller cannot go on after RETRY
    mov     r9, [rsp + 0x50]
    test    r9, r9
    jz      .scrub
    mov     [r9], r11
.scrub:
    xor     r10d, r10d
    xor     r11d, r11d
    pop     r15
    pop     r14
    pop     r13
    pop     r12
    ret

global TdVmCallRepaired
TdVmCallRepaired:
    push    r12
    push    r13
    push    r14
    push    r15
    mov     r11, rcx                        ; Leaf
    mov     r12, rdx                        ; P1
    mov     r13, r8                         ; P2
    mov     r14, r9                         ; P3
    mov     r15, [rsp + 0x48]               ; P4: four pushes, the return address, the home space
    xor     r10d, r10d
    mov     ecx, 0xfc00                     ; R10 to R15
    xor     eax, eax
    db      0x66, 0x0f, 0x01, 0xcc          ; TDCALL
    test    rax, rax
    jnz     .scrub                          ; the module refused it: its status is the result
    mov     rax, r10
    mov     r9, [rsp + 0x50]                ; the repair: R11 goes out whatever R10 is
    test    r9, r9
    jz      .scrub
    mov     [r9], r11
.scrub:
    xor     r10d, r10d
    xor     r11d, r11d
    pop     r15
    pop     r14
    pop     r13
    pop     r12
    ret
