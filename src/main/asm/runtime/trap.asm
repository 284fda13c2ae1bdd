; The bridge for code of others, with real instructions: where one traps, the interrupted routine calls the shim as it
; would through the gate, and loses nothing but time.

EXCEPTION_BP            equ 3
EXCEPTION_PF            equ 14
EXCEPTION_AC            equ 17
SHIM_FLAGS              equ ~0x44500        ; AC NT DF TF
AC_FLAG                 equ 0x40000

section .text

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
    cmp     dword [rdx + UC_TRAPNO], EXCEPTION_BP
    jbe     guard_handler.ours              ; a trap: RIP is behind what did it. #DE and NMI are none of ours either
    cmp     dword [rdx + UC_TRAPNO], EXCEPTION_AC
    je      .misaligned
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

.misaligned:                                ; behind STAC, AC means no alignment in a kernel: go on without it
    cmp     dword [r11 + PROBE.aside_window], 0
    je      guard_handler.ours
    mov     rax, [r11 + PROBE.sequence]
    cmp     rax, [r11 + PROBE.aside_sequence]
    jne     guard_handler.ours
    and     dword [rdx + UC_EFLAGS], ~AC_FLAG
    ret

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
    COPY_INTERRUPTED rax, r11 + PROBE.trapped
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
    cmp     byte [rbx + REGISTERS.instruction], ASIDE_FIRST
    jae     trap_aside
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
    test    dword [rbx + REGISTERS.rflags], TRAP_FLAG
    jz      .not_stepped                    ; else the next trap comes one instruction too late
    mov     r11, [r12 + CROSSING.probe]
    RECORD_STEP .not_stepped
%assign n 0
%rep 16
    mov     rax, [rbx + n * 8]
    mov     [rcx + STEP.registers + n * 8], rax
%assign n n + 1
%endrep
    mov     rax, [rbx + REGISTERS.rflags]
    and     rax, ~TRAP_FLAG
    mov     [rcx + STEP.rflags], rax
    mov     rax, [rbx + REGISTERS.next]
    mov     [rcx + STEP.rip], rax
    RECORD_MORE .not_stepped
.not_stepped:
    GIVE_BASE gs_base, ARCH_SET_GS
    GIVE_BASE fs_base, ARCH_SET_FS
    lea     rsp, [rbx + PROBE.return - PROBE.trapped]
    mov     rax, [rbx + REGISTERS.next]
    mov     [rbx + PROBE.stepped - PROBE.trapped], rax
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
    mov     [rbx + REGISTERS.next], rdx
    movzx   ecx, word [rsi + FIX_UP.set]
    movzx   edi, word [rsi + FIX_UP.vector]
    add     rsi, FIX_UP.values
.set:
    bsf     eax, ecx
    jz      .all_set
    btr     ecx, eax
    movsxd  rdx, dword [rsi]
    add     rsi, 4
    mov     [rbx + rax * 8], rdx
    jmp     .set
.all_set:
    bsf     eax, edi
    jz      .resume
    mov     ecx, [rbx + REGISTERS.exception]
    dec     ecx                             ; the vector
    add     [rbx + rax * 8], rcx
    jmp     .resume
END_FUNCTION trap_gate

%if PROBE_size > 2 * 4096
    %error the memory of a probe is too small for PROBE
%endif
