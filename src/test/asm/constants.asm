; Specimens whose defect lies behind a comparison with a number that random values never are. The verifier finds the
; operand among the values of a case, and plants the number there.

%include "specimen.inc"

; The path loses RBX; the one of the twin does not.
%macro LOSE_RBX 0
    BROKEN  xor ebx, ebx
    REPAIRED xor edx, edx
%endmacro

; An argument is a number of its own: here that of a hash function.
SPECIMEN behind_magic_number, callee-saved, C1, "of its kind: a path for one argument", \
    SYSV_FUNCTION("value:u64", "u64"), "blamed=xor ebx,ebx", 10
    mov     rax, rdi
    cmp     rax, 0x5bd1e995
    jne     .out
    LOSE_RBX
.out:
    ret
END_SPECIMEN behind_magic_number

; A single bit of an argument that most callers leave 0.
SPECIMEN behind_bit_37, callee-saved, C1, "of its kind: a path for a feature bit", \
    SYSV_FUNCTION("flags:u64", "u64"), "blamed=xor ebx,ebx", 10
    mov     rax, rdi
    bt      rdi, 37
    jnc     .out
    LOSE_RBX
.out:
    ret
END_SPECIMEN behind_bit_37

; Half of an argument, and there behind the other half.
SPECIMEN behind_two_halves, callee-saved, C1, "of its kind: a path for one class of device", \
    SYSV_FUNCTION("value:u64", "u64"), "blamed=xor ebx,ebx", 10
    mov     rax, rdi
    shr     rax, 32
    cmp     eax, 0x0c0330
    jne     .out
    cmp     edi, 0x8086
    jne     .out
    LOSE_RBX
.out:
    mov     rax, rdi
    ret
END_SPECIMEN behind_two_halves

; An argument with something added to it.
SPECIMEN behind_sum, callee-saved, C1, "of its kind: a number that is counted from another", \
    SYSV_FUNCTION("port:u32", "u64"), "blamed=xor ebx,ebx", 10
    lea     eax, [rdi - 0xcf8]
    cmp     eax, 0x123
    jne     .out
    LOSE_RBX
.out:
    ret
END_SPECIMEN behind_sum

; A byte in memory.
SPECIMEN behind_buffer_byte, callee-saved, C1, "of its kind: a path for one type of descriptor", \
    SYSV_FUNCTION("descriptor:in[2]", "u64"), "blamed=xor ebx,ebx", 10
    xor     eax, eax
    cmp     byte [rdi + 5], 0x9a
    jne     .out
    LOSE_RBX
.out:
    ret
END_SPECIMEN behind_buffer_byte

; The same, loaded into a register before.
SPECIMEN behind_loaded_byte, callee-saved, C1, "of its kind: a path for one type of descriptor", \
    SYSV_FUNCTION("descriptor:in[2]", "u64"), "blamed=xor ebx,ebx", 10
    movzx   eax, byte [rdi + 11]
    mov     ecx, eax
    cmp     ecx, 0x9a
    jne     .out
    LOSE_RBX
.out:
    ret
END_SPECIMEN behind_loaded_byte

; A constant of 64 bits in memory.
SPECIMEN behind_signature, callee-saved, C1, "of its kind: a signature in a table", \
    SYSV_FUNCTION("table:in[4]", "u64"), "blamed=xor ebx,ebx", 10
    mov     rax, [rdi + 16]
    cmp     rax, [rel .signature]
    jne     .out
    LOSE_RBX
.out:
    ret
    align   8, db 0xcc
.signature:
    db      "RSD PTR "
END_SPECIMEN behind_signature

; One entry of a table of addresses.
SPECIMEN behind_jump_table, callee-saved, C1, "of its kind: one case of a switch", \
    SYSV_FUNCTION("value:u32", "u64"), "blamed=xor ebx,ebx", 10
    mov     eax, edi
    cmp     edi, 5
    ja      .out
    lea     rcx, [rel .table]
    movzx   eax, byte [rcx + rax]
    add     rcx, rax
    jmp     rcx
    align   8, db 0xcc
.table:
    db      .out - .table, .out - .table, .out - .table, .lose - .table, .out - .table, .out - .table
.lose:
    LOSE_RBX
.out:
    mov     eax, edi
    ret
END_SPECIMEN behind_jump_table

; A length from which on vectors are used.
SPECIMEN behind_length, callee-saved, C1, "of its kind: a path for long copies", \
    SYSV_FUNCTION("n:u32{0..8192}", "u64"), "blamed=xor ebx,ebx", 10
    mov     eax, edi
    cmp     edi, 4096
    jne     .out
    LOSE_RBX
.out:
    ret
END_SPECIMEN behind_length

; A register that holds nothing of the function's has one value.
SPECIMEN behind_stale_register, undefined-read, C4, "of its kind: a poison that is looked for in a stale register", \
    SYSV_FUNCTION("a:u64", "u64")
    mov     eax, 1
    BROKEN  cmp r10d, 0x6b6b6b6b
    REPAIRED cmp edi, 0x6b6b6b6b
    jne     .out
    xor     eax, eax
.out:
    ret
END_SPECIMEN behind_stale_register

; One status of the VMM's.
SPECIMEN behind_status, callee-saved, C1, "of its kind: a path for one status", VMCALL_SITE(hlt, "0x1c00"), \
    "blamed=xor ebx,ebx", 10
    push    r12
    movzx   r12d, dil
    VMCALL  NUMBER_hlt, 0x1c00
    mov     ecx, 0x4096
    cmp     rax, rcx
    jne     .out
    LOSE_RBX
.out:
    xor     r11d, r11d
    pop     r12
    ret
.panic:
    ud2
END_SPECIMEN behind_status

; One value of an output.
SPECIMEN behind_answer, callee-saved, C1, "of its kind: a path for one value that is read", \
    VMCALL_SITE(rdmsr, "0x1c00"), "blamed=xor ebx,ebx", 10
    push    r12
    mov     r8, rsi
    mov     r12d, edi
    VMCALL  NUMBER_rdmsr, 0x1c00
    test    rax, rax
    jnz     .out
    cmp     r11d, 0xfee00900
    jne     .store
    LOSE_RBX
.store:
    mov     [r8], r11
.out:
    xor     r11d, r11d
    pop     r12
    ret
.panic:
    ud2
END_SPECIMEN behind_answer
