; The bridge for code of others, with real instructions: where one traps, the interrupted routine calls the shim as it
; would through the gate, and loses nothing but time.

%include "instructions.inc"

PREFIX_66               equ 1
PREFIX_F2               equ 2
PREFIX_F3               equ 4
PREFIX_67               equ 8
FORM_MODRM              equ 0x40            ; beside the number: a register or memory
FORM_MEMORY             equ 0x80            ; memory only: with a register it is another instruction
LONGEST                 equ 15              ; bytes of an instruction
EXCEPTION_PF            equ 14
RESUME_FLAG             equ 0x10000         ; set in what a fault stores
SHIM_FLAGS              equ ~0x44500        ; AC NT DF TF

section .rodata

; The instructions: opcode behind 0F, the prefix that is a part of it, number and form. SDM volume 2, appendix A, and
; volume 3C, VMX Instruction Reference; TDX architecture extensions; AMD64 APM volume 3 (VMMCALL, VMGEXIT). The second
; byte of the opcode, or ModRM.reg of 0F C7, is the low one.
%macro INSTRUCTION 2-4 0, 0                 ; name, opcode, prefix, form
    dw      %2
    db      %3, INSTRUCTION_%1 | %4
%endmacro
%macro WITH_ANY_PREFIX 2                    ; which means nothing
    INSTRUCTION %1, %2
    INSTRUCTION %1, %2, PREFIX_66
    INSTRUCTION %1, %2, PREFIX_F2
    INSTRUCTION %1, %2, PREFIX_F3
%endmacro
align 4
instruction_forms:
    WITH_ANY_PREFIX VMCALL,   0x01c1
    WITH_ANY_PREFIX VMLAUNCH, 0x01c2
    WITH_ANY_PREFIX VMRESUME, 0x01c3
    WITH_ANY_PREFIX VMXOFF,   0x01c4
    INSTRUCTION TDCALL,   0x01cc, PREFIX_66
    INSTRUCTION SEAMRET,  0x01cd, PREFIX_66
    INSTRUCTION SEAMCALL, 0x01cf, PREFIX_66
    INSTRUCTION VMMCALL,  0x01d9
    INSTRUCTION VMGEXIT,  0x01d9, PREFIX_F2
    INSTRUCTION VMGEXIT,  0x01d9, PREFIX_F3
    INSTRUCTION VMREAD,   0x0078, 0, FORM_MODRM
    INSTRUCTION VMWRITE,  0x0079, 0, FORM_MODRM
    INSTRUCTION VMPTRLD,  0xc706, 0, FORM_MEMORY
    INSTRUCTION VMPTRST,  0xc707, 0, FORM_MEMORY
    INSTRUCTION VMCLEAR,  0xc706, PREFIX_66, FORM_MEMORY
    INSTRUCTION VMXON,    0xc706, PREFIX_F3, FORM_MEMORY
    INSTRUCTION INVEPT,   0x3880, PREFIX_66, FORM_MEMORY
    INSTRUCTION INVVPID,  0x3881, PREFIX_66, FORM_MEMORY
.end:

section .text

;-----------------------------------------------------------------------------------------------------------
; trap_decode - u64 trap_decode(const u8 *code, SITE *): whether the bytes are an instruction of ours, and its operands
;
;   RDI   in: the bytes           RSI   in: to be filled, but for .address; kept      RAX   out: its length, or 0
;   RCX RDX RDI R8-R11   lost
;
; No byte is read that the processor did not have to read before it could refuse the instruction: so a routine that
; trapped at the end of its page is safe to be looked at.
;-----------------------------------------------------------------------------------------------------------
FUNCTION trap_decode
    mov     r8, rdi
    xor     ecx, ecx                        ; PREFIX_*
    xor     r10d, r10d                      ; REX
    mov     qword [rsi + SITE.length], 0
.prefix:
    lea     rax, [r8 + LONGEST - 2]
    cmp     rdi, rax
    jae     .none
    movzx   eax, byte [rdi]
    inc     rdi
    cmp     al, 0x66
    je      .operand_size
    cmp     al, 0x67
    je      .address_size
    mov     edx, PREFIX_F2
    cmp     al, 0xf2
    je      .repeat
    mov     edx, PREFIX_F3
    cmp     al, 0xf3
    je      .repeat
    mov     edx, SEGMENT_FS
    cmp     al, 0x64
    je      .segment
    mov     edx, SEGMENT_GS
    cmp     al, 0x65
    je      .segment
    cmp     al, 0x2e                        ; CS SS DS ES mean nothing
    je      .prefix
    cmp     al, 0x36
    je      .prefix
    cmp     al, 0x3e
    je      .prefix
    cmp     al, 0x26
    je      .prefix
    mov     edx, eax
    and     edx, 0xf0
    cmp     edx, 0x40
    jne     .opcode
    mov     r10d, eax
    movzx   eax, byte [rdi]
    inc     rdi
.opcode:
    cmp     al, 0x0f
    jne     .none
    movzx   eax, byte [rdi]
    inc     rdi
    cmp     al, 0x78
    je      .known
    cmp     al, 0x79
    je      .known
    shl     eax, 8
    cmp     eax, 0xc700
    je      .group
    cmp     eax, 0x0100
    je      .third
    cmp     eax, 0x3800
    jne     .none
.third:
    movzx   edx, byte [rdi]
    inc     rdi
    or      eax, edx
    jmp     .known
.group:
    movzx   edx, byte [rdi]                 ; ModRM
    shr     edx, 3
    and     edx, 7
    or      eax, edx
.known:
    mov     edx, ecx                        ; the prefix that counts: F2 and F3 before 66
    and     edx, PREFIX_F2 | PREFIX_F3
    jnz     .mandatory
    mov     edx, ecx
    and     edx, PREFIX_66
.mandatory:
    shl     edx, 16
    or      edx, eax
    lea     r11, [rel instruction_forms]
    lea     r9, [rel instruction_forms.end]
.form:
    cmp     r11, r9
    jae     .none
    mov     eax, [r11]
    add     r11, 4
    xor     eax, edx
    test    eax, 0xffffff
    jnz     .form
    mov     r9d, edx                        ; opcode
    shr     eax, 24
    mov     r11d, eax                       ; number and form
    and     eax, FORM_MODRM - 1
    mov     [rsi + SITE.instruction], eax
    mov     dword [rsi + SITE.displacement], 0
    mov     byte [rsi + SITE.base], SITE_NONE
    mov     byte [rsi + SITE.index], SITE_NONE
    shr     ecx, 3                          ; PREFIX_67
    and     ecx, 1
    mov     [rsi + SITE.narrow], cl
    test    r11d, FORM_MODRM | FORM_MEMORY
    jz      .decoded

    movzx   eax, byte [rdi]                 ; ModRM
    inc     rdi
    cmp     r9w, 0xc700
    jae     .no_register                    ; ModRM.reg is a part of the opcode
    mov     edx, eax
    shr     edx, 3
    and     edx, 7
    mov     ecx, r10d
    and     ecx, 4                          ; REX.R
    lea     edx, [rdx + rcx * 2]
    shl     edx, 12
    or      [rsi + SITE.instruction], edx
.no_register:
    mov     ecx, r10d
    and     ecx, 1
    shl     ecx, 3                          ; REX.B
    mov     edx, eax
    and     edx, 7                          ; ModRM.rm
    shr     eax, 6                          ; ModRM.mod
    cmp     eax, 3
    jne     .memory
    test    r11d, FORM_MEMORY
    jnz     .none
    or      edx, ecx
    jmp     .register
.memory:
    or      dword [rsi + SITE.instruction], OPERAND_IN_MEMORY
    cmp     edx, 4
    je      .sib
    cmp     edx, 5
    jne     .base
    test    eax, eax
    jnz     .base
    mov     byte [rsi + SITE.base], SITE_RIP
    jmp     .displacement_32
.sib:
    movzx   edx, byte [rdi]
    inc     rdi
    mov     r9d, edx
    shr     r9d, 6
    mov     [rsi + SITE.scale], r9b
    mov     r9d, edx
    shr     r9d, 3
    and     r9d, 7
    mov     r11d, r10d
    and     r11d, 2                         ; REX.X
    lea     r9d, [r9 + r11 * 4]
    cmp     r9d, 4
    je      .no_index
    mov     [rsi + SITE.index], r9b
.no_index:
    and     edx, 7
    cmp     edx, 5
    jne     .base
    test    eax, eax
    jz      .displacement_32
.base:
    or      edx, ecx
    mov     [rsi + SITE.base], dl
    test    eax, eax
    jz      .register
    cmp     eax, 1
    jne     .base_and_32
    movsx   eax, byte [rdi]
    inc     rdi
    mov     [rsi + SITE.displacement], eax
    jmp     .register
.base_and_32:
    shl     edx, 8
    or      [rsi + SITE.instruction], edx
.displacement_32:                           ; without a base too
    mov     eax, [rdi]
    add     rdi, 4
    mov     [rsi + SITE.displacement], eax
    jmp     .decoded
.register:
    shl     edx, 8
    or      [rsi + SITE.instruction], edx
.decoded:
    mov     rax, rdi
    sub     rax, r8
    cmp     eax, LONGEST
    ja      .none
    mov     [rsi + SITE.length], al
    ret
.none:
    xor     eax, eax
    ret

.operand_size:
    or      ecx, PREFIX_66
    jmp     .prefix
.address_size:
    or      ecx, PREFIX_67
    jmp     .prefix
.repeat:
    and     ecx, ~(PREFIX_F2 | PREFIX_F3)   ; the last one counts
    or      ecx, edx
    jmp     .prefix
.segment:
    mov     [rsi + SITE.segment], dl
    jmp     .prefix
END_FUNCTION trap_decode

;-----------------------------------------------------------------------------------------------------------
; trap_begin - in the guard: when RIP is at an instruction of ours, let the interrupted routine go on in trap_gate
;
;   RDI RSI RDX   in: as guard_handler      R8   in: CROSSING      R9   in: RIP      R11  in: PROBE, with .traps
;
; Else goes on at guard_handler.ours. All that the routine has is in PROBE.trapped then; its stack is not touched.
;-----------------------------------------------------------------------------------------------------------
LOCAL_FUNCTION trap_begin
    push    0x202                           ; AC is still the routine's
    popfq
    cmp     dword [rdx + UC_TRAPNO], EXCEPTION_PF
    je      guard_handler.ours              ; nothing can be read there, perhaps; and no instruction of ours does it
    mov     r10, [r11 + PROBE.traps]
    mov     rbx, [r10 + TRAPS.sites]
    mov     rcx, [r10 + TRAPS.site_count]
.search:
    test    rcx, rcx
    jz      .unknown
    mov     r10, rcx
    shr     r10, 1
    imul    rax, r10, SITE_size
    add     rax, rbx                        ; in the middle
    cmp     r9, [rax + SITE.address]
    je      .known
    jb      .before
    lea     rbx, [rax + SITE_size]
    sub     rcx, r10
    dec     rcx
    jmp     .search
.before:
    mov     rcx, r10
    jmp     .search

.unknown:                                   ; it traps by itself, where nobody looked for it
    mov     rax, r9
    shr     rax, 47
    jnz     guard_handler.ours              ; where no code of a process is
    lea     rbx, [r11 + PROBE.site]
    push    rdi
    push    rsi
    push    rdx
    push    r8
    push    r9
    push    r11
    mov     rdi, r9
    mov     rsi, rbx
    call    trap_decode
    pop     r11
    pop     r9
    pop     r8
    pop     rdx
    pop     rsi
    pop     rdi
    test    eax, eax
    jz      guard_handler.ours
    jmp     .found
.known:
    mov     rbx, rax
.found:
%macro TRAPPED 1-*                          ; in the order of REGISTERS
  %assign %%n 0
  %rep %0
    mov     rax, [rdx + UC_%1]
    mov     [r11 + PROBE.trapped + %%n * 8], rax
    %assign %%n %%n + 1
    %rotate 1
  %endrep
%endmacro
    TRAPPED RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI
%assign n 0
%rep 8
    mov     rax, [rdx + UC_R8 + n * 8]
    mov     [r11 + PROBE.trapped + REGISTERS.r8 + n * 8], rax
%assign n n + 1
%endrep
    mov     rax, [rdx + UC_EFLAGS]
    and     rax, ~RESUME_FLAG
    mov     [r11 + PROBE.trapped + REGISTERS.rflags], rax
    mov     [r11 + PROBE.trapped + REGISTERS.rip], r9
    mov     eax, [rbx + SITE.instruction]
    mov     [r11 + PROBE.trapped + REGISTERS.instruction], eax
    mov     dword [r11 + PROBE.trapped + REGISTERS.exception], 0
    movzx   eax, byte [rbx + SITE.length]
    add     r9, rax
    mov     [r11 + PROBE.trapped + REGISTERS.next], r9
    test    dword [r11 + PROBE.processor], PROCESSOR_FSGSBASE
    jz      .segments
    rdfsbase rax
    rdgsbase rcx
    xor     rax, [r11 + PROBE.before + STATE.fs_base]
    xor     rcx, [r11 + PROBE.before + STATE.gs_base]
    or      rax, rcx
    jz      .segments_known
.segments:
    call    restore_segments                ; for the shim
.segments_known:

    xor     eax, eax                        ; the operand's address
    test    dword [rbx + SITE.instruction], OPERAND_IN_MEMORY
    jz      .no_operand
    movsxd  rax, dword [rbx + SITE.displacement]
    movzx   ecx, byte [rbx + SITE.base]
    cmp     ecx, SITE_NONE
    je      .no_base
    ja      .of_rip
    add     rax, [r11 + PROBE.trapped + rcx * 8]
    jmp     .no_base
.of_rip:
    add     rax, r9
.no_base:
    movzx   ecx, byte [rbx + SITE.index]
    cmp     ecx, SITE_NONE
    je      .no_index
    mov     r10, [r11 + PROBE.trapped + rcx * 8]
    movzx   ecx, byte [rbx + SITE.scale]
    shl     r10, cl
    add     rax, r10
.no_index:
    cmp     byte [rbx + SITE.narrow], 0
    je      .is_wide
    mov     eax, eax
.is_wide:
    movzx   ecx, byte [rbx + SITE.segment]
    cmp     ecx, SEGMENT_FS
    jb      .no_operand
    ja      .of_gs
    add     rax, [r11 + PROBE.after + STATE.fs_base]
    jmp     .no_operand
.of_gs:
    add     rax, [r11 + PROBE.after + STATE.gs_base]
.no_operand:
    mov     [r11 + PROBE.trapped + REGISTERS.operand], rax

    lea     rax, [r11 + PROBE.trapped]
    mov     [rdx + UC_RBX], rax
    mov     [rdx + UC_RSP], rax
    mov     [rdx + UC_R12], r8
    and     dword [rdx + UC_EFLAGS], SHIM_FLAGS
    lea     rax, [rel trap_gate]
    mov     [rdx + UC_RIP], rax
    ret
END_FUNCTION trap_begin

;-----------------------------------------------------------------------------------------------------------
; trap_gate - ask the shim, and go on with the routine: what the gate is for a CALL
;
;   RBX   in: PROBE.trapped; RSP too      R12   in: CROSSING      vectors   in: the routine's
;
; IRETQ takes RIP, RFLAGS and RSP from the probe's memory, whatever they are: the routine's stack may be in use to the
; last byte, or nowhere. When TF is among them, the next trap comes behind the next instruction.
;-----------------------------------------------------------------------------------------------------------
LOCAL_FUNCTION trap_gate
    mov     rdi, rbx
    CALL_SHIM execute
    mov     r11, [r12 + CROSSING.probe]
    mov     rsp, [r11 + PROBE.rsp]
    test    rax, rax
    jnz     shim_threw
    cmp     dword [rbx + REGISTERS.exception], 0
    jne     .faulted

.resume:                                    ; the segments that the routine had are its own affair
%macro GIVE_BASE 2                          ; member of STATE, number for arch_prctl
    mov     r11, [r12 + CROSSING.probe]
    mov     rsi, [r11 + PROBE.after + STATE.%1]
    mov     rax, [r11 + PROBE.before + STATE.%1]
    cmp     rsi, rax
    je      %%is_right
    mov     [r11 + PROBE.after + STATE.%1], rax
    mov     edi, %2
    mov     eax, SYS_arch_prctl
    syscall
%%is_right:
%endmacro
    GIVE_BASE gs_base, ARCH_SET_GS
    GIVE_BASE fs_base, ARCH_SET_FS
    lea     rsp, [rbx + PROBE.return - PROBE.trapped]
    mov     rax, [rbx + REGISTERS.next]
    mov     [rsp], rax
    mov     eax, cs
    mov     [rsp + 8], rax
    mov     rax, [rbx + REGISTERS.rflags]
    mov     [rsp + 16], rax
    mov     rax, [rbx + REGISTERS.rsp]
    mov     [rsp + 24], rax
    mov     eax, ss
    mov     [rsp + 32], rax
    mov     rax, [rbx + REGISTERS.rax]
    mov     rcx, [rbx + REGISTERS.rcx]
    mov     rdx, [rbx + REGISTERS.rdx]
    mov     rbp, [rbx + REGISTERS.rbp]
    mov     rsi, [rbx + REGISTERS.rsi]
    mov     rdi, [rbx + REGISTERS.rdi]
    mov     r8, [rbx + REGISTERS.r8]
    mov     r9, [rbx + REGISTERS.r9]
    mov     r10, [rbx + REGISTERS.r10]
    mov     r11, [rbx + REGISTERS.r11]
    mov     r12, [rbx + REGISTERS.r12]
    mov     r13, [rbx + REGISTERS.r13]
    mov     r14, [rbx + REGISTERS.r14]
    mov     r15, [rbx + REGISTERS.r15]
    mov     rbx, [rbx + REGISTERS.rbx]
    iretq

.faulted:
    mov     r10, [r11 + PROBE.traps]
    mov     rsi, [r10 + TRAPS.fix_ups]
    mov     rcx, [r10 + TRAPS.fix_up_count]
    mov     rdx, [rbx + REGISTERS.rip]
.entry:
    sub     rcx, 1
    jb      no_fix_up
    cmp     [rsi + FIX_UP.address], rdx
    je      .fix_up
    add     rsi, FIX_UP_size
    jmp     .entry
.fix_up:
    mov     rdx, [rsi + FIX_UP.target]
    mov     rax, [rsi + FIX_UP.register]
    call    take_fix_up
    jmp     .resume
END_FUNCTION trap_gate

%if PROBE_size > 2 * 4096
    %error the memory of a probe is too small for PROBE
%endif
