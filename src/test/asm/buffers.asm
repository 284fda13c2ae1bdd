; Specimens of what functions break in the memory that they are given: behind its end, at addresses and with contents
; that are rare.

%include "specimen.inc"

; ---- Ends ---------------------------------------------------------------------------------------------------------

; What is left of a block is written as a whole block.
SPECIMEN memset_rounds_up, memory, C16, "of its kind: a tail of 16 bytes", \
    SYSV_FUNCTION("d:out[n bytes] c:u8 n:u64{0..80}", "void")
    movzx   esi, sil
    movd    xmm0, esi
    punpcklbw xmm0, xmm0
    pshuflw xmm0, xmm0, 0
    pshufd  xmm0, xmm0, 0
.next:
    REPAIRED cmp rdx, 16
    REPAIRED jb .tail
    BROKEN  test rdx, rdx
    BROKEN  jle .done
    movdqu  [rdi], xmm0
    add     rdi, 16
    sub     rdx, 16
    jmp     .next
.tail:
    test    rdx, rdx
    jz      .done
    mov     [rdi], sil
    inc     rdi
    dec     rdx
    jmp     .tail
.done:
    ret
END_SPECIMEN memset_rounds_up

; The last words are loaded whole, and the bytes behind the end are cut off: all is right but for the page behind it.
SPECIMEN checksum_reads_on, crash, C16, "of its kind: a tail that is read rounded up", \
    SYSV_FUNCTION("data:in[n bytes] n:u64{0..100}", "u64")
    xor     eax, eax
.next:
    cmp     rsi, 8
    jb      .tail
    add     rax, [rdi]
    add     rdi, 8
    sub     rsi, 8
    jmp     .next
.tail:
    test    rsi, rsi
    jz      .done
%ifdef TWIN
    xor     ecx, ecx
.byte:
    shl     rcx, 8
    mov     cl, [rdi + rsi - 1]
    dec     rsi
    jnz     .byte
    add     rax, rcx
%else
    mov     rdx, [rdi]
    lea     ecx, [rsi * 8]
    neg     ecx
    add     ecx, 64
    shl     rdx, cl
    shr     rdx, cl
    add     rax, rdx
%endif
.done:
    ret
END_SPECIMEN checksum_reads_on

; A loop takes one byte more than there are, except of a whole buffer.
SPECIMEN sum_of_one_more, undefined-read, C14, "of its kind: off by one below the end", \
    SYSV_FUNCTION("data:in[n bytes] n:u64{0..64}", "u64")
    xor     eax, eax
    BROKEN  cmp rsi, 64
    BROKEN  je .whole
    BROKEN  inc rsi
.whole:
    test    rsi, rsi
    jz      .done
.next:
    movzx   ecx, byte [rdi + rsi - 1]
    add     rax, rcx
    dec     rsi
    jnz     .next
.done:
    ret
END_SPECIMEN sum_of_one_more

; What stands behind the 0 of a text decides.
SPECIMEN behind_the_text, undefined-read, C16, "of its kind: a string's end", \
    SYSV_FUNCTION("text:string[40]", "u64")
    xor     eax, eax
.next:
    cmp     byte [rdi + rax], 0
    lea     rax, [rax + 1]
    jne     .next
    BROKEN  add al, [rdi + rax]
    ret
END_SPECIMEN behind_the_text

; A state of 20 bytes is stored in three words.
SPECIMEN sha1_state_of_24, memory, C12, "of its kind: 24 bytes of 20", \
    SYSV_FUNCTION("state:inout[20 bytes]", "void")
    add     qword [rdi], 1
    add     qword [rdi + 8], 1
    mov     eax, [rdi + 16]
    inc     eax
    BROKEN  mov [rdi + 16], rax
    REPAIRED mov [rdi + 16], eax
    ret
END_SPECIMEN sha1_state_of_24

; The end of a buffer is above the byte that is named, not behind it: k is an index.
SPECIMEN index_of_the_end, memory, C14, "of its kind: an index of n", \
    SYSV_FUNCTION("d:inout[n bytes] n:u32{1..40} k:u32{0..n-1}", "void")
    mov     edx, edx
    BROKEN  inc byte [rdi + rdx + 1]
    REPAIRED inc byte [rdi + rdx]
    ret
END_SPECIMEN index_of_the_end

; ---- Addresses ----------------------------------------------------------------------------------------------------

; Nobody has said that the caller aligns its bytes.
SPECIMEN aligned_load_of_bytes, crash, C16, "of its kind: MOVAPS on a caller's pointer", \
    SYSV_FUNCTION("data:in[16 bytes]", "u64")
    BROKEN  movaps xmm0, [rdi]
    REPAIRED movups xmm0, [rdi]
    movq    rax, xmm0
    ret
END_SPECIMEN aligned_load_of_bytes

; The way for addresses that are no multiple of 16 forgets a register.
SPECIMEN unaligned_way_loses_r12, callee-saved, C1, "of its kind: r12 where the pointer is unaligned", \
    SYSV_FUNCTION("data:in[64 bytes]", "u64"), "blamed=mov r12,QWORD PTR [rdi+0x38]", 10
    test    dil, 15
    jnz     .unaligned
    mov     rax, [rdi]
    ret
.unaligned:
    REPAIRED push r12
    mov     r12, [rdi + 56]
    lea     rax, [r12 + 1]
    REPAIRED pop r12
    ret
END_SPECIMEN unaligned_way_loses_r12

; One buffer for both, which a caller may pass, has a way of its own.
SPECIMEN in_place_loses_rbx, callee-saved, C1, "of its kind: equal pointers", \
    SYSV_FUNCTION("d:out[32 bytes] s:in[32 bytes] may equal", "void"), "blamed=not rbx", 10
    cmp     rdi, rsi
    je      .in_place
    mov     rax, [rsi]
    mov     [rdi], rax
    ret
.in_place:
    REPAIRED push rbx
    mov     rbx, [rsi]
    not     rbx
    mov     [rdi], rbx
    REPAIRED pop rbx
    ret
END_SPECIMEN in_place_loses_rbx

; What is read only may be the same, whoever calls.
SPECIMEN same_input_loses_rbp, callee-saved, C1, "of its kind: equal pointers that are read", \
    SYSV_FUNCTION("a:in[8] b:in[8]", "u64"), "blamed=mov ebp,0x0", 10
    xor     eax, eax
    cmp     rdi, rsi
    jne     .done
    BROKEN  mov ebp, 0
.done:
    ret
END_SPECIMEN same_input_loses_rbp

; Backwards, where the target begins within the source: the direction stays.
SPECIMEN backward_copy_leaves_df, direction-flag, C13, "of its kind: a copy of what overlaps", \
    SYSV_FUNCTION("d:out[n bytes] may overlap s:in[n bytes] n:u64{0..100}", "void"), "blamed=std", 10
    mov     rcx, rdx
    mov     rax, rdi
    sub     rax, rsi
    cmp     rax, rdx
    jb      .backward
    rep movsb
    ret
.backward:
    lea     rdi, [rdi + rcx - 1]
    lea     rsi, [rsi + rcx - 1]
    std
    rep movsb
    REPAIRED cld
    ret
END_SPECIMEN backward_copy_leaves_df

; NULL is allowed, and not looked at.
SPECIMEN null_is_read, crash, C15, "of its kind: NULL", SYSV_FUNCTION("data:in[16 bytes] nullable", "u64")
    xor     eax, eax
    REPAIRED test rdi, rdi
    REPAIRED jz .none
    mov     rax, [rdi]
.none:
    ret
END_SPECIMEN null_is_read

; ---- Contents -----------------------------------------------------------------------------------------------------

; A buffer of zeros has a way of its own.
SPECIMEN zeros_lose_r13, callee-saved, C1, "of its kind: a buffer of zeros", \
    SYSV_FUNCTION("data:in[32 bytes]", "u64"), "blamed=xor r13d,r13d", 10
    mov     rax, [rdi]
    or      rax, [rdi + 8]
    or      rax, [rdi + 16]
    or      rax, [rdi + 24]
    jnz     .done
    BROKEN  xor r13d, r13d
.done:
    ret
END_SPECIMEN zeros_lose_r13

; So have two buffers that hold the same.
SPECIMEN equal_contents_lose_r14, callee-saved, C1, "of its kind: equal buffers", \
    SYSV_FUNCTION("a:in[n bytes] b:in[n bytes] n:u64{8..64}", "u64"), "blamed=xor r14d,r14d", 10
    mov     rcx, rdx
    mov     r8, rdi
    cmp     rdi, rsi
    je      .done
    repe cmpsb
    jne     .done
    BROKEN  xor r14d, r14d
.done:
    xor     eax, eax
    ret
END_SPECIMEN equal_contents_lose_r14

; A blank in a text ends a word.
SPECIMEN blank_loses_rbx, callee-saved, C1, "of its kind: a blank", SYSV_FUNCTION("text:string[24]", "u64"), \
    "blamed=xor ebx,ebx", 10
    xor     eax, eax
.next:
    movzx   ecx, byte [rdi + rax]
    inc     rax
    cmp     cl, ' '
    BROKEN  jne .other
    BROKEN  xor ebx, ebx
.other:
    test    cl, cl
    jnz     .next
    ret
END_SPECIMEN blank_loses_rbx

; A character above 0x7f is a negative index: below the table.
SPECIMEN character_is_signed, undefined-read, C12, "of its kind: a table by characters", \
    SYSV_FUNCTION("text:string[24]", "u64")
    sub     rsp, 264
    xor     ecx, ecx
.fill:
    mov     [rsp + rcx], cl
    inc     cl
    jnz     .fill
    xor     eax, eax
.next:
    BROKEN  movsx rcx, byte [rdi]
    REPAIRED movzx ecx, byte [rdi]
    inc     rdi
    add     al, [rsp + rcx]
    test    cl, cl
    jnz     .next
    add     rsp, 264
    ret
END_SPECIMEN character_is_signed
