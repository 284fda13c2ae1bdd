; Specimens of what random values, their complements and calls that come back do not show by themselves: values that
; random ones never are, what is derived from a secret, what a function or a guest leaves behind, another place of the
; stack, an interrupt.

%include "specimen.inc"

; ---- 0, 1 and -1 in what nobody named -----------------------------------------------------------------------------

; ASKS name, class, source, question      RAX = 1, or 0 when something that is no argument has one value
%macro ASKS 4
SPECIMEN %1, undefined-read, %2, %3, SYSV_FUNCTION("a:u64 b:u64 c:u64", "u64")
    mov     eax, 1
    BROKEN  %4
    REPAIRED test rdi, rdi
    jnz     .done
    xor     eax, eax
.done:
    ret
END_SPECIMEN %1
%endmacro

; A register that holds nothing of the function's.
ASKS asks_r10_for_zero, C4, "of its kind: a stale pointer that is NULL at times", {test r10, r10}
; A fourth argument that the function does not have.
ASKS asks_fourth_argument_for_zero, C4, "kind of edk2 11d8abcba2fc", {test ecx, ecx}
ASKS asks_r8_for_one, C4, "of its kind: a stale flag word", {cmp r8, 1}
ASKS asks_r9_for_minus_one, C4, "of its kind: a stale error code", {cmp r9, -1}
; A local variable that nobody wrote.
ASKS asks_stack_for_zero, C16, "of its kind: an uninitialised local", {cmp qword [rsp - 16], 0}
; A word of the caller's frame.
ASKS asks_frame_for_zero, C9, "of its kind: a stack argument that is none", {cmp qword [rsp + 24], 0}
; A vector.
%macro TEST_XMM5 0
    movq    rdx, xmm5
    test    rdx, rdx
%endmacro
ASKS asks_xmm5_for_zero, C4, "of its kind: a vector that is cleared at times", {TEST_XMM5}

; ---- What is no result and nobody named ---------------------------------------------------------------------------

; Inline assembly that returns nothing, and loses RAX.
SPECIMEN inline_rax_undeclared, undeclared-clobber, C3, "kind of seL4 PR 1669", "convention=registers", 10, \
    "arguments=rdi:in[1]", 10, "blamed=mov rax,QWORD PTR [rdi]", 10
    BROKEN  mov rax, [rdi]
    ret
END_SPECIMEN inline_rax_undeclared

; A counter of inline assembly that must not change flags.
SPECIMEN inline_flags_changed, undeclared-clobber, C13, "of its kind: RFLAGS", "convention=registers", 10, \
    "arguments=rdi:u64", 10, "left=rdi", 10, "preserves=flags", 10, "blamed=inc rdi", 10
    BROKEN  inc rdi
    REPAIRED lea rdi, [rdi + 1]
    ret
END_SPECIMEN inline_flags_changed

; ---- What is derived from a value of the VMM's --------------------------------------------------------------------

; SCRUBS name, class, source, clear      HLT; R11 is cleared, or something is made of it
%macro SCRUBS 4
SPECIMEN %1, leak-in, %2, %3, VMCALL_SITE(hlt, "0x1c00")
    push    r12
    movzx   r12d, dil
    VMCALL  NUMBER_hlt, 0x1c00
    BROKEN  %4
    REPAIRED xor r11d, r11d
    pop     r12
    ret
.panic:
    ud2
END_SPECIMEN %1
%endmacro

SCRUBS r11_cleared_in_part, C8, "of its kind: a narrow clear", {xor r11w, r11w}
SCRUBS r11_mixed_with_another, C8, "of its kind: two values of the VMM's", {xor r11, r12}
SCRUBS r11_doubled, C8, "of its kind: arithmetic on a secret", {add r11, r11}

; Flags are the other side's too: RCX = 0 or -1.
SPECIMEN carry_spread, leak-in, C8, "of its kind: SBB", VMCALL_SITE(hlt, "0x1c00")
    push    r12
    movzx   r12d, dil
    %macro SPREAD_CARRY 0
    sbb     rcx, rcx
    %endmacro
    %macro CLEAR_RCX 0
    xor     ecx, ecx
    %endmacro
  %ifdef TWIN
    VMCALL  NUMBER_hlt, 0x1c00, {}, {CLEAR_RCX}
  %else
    VMCALL  NUMBER_hlt, 0x1c00, {}, {SPREAD_CARRY}
  %endif
    xor     r11d, r11d
    pop     r12
    ret
.panic:
    ud2
END_SPECIMEN carry_spread

; CF says something after SEAMCALL, and nothing after TDCALL.
SPECIMEN carry_after_tdcall, status, C13, "of its kind: SEAMCALL's convention at a TDCALL", \
    MODULE_SITE(tdg_mem_page_accept)
    mov     rcx, rdi
    mov     eax, NUMBER_tdg_mem_page_accept
    TDCALL
    BROKEN  jnc .done
    REPAIRED jmp .done
    mov     rax, -1
.done:
    ret
END_SPECIMEN carry_after_tdcall

; ---- What a C function leaves behind ------------------------------------------------------------------------------

; REPORTS name, rule, class, source, before, after      VMREAD; what is wrong is around the call of vmread_error
%macro REPORTS 6
SPECIMEN %1, %2, %3, %4, VMX_PROMISE("sysv", "VMREAD", "field:u64")
.read:
    VMREAD  rax, rdi
    ja      .done
    FAILURE_OR_FAULT
    sub     rsp, 8
    BROKEN  %5
    call    vmread_error
    BROKEN  %6
    REPAIRED xor eax, eax
    add     rsp, 8
.done:
    ret
    EXTABLE .read, .faulted
END_SPECIMEN %1
%endmacro

%macro ZERO_TO_XMM1 0
    pxor    xmm1, xmm1
%endmacro
%macro XMM1_TO_RAX 0
    movq    rax, xmm1
%endmacro
%macro ZERO_FAR_BELOW 0
    mov     qword [rsp - 120], 0
%endmacro
%macro FAR_BELOW_TO_RAX 0
    mov     rax, [rsp - 120]
%endmacro
%macro CARRY_TO_RAX 0
    mov     eax, 0
    jnc     %%no_carry
    mov     eax, 1
%%no_carry:
%endmacro

REPORTS xmm1_over_a_call, status, C3, "of its kind: a volatile vector", {ZERO_TO_XMM1}, {XMM1_TO_RAX}
REPORTS stack_over_a_call, status, C9, "of its kind: a value below rsp", {ZERO_FAR_BELOW}, {FAR_BELOW_TO_RAX}
REPORTS carry_over_a_call, status, C13, "of its kind: a flag that nobody set", {clc}, {CARRY_TO_RAX}

; A function that executes no instruction of ours, and calls one that returns nothing: RAX is what that one left.
SPECIMEN result_of_a_void_function, undefined-read, C4, "of its kind: a result that is none", \
    SYSV_FUNCTION("field:u64", "u64")
    sub     rsp, 8
    xor     esi, esi
    call    vmread_error
    REPAIRED xor eax, eax
    add     rsp, 8
    ret
END_SPECIMEN result_of_a_void_function

; A bool that is 2.
REPORTS bool_is_two, fault, C12, "of its kind: a bool of another value", {lea esi, [rsi + rsi]}, {xor eax, eax}

; ---- A fault leaves the flags as they were ------------------------------------------------------------------------

SPECIMEN sign_at_a_fault, fault, C15, "of its kind: flags in a fix-up", VMX_PROMISE("sysv", "VMREAD", "field:u64")
.read:
    VMREAD  rax, rdi
    ja      .done
    xor     esi, esi
    jmp     .report
.faulted:
    mov     esi, 1
    BROKEN  jns .report
    REPAIRED jmp .report
    xor     esi, esi
.report:
    sub     rsp, 8
    call    vmread_error
    xor     eax, eax
    add     rsp, 8
.done:
    ret
    EXTABLE .read, .faulted
END_SPECIMEN sign_at_a_fault

; ---- Sequences ----------------------------------------------------------------------------------------------------

; The value of the read before is counted once more when this one fails.
SPECIMEN failure_after_success, status, C10, "of its kind: a stale value", \
    VMX_PROMISE("sysv", "VMREAD", `a:u64 b:u64\nfields=0x4402 0x6400`)
    push    rbx
    push    r12
    push    r13
    lea     rbx, [rdi + rsi]
    xor     r12d, r12d
    mov     r13d, 0x4402
.first:
    VMREAD  r12, r13
    ja      .second_field
    xor     esi, esi
    jmp     .first_failed
.first_faulted:
    mov     esi, 1
.first_failed:
    mov     rdi, r13
    call    vmread_error
    xor     r12d, r12d
.second_field:
    add     rbx, r12
    REPAIRED xor r12d, r12d
    mov     r13d, 0x6400
.second:
    VMREAD  r12, r13
    ja      .sum
    xor     esi, esi
    jmp     .second_failed
.second_faulted:
    mov     esi, 1
.second_failed:
    mov     rdi, r13
    call    vmread_error
.sum:
    lea     rax, [rbx + r12]
    pop     r13
    pop     r12
    pop     rbx
    ret
    EXTABLE .first, .first_faulted
    EXTABLE .second, .second_faulted
END_SPECIMEN failure_after_success

; ---- Where the stack is -------------------------------------------------------------------------------------------

; OR for ADD: right where the bits are clear.
SPECIMEN rsp_by_or, stack-balance, C9, "of its kind: OR for ADD", SYSV_FUNCTION("value:u64", "u64")
    sub     rsp, 24
    lea     rax, [rdi + 1]
    BROKEN  or rsp, 24
    REPAIRED add rsp, 24
    ret
END_SPECIMEN rsp_by_or

; A convention of its own promises 16 at the instruction, and its caller has a multiple of 8.
SPECIMEN alignment_by_luck, stack-alignment, C9, "of its kind: alignment of inline assembly", \
    "convention=registers", 10, "instruction=TDCALL", 10, "arguments=rcx:u64", 10, \
    "in=rax:6 rcx:rcx", 10, "alignment=16", 10
    push    rbp
    mov     rbp, rsp
    REPAIRED and rsp, -16
    mov     eax, 6
    TDCALL
    mov     rsp, rbp
    pop     rbp
    ret
END_SPECIMEN alignment_by_luck

; ---- An interrupt between two instructions ------------------------------------------------------------------------

; The argument is below RSP for two instructions. No value is there when the instruction is executed.
SPECIMEN argument_below_rsp, red-zone, C9, "kind of edk2 8a0d144b3992", MODULE_SITE(tdg_mem_page_accept), \
    "blamed=mov QWORD PTR [rsp-0x10],rdi", 10
    BROKEN  mov [rsp - 16], rdi
    BROKEN  mov rcx, [rsp - 16]
    REPAIRED mov rcx, rdi
    mov     eax, NUMBER_tdg_mem_page_accept
    TDCALL
    ret
END_SPECIMEN argument_below_rsp

; ---- A guest has vectors too --------------------------------------------------------------------------------------

; The pointer to the outputs is kept in a vector across TDG.VP.ENTER.
SPECIMEN pointer_in_a_vector, crash, C4, "kind of td-shim 714", MODULE_SITE(tdg_vp_enter)
    PUSH    rbx, r12, r13, r14, r15
    push    rbp
    push    rdx                             ; out
    BROKEN  movq xmm5, rdx
    mov     rcx, rdi
    mov     rdx, rsi
    CLEAR   ebx, esi, edi, r8d, r9d, r10d, r11d, r12d, r13d, r14d, r15d
    mov     eax, NUMBER_tdg_vp_enter
    TDCALL
    push    rax
    BROKEN  movq rax, xmm5
    REPAIRED mov rax, [rsp + 8]
    mov     [rax], rcx
    mov     [rax + 8], rdx
    mov     [rax + 16], rbx
    mov     [rax + 24], rsi
    mov     [rax + 32], rdi
    mov     [rax + 40], r8
    mov     [rax + 48], r9
    mov     [rax + 56], r10
    mov     [rax + 64], r11
    mov     [rax + 72], r12
    mov     [rax + 80], r13
    mov     [rax + 88], r14
    mov     [rax + 96], r15
    pop     rax
    CLEAR   ecx, edx, esi, edi, r8d, r9d, r10d, r11d
    add     rsp, 8
    pop     rbp
    POP     rbx, r12, r13, r14, r15
    ret
END_SPECIMEN pointer_in_a_vector

; ---- Rare values, for which batches are ---------------------------------------------------------------------------

; RSI is lost for one value of six bits: firmware runs in batches too.
SPECIMEN ms_rsi_lost_for_one_value, callee-saved, C2, "kind of Bareflank/pal PR 87", \
    MS_FUNCTION("a:u64 b:u64", "u64"), "blamed=xor esi,esi", 10
    lea     rax, [rcx + rdx]
    and     ecx, 0x3f
    cmp     ecx, 0x1a
    jne     .done
    BROKEN  xor esi, esi
.done:
    ret
END_SPECIMEN ms_rsi_lost_for_one_value

; The same with arguments on the stack.
SPECIMEN r12_lost_for_one_value, callee-saved, C2, "of its kind: one value", \
    SYSV_FUNCTION("a:u64 b:u64 c:u64 d:u64 e:u64 f:u64 g:u64", "u64"), "blamed=xor r12d,r12d", 10
    lea     rax, [rdi + rsi]
    add     rax, [rsp + 8]
    and     edx, 0x3f
    cmp     edx, 0x1a
    jne     .done
    BROKEN  xor r12d, r12d
.done:
    ret
END_SPECIMEN r12_lost_for_one_value

; ---- Protocols ----------------------------------------------------------------------------------------------------

; A status in another register than RAX.
SPECIMEN status_in_rdx, status, C4, "of its kind: status=", \
    VMX_PROMISE("registers", "VMREAD", `rdi:u64\nstatus=rdx\nclobbers=rax rcx rsi rdi r8 r9 r10 r11 vectors`)
.read:
    VMREAD  rax, rdi
    BROKEN  xchg rax, rdx
    BROKEN  ja .done
    REPAIRED mov rdx, rax
    REPAIRED ja .done
    FAILURE_OR_FAULT
    push    rbp
    mov     rbp, rsp
    and     rsp, -16
    call    vmread_error
    mov     rsp, rbp
    pop     rbp
    BROKEN  xor eax, eax
    REPAIRED xor edx, edx
.done:
    ret
    EXTABLE .read, .faulted
END_SPECIMEN status_in_rdx

; Nobody answered, and a register that holds an input comes back as 0: a caller who tries again has lost it.
%macro LOSES_UNREACHED 1
SPECIMEN %1_lost_without_a_module, output-on-failure, C11, "of its kind: a caller who tries again", \
    "convention=trampoline", 10, "instruction=SEAMCALL", 10, "arguments=rax:u64 rbx:u64 r12:u64 r15:u64", 10, \
    "in=rax:rax rbx:rbx r12:r12 r15:r15", 10, "left=rbx r12 r15", 10, "carry=unreached", 10
.seamcall:
    SEAMCALL
    jc      .no_module
    ret
.no_module:
    BROKEN  mov %1, 0                       ; CF is 1 still
    mov     rax, SEAMCALL_VMFAILINVALID
    ret
.faulted:
    FAULT_STATUS
    stc
    ret
    EXTABLE_FAULT .seamcall, .faulted, rax
END_SPECIMEN %1_lost_without_a_module
%endmacro

LOSES_UNREACHED rbx
LOSES_UNREACHED r12
LOSES_UNREACHED r15
