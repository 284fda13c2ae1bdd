; The decoder: which instruction of ours machine code is, and what its operands are.

%include "instructions.inc"

PREFIX_66               equ 1
PREFIX_F2               equ 2
PREFIX_F3               equ 4
PREFIX_67               equ 8
FORM_MODRM              equ 0x40            ; beside the number: a register or memory
FORM_MEMORY             equ 0x80            ; memory only: with a register it is another instruction
FORM_REGISTER           equ 0xc0            ; a register, whatever ModRM.mod says: MOV of control registers
LONGEST                 equ 15              ; bytes of an instruction

section .rodata

; The instructions: opcode behind 0F, the prefix that is a part of it, number and form. SDM volume 2, appendix A, and
; volume 3C, VMX Instruction Reference; TDX architecture extensions; AMD64 APM volume 3 (VMMCALL, VMGEXIT). The second
; byte of the opcode, or ModRM.reg of 0F C7, is the low one. C6 stands for 0F C7 with a register, FD and FC for 0F 01
; and 0F 00 with ModRM.reg, FF for opcodes of one byte.
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
%macro ASIDE_WITH 4                         ; the same for those beside ours
    dw      %2
    db      %3, ASIDE_%1 | %4
%endmacro
%macro ASIDE 2-3 0                          ; name, opcode, form
    ASIDE_WITH %1, %2, 0, %3
    ASIDE_WITH %1, %2, PREFIX_66, %3
    ASIDE_WITH %1, %2, PREFIX_F2, %3
    ASIDE_WITH %1, %2, PREFIX_F3, %3
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
    INSTRUCTION VMFUNC,   0x01d4
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
    ASIDE STI,          0xfffb
    ASIDE CLI,          0xfffa
    ASIDE HLT,          0xfff4
%assign n 0
%rep 2
    ASIDE IN,           0xffe4 + n
    ASIDE IN,           0xffec + n
    ASIDE OUT,          0xffe6 + n
    ASIDE OUT,          0xffee + n
%assign n n + 1
%endrep
    ASIDE CLTS,         0x0006
    ASIDE INVD,         0x0008
    ASIDE WBINVD,       0x0009
    ASIDE MOV_FROM_CR,  0x0020, FORM_REGISTER
    ASIDE MOV_FROM_DR,  0x0021, FORM_REGISTER
    ASIDE MOV_TO_CR,    0x0022, FORM_REGISTER
    ASIDE MOV_TO_DR,    0x0023, FORM_REGISTER
    ASIDE WRMSR,        0x0030
    ASIDE RDMSR,        0x0032
    ASIDE RDPMC,        0x0033
    ASIDE_WITH MONITOR, 0x01c8, 0, 0
    ASIDE_WITH MWAIT,   0x01c9, 0, 0
    ASIDE_WITH CLAC,    0x01ca, 0, 0
    ASIDE_WITH STAC,    0x01cb, 0, 0
    ASIDE_WITH XSETBV,  0x01d1, 0, 0
    ASIDE_WITH SWAPGS,  0x01f8, 0, 0
    ASIDE_WITH RMPADJUST, 0x01fe, PREFIX_F3, 0
    ASIDE_WITH PVALIDATE, 0x01ff, PREFIX_F2, 0
    ASIDE LLDT,         0xfc02, FORM_MODRM
    ASIDE LTR,          0xfc03, FORM_MODRM
    ASIDE LGDT,         0xfd02, FORM_MEMORY
    ASIDE LIDT,         0xfd03, FORM_MEMORY
    ASIDE LMSW,         0xfd06, FORM_MODRM
    ASIDE INVLPG,       0xfd07, FORM_MEMORY
    ASIDE_WITH INVPCID, 0x3882, PREFIX_66, FORM_MEMORY
    ASIDE_WITH RDRAND,  0xc606, 0, FORM_REGISTER
    ASIDE_WITH RDRAND,  0xc606, PREFIX_66, FORM_REGISTER
    ASIDE_WITH RDSEED,  0xc607, 0, FORM_REGISTER
    ASIDE_WITH RDSEED,  0xc607, PREFIX_66, FORM_REGISTER
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
    je      .two_bytes
    or      eax, 0xff00
    jmp     .known
.two_bytes:
    movzx   eax, byte [rdi]
    inc     rdi
    cmp     al, 0x01
    je      .system
    cmp     al, 0x38
    je      .third
    cmp     al, 0xc7
    je      .vmx
    test    al, al
    jnz     .known
    mov     eax, 0xfc00
    jmp     .group
.system:
    movzx   edx, byte [rdi]                 ; ModRM, or the third byte of the opcode
    cmp     edx, 0xc0
    jb      .group_of_system
    and     edx, 0xf8
    cmp     edx, 0xf0                       ; LMSW of a register
    jne     .third
.group_of_system:
    mov     eax, 0xfd00
    jmp     .group
.third:
    shl     eax, 8
    movzx   edx, byte [rdi]
    inc     rdi
    or      eax, edx
    jmp     .known
.vmx:
    mov     eax, 0xc700
    cmp     byte [rdi], 0xc0
    jb      .group
    mov     eax, 0xc600
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
    cmp     r9w, 0xff00
    jae     .port
    mov     eax, r9d
    and     eax, 0xff00
    cmp     eax, 0xc600
    je      .width
.width_known:
    shr     ecx, 3                          ; PREFIX_67
    and     ecx, 1
    mov     [rsi + SITE.narrow], cl
    test    r11d, FORM_MODRM | FORM_MEMORY
    jz      .decoded
    jmp     .modrm

.port:                                      ; of IN and OUT; the others have no operand at all
    mov     eax, 1
    test    r9b, 1
    jz      .bytes_known
    mov     eax, 4
    test    ecx, PREFIX_66
    jz      .bytes_known
    mov     eax, 2
.bytes_known:
    shl     eax, ASIDE_BYTES_SHIFT
    or      [rsi + SITE.instruction], eax
    mov     byte [rsi + SITE.narrow], 0
    mov     eax, r9d
    and     eax, 0xfffc
    cmp     eax, 0xffe4
    jne     .decoded
    movzx   eax, byte [rdi]
    inc     rdi
    shl     eax, ASIDE_PORT_SHIFT
    or      eax, ASIDE_IMMEDIATE
    or      [rsi + SITE.instruction], eax
    jmp     .decoded

.width:                                     ; of the register of RDRAND and RDSEED
    mov     eax, 8 << ASIDE_BYTES_SHIFT
    test    r10d, 8                         ; REX.W
    jnz     .is_width
    shr     eax, 1
    test    ecx, PREFIX_66
    jz      .is_width
    shr     eax, 1
.is_width:
    or      [rsi + SITE.instruction], eax
    jmp     .width_known

.modrm:
    movzx   eax, byte [rdi]                 ; ModRM
    inc     rdi
    cmp     r9w, 0xc600
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
    and     r11d, FORM_REGISTER
    cmp     r11d, FORM_REGISTER
    je      .only_a_register
    cmp     eax, 3
    jne     .memory
    test    r11d, FORM_MEMORY
    jnz     .none
.only_a_register:
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
