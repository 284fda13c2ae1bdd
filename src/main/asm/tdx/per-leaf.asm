; Design `per-leaf`: a SysV routine for each leaf that touches the registers of that leaf and no others.
;
; All of TDX is in the routine; the call site is a call of a C function, and a tail call at that. RDI, RSI and RDX
; are not exposed (but for ReportFatalError), so TDCALL keeps them: pointers stay there across it.

%define DESIGN "per-leaf"
%include "tdx.inc"

; PER_LEAF leaf, mask ... END_PER_LEAF leaf      the routine tdvmcall_<leaf>, and the call site per_leaf_<leaf>
%macro PER_LEAF 2
  %ifidn %1, hlt
    CALL_SITE per_leaf, %1, %2, tdvmcall_%1
    movzx   edi, dil                        ; a C caller promises a zero-extended _Bool
    jmp     strict near tdvmcall_%1        ; the routine is in another object: rel32
    END_CALL_SITE per_leaf, %1
  %else
    CALL_SITE per_leaf, %1, %2, tdvmcall_%1
    jmp     strict near tdvmcall_%1        ; the routine is in another object: rel32
    END_CALL_SITE per_leaf, %1
  %endif
    ROUTINE tdvmcall_%1, sysv, LEAF_%1, "mask=", %2, 10
%endmacro

%macro END_PER_LEAF 1
.panic:
    ud2
    END_ROUTINE tdvmcall_%1
%endmacro

; TDVMCALL reason, mask      the selectors, the instruction, the panic
%macro TDVMCALL 2
    xor     r10d, r10d                      ; TDVMCALL_STANDARD
    mov     r11d, %1
    mov     ecx, %2
    xor     eax, eax                        ; TDG_VP_VMCALL
    TDCALL
    test    rax, rax
    jnz     .panic
%endmacro

;-----------------------------------------------------------------------------------------------------------
; tdvmcall_hlt - TDG.VP.VMCALL<Instruction.HLT>
;
;   R12   in: interrupt_blocked              RDI   in: interrupt_blocked, 8 bits
;   R10   out: status                        RAX   out: status
;-----------------------------------------------------------------------------------------------------------
PER_LEAF hlt, "0x1c00"
    push    r12
    movzx   r12d, dil
    TDVMCALL TDVMCALL_HLT, MASK_R10_R12
    xchg    rax, r10
    xor     r11d, r11d
    pop     r12
    ret
END_PER_LEAF hlt

;-----------------------------------------------------------------------------------------------------------
; tdvmcall_rdmsr - TDG.VP.VMCALL<Instruction.RDMSR>
;
;   R12   in: MSR index                      RDI   in: msr, 32 bits
;   R11   out: value                         RSI   in: value, stored on success
;   R10   out: status                        RAX   out: status
;-----------------------------------------------------------------------------------------------------------
PER_LEAF rdmsr, "0x1c00"
    push    r12
    mov     r12d, edi
    TDVMCALL TDVMCALL_RDMSR, MASK_R10_R12
    xchg    rax, r10
    test    rax, rax
    jnz     .out
    mov     [rsi], r11
.out:
    xor     r11d, r11d
    pop     r12
    ret
END_PER_LEAF rdmsr

;-----------------------------------------------------------------------------------------------------------
; tdvmcall_wrmsr - TDG.VP.VMCALL<Instruction.WRMSR>
;
;   R12   in: MSR index                      RDI   in: msr, 32 bits
;   R13   in: value                          RSI   in: value
;   R10   out: status                        RAX   out: status
;-----------------------------------------------------------------------------------------------------------
PER_LEAF wrmsr, "0x3c00"
    push    r12
    push    r13
    mov     r12d, edi
    mov     r13, rsi
    TDVMCALL TDVMCALL_WRMSR, MASK_R10_R13
    xchg    rax, r10
    xor     r11d, r11d
    pop     r13
    pop     r12
    ret
END_PER_LEAF wrmsr

;-----------------------------------------------------------------------------------------------------------
; tdvmcall_cpuid - TDG.VP.VMCALL<Instruction.CPUID>
;
;   R12   in: leaf       out: EAX            RDI   in: leaf, 32 bits
;   R13   in: sub-leaf   out: EBX            RSI   in: subleaf, 32 bits
;   R14                  out: ECX            RDX   in: out[4] = EAX EBX ECX EDX, stored on success
;   R15                  out: EDX            RAX   out: status
;   R10                  out: status
;-----------------------------------------------------------------------------------------------------------
PER_LEAF cpuid, "0xfc00"
    push    r12
    push    r13
    push    r14
    push    r15
    mov     r12d, edi
    mov     r13d, esi
    xor     r14d, r14d                      ; exposed for the outputs: nothing of the caller's in them
    xor     r15d, r15d
    TDVMCALL TDVMCALL_CPUID, MASK_R10_R15
    xchg    rax, r10
    test    rax, rax
    jnz     .out
    mov     [rdx], r12
    mov     [rdx + 8], r13
    mov     [rdx + 16], r14
    mov     [rdx + 24], r15
.out:
    xor     r11d, r11d
    pop     r15
    pop     r14
    pop     r13
    pop     r12
    ret
END_PER_LEAF cpuid

;-----------------------------------------------------------------------------------------------------------
; tdvmcall_mmio_read - TDG.VP.VMCALL<#VE.RequestMMIO>, read
;
;   R12   in: size 1, 2, 4 or 8              RDI   in: size, 32 bits
;   R13   in: 0 = read                       RSI   in: gpa
;   R14   in: shared GPA                     RDX   in: value, stored on success
;   R11   out: data                          RAX   out: status
;   R10   out: status
;-----------------------------------------------------------------------------------------------------------
PER_LEAF mmio_read, "0x7c00"
    push    r12
    push    r13
    push    r14
    mov     r12d, edi
    xor     r13d, r13d
    mov     r14, rsi
    TDVMCALL TDVMCALL_REQUEST_MMIO, MASK_R10_R14
    xchg    rax, r10
    test    rax, rax
    jnz     .out
    mov     [rdx], r11
.out:
    xor     r11d, r11d
    pop     r14
    pop     r13
    pop     r12
    ret
END_PER_LEAF mmio_read

;-----------------------------------------------------------------------------------------------------------
; tdvmcall_mmio_write - TDG.VP.VMCALL<#VE.RequestMMIO>, write
;
;   R12   in: size 1, 2, 4 or 8              RDI   in: size, 32 bits
;   R13   in: 1 = write                      RSI   in: gpa
;   R14   in: shared GPA                     RDX   in: value
;   R15   in: data                           RAX   out: status
;   R10   out: status
;-----------------------------------------------------------------------------------------------------------
PER_LEAF mmio_write, "0xfc00"
    push    r12
    push    r13
    push    r14
    push    r15
    mov     r12d, edi
    mov     r13d, MMIO_WRITE
    mov     r14, rsi
    mov     r15, rdx
    TDVMCALL TDVMCALL_REQUEST_MMIO, MASK_R10_R15
    xchg    rax, r10
    xor     r11d, r11d
    pop     r15
    pop     r14
    pop     r13
    pop     r12
    ret
END_PER_LEAF mmio_write

;-----------------------------------------------------------------------------------------------------------
; tdvmcall_map_gpa - TDG.VP.VMCALL<MapGPA>
;
;   R12   in: start GPA                      RDI   in: start
;   R13   in: size in bytes                  RSI   in: size
;   R11   out: where to go on, on failure    RDX   in: failing_gpa, stored when the status is not 0
;   R10   out: status                        RAX   out: status
;-----------------------------------------------------------------------------------------------------------
PER_LEAF map_gpa, "0x3c00"
    push    r12
    push    r13
    mov     r12, rdi
    mov     r13, rsi
    TDVMCALL TDVMCALL_MAP_GPA, MASK_R10_R13
    xchg    rax, r10
    test    rax, rax
    jz      .out                            ; on success R11 is not defined
    mov     [rdx], r11
.out:
    xor     r11d, r11d
    pop     r13
    pop     r12
    ret
END_PER_LEAF map_gpa

;-----------------------------------------------------------------------------------------------------------
; tdvmcall_report_fatal_error - TDG.VP.VMCALL<ReportFatalError>
;
;   R12   in: error code                     RDI   in: code
;   R13   in: GPA of more text               RSI   in: string_gpa
;   R14 R15 RBX RDI RSI R8 R9 RDX            RDX   in: message[8], 64 bytes of text
;         in: 64 bytes of text, in order     RAX   out: status, should the VMM return
;-----------------------------------------------------------------------------------------------------------
PER_LEAF report_fatal_error, "0xffcc"
    push    rbx
    push    r12
    push    r13
    push    r14
    push    r15
    mov     r12, rdi
    mov     r13, rsi
    mov     r14, [rdx]
    mov     r15, [rdx + 8]
    mov     rbx, [rdx + 16]
    mov     rdi, [rdx + 24]
    mov     rsi, [rdx + 32]
    mov     r8, [rdx + 40]
    mov     r9, [rdx + 48]
    mov     rdx, [rdx + 56]
    TDVMCALL TDVMCALL_REPORT_FATAL_ERROR, MASK_ALL
    xchg    rax, r10
    xor     edx, edx                        ; everything was exposed
    xor     esi, esi
    xor     edi, edi
    xor     r8d, r8d
    xor     r9d, r9d
    xor     r11d, r11d
    pop     r15
    pop     r14
    pop     r13
    pop     r12
    pop     rbx
    ret
END_PER_LEAF report_fatal_error
