; A routine of your own: a Fletcher checksum of 64-bit words, as a C function.

default rel
section .note.GNU-stack noalloc noexec nowrite progbits
section .text

;-----------------------------------------------------------------------------------------------------------
; checksum - u64 checksum(const u64 *data, u64 words)
;
;   RDI   in: data        RSI   in: number of words        RAX   out: both sums, mixed
;   RBX RBP RSP R12-R15   preserved
;-----------------------------------------------------------------------------------------------------------
%macro CHECKSUM 2                           ; name, how RBX comes back
    align 16
    global %1:function (%1.end - %1)
%1:
    push    rbx
    xor     eax, eax                        ; sum of words
    xor     ebx, ebx                        ; sum of sums
    test    rsi, rsi
    jz      .done
.next:
    add     rax, [rdi]
    add     rbx, rax
    add     rdi, 8
    dec     rsi
    jnz     .next
.done:
    rol     rbx, 32
    xor     rax, rbx
    %2
    ret
%1.end:
%endmacro

CHECKSUM checksum, {pop rbx}

; The same with the mistake that nobody notices: RSP is right, and RBX is lost.
CHECKSUM checksum_without_pop, {add rsp, 8}
