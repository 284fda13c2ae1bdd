; Specimens of the leaves of the TDX module: TDCALL in a guest, SEAMCALL in a host.

%include "specimen.inc"

RND_NO_ENTROPY          equ 0x8000020300000000      ; "call again with all inputs"

; NOT_REACHED [how to go on]      the ends of a wrapper whose SEAMCALL, at .seamcall, did not reach the module
;
; CF leads to .no_module, and the exception table to .faulted.
%macro NOT_REACHED 0-1 ret
.no_module:
    mov     rax, SEAMCALL_VMFAILINVALID
    %1
.faulted:
    FAULT_STATUS                            ; RAX = vector
    %1
    EXTABLE_FAULT .seamcall, .faulted, rax
%endmacro

; ---- SEAMCALL that does not reach the module ----------------------------------------------------------------------

; CF is not looked at, and a wrapper without a module returns its own leaf number.
SPECIMEN seamcall_carry_ignored, status, C10, "kind of Linux 7b804135d4d1", MODULE_SITE(tdh_mem_track)
    mov     rcx, rdi
    mov     eax, NUMBER_tdh_mem_track
.seamcall:
    SEAMCALL
    REPAIRED jc .no_module
    ret
    NOT_REACHED
END_SPECIMEN seamcall_carry_ignored

; No exception table entry: #UD without VMX operation ends the wrapper.
SPECIMEN seamcall_no_fixup, fault, C15, "Linux 7b804135d4d1", MODULE_SITE(tdh_mem_track)
    mov     rcx, rdi
    mov     eax, NUMBER_tdh_mem_track
    BROKEN  SEAMCALL
.seamcall:
    REPAIRED SEAMCALL
    jc      .no_module
    ret
    NOT_REACHED
END_SPECIMEN seamcall_no_fixup

; The fix-up forgets the bits that tell a fault from a status.
SPECIMEN seamcall_bare_vector, fault, C15, "kind of Linux 7b804135d4d1", MODULE_SITE(tdh_mem_track)
    mov     rcx, rdi
    mov     eax, NUMBER_tdh_mem_track
.seamcall:
    SEAMCALL
    jc      .no_module
    ret
.no_module:
    mov     rax, SEAMCALL_VMFAILINVALID
    ret
.faulted:
    REPAIRED FAULT_STATUS
    ret
    EXTABLE_FAULT .seamcall, .faulted, rax
END_SPECIMEN seamcall_bare_vector

; Registers that nobody wrote are stored as outputs when there is no module.
SPECIMEN seamcall_stores_without_module, output-on-failure, C11, "Linux 03a423d40cb3", MODULE_SITE(tdh_sys_tdmr_init)
    mov     rcx, rdi
    xor     edx, edx
    mov     eax, NUMBER_tdh_sys_tdmr_init
.seamcall:
    SEAMCALL
    BROKEN  mov [rsi], rdx
    jc      .no_module
    mov     [rsi], rdx
    ret
    NOT_REACHED
END_SPECIMEN seamcall_stores_without_module

; The stack pointer is put back by an ADD, and CF, which tells the caller that there was no module, is gone.
SPECIMEN seamcall_carry_lost, status, C13, "of its kind: flags destroyed", "convention=registers", 10, \
    "instruction=SEAMCALL", 10, "arguments=rax:u64 rcx:u64", 10, "in=rax:rax rcx:rcx", 10, "carry=unreached", 10
    push    rbx
.seamcall:
    SEAMCALL
    jc      .no_module
    BROKEN  add rsp, 8
    REPAIRED lea rsp, [rsp + 8]
    ret
.no_module:
    mov     rax, SEAMCALL_VMFAILINVALID
    BROKEN  add rsp, 8
    REPAIRED lea rsp, [rsp + 8]
    ret
.faulted:
    FAULT_STATUS
    stc
    lea     rsp, [rsp + 8]
    ret
    EXTABLE_FAULT .seamcall, .faulted, rax
END_SPECIMEN seamcall_carry_lost

; ---- Selectors, inputs and outputs --------------------------------------------------------------------------------

; The number of another leaf, 18, where 33 was meant. R12 to R14 are inputs.
SPECIMEN rebind_wrong_leaf, selector, C5, "td-shim 37295860ffc4", MODULE_SITE(tdg_servtd_rebind_approve)
    PUSH    r12, r13, r14
    push    rcx                             ; out
    mov     r10, [rdx]
    mov     r11, [rdx + 8]
    mov     r12, [rdx + 16]
    mov     r13, [rdx + 24]
    mov     rcx, rdi
    mov     rdx, [rsi]
    mov     r8, [rsi + 8]
    mov     r9, [rsi + 16]
    mov     r14, [rsi + 24]
    BROKEN  mov eax, NUMBER_tdg_servtd_rd
    REPAIRED mov eax, NUMBER_tdg_servtd_rebind_approve
    TDCALL
    pop     rdx
    mov     [rdx], r10
    mov     [rdx + 8], r11
    mov     [rdx + 16], r12
    mov     [rdx + 24], r13
    POP     r12, r13, r14
    ret
END_SPECIMEN rebind_wrong_leaf

; Version 1 of a leaf has another number, and another output.
SPECIMEN leaf_of_version_0, selector, C5, "kind of Linux f0024dbfc48d", MODULE_SITE(tdg_vm_rd_version_1)
    push    rsi
    mov     rdx, rdi
    CLEAR   ecx, r8d
    BROKEN  mov eax, NUMBER_tdg_vm_rd
    REPAIRED mov eax, NUMBER_tdg_vm_rd_version_1
    TDCALL
    pop     rsi
    mov     [rsi], rdx
    mov     [rsi + 8], r8
    ret
END_SPECIMEN leaf_of_version_0

; The pointer to the outputs is parked in R12, so no leaf that has an input there can be called.
SPECIMEN pointer_in_r12, input, C4, "Linux 57a420bb8186", MODULE_SITE(tdg_servtd_rd)
    PUSH    r12, r13
    push    rcx                             ; out
    mov     r10, [rdx]
    mov     r11, [rdx + 8]
    mov     r12, [rdx + 16]
    mov     r13, [rdx + 24]
    BROKEN  mov r12, rcx
    mov     rcx, rdi
    mov     rdx, rsi
    xor     r8d, r8d
    mov     eax, NUMBER_tdg_servtd_rd
    TDCALL
    pop     rcx
    mov     [rcx], rdx
    mov     [rcx + 8], r8
    mov     [rcx + 16], r10
    mov     [rcx + 24], r11
    mov     [rcx + 32], r12
    mov     [rcx + 40], r13
    POP     r12, r13
    ret
END_SPECIMEN pointer_in_r12

; Data and mask are exchanged.
SPECIMEN tdcall_operands_swapped, input, C4, "openvmm e21839310a14", MODULE_SITE(tdg_vp_wr)
    mov     r8, rsi
    mov     r9, rdx
    BROKEN  xchg r8, r9
    mov     rdx, rdi
    mov     rdi, rcx
    xor     ecx, ecx
    mov     eax, NUMBER_tdg_vp_wr
    TDCALL
    mov     [rdi], r8
    ret
END_SPECIMEN tdcall_operands_swapped

; An output register holds what the caller left there: what a leaf does not write passes for its answer.
SPECIMEN tdcall_output_not_cleared, undefined-read, C16, "of its kind: an uninitialised result", MODULE_SITE(tdg_vm_rd)
    mov     rdx, rdi
    xor     ecx, ecx
    REPAIRED xor r8d, r8d
    mov     eax, NUMBER_tdg_vm_rd
    TDCALL
    mov     [rsi], r8
    ret
END_SPECIMEN tdcall_output_not_cleared

; The number of VCPUs and their maximum, the halves of R8, are taken for each other.
SPECIMEN vp_info_halves_swapped, output, C4, "edk2 9389b9a208cc", MODULE_SITE(tdg_vp_info)
    CLEAR   ecx, edx, r8d, r9d, r10d, r11d
    mov     eax, NUMBER_tdg_vp_info
    TDCALL
    mov     [rdi], rcx
    mov     [rdi + 8], rdx
    BROKEN  rol r8, 32
    mov     [rdi + 16], r8
    mov     [rdi + 24], r9
    mov     [rdi + 32], r10
    mov     [rdi + 40], r11
    ret
END_SPECIMEN vp_info_halves_swapped

; RCX is an input of the inline assembly, and is not listed as changed.
SPECIMEN vm_rd_inline, undeclared-clobber, C3, "the sketch's thread, TDG.VM.RD", "convention=registers", 10, \
    "instruction=TDCALL", 10, "arguments=rdx:u64", 10, "in=rax:7 rcx:0 rdx:rdx", 10, "left=r8", 10, \
    "blamed=xor ecx,ecx", 10
    REPAIRED push rcx
    CLEAR   ecx, r8d
    mov     eax, NUMBER_tdg_vm_rd
    TDCALL
    REPAIRED pop rcx
    ret
END_SPECIMEN vm_rd_inline

; A 32-bit index is sign-extended, and so negative ones are another number.
SPECIMEN index_sign_extended, input, C12, "kind of Linux 5ebb272b2ea7", "convention=sysv", 10, \
    "instruction=TDCALL", 10, "arguments=gpa:u64 index:u32", 10, "in=rax:2 rcx:gpa rdx:index", 10
    mov     rcx, rdi
    BROKEN  movsxd rdx, esi
    REPAIRED mov edx, esi
    mov     eax, NUMBER_tdg_mr_rtmr_extend
    TDCALL
    ret
END_SPECIMEN index_sign_extended

; What the other side could have written is zeroed, and is not listed as changed.
SPECIMEN zeroed_and_undeclared, undeclared-clobber, C3, "Linux f3689e3f17f0", "convention=registers", 10, \
    "instruction=TDCALL", 10, "arguments=rcx:u64", 10, "in=rax:6 rcx:rcx", 10, "clobbers=rcx", 10, \
    "blamed=xor edx,edx; xor esi,esi", 10
    mov     eax, NUMBER_tdg_mem_page_accept
    TDCALL
    BROKEN  CLEAR edx, esi
    ret
END_SPECIMEN zeroed_and_undeclared

; ---- Status -------------------------------------------------------------------------------------------------------

; PAGE_ACCEPT name, rule, class, source, after      u64 (u64 gpa_level)
%macro PAGE_ACCEPT 5
SPECIMEN %1, %2, %3, %4, MODULE_SITE(tdg_mem_page_accept)
    mov     rcx, rdi
    mov     eax, NUMBER_tdg_mem_page_accept
    TDCALL
    BROKEN  %5
    ret
END_SPECIMEN %1
%endmacro

; A status that is not 0 is turned into success.
PAGE_ACCEPT accept_always_succeeds, status, C10, "the sketch's thread, PAGE.ACCEPT", {xor eax, eax}
; The status is cut to an int.
PAGE_ACCEPT accept_returns_int, status, C12, "kind of td-shim 464b57d9ae6a", {movsxd rax, eax}

; UD2 on a status that is not 0, with no frame and no message.
SPECIMEN accept_panics, crash, C15, "the sketch, S22", MODULE_SITE(tdg_mem_page_accept)
    mov     rcx, rdi
    mov     eax, NUMBER_tdg_mem_page_accept
    TDCALL
    test    rax, rax
    BROKEN  jnz .panic
    ret
.panic:
    ud2
END_SPECIMEN accept_panics

; A register is cleared between the test and its branch, and every status passes for success. (In Linux it was VERW.)
SPECIMEN flags_between_test_and_branch, status, C13, "kind of Linux 706a189dcf74", MODULE_SITE(tdg_mem_page_accept)
    mov     rcx, rdi
    mov     eax, NUMBER_tdg_mem_page_accept
    TDCALL
    test    rax, rax
    BROKEN  xor ecx, ecx
    jnz     .failed
    xor     eax, eax
.failed:
    ret
END_SPECIMEN flags_between_test_and_branch

; Outputs are stored on success only, and the one that matters on failure is lost.
SPECIMEN seamcall_drops_extended_error, output-on-failure, C11, "kind of edk2 68e37f457881", MODULE_SITE(tdh_mng_init)
    push    rbx
    mov     rbx, rcx
    mov     rcx, rdi
    mov     r8, rdx
    mov     rdx, rsi
    mov     eax, NUMBER_tdh_mng_init
.seamcall:
    SEAMCALL
    jc      .no_module
    test    rax, rax
    BROKEN  jnz .out
    mov     [rbx], rcx
.out:
    pop     rbx
    ret
    NOT_REACHED {jmp .out}
END_SPECIMEN seamcall_drops_extended_error

; ---- Again --------------------------------------------------------------------------------------------------------

; KEY_CONFIG name, rule, source, status, bound, compare, counted      u64 (u64 tdr), which is called again on a status
;
; `bound` is the contract's, `counted` how often it calls; `compare` sets ZF when there is to be another call.
%macro KEY_CONFIG 7
SPECIMEN %1, %2, C14, %3, MODULE_SITE(tdh_mng_key_config), "retry=", %4, ":", %5, 10
  %ifdef TWIN
    KEY_CONFIG_BODY %5, {SAME_STATUS_CLASS}, {dec r8d}
  %else
    KEY_CONFIG_BODY %5, {%6}, {%7}
  %endif
END_SPECIMEN %1
%endmacro

%macro KEY_CONFIG_BODY 3
    %substr %%digit %1 1
    mov     r8d, %%digit - '0'
.again:
    mov     rcx, rdi
    mov     eax, NUMBER_tdh_mng_key_config
.seamcall:
    SEAMCALL
    jc      .no_module
    %2
    jne     .out
    %3
    jnz     .again
.out:
    ret
    NOT_REACHED
%endmacro

; ZF = 1 when the upper half of RAX is that of RND_NO_ENTROPY; the lower half holds details
%macro SAME_STATUS_CLASS 0
    mov     rdx, rax
    shr     rdx, 32
    cmp     edx, RND_NO_ENTROPY >> 32
%endmacro

; ZF = 1 when RAX is the bare status
%macro SAME_STATUS 0
    mov     rdx, RND_NO_ENTROPY
    cmp     rax, rdx
%endmacro

; ZF = 0 until the register has gone below 0
%macro SUBTRACT_AND_TEST_SIGN 1
    sub     %1, 1
    setc    dl
    cmp     dl, 1
%endmacro

; The status that says "call again" is returned.
KEY_CONFIG retry_ignored, calls, "kind of Linux 019b383d1132", "0x8000020300000000", "5", {cmp eax, 1}, {dec r8d}
; One call more than there may be.
KEY_CONFIG retry_once_too_often, calls, "of its kind: off by one", "0x8000020300000000", "5", {SAME_STATUS_CLASS}, \
    {SUBTRACT_AND_TEST_SIGN r8d}
; No bound.
KEY_CONFIG retry_for_ever, hang, "of its kind: no bound", "0x8000020300000000", "5", {SAME_STATUS_CLASS}, \
    {test rdi, rdi}
; The status has details in its lower half, and is compared as a whole.
KEY_CONFIG retry_compares_details, status, "td-shim ea30d1c0c8a9", "0x8000020300000002", "5", {SAME_STATUS}, {dec r8d}

; RCX is an input, and an output of the call that failed: the next one has the wrong input.
SPECIMEN retry_input_not_reloaded, input, C14, "of its kind: RCX is an output too", MODULE_SITE(tdh_mng_init), \
    "retry=0x8000020300000000:3", 10
    push    rbx
    mov     rbx, rcx
    mov     r8, rdx
    mov     r10d, 3
    BROKEN  mov rcx, rdi
.again:
    REPAIRED mov rcx, rdi
    mov     rdx, rsi
    mov     eax, NUMBER_tdh_mng_init
.seamcall:
    SEAMCALL
    jc      .no_module
    mov     r9, rax
    shr     r9, 32
    cmp     r9d, RND_NO_ENTROPY >> 32
    jne     .done
    dec     r10d
    jnz     .again
.done:
    mov     [rbx], rcx
.out:
    pop     rbx
    ret
    NOT_REACHED {jmp .out}
END_SPECIMEN retry_input_not_reloaded

; A lock that another one holds is waited for, and nobody else is there.
SPECIMEN busy_wait, hang, C14, "of its kind: no bound", MODULE_SITE(tdg_mem_page_accept)
.again:
    mov     rcx, rdi
    mov     eax, NUMBER_tdg_mem_page_accept
    TDCALL
    mov     rdx, rax
    shr     rdx, 32
    cmp     edx, 0x80000200                 ; OPERAND_BUSY
    BROKEN  je .again
    ret
END_SPECIMEN busy_wait

; ---- Stack and registers ------------------------------------------------------------------------------------------

; RSP is not a multiple of 16 where the contract wants that, as structures on the stack of such a call need.
SPECIMEN stack_of_tdcall_misaligned, stack-alignment, C9, "kind of td-shim b4030cf548ba", \
    MODULE_SITE(tdg_mem_page_accept), "alignment=16", 10
    REPAIRED sub rsp, 8
    mov     rcx, rdi
    mov     eax, NUMBER_tdg_mem_page_accept
    TDCALL
    REPAIRED add rsp, 8
    ret
END_SPECIMEN stack_of_tdcall_misaligned

; An argument on the stack is read where it was before the PUSH.
SPECIMEN stack_argument_after_push, input, C4, "edk2 6f7878a97281", "convention=sysv", 10, "instruction=TDCALL", 10, \
    "arguments=a:u64 b:u64 c:u64 d:u64 e:u64 f:u64 control:u64", 10, "in=rax:5 rcx:control", 10
    push    rbx
    BROKEN  mov rcx, [rsp + 8]
    REPAIRED mov rcx, [rsp + 16]
    mov     eax, NUMBER_tdg_vp_cpuidve_set
    TDCALL
    pop     rbx
    ret
END_SPECIMEN stack_argument_after_push

; A stack slot is dropped into RBX, which is the caller's.
SPECIMEN slot_popped_into_rbx, callee-saved, C1, "kind of Linux 87e8e360a05f", MODULE_SITE(tdg_mem_page_accept), \
    "blamed=pop rbx", 10
    push    rdi
    mov     rcx, rdi
    mov     eax, NUMBER_tdg_mem_page_accept
    TDCALL
    BROKEN  pop rbx
    REPAIRED pop rcx
    ret
END_SPECIMEN slot_popped_into_rbx

; A frame begins and does not end: RET goes to where the caller's RBP points.
SPECIMEN frame_not_ended, stack-balance, C9, "Linux 0bd797b801bd", MODULE_SITE(tdg_mem_page_accept)
    push    rbp
    mov     rbp, rsp
    mov     rcx, rdi
    mov     eax, NUMBER_tdg_mem_page_accept
    TDCALL
    REPAIRED pop rbp
    ret
END_SPECIMEN frame_not_ended

; ENTER name, rule, class, source, save, restore, clear[, blamed]      TDG.VP.ENTER with something left out
%macro ENTER 7-8 ""
SPECIMEN %1, %2, %3, %4, MODULE_SITE(tdg_vp_enter), "blamed=", %8, 10
  %ifdef TWIN
    ENTER_BODY {push rbp}, {pop rbp}, {xor r9d, r9d}
  %else
    ENTER_BODY {%5}, {%6}, {%7}
  %endif
END_SPECIMEN %1
%endmacro

%macro ENTER_BODY 3
    PUSH    rbx, r12, r13, r14, r15
    %1
    push    rdx                             ; out
    mov     rcx, rdi
    mov     rdx, rsi
    CLEAR   ebx, esi, edi, r8d, r9d, r10d, r11d, r12d, r13d, r14d, r15d
    mov     eax, NUMBER_tdg_vp_enter
    TDCALL
    push    rax
    mov     rax, [rsp + 8]
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
    CLEAR   ecx, edx, esi, edi, r8d, r10d, r11d
    %3
    add     rsp, 8
    %2
    POP     rbx, r12, r13, r14, r15
    ret
%endmacro

%macro POP_RBP_ON_SUCCESS 0
    pop     rbp
    cmp     rax, 1
    sbb     rcx, rcx                        ; all ones on success
    and     rbp, rcx
    xor     ecx, ecx
%endmacro

; A register keeps what the guest left in it.
ENTER enter_r9_not_scrubbed, leak-in, C8, "kind of Linux 5d092b66119d", {push rbp}, {pop rbp}, {}
; A module without NO_RBP_MOD, and a wrapper that takes RBP for granted.
ENTER enter_trusts_rbp, callee-saved, C1, "Linux 6f5c71cc42d4", {}, {}, {xor r9d, r9d}, "tdcall"
; RBP is 0 after an exit of one kind: here, of all that are no success.
ENTER enter_clears_rbp_on_exit, callee-saved, C2, "kind of tdx-module 1.5.01", {push rbp}, {POP_RBP_ON_SUCCESS}, \
    {xor r9d, r9d}, "and rbp,rcx"

; On failure a flag is set through a register that the guest's values are in.
SPECIMEN flag_through_guest_register, crash, C2, "seL4 PR 1667", MODULE_SITE(tdg_mem_page_release)
    mov     rcx, rdi
    mov     eax, NUMBER_tdg_mem_page_release
    mov     rdi, rsi                        ; result
    TDCALL
    test    rax, rax
    jz      .out
    BROKEN  mov rdi, rcx
.out:
    mov     [rdi], rcx
    ret
END_SPECIMEN flag_through_guest_register

; The status that says to try again is returned at once.
SPECIMEN busy_retry, calls, C14, "of its kind: retry ignored", \
    MODULE_SITE(tdg_mem_page_accept), "retry=0x8000020000000000:3", 10
    mov     r8d, 3
    mov     r9, 0x8000020000000000
.again:
    mov     rcx, rdi
    mov     eax, NUMBER_tdg_mem_page_accept
    TDCALL
    cmp     rax, r9
    BROKEN  ret
    jne     .done
    dec     r8d
    jnz     .again
.done:
    ret
END_SPECIMEN busy_retry

; A wrong leaf, and a crash behind it: the crash must not hide what came before.
SPECIMEN crash_hides, selector, C5, "of its kind: two defects", MODULE_SITE(tdg_mem_page_accept)
    mov     rcx, rdi
    BROKEN  mov eax, 7
    REPAIRED mov eax, NUMBER_tdg_mem_page_accept
    TDCALL
    BROKEN  ud2
    ret
END_SPECIMEN crash_hides
