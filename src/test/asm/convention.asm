; Specimens of what any function can break: registers, the stack, flags, control state; and of what does not come back.

%include "specimen.inc"

; Most execute no instruction that the shim answers: what is broken has nothing to do with it.

; ---- Registers ----------------------------------------------------------------------------------------------------

; CPUID writes RBX.
SPECIMEN cpuid_changes_rbx, callee-saved, C1, "Rust stdarch 851", SYSV_FUNCTION("leaf:u32{0..0}", "u64"), \
    "blamed=cpuid", 10
    REPAIRED push rbx
    mov     eax, edi
    xor     ecx, ecx
    cpuid
    shl     rdx, 32
    mov     eax, eax
    or      rax, rdx
    REPAIRED pop rbx
    ret
END_SPECIMEN cpuid_changes_rbx

; Two registers come back in the order in which they were saved: exchanged.
SPECIMEN registers_exchanged, callee-saved, C4, "coconut-svsm PR 892", SYSV_FUNCTION("a:u64 b:u64", "u64"), \
    "blamed=pop r12; pop r13", 10
    push    r12
    push    r13
    mov     r12, rdi
    mov     r13, rsi
    lea     rax, [r12 + r13]
    REPAIRED pop r13
    pop     r12
    BROKEN  pop r13
    ret
END_SPECIMEN registers_exchanged

; RSI is the callee's in System V, and the caller's in firmware.
SPECIMEN ms_rsi_changed, callee-saved, C1, "Bareflank/pal PR 87", "convention=ms-x64", 10, LEAF_hlt, \
    "mask=0x1c00", 10, "blamed=xor esi,esi", 10
    REPAIRED push rsi
    push    r12
    movzx   r12d, cl
    xor     esi, esi
    mov     r10, rsi
    mov     r11d, NUMBER_hlt
    mov     ecx, 0x1c00
    xor     eax, eax
    TDCALL
    test    rax, rax
    jnz     .panic
    xchg    rax, r10
    xor     r11d, r11d
    pop     r12
    REPAIRED pop rsi
    ret
.panic:
    ud2
END_SPECIMEN ms_rsi_changed

; The same for XMM6.
SPECIMEN ms_xmm6_changed, callee-saved, C1, "kind of Bareflank/pal PR 87", MS_FUNCTION("a:u64 b:u64", "u64"), \
    "blamed=movq xmm6,rcx", 10
    BROKEN  movq xmm6, rcx
    BROKEN  movq rax, xmm6
    REPAIRED movq xmm5, rcx
    REPAIRED movq rax, xmm5
    xor     rax, rdx
    ret
END_SPECIMEN ms_xmm6_changed

; Inline assembly that uses RAX, as declared, and RBP, which is not.
SPECIMEN inline_rbp_undeclared, undeclared-clobber, C3, "kvm-unit-tests c2aa6128a767", "convention=registers", 10, \
    "arguments=rdi:u64 rsi:u64", 10, "result=u64", 10, "blamed=imul rbp,rsi", 10
    REPAIRED push rbp
    mov     rbp, rdi
    imul    rbp, rsi
    mov     rax, rbp
    REPAIRED pop rbp
    ret
END_SPECIMEN inline_rbp_undeclared

; Inline assembly that uses a vector register, of a kernel that has none to spare.
SPECIMEN inline_xmm0_undeclared, undeclared-clobber, C3, "kind of seL4 PR 1669", "convention=registers", 10, \
    "arguments=rdi:u64", 10, "result=u64", 10, "blamed=movq xmm0,QWORD PTR [rsp]", 10
    push    rdi
    BROKEN  movq xmm0, [rsp]
    BROKEN  movq rax, xmm0
    REPAIRED mov rax, [rsp]
    lea     rsp, [rsp + 8]
    ret
END_SPECIMEN inline_xmm0_undeclared

; ---- The stack ----------------------------------------------------------------------------------------------------

; The return address stays on the stack.
SPECIMEN return_by_jump, stack-balance, C9, "kind of Linux 0bd797b801bd", SYSV_FUNCTION("value:u64", "u64")
    mov     rax, rdi
    BROKEN  mov rcx, [rsp]
    REPAIRED pop rcx
    jmp     rcx
END_SPECIMEN return_by_jump

; It returns on another stack, as if RSP were shared with somebody.
SPECIMEN stack_of_another, stack-balance, C9, "kind of openvmm a51f335759d3", SYSV_FUNCTION("value:u64", "u64")
    mov     rax, rdi
    pop     rcx
    BROKEN  sub rsp, 4096
    jmp     rcx
END_SPECIMEN stack_of_another

; It returns with RSP = 0.
SPECIMEN stack_lost, stack-balance, C9, "kind of openvmm a51f335759d3", SYSV_FUNCTION("value:u64", "u64")
    mov     rax, rdi
    pop     rcx
    BROKEN  xor esp, esp
    jmp     rcx
END_SPECIMEN stack_lost

; Arguments are spilled above the return address. System V has no shadow space there.
SPECIMEN spill_above_return, stack-write, C9, "kind of edk2 0b4acb88d675", SYSV_FUNCTION("a:u64 b:u64", "u64"), \
    "blamed=mov QWORD PTR [rsp+0x8],rdi", 10
    BROKEN  mov [rsp + 8], rdi
    BROKEN  mov rax, [rsp + 8]
    REPAIRED mov [rsp - 8], rdi
    REPAIRED mov rax, [rsp - 8]
    xor     rax, rsi
    ret
END_SPECIMEN spill_above_return

; No shadow space for the callee, which spills its arguments over a register that was saved there.
SPECIMEN ms_no_shadow_space, callee-saved, C9, "edk2 0b4acb88d675", MS_FUNCTION("a:u64 b:u64", "u64"), \
    "blamed=mov rdi,rcx", 10
    push    rdi
    mov     rdi, rcx
    REPAIRED sub rsp, 32
    call    .callee
    REPAIRED add rsp, 32
    xor     rax, rdi
    pop     rdi
    ret
.callee:
    mov     [rsp + 8], rcx
    lea     rax, [rdx + 1]
    xor     rax, [rsp + 8]
    ret
END_SPECIMEN ms_no_shadow_space

; The argument is in RCX, and is taken from the stack.
SPECIMEN ms_argument_from_stack, undefined-read, C4, "edk2 11d8abcba2fc", MS_FUNCTION("value:u64", "u64")
    BROKEN  mov rcx, [rsp + 8]
    lea     rax, [rcx + 1]
    ret
END_SPECIMEN ms_argument_from_stack

; ---- Flags and control state --------------------------------------------------------------------------------------

; FLAG name, rule, bit      left set in RFLAGS
%macro FLAG 3
SPECIMEN %1, %2, C13, "of its kind: RFLAGS", SYSV_FUNCTION("value:u64", "u64"), "blamed=popf", 10
    mov     rax, rdi
    BROKEN  CHANGE_FLAGS or, %3
    ret
END_SPECIMEN %1
%endmacro

; Access to what is not aligned faults from now on.
FLAG alignment_check, alignment-check, 1 << 18
; String instructions run downward from now on.
FLAG string_direction, direction-flag, 1 << 10
; What an old test for CPUID leaves behind, when it does not put RFLAGS back.
FLAG identification_flag, undeclared-clobber, 1 << 21
; The flag of nested tasks, which user code can set and nobody expects.
FLAG nested_task, undeclared-clobber, 1 << 14

; Rounding toward zero, for a conversion, and no way back.
SPECIMEN rounding_left, mxcsr, C1, "of its kind: MXCSR", SYSV_FUNCTION("value:f64", "u64"), \
    "blamed=ldmxcsr DWORD PTR [rsp]", 10
    push    rax
    stmxcsr [rsp]
    stmxcsr [rsp + 4]
    or      dword [rsp], 0x6000             ; RC: toward zero
    ldmxcsr [rsp]
    cvtsd2si rax, xmm0
    REPAIRED ldmxcsr [rsp + 4]
    pop     rcx
    ret
END_SPECIMEN rounding_left

; Flush-to-zero and denormals-are-zero, as fast-math start-up code sets them.
SPECIMEN denormals_flushed, mxcsr, C1, "of its kind: MXCSR", SYSV_FUNCTION("a:f64 b:f64", "f64"), \
    "blamed=ldmxcsr DWORD PTR [rsp]", 10
    push    rax
    stmxcsr [rsp]
    BROKEN  or dword [rsp], 0x8040          ; FZ, DAZ
    ldmxcsr [rsp]
    addsd   xmm0, xmm1
    pop     rax
    ret
END_SPECIMEN denormals_flushed

; The same conversion on the x87.
SPECIMEN x87_rounding_left, x87-control, C1, "of its kind: x87", SYSV_FUNCTION("value:f64{-1000..1000}", "u64"), \
    "blamed=fldcw WORD PTR [rsp+0xa]", 10
    sub     rsp, 24
    movsd   [rsp], xmm0
    fnstcw  [rsp + 8]
    movzx   eax, word [rsp + 8]
    or      eax, 0x0c00                     ; RC: toward zero
    mov     [rsp + 10], ax
    fld     qword [rsp]
    fldcw   [rsp + 10]
    fistp   qword [rsp]
    REPAIRED fldcw [rsp + 8]
    mov     rax, [rsp]
    add     rsp, 24
    ret
END_SPECIMEN x87_rounding_left

; A value stays on the stack of the x87.
SPECIMEN x87_stack_left, x87-control, C3, "of its kind: x87", SYSV_FUNCTION("value:f64", "f64"), \
    "blamed=fld QWORD PTR [rsp-0x8]", 10
    movsd   [rsp - 8], xmm0
    fld     qword [rsp - 8]
    BROKEN  fst qword [rsp - 8]
    REPAIRED fstp qword [rsp - 8]
    ret
END_SPECIMEN x87_stack_left

; MMX, and no EMMS.
SPECIMEN mmx_without_emms, x87-control, C3, "of its kind: x87", SYSV_FUNCTION("a:u64 b:u64", "u64"), \
    "blamed=movq mm0,rdi", 10
    movq    mm0, rdi
    movq    mm1, rsi
    paddb   mm0, mm1
    movq    rax, mm0
    REPAIRED emms
    ret
END_SPECIMEN mmx_without_emms

; AVX, and no VZEROUPPER.
SPECIMEN avx_without_vzeroupper, vector-state, C3 AVX, "of its kind: AVX", SYSV_FUNCTION("value:u64", "u64"), \
    "blamed=vinsertf128 ymm0,ymm0,xmm0,0x1", 10
    vmovq   xmm0, rdi
    vinsertf128 ymm0, ymm0, xmm0, 1
    vextractf128 xmm1, ymm0, 1
    vmovq   rax, xmm1
    REPAIRED vzeroupper
    ret
END_SPECIMEN avx_without_vzeroupper

; ---- Values that nobody passed ------------------------------------------------------------------------------------

; UNDEFINED name, class, source, broken, repaired      RAX is what is read, and added to the argument
%macro UNDEFINED 5
SPECIMEN %1, undefined-read, %2, %3, SYSV_FUNCTION("value:u64", "u64")
    BROKEN  %4
    REPAIRED %5
    add     rax, rdi
    ret
END_SPECIMEN %1
%endmacro

%macro READ_YMM0 0
    vextractf128 xmm0, ymm0, 1
    vmovq   rax, xmm0
    vzeroupper
%endmacro

; The second of one argument.
UNDEFINED reads_rsi, C4, "kind of edk2 11d8abcba2fc", {mov rax, rsi}, {mov eax, 1}
; A word of the stack that nobody wrote.
UNDEFINED reads_stack, C16, "of its kind: an uninitialised local", {mov rax, [rsp - 24]}, {mov eax, 1}
; A vector register that is no argument.
UNDEFINED reads_xmm3, C4, "of its kind: a wrong register", {movq rax, xmm3}, {mov eax, 1}
; The upper half of an AVX register.
UNDEFINED reads_ymm0, C12 AVX, "of its kind: an upper half", {READ_YMM0}, {mov eax, 1}
; A word of the caller's frame.
UNDEFINED reads_frame, C9, "of its kind: a stack argument that is none", {mov rax, [rsp + 16]}, {mov eax, 1}

; The first word of a sum is added with CF as it was at the entry.
SPECIMEN adds_carry_at_entry, undefined-read, C13, "of its kind: a stale flag", SYSV_FUNCTION("a:u64 b:u64", "u64")
    mov     rax, rdi
    BROKEN  adc rax, rsi
    REPAIRED add rax, rsi
    ret
END_SPECIMEN adds_carry_at_entry

; A double is 64 bits, and the upper half of its register is added to it.
SPECIMEN adds_both_halves, undefined-read, C12, "of its kind: an upper half", SYSV_FUNCTION("value:f64{-9..9}", "f64")
    BROKEN  movapd xmm1, xmm0
    BROKEN  unpckhpd xmm1, xmm1
    REPAIRED movsd xmm1, xmm0
    pxor    xmm0, xmm1
    ret
END_SPECIMEN adds_both_halves

; A flag is one byte, and four bytes of it are compared.
SPECIMEN flag_is_four_bytes, input, C12, "Linux 61c08aa9606d", "convention=sysv", 10, "instruction=TDCALL", 10, \
    "arguments=interrupt_blocked:bool{0..1}", 10, "in=r11:0xc r12:interrupt_blocked", 10, "mask=0x1c00", 10
    push    r12
    xor     r12d, r12d
    BROKEN  cmp edi, 0
    REPAIRED cmp dil, 0
    setne   r12b
    VMCALL  NUMBER_hlt, 0x1c00
    xor     r11d, r11d
    pop     r12
    ret
.panic:
    ud2
END_SPECIMEN flag_is_four_bytes

; NARROW name, argument, broken, repaired      the argument is more than its type
%macro NARROW 4
SPECIMEN %1, narrow-argument, C12, "kind of Linux 5ebb272b2ea7", SYSV_FUNCTION(%2, "u64")
    BROKEN  %3
    REPAIRED %4
    ret
END_SPECIMEN %1
%endmacro

; 64 bits for 8, for 16, and 32 for 16.
NARROW u8_is_64_bits, "value:u8", {mov rax, rdi}, {movzx eax, dil}
NARROW u16_is_64_bits, "value:u16", {mov rax, rdi}, {movzx eax, di}
NARROW u16_is_32_bits, "value:u16", {mov eax, edi}, {movzx eax, di}
; A seventh argument, on the stack, where it has eight bytes.
NARROW u32_on_stack_is_64_bits, "a:u64 b:u64 c:u64 d:u64 e:u64 f:u64 g:u32", {mov rax, [rsp + 8]}, {mov eax, [rsp + 8]}

; ---- Memory -------------------------------------------------------------------------------------------------------

; A loop that ends one word too late.
SPECIMEN one_word_too_many, memory, C16, "kind of edk2 9c733f0b90b3", SYSV_FUNCTION("value:u64 words:out[4]", "u64")
    xor     eax, eax
.next:
    mov     [rsi + rax * 8], rdi
    inc     eax
    cmp     eax, 4
    BROKEN  jbe .next
    REPAIRED jb .next
    ret
END_SPECIMEN one_word_too_many

; One word too early.
SPECIMEN word_before, memory, C16, "kind of edk2 9c733f0b90b3", SYSV_FUNCTION("value:u64 words:out[4]", "u64")
    mov     eax, 4
.next:
    BROKEN  mov [rsi + rax * 8 - 16], rdi
    REPAIRED mov [rsi + rax * 8 - 8], rdi
    dec     eax
    jnz     .next
    ret
END_SPECIMEN word_before

; The wrong word of a mailbox is cleared: an argument, not the command.
SPECIMEN wrong_word_cleared, memory, C16, "edk2 9c733f0b90b3", \
    SYSV_FUNCTION("command:out[1] arguments:in[4]", "u64"), "blamed=mov QWORD PTR [rsi],0x0", 10
    mov     rax, [rsi]
    BROKEN  mov qword [rsi], 0
    REPAIRED mov qword [rdi], 0
    ret
END_SPECIMEN wrong_word_cleared

; ---- No return ----------------------------------------------------------------------------------------------------

; A load through a null pointer.
SPECIMEN null_dereference, crash, C16, "of its kind: a null pointer", VMCALL_SITE(hlt, "0x1c00")
    BROKEN  xor eax, eax
    BROKEN  mov rax, [rax]
    HLT_BODY
END_SPECIMEN null_dereference

; The trap flag is set: SIGTRAP behind the next instruction, and another one behind each that follows.
SPECIMEN trap_flag, crash, C13, "of its kind: RFLAGS", VMCALL_SITE(hlt, "0x1c00")
    BROKEN  CHANGE_FLAGS or, 0x100
    BROKEN  nop
    BROKEN  nop
    HLT_BODY
END_SPECIMEN trap_flag

; The same right before the instruction: the trap comes in the gate.
HLT trap_flag_at_instruction, crash, C13, "of its kind: RFLAGS", {CHANGE_FLAGS or, 0x100}

; A call through a pointer that is null.
SPECIMEN jump_to_null, crash, C9, "kind of Linux 0bd797b801bd", SYSV_FUNCTION("value:u64", "u64")
    mov     rax, rdi
    xor     ecx, ecx
    BROKEN  jmp rcx
    ret
END_SPECIMEN jump_to_null

; A recursion without an end uses up the stack.
SPECIMEN endless_recursion, crash, C9, "of its kind: no bound", SYSV_FUNCTION("value:u64", "u64")
    mov     rax, rdi
    BROKEN  call endless_recursion
    ret
END_SPECIMEN endless_recursion

; A division by an argument that may be 0.
SPECIMEN division_by_zero, crash, C15, "of its kind: #DE", SYSV_FUNCTION("dividend:u64 divisor:u64{0..1}", "u64")
    mov     rax, rdi
    xor     edx, edx
    test    rsi, rsi
    REPAIRED jz .out
    div     rsi
.out:
    ret
END_SPECIMEN division_by_zero

; UD2 for what cannot be, and it can.
SPECIMEN panic_on_argument, crash, C15, "kind of the sketch, S22", SYSV_FUNCTION("kind:u64{0..9}", "u64")
    mov     rax, rdi
    cmp     rdi, 2
    BROKEN  ja .panic
    ret
.panic:
    ud2
END_SPECIMEN panic_on_argument

; A loop that counts down before it looks, and is asked for no round at all: 2^64 of them.
SPECIMEN count_of_zero, hang, C14, "of its kind: no bound", SYSV_FUNCTION("count:u64{0..1}", "u64")
    xor     eax, eax
    REPAIRED test rdi, rdi
    REPAIRED jz .out
.next:
    inc     rax
    dec     rdi
    jnz     .next
.out:
    ret
END_SPECIMEN count_of_zero

; Linux 61c08aa9606d: four bytes of a one-byte flag are compared. A caller who clears them does not notice.
SPECIMEN launched_is_four_bytes, narrow-argument, C12, "Linux 61c08aa9606d", SYSV_FUNCTION("launched:bool{0..1}", "u64")
    xor     eax, eax
    BROKEN  cmp edi, 0
    REPAIRED cmp dil, 0
    setne   al                              ; VMRESUME, or VMLAUNCH
    ret
END_SPECIMEN launched_is_four_bytes

; All of what a float's register holds in its low half, twice as wide as the float.
SPECIMEN float_is_64_bits, narrow-argument, C12, "of its kind: an upper half", SYSV_FUNCTION("value:f32", "u64")
    BROKEN  movq rax, xmm0
    REPAIRED movd eax, xmm0
    ret
END_SPECIMEN float_is_64_bits

; A register is lost for one value of the argument, which no random number is.
SPECIMEN argument_zero, callee-saved, C2, "of its kind: one value", SYSV_FUNCTION("value:u64", "u64"), \
    "blamed=xor ebx,ebx", 10
    mov     rax, rdi
    test    rdi, rdi
    jnz     .out
    BROKEN  xor ebx, ebx
.out:
    ret
END_SPECIMEN argument_zero

; Six words past the end of a buffer, beyond what a neighbour of one word would show.
SPECIMEN far_overrun, memory, C16, "of its kind: a long overrun", SYSV_FUNCTION("value:u64 words:out[4]", "u64")
    mov     rax, rdi
    BROKEN  mov [rsi + 9 * 8], rdi
    ret
END_SPECIMEN far_overrun

; Two bytes are compared as 64 bits: equal ones are not, when their callers left different things above them.
SPECIMEN bytes_compared_as_words, narrow-argument, C12, "of its kind: a wide compare", \
    SYSV_FUNCTION("a:u8 b:u8", "u32")
    xor     eax, eax
    BROKEN  cmp rdi, rsi
    REPAIRED cmp dil, sil
    sete    al
    ret
END_SPECIMEN bytes_compared_as_words

; SIGUSR1 is ignored from now on (rt_sigaction, on the stack: SIG_IGN, flags, restorer, mask).
SPECIMEN signal_ignored, process-state, C13, "of its kind: a handler that is not put back", \
    SYSV_FUNCTION("value:u64", "u64")
    mov     r8, rdi
    push    0
    push    0
    push    0
    push    1
    mov     edi, 10
    mov     rsi, rsp
    xor     edx, edx
    mov     r10d, 8
    mov     eax, 13
    BROKEN  syscall
    add     rsp, 32
    mov     rax, r8
    ret
END_SPECIMEN signal_ignored

; The carry is added that a subtraction before has left. It is set where the high half is greater than the low one.
SPECIMEN sum_with_stale_carry, wrong-result, C13, "of its kind: a carry chain begun too late", \
    SYSV_FUNCTION("value:u64 next:u64", "u64"), "same=sum_of_difference", 10
    mov     eax, edi
    shr     rdi, 32
    sub     rax, rdi
    BROKEN  adc rax, rsi
    REPAIRED add rax, rsi
    ret
END_SPECIMEN sum_with_stale_carry

; A sum is added to what the output held.
SPECIMEN output_added_to, undefined-read, C16, "of its kind: an uninitialised result", \
    SYSV_FUNCTION("sum:out[1] value:u64", "u64")
    mov     rax, rsi
    BROKEN  add [rdi], rsi
    REPAIRED mov [rdi], rsi
    ret
END_SPECIMEN output_added_to

; The word behind the last is read.
SPECIMEN read_past_the_end, undefined-read, C16, "of its kind: off by one", SYSV_FUNCTION("data:in[2]", "u64")
    mov     rax, [rdi]
    BROKEN  add rax, [rdi + 16]
    REPAIRED add rax, [rdi + 8]
    ret
END_SPECIMEN read_past_the_end

; MODE name, rule, source, blamed, what is done to a control word that the caller may have set otherwise
%macro MODE 5
SPECIMEN %1, %2, C13, %3, SYSV_FUNCTION("value:u64", "u64"), "blamed=", %4, 10
    mov     rax, rdi
    BROKEN  %5
    ret
END_SPECIMEN %1
%endmacro

; The usual modes are set, as if nobody had others: FNINIT for a clean x87, MXCSR for a clean SSE.
MODE x87_initialised, x87-control, "of its kind: the usual modes", "fninit", {fninit}
MODE mxcsr_initialised, mxcsr, "of its kind: the usual modes", "ldmxcsr", {ldmxcsr [mxcsr_at_reset]}

section .rodata
mxcsr_at_reset: dd 0x1f80
