; Instructions beside ours that trap by themselves: RDMSR, OUT, STAC, MOV of control registers, RDRAND.

ZERO_FLAG               equ 0x40

section .text

;-----------------------------------------------------------------------------------------------------------
; trap_aside - answer an instruction which no shim hears of, and go on at trap_gate.resume
;
;   RBX   in: PROBE.trapped; RSP too      R12   in: CROSSING
;
; It does nothing, or what it reads is from PROBE.aside_values; what goes out is noted in PROBE.asides. Uses no stack.
;-----------------------------------------------------------------------------------------------------------
LOCAL_FUNCTION trap_aside
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
    jae     trap_gate.resume
    shl     r9d, 5                          ; ASIDE_size
    lea     r9, [r11 + PROBE.asides + r9]
    mov     rax, [rbx + REGISTERS.rip]
    mov     [r9 + ASIDE.rip], rax
    mov     [r9 + ASIDE.instruction], r8
    mov     [r9 + ASIDE.selector], rsi
    mov     [r9 + ASIDE.sent], rdi
    jmp     trap_gate.resume
.too_many_asides:
    mov     rsp, [r11 + PROBE.rsp]
    mov     eax, SHIM_BUDGET
    jmp     shim_threw
END_FUNCTION trap_aside

%if ASIDE_size != 32
    %error the index of an ASIDE is a shift
%endif
