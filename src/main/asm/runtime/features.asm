; What this processor has that the probe looks at.

section .text

;-----------------------------------------------------------------------------------------------------------
; probe_features - u64 probe_features(void): bits 7:0 VECTORS_* of this processor, above them PROCESSOR_*
;
; But for PROCESSOR_FSGSBASE, which the system alone knows. SDM volume 1, "Detection of AVX Instructions", "Detection of
; Intel AVX-512 Foundation Instructions"; volume 2, CPUID.
;-----------------------------------------------------------------------------------------------------------
%define SHIFTED(feature) (feature) << 8
FUNCTION probe_features
    push    rbx
    mov     r8d, VECTORS_XMM
    mov     eax, 0x80000001
    cpuid
    test    ecx, 1                          ; LAHF and SAHF
    jz      .no_sahf
    or      r8d, SHIFTED(PROCESSOR_SAHF)
.no_sahf:
    xor     eax, eax
    cpuid
    xor     r9d, r9d                        ; leaf 7, EBX
    cmp     eax, 7
    jb      .no_leaf_7
    mov     eax, 7
    xor     ecx, ecx
    cpuid
    mov     r9d, ebx
    test    ecx, 1 << 4                     ; OSPKE
    jz      .no_leaf_7
    or      r8d, SHIFTED(PROCESSOR_PKRU)
.no_leaf_7:
    mov     eax, 1
    cpuid
    mov     r11d, ecx
    test    r11d, 1 << 27                   ; OSXSAVE
    jz      .done
    xor     ecx, ecx
    xgetbv
    mov     r10d, eax
    test    r11d, 1 << 28                   ; AVX
    jz      .in_use
    and     eax, 6                          ; the system saves XMM and YMM
    cmp     eax, 6
    jne     .in_use
    inc     r8d                             ; VECTORS_YMM
    or      r8d, SHIFTED(PROCESSOR_AVX)
    and     r10d, 0xe0                      ; opmask, ZMM_Hi256, Hi16_ZMM
    cmp     r10d, 0xe0
    jne     .in_use
    and     r9d, 1 << 16 | 1 << 17 | 1 << 30        ; AVX512F DQ BW
    cmp     r9d, 1 << 16 | 1 << 17 | 1 << 30
    jne     .in_use
    inc     r8d                             ; VECTORS_ZMM
.in_use:
    mov     eax, 0xd
    mov     ecx, 1
    cpuid
    test    eax, 4                          ; XGETBV with ECX = 1
    jz      .done
    or      r8d, SHIFTED(PROCESSOR_XINUSE)
    mov     eax, XINUSE_X87
    xor     edx, edx
    xrstor  [rel initial_x87]
    call    probe_nothing
    mov     ecx, 1
    xgetbv
    test    eax, XINUSE_X87
    jnz     .done
    or      r8d, SHIFTED(PROCESSOR_X87)
.done:
    mov     eax, r8d
    pop     rbx
    ret
END_FUNCTION probe_features

; u64 probe_component(u64 n): where a component of the extended state is in the area that XSAVE writes (SDM volume 1,
; "Standard Format of Extended Region").
FUNCTION probe_component
    push    rbx
    mov     eax, 0xd
    mov     ecx, edi
    cpuid
    mov     eax, ebx
    pop     rbx
    ret
END_FUNCTION probe_component
