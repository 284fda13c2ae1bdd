; The bridge for code of others, with real instructions: where one traps, the interrupted routine calls the shim as it
; would through the gate, and loses nothing but time.

EXCEPTION_BP            equ 3
EXCEPTION_PF            equ 14
EXCEPTION_AC            equ 17
SHIM_FLAGS              equ ~0x44500        ; AC NT DF TF
AC_FLAG                 equ 0x40000
ZERO_FLAG               equ 0x40

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
    jae     .aside
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

; An instruction beside ours, which no shim hears of: it does nothing, or what it reads is from PROBE.aside_values. Uses
; no stack: RSP points to the trapped registers.
.aside:
    mov     r11, [r12 + CROSSING.probe]
    mov     rax, [r11 + PROBE.sequence]
    cmp     rax, [r11 + PROBE.aside_sequence]
    je      .aside_of_this_call
    mov     [r11 + PROBE.aside_sequence], rax
    mov     qword [r11 + PROBE.aside_count], 0
.aside_of_this_call:
    mov     r9, [r11 + PROBE.aside_count]
    inc     qword [r11 + PROBE.aside_count]
    mov     ecx, r9d
    and     ecx, ASIDES - 1
    mov     r10, [r11 + PROBE.aside_values + rcx * 8]   ; what it reads
    mov     esi, [rbx + REGISTERS.rcx]      ; its selector,
    mov     edi, [rbx + REGISTERS.rax]      ; and what it sends, as WRMSR has them
    mov     rax, [rbx + REGISTERS.rdx]
    shl     rax, 32
    or      rdi, rax
    mov     r8d, [rbx + REGISTERS.instruction]
    movzx   eax, r8b
    cmp     eax, ASIDE_RDRAND
    jae     .random
    cmp     r9, ASIDE_MOST
    jae     .too_many_asides
    cmp     eax, ASIDE_RDMSR
    je      .read_wide
    cmp     eax, ASIDE_RDPMC
    je      .read_wide
    cmp     eax, ASIDE_WRMSR
    je      .record
    cmp     eax, ASIDE_XSETBV
    je      .record
    cmp     eax, ASIDE_IN
    je      .port
    cmp     eax, ASIDE_OUT
    je      .port
    cmp     eax, ASIDE_PVALIDATE
    je      .page
    cmp     eax, ASIDE_RMPADJUST
    je      .page
    mov     ecx, r8d                        ; MOV of a control register
    shr     ecx, 8
    and     ecx, 0xf
    mov     esi, r8d
    shr     esi, 12
    and     esi, 0xf
    mov     rdi, [rbx + rcx * 8]
    cmp     eax, ASIDE_MOV_TO_CR
    je      .record
    cmp     eax, ASIDE_MOV_TO_DR
    je      .record
    xor     edi, edi
    cmp     eax, ASIDE_MOV_FROM_CR
    je      .read_control
    cmp     eax, ASIDE_MOV_FROM_DR
    je      .read_control
    xor     esi, esi
    cmp     eax, ASIDE_STAC
    je      .stac
    cmp     eax, ASIDE_CLAC
    jne     .record                         ; the others do nothing that shows
    and     dword [rbx + REGISTERS.rflags], ~AC_FLAG
    mov     qword [r11 + PROBE.aside_window], 0
    jmp     .record
.stac:
    mov     qword [r11 + PROBE.aside_window], 1
    or      dword [rbx + REGISTERS.rflags], AC_FLAG
    jmp     .record
.read_control:
    cmp     ecx, GPR_rsp                    ; never: the lab's stack has a value of its own
    je      .record
    mov     [rbx + rcx * 8], r10
    jmp     .record
.read_wide:
    xor     edi, edi
    mov     eax, r10d
    shr     r10, 32
    mov     [rbx + REGISTERS.rax], rax
    mov     [rbx + REGISTERS.rdx], r10
    jmp     .record
.port:
    mov     esi, r8d
    shr     esi, ASIDE_PORT_SHIFT
    test    r8d, ASIDE_IMMEDIATE
    jnz     .port_known
    movzx   esi, word [rbx + REGISTERS.rdx]
.port_known:
    mov     ecx, r8d
    shr     ecx, ASIDE_BYTES_SHIFT
    and     ecx, 7
    cmp     eax, ASIDE_OUT
    je      .send
    xor     edi, edi
    cmp     ecx, 2
    je      .read_two_bytes
    ja      .read_four_bytes
    mov     [rbx + REGISTERS.rax], r10b
    jmp     .record
.read_two_bytes:
    mov     [rbx + REGISTERS.rax], r10w
    jmp     .record
.read_four_bytes:
    mov     r10d, r10d
    mov     [rbx + REGISTERS.rax], r10
    jmp     .record
.send:
    cmp     ecx, 2
    je      .send_two_bytes
    ja      .send_four_bytes
    movzx   edi, dil
    jmp     .record
.send_two_bytes:
    movzx   edi, di
    jmp     .record
.send_four_bytes:
    mov     edi, edi
    jmp     .record
.page:                                      ; 0, FAIL_INPUT or FAIL_SIZEMISMATCH; half are successes
    mov     rsi, [rbx + REGISTERS.rax]      ; the address
    mov     edi, [rbx + REGISTERS.rcx]      ; the size,
    mov     rdx, [rbx + REGISTERS.rdx]      ; and what is asked for
    shl     rdx, 32
    or      rdi, rdx
    mov     ecx, r10d
    and     ecx, 7
    mov     edx, 0x06010601
    shl     ecx, 3
    shr     rdx, cl
    movzx   edx, dl
    and     dword [rbx + REGISTERS.rflags], ~ARITHMETIC_FLAGS
    mov     [rbx + REGISTERS.rax], rdx
    test    edx, edx
    jnz     .no_page
    or      dword [rbx + REGISTERS.rflags], ZERO_FLAG
    cmp     eax, ASIDE_PVALIDATE
    jne     .record
    bt      r10d, 8                         ; CF: the page was like that before
    jnc     .record
.no_page:
    cmp     eax, ASIDE_PVALIDATE
    jne     .record
    or      dword [rbx + REGISTERS.rflags], 1
.random:                                    ; RDRAND and RDSEED: a number and CF = 1; one time in four 0 and CF = 0
    xor     esi, esi
    xor     edi, edi
    and     dword [rbx + REGISTERS.rflags], ~ARITHMETIC_FLAGS
    mov     rax, r10
    shr     rax, 62
    jz      .nothing_random
    or      dword [rbx + REGISTERS.rflags], 1
    jmp     .random_known
.nothing_random:
    xor     r10d, r10d
.random_known:
    mov     ecx, r8d
    shr     ecx, 8
    and     ecx, 0xf
    cmp     ecx, GPR_rsp                    ; never, see above
    je      .record
    mov     eax, r8d
    shr     eax, ASIDE_BYTES_SHIFT
    and     eax, 0xf
    cmp     eax, 4
    ja      .random_stored
    je      .random_four_bytes
    mov     [rbx + rcx * 8], r10w
    jmp     .record
.random_four_bytes:
    mov     r10d, r10d
.random_stored:
    mov     [rbx + rcx * 8], r10
.record:
    cmp     r9, ASIDES
    jae     .resume
    shl     r9d, 5                          ; ASIDE_size
    lea     r9, [r11 + PROBE.asides + r9]
    mov     rax, [rbx + REGISTERS.rip]
    mov     [r9 + ASIDE.rip], rax
    mov     [r9 + ASIDE.instruction], r8
    mov     [r9 + ASIDE.selector], rsi
    mov     [r9 + ASIDE.sent], rdi
    jmp     .resume
.too_many_asides:
    mov     rsp, [r11 + PROBE.rsp]
    mov     eax, SHIM_BUDGET
    jmp     shim_threw
END_FUNCTION trap_gate

%if ASIDE_size != 32
    %error the index of an ASIDE is a shift
%endif

%if PROBE_size > 2 * 4096
    %error the memory of a probe is too small for PROBE
%endif
