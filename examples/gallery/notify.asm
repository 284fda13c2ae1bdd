; A guest tells the VMM which interrupt it wants: NASM, System V, as in a firmware shim.
;
;   u64 notify(u64 vector)              the VMM's status; UD2 when the module refuses the call
;
; The mask says what the VMM sees and may write. td-shim had RDX, RBX, RBP, RSI, RDI, R8 and R9 in it for nothing
; (commit 30c7bc093443).

default rel
section .text

global notify
notify:
    push    r12
    mov     r12, rdi                        ; vector
    mov     ecx, 0xffec                      ; all but RAX, RCX and RSP
    xor     r10d, r10d
    mov     r11d, 0x10004                   ; SetupEventNotifyInterrupt
    xor     eax, eax
    db      0x66, 0x0f, 0x01, 0xcc          ; TDCALL
    test    rax, rax
    jnz     .refused
    mov     rax, r10
    xor     r11d, r11d
    pop     r12
    ret
.refused:
    ud2

global notify_repaired
notify_repaired:
    push    r12
    mov     r12, rdi                        ; vector
    mov     ecx, 0x1c00                      ; R10 to R12
    xor     r10d, r10d
    mov     r11d, 0x10004                   ; SetupEventNotifyInterrupt
    xor     eax, eax
    db      0x66, 0x0f, 0x01, 0xcc          ; TDCALL
    test    rax, rax
    jnz     .refused
    mov     rax, r10
    xor     r11d, r11d
    pop     r12
    ret
.refused:
    ud2

section .note.GNU-stack noalloc noexec nowrite progbits
