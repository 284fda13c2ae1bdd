; The vectors and masks of a STATE: loaded, changed, recorded, compared.

section .text

;-----------------------------------------------------------------------------------------------------------
; Vectors. RDI = STATE *, EDX = VECTORS_*; ECX = 1: bits 128 and above of the first 16 are 0. `before` is the first
; member of PROBE.
;-----------------------------------------------------------------------------------------------------------

; FOR_EACH instruction, prefix of the register, first, last, offset, size, direction (1 = load)
%macro FOR_EACH 7
  %assign %%n %3
  %rep %4 - %3 + 1
    %assign %%offset %5 + %%n * %6
    %if %7
    %1      %2%[%%n], [rdi + %%offset]
    %else
    %1      [rdi + %%offset], %2%[%%n]
    %endif
    %assign %%n %%n + 1
  %endrep
%endmacro

LOCAL_FUNCTION load_vectors
    cmp     edx, VECTORS_YMM
    jb      .xmm
    ja      .zmm
    vzeroupper
    test    ecx, ecx
    jnz     .xmm
    FOR_EACH vmovaps, ymm, 0, 15, STATE.vectors, 64, 1
    ret
.zmm:
    FOR_EACH kmovq, k, 0, 7, STATE.masks, 8, 1
    FOR_EACH vmovdqa64, zmm, 16, 31, STATE.vectors, 64, 1
    vzeroupper
    test    ecx, ecx
    jnz     .xmm
    FOR_EACH vmovdqa64, zmm, 0, 15, STATE.vectors, 64, 1
    ret
.xmm:
    FOR_EACH movdqa, xmm, 0, 15, STATE.vectors, 64, 1
    ret
END_FUNCTION load_vectors

; CHANGED instruction, prefix, last      vectors 0 to `last` = memory xor the last, which holds RSI everywhere
%macro CHANGED 3
  %assign %%n 0
  %rep %3 + 1
    %1      %2%[%%n], %2%[%3], [rdi + STATE.vectors + %%n * 64]
    %assign %%n %%n + 1
  %endrep
%endmacro

; SPREAD_CHANGE      xmm15 = RSI, twice
%macro SPREAD_CHANGE 0
    movq    xmm15, rsi
    punpcklqdq xmm15, xmm15
%endmacro

; The same as load_vectors, with every 64 bits changed by RSI. Uses RAX.
LOCAL_FUNCTION load_changed_vectors
    cmp     edx, VECTORS_YMM
    jb      .xmm
    ja      .zmm
    vzeroupper
    SPREAD_CHANGE
    test    ecx, ecx
    jnz     .low
    vinsertf128 ymm15, ymm15, xmm15, 1
    CHANGED vxorps, ymm, 15
    ret
.zmm:
%assign n 0
%rep 8
    mov     rax, [rdi + STATE.masks + n * 8]
    xor     rax, rsi
    kmovq   k%[n], rax
%assign n n + 1
%endrep
    vpbroadcastq zmm31, rsi
%assign n 16
%rep 16
    vpxorq  zmm%[n], zmm31, [rdi + STATE.vectors + n * 64]
%assign n n + 1
%endrep
    vzeroupper
    test    ecx, ecx
    jnz     .xmm
    vpbroadcastq zmm15, rsi
    CHANGED vpxorq, zmm, 15
    ret
.xmm:
    SPREAD_CHANGE
.low:
%assign n 0
%rep 15
    movdqa  xmm%[n], [rdi + STATE.vectors + n * 64]
    pxor    xmm%[n], xmm15
%assign n n + 1
%endrep
    pxor    xmm15, [rdi + STATE.vectors + 15 * 64]
    ret
END_FUNCTION load_changed_vectors

; RECORD_RANGE first, last      into RDI = STATE *, EDX = VECTORS_*; changes no vector
%macro RECORD_RANGE 2
    cmp     edx, VECTORS_YMM
    jb      %%xmm
    ja      %%zmm
    FOR_EACH vmovaps, ymm, %1, %2, STATE.vectors, 64, 0
    jmp     %%done
%%zmm:
    FOR_EACH vmovdqa64, zmm, %1, %2, STATE.vectors, 64, 0
    jmp     %%done
%%xmm:
    FOR_EACH movdqa, xmm, %1, %2, STATE.vectors, 64, 0
%%done:
%endmacro

LOCAL_FUNCTION record_two_vectors
    RECORD_RANGE 0, 1
    ret
END_FUNCTION record_two_vectors

LOCAL_FUNCTION record_vectors
    call    record_two_vectors
    jmp     record_other_vectors
END_FUNCTION record_vectors

LOCAL_FUNCTION record_other_vectors
    RECORD_RANGE 2, 15
    cmp     edx, VECTORS_ZMM
    jne     .done
    FOR_EACH vmovdqa64, zmm, 16, 31, STATE.vectors, 64, 0
    FOR_EACH kmovq, k, 0, 7, STATE.masks, 8, 0
.done:
    ret
END_FUNCTION record_other_vectors

;-----------------------------------------------------------------------------------------------------------
; settle_vectors - `before` as the last call of a batch found it: vectors and masks
;
;   RBX   in: PROBE *      RAX RCX xmm0 xmm1   lost
;-----------------------------------------------------------------------------------------------------------
LOCAL_FUNCTION settle_vectors
    mov     rax, [rbx + PROBE.change]
    mov     qword [rbx + PROBE.change], 0
    movq    xmm1, rax
    punpcklqdq xmm1, xmm1
    xor     ecx, ecx
.next:
    movdqa  xmm0, [rbx + PROBE.before + STATE.vectors + rcx]
    pxor    xmm0, xmm1
    movdqa  [rbx + PROBE.before + STATE.vectors + rcx], xmm0
    add     ecx, 16
    cmp     ecx, 32 * 64
    jb      .next
%assign n 0
%rep 8
    xor     [rbx + PROBE.before + STATE.masks + n * 8], rax
%assign n n + 1
%endrep
    ret
END_FUNCTION settle_vectors

;-----------------------------------------------------------------------------------------------------------
; vectors_hold - nothing dirty after a clean call; all as it was, but for PROBE.change, where it must be
;
;   RBX   in: PROBE *      EAX   in: VECTORS_*      ZF    out: 1 when it holds      uses xmm0-xmm3, RAX, RCX, RDX
;-----------------------------------------------------------------------------------------------------------
LOCAL_FUNCTION vectors_hold
    cmp     eax, VECTORS_YMM
    jb      .xmm
    ja      .zmm

    cmp     dword [rbx + PROBE.clean], 0
    je      .ymm_dirty_is_right
    vxorps  ymm0, ymm0, ymm0
%assign n 0
%rep 16
    vorps   ymm0, ymm0, [rbx + PROBE.after + STATE.vectors + n * 64]
%assign n n + 1
%endrep
    vextractf128 xmm0, ymm0, 1
    vptest  xmm0, xmm0
    jnz     .out
.ymm_dirty_is_right:
    cmp     dword [rbx + PROBE.keep_vectors], 0
    je      .out
    vxorps  ymm0, ymm0, ymm0
    vbroadcastsd ymm2, [rbx + PROBE.change]
%assign n 0
%rep 16
    vxorps  ymm1, ymm2, [rbx + PROBE.before + STATE.vectors + n * 64]
    vxorps  ymm1, ymm1, [rbx + PROBE.after + STATE.vectors + n * 64]
    vorps   ymm0, ymm0, ymm1
%assign n n + 1
%endrep
    cmp     dword [rbx + PROBE.clean], 0
    je      .ymm_whole
    vmovdqa xmm0, xmm0                      ; the low halves only: the others were 0, and are
.ymm_whole:
    vptest  ymm0, ymm0
.out:
    vzeroupper
    ret

.zmm:
    cmp     dword [rbx + PROBE.clean], 0
    je      .zmm_dirty_is_right
    vpxor   xmm0, xmm0, xmm0
%assign n 0
%rep 16
    vporq   zmm0, zmm0, [rbx + PROBE.after + STATE.vectors + n * 64]
%assign n n + 1
%endrep
    vextracti64x4 ymm1, zmm0, 1
    vextracti128 xmm2, ymm0, 1
    vpor    ymm1, ymm1, ymm2
    vptest  ymm1, ymm1
    jnz     .out
.zmm_dirty_is_right:
    cmp     dword [rbx + PROBE.keep_vectors], 0
    je      .out
    vpxor   xmm0, xmm0, xmm0
    vpxor   xmm2, xmm2, xmm2
    vpbroadcastq zmm3, [rbx + PROBE.change]
%assign n 0
%rep 16
    vpxorq  zmm1, zmm3, [rbx + PROBE.before + STATE.vectors + n * 64]
    vpxorq  zmm1, zmm1, [rbx + PROBE.after + STATE.vectors + n * 64]
    vporq   zmm0, zmm0, zmm1
    vpxorq  zmm1, zmm3, [rbx + PROBE.before + STATE.vectors + (n + 16) * 64]
    vpxorq  zmm1, zmm1, [rbx + PROBE.after + STATE.vectors + (n + 16) * 64]
    vporq   zmm2, zmm2, zmm1
%assign n n + 1
%endrep
    cmp     dword [rbx + PROBE.clean], 0
    je      .zmm_whole
    vmovdqa xmm0, xmm0
.zmm_whole:
    vporq   zmm0, zmm0, zmm2
    vpxorq  zmm1, zmm3, [rbx + PROBE.before + STATE.masks]
    vpxorq  zmm1, zmm1, [rbx + PROBE.after + STATE.masks]
    vporq   zmm0, zmm0, zmm1
    vextracti64x4 ymm1, zmm0, 1
    vpor    ymm0, ymm0, ymm1
    vptest  ymm0, ymm0
    jmp     .out

.xmm:
    cmp     dword [rbx + PROBE.keep_vectors], 0
    je      .xmm_out
    pxor    xmm0, xmm0
    movq    xmm2, [rbx + PROBE.change]
    punpcklqdq xmm2, xmm2
%assign n 0
%rep 16
    movdqa  xmm1, [rbx + PROBE.before + STATE.vectors + n * 64]
    pxor    xmm1, xmm2
    pxor    xmm1, [rbx + PROBE.after + STATE.vectors + n * 64]
    por     xmm0, xmm1
%assign n n + 1
%endrep
    movq    rax, xmm0
    punpckhqdq xmm0, xmm0
    movq    rcx, xmm0
    or      rax, rcx
.xmm_out:
    ret
END_FUNCTION vectors_hold
