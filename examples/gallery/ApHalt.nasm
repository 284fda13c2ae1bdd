;------------------------------------------------------------------------------
; An idle processor of a TD: NASM, Microsoft's convention, as in EDK2.
;
;   UINT64 EFIAPI ApHalt (BOOLEAN Blocked)
;
; The run loop of OVMF did not clear R10, so that its call was one of a vendor, and looked at RAX for the VMM's status,
; which is in R10 (commit 54cd0d9b2f81).
;------------------------------------------------------------------------------

DEFAULT REL
SECTION .text

global ApHalt
ApHalt:
    push    r12
    movzx   r12d, cl                        ; Blocked
    mov     r11d, 12                        ; HLT
    mov     ecx, 0x1c00                     ; R10 to R12
    xor     eax, eax
    db      0x66, 0x0f, 0x01, 0xcc          ; TDCALL
    xor     r11d, r11d
    xor     r10d, r10d
    pop     r12
    ret                                     ; RAX says only that the VMM was reached

global ApHaltRepaired
ApHaltRepaired:
    push    r12
    movzx   r12d, cl                        ; Blocked
    xor     r10d, r10d                      ; the repair: a call of the GHCI
    mov     r11d, 12                        ; HLT
    mov     ecx, 0x1c00                     ; R10 to R12
    xor     eax, eax
    db      0x66, 0x0f, 0x01, 0xcc          ; TDCALL
    test    rax, rax
    jnz     .refused
    mov     rax, r10                        ; the repair: what the VMM says
.refused:
    xor     r11d, r11d
    xor     r10d, r10d
    pop     r12
    ret
