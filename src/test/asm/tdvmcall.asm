; Specimens of TDG.VP.VMCALL, the hypercall of a TD guest to its VMM.

%include "specimen.inc"

; One body for each of a few leaves, with what is broken as parameters, keeps the specimens to what is wrong with them.

; RDMSR name, rule, class, source[, mask[, before[, after[, blamed]]]]      u64 (u32 msr, u64 *value)
%macro RDMSR 4-8 0x1c00, {}, {}, ""
SPECIMEN %1, %2, %3, %4, VMCALL_SITE(rdmsr, "0x1c00"), "blamed=", %8, 10
  %ifdef TWIN
    RDMSR_BODY 0x1c00
  %else
    RDMSR_BODY %5, {%6}, {%7}
  %endif
END_SPECIMEN %1
%endmacro

%macro RDMSR_BODY 1-3                       ; mask, before, after TDCALL
    push    r12
    mov     r8, rsi
    mov     r12d, edi
    VMCALL  NUMBER_rdmsr, %1, {%2}, {%3}
    test    rax, rax
    jnz     .out
    mov     [r8], r11
.out:
    xor     r11d, r11d
    pop     r12
    ret
.panic:
    ud2
%endmacro

; MAP_GPA name, rule, class, source[, before[, after[, skip]]]      u64 (u64 start, u64 size, u64 *failing_gpa)
;
; `skip` jumps over the store, which is for failures only.
%macro MAP_GPA 4-7 , , {jz .out}
SPECIMEN %1, %2, %3, %4, VMCALL_SITE(map_gpa, "0x3c00")
  %ifdef TWIN
    MAP_GPA_BODY {}, {}, {jz .out}
  %else
    MAP_GPA_BODY {%5}, {%6}, {%7}
  %endif
END_SPECIMEN %1
%endmacro

%macro MAP_GPA_BODY 3
    push    r12
    push    r13
    mov     r8, rdx
    mov     r12, rdi
    mov     r13, rsi
    VMCALL  NUMBER_map_gpa, 0x3c00, {%1}, {%2}
    test    rax, rax
    %3
    mov     [r8], r11
.out:
    xor     r11d, r11d
    pop     r13
    pop     r12
    ret
.panic:
    ud2
%endmacro

; READ leaf, name, rule, class, source, third input, before, store      u64 (u32 size, ... address, u64 *value)
;
; Of I/O or of MMIO; the third input is a port or an address.
%macro READ 8
SPECIMEN %2, %3, %4, %5, VMCALL_SITE(%1, "0x7c00")
    push    r12
    push    r13
    push    r14
    mov     r8, rdx
    mov     r12d, edi
    xor     r13d, r13d                      ; direction: read
    %6
  %ifdef TWIN
    READ_BODY NUMBER_%1, {}, {mov [r8], r11}
  %else
    READ_BODY NUMBER_%1, {%7}, {%8}
  %endif
    xor     r11d, r11d
    pop     r14
    pop     r13
    pop     r12
    ret
.panic:
    ud2
END_SPECIMEN %2
%endmacro

%macro READ_BODY 3                          ; number, before, store
    %2
    VMCALL  %1, 0x7c00
    test    rax, rax
    jnz     .out
    %3
.out:
%endmacro

; ONE_IF_NOT_ZERO register
%macro ONE_IF_NOT_ZERO 1
    neg     %1
    sbb     %1, %1
    neg     %1
%endmacro

; ---- The sketch ---------------------------------------------------------------------------------------------------

; RAX still holds the reason, so the reason becomes the leaf of TDCALL.
SPECIMEN sketch_leaf_is_reason, selector, C5, "the sketch, S1", VMCALL_SITE(rdmsr, "0xfc00")
    PUSH    r12, r13, r14, r15
    mov     r8, rsi
    mov     edi, edi
    mov     eax, NUMBER_rdmsr
    xor     r10d, r10d
    mov     r11, rax
    mov     r12, rdi
    xor     r13d, r13d
    xor     r14d, r14d
    xor     r15d, r15d
    mov     ecx, MASK_R10_R15
    REPAIRED xor eax, eax
    TDCALL
    test    rax, rax
    jnz     .panic
    xchg    rax, r10
    test    rax, rax
    jnz     .out
    mov     [r8], r11
.out:
    xor     r11d, r11d
    POP     r12, r13, r14, r15
    ret
.panic:
    ud2
END_SPECIMEN sketch_leaf_is_reason

; The macro without outputs does not pass the reason: R11 is what the compiler left in RAX.
SPECIMEN sketch_no_reason, selector, C5, "the sketch, S2", VMCALL_SITE(hlt, "0xfc00")
    PUSH    r12, r13, r14, r15
    REPAIRED mov eax, NUMBER_hlt
    xor     r10d, r10d
    mov     r11, rax
    movzx   r12d, dil
    CLEAR   r13d, r14d, r15d
    mov     ecx, MASK_R10_R15
    xor     eax, eax
    TDCALL
    test    rax, rax
    jnz     .panic
    xchg    rax, r10
    xor     r11d, r11d
    POP     r12, r13, r14, r15
    ret
.panic:
    ud2
END_SPECIMEN sketch_no_reason

; The one output is taken from R12.
RDMSR sketch_output_is_r12, output, C4, "the sketch, S3", 0x1c00, {}, {mov r11, r12}

; INLINE_CALL name, source, status, clobbers, blamed, what is changed beside them ...
;
; The trampoline as inline assembly sees it: any register that is not among the clobbers may be live.
%macro INLINE_CALL 6-*
SPECIMEN %1, undeclared-clobber, C3, %2, "convention=registers", 10, "instruction=TDCALL", 10, \
    "arguments=rax:u64 rdi:u64 rsi:u64 rdx:u64 rcx:u64", 10, \
    "in=rax:0 r10:0 r11:rax r12:rdi r13:rsi r14:rdx r15:rcx", 10, "mask=0xfc00", 10, \
    "status=", %3, 10, "clobbers=", %4, 10, "blamed=", %5, 10
    REPAIRED PUSH %{6:-1}
    xor     r10d, r10d
    mov     r11, rax
    mov     r12, rdi
    mov     r13, rsi
    mov     r14, rdx
    mov     r15, rcx
    mov     ecx, MASK_R10_R15
    xor     eax, eax
    TDCALL
    test    rax, rax
    jnz     .panic
  %ifidn %3, "rax"
    xchg    rax, r10
  %endif
    CLEAR   r11d, r12d, r13d, r14d, r15d
    REPAIRED POP %{6:-1}
    ret
.panic:
    ud2
END_SPECIMEN %1
%endmacro

; R10 and R11 are written, and are neither outputs nor clobbers.
INLINE_CALL sketch_r10_r11_undeclared, "the sketch, S6", "rax", "rcx r12 r13 r14 r15", \
    "xor r10d,r10d; xor r11d,r11d", r10, r11
; RCX is an input, and comes back as the mask.
INLINE_CALL sketch_rcx_undeclared, "the sketch, S7", "r10", "rax r11 r12 r13 r14 r15", "mov ecx,0xfc00", rcx
; RAX is an input, and comes back as 0.
INLINE_CALL sketch_rax_undeclared, "the sketch, S8", "r10", "rcx r11 r12 r13 r14 r15", "xor eax,eax", rax
; The compiler does not see that R10 of a hypercall with four arguments changes.
INLINE_CALL inline_r10_undeclared, "Xen test framework 848c3f2dd427", "rax", "rcx r11 r12 r13 r14 r15", \
    "xor r10d,r10d", r10
; R15 is not listed.
INLINE_CALL inline_r15_undeclared, "kvm-unit-tests 7b87cad0a501", "r10", "rax rcx r11 r12 r13 r14", "xor r15d,r15d", r15

; The results are moved out one by one, and the first goes to R11, which is still to be read.
RDMSR sketch_early_clobber, output, C4, "the sketch, S9", 0x1c00, {}, {mov r11, r10}

; The return address of a CALL in inline assembly takes the place of a local in the red zone: the pointer.
SPECIMEN sketch_call_in_red_zone, crash, C9, "the sketch, S12", VMCALL_SITE(rdmsr, "0x1c00")
    push    r12
    mov     r8, rsi
    BROKEN  mov [rsp - 8], rsi
    mov     r12d, edi
    call    .trampoline
    BROKEN  mov r8, [rsp - 8]
    test    rax, rax
    jnz     .out
    mov     [r8], r11
.out:
    xor     r11d, r11d
    pop     r12
    ret
.trampoline:
    VMCALL  NUMBER_rdmsr, 0x1c00
    ret
.panic:
    ud2
END_SPECIMEN sketch_call_in_red_zone

; The trampoline, called as a C function.
SPECIMEN sketch_is_no_function, callee-saved, C1, "the sketch, S13", VMCALL_SITE(service, "0xfc00"), \
    "blamed=tdcall", 10
    REPAIRED PUSH r12, r13, r14, r15
    mov     r12, rdi
    mov     r13, rsi
    mov     r14, rdx
    mov     r15, rcx
    VMCALL  NUMBER_service, MASK_R10_R15
    xor     r11d, r11d
    REPAIRED POP r12, r13, r14, r15
    ret
.panic:
    ud2
END_SPECIMEN sketch_is_no_function

; What the VMM put into R11 stays there after the thin wrapper.
SPECIMEN sketch_not_scrubbed, leak-in, C8, "the sketch, S14", VMCALL_SITE(hlt, "0x1c00")
    push    r12
    movzx   r12d, dil
    VMCALL  NUMBER_hlt, 0x1c00
    REPAIRED xor r11d, r11d
    pop     r12
    ret
.panic:
    ud2
END_SPECIMEN sketch_not_scrubbed

; The size is an int, and fills 32 bits of its register.
READ io_read, sketch_size_is_int, narrow-argument, C12, "the sketch, S15", {mov r14d, esi}, {mov r12, rdi}, \
    {mov [r8], r11}
; The macro moves the result to the pointer, not to what it points to.
READ request_mmio_read, sketch_pointer_overwritten, output, C4, "the sketch, S16", {mov r14, rsi}, {}, {mov r8, r11}
; The number of an MSR is given as 64 bits.
RDMSR narrow_not_cut, narrow-argument, C12, "the sketch, S17", 0x1c00, {mov r12, rdi}
; The status is tested for not-zero only: RETRY counts as failure.
MAP_GPA sketch_retry_is_failure, status, C10, "the sketch, S20", {}, {ONE_IF_NOT_ZERO r10}

; All of R10 to R15 are exposed to a call that has its input in R12.
SPECIMEN sketch_exposes_all, exposure, C6, "the sketch, S21", VMCALL_SITE(hlt, "0x1c00")
    PUSH    r12, r13, r14, r15
    movzx   r12d, dil
    CLEAR   r13d, r14d, r15d
    BROKEN  VMCALL NUMBER_hlt, MASK_R10_R15
    REPAIRED VMCALL NUMBER_hlt, 0x1c00
    xor     r11d, r11d
    POP     r12, r13, r14, r15
    ret
.panic:
    ud2
END_SPECIMEN sketch_exposes_all

; ---- The mask, what goes out and what comes in --------------------------------------------------------------------

; The mask of another call: RDX is exposed too.
RDMSR mask_too_wide, exposure, C6, "kind of td-shim 30c7bc093443", 0x1c04, {xor edx, edx}, {xor edx, edx}
; The one output is not in the mask.
RDMSR mask_too_narrow, exposure, C6, "kind of td-shim 30c7bc093443", 0x1400
; The bit of RBP, which a module with NO_RBP_MOD refuses.
RDMSR mask_has_rbp, exposure, C6, "td-shim e3a692b1e58c", 0x1c20, {push rbp}, {pop rbp}

; Eleven registers and RBP for a call that uses two.
SPECIMEN mask_ffec, exposure, C6, "td-shim 30c7bc093443", VMCALL_SITE(hlt, "0x1c00")
    PUSH    rbx, rbp, r12, r13, r14, r15
    movzx   r12d, dil
    BROKEN  VMCALL NUMBER_hlt, 0xffec
    REPAIRED VMCALL NUMBER_hlt, 0x1c00
    CLEAR   edx, esi, edi, r8d, r9d, r11d
    POP     rbx, rbp, r12, r13, r14, r15
    ret
.panic:
    ud2
END_SPECIMEN mask_ffec

; RBX, which holds the pointer, is exposed: the store goes where the VMM wants it.
SPECIMEN pointer_exposed, crash, C6, "edk2 c1eb477e0629", VMCALL_SITE(rdmsr, "0x1c00")
    push    rbx
    push    r12
    mov     rbx, rsi
    mov     r12d, edi
    BROKEN  VMCALL NUMBER_rdmsr, 0x1c08
    REPAIRED VMCALL NUMBER_rdmsr, 0x1c00
    test    rax, rax
    jnz     .out
    mov     [rbx], r11
.out:
    xor     r11d, r11d
    pop     r12
    pop     rbx
    ret
.panic:
    ud2
END_SPECIMEN pointer_exposed

; R13 is exposed, and holds what the caller left in it.
SPECIMEN exposed_not_cleared, leak-out, C7, "edk2 35f6a2780e51", VMCALL_SITE(hlt, "0x3c00")
    push    r12
    push    r13
    movzx   r12d, dil
    REPAIRED xor r13d, r13d
    VMCALL  NUMBER_hlt, 0x3c00
    xor     r11d, r11d
    pop     r13
    pop     r12
    ret
.panic:
    ud2
END_SPECIMEN exposed_not_cleared

; R13 is exposed, and holds an address of the stack.
SPECIMEN stack_address_exposed, leak-out, C7, "kind of Linux 57a420bb8186", VMCALL_SITE(hlt, "0x3c00")
    push    r12
    push    r13
    movzx   r12d, dil
    BROKEN  mov r13, rsp
    REPAIRED xor r13d, r13d
    VMCALL  NUMBER_hlt, 0x3c00
    xor     r11d, r11d
    pop     r13
    pop     r12
    ret
.panic:
    ud2
END_SPECIMEN stack_address_exposed

; R11 is zeroed on the way of success only.
SPECIMEN r11_kept_on_failure, leak-in, C8, "kind of Linux 5d092b66119d", VMCALL_SITE(hlt, "0x1c00")
    push    r12
    movzx   r12d, dil
    VMCALL  NUMBER_hlt, 0x1c00
    test    rax, rax
    BROKEN  jnz .out
    xor     r11d, r11d
.out:
    pop     r12
    ret
.panic:
    ud2
END_SPECIMEN r11_kept_on_failure

; Of all that was exposed RSI is not zeroed on return.
SPECIMEN rsi_not_scrubbed, leak-in, C8, "Linux 5d092b66119d", VMCALL_SITE(hlt, "0x1cc0")
    push    r12
    movzx   r12d, dil
    CLEAR   esi, edi
    VMCALL  NUMBER_hlt, 0x1cc0
    CLEAR   edi, r11d
    REPAIRED xor esi, esi
    pop     r12
    ret
.panic:
    ud2
END_SPECIMEN rsi_not_scrubbed

; ---- Selectors and inputs -----------------------------------------------------------------------------------------

; R10 is not cleared: a call of a vendor's.
SPECIMEN vendor_call, selector, C5, "edk2 54cd0d9b2f81", VMCALL_SITE(hlt, "0x1c00")
    push    r12
    movzx   r12d, dil
    REPAIRED xor r10d, r10d
    mov     r11d, NUMBER_hlt
    mov     ecx, 0x1c00
    xor     eax, eax
    TDCALL
    test    rax, rax
    jnz     .panic
    xchg    rax, r10
    xor     r11d, r11d
    pop     r12
    ret
.panic:
    ud2
END_SPECIMEN vendor_call

; The input is in the wrong register.
RDMSR input_in_r10, selector, C4, "kind of openvmm e21839310a14", 0x1c00, {mov r10, r12}
; Of the two instructions on MSRs the wrong one.
RDMSR rdmsr_is_wrmsr, selector, C5, "kind of Linux f0024dbfc48d", 0x1c00, {mov r11d, NUMBER_wrmsr}
; The guest physical address is a private one: its Shared bit is clear.
MAP_GPA gpa_not_shared, input, C4, "td-shim f991958215bc", {btr r12, 51}
; HLT without the flag that says whether interrupts are blocked.
HLT hlt_without_flag, input, C4, "td-shim 3252047213b2", {xor r12d, r12d}
; A 32-bit argument is cut to 8.
RDMSR narrow_cut, input, C12, "kind of td-shim 464b57d9ae6a", 0x1c00, {movzx r12d, dil}

; The status of a migration is 64 bits, and is cut to 8.
SPECIMEN migration_status_cut, input, C12, "td-shim 464b57d9ae6a", VMCALL_SITE(mig_td_report_status, "0xfc88")
    PUSH    rbx, r12, r13, r14, r15
    mov     r12d, 0x10002                   ; service and command
    mov     r13, rdi
    BROKEN  movzx r14d, sil
    REPAIRED mov r14, rsi
    mov     r15, rdx
    mov     rbx, rcx
    mov     rdi, r8
    VMCALL  NUMBER_mig_td_report_status, 0xfc88
    CLEAR   edi, r11d
    POP     rbx, r12, r13, r14, r15
    ret
.panic:
    ud2
END_SPECIMEN migration_status_cut

; ---- Status and outputs -------------------------------------------------------------------------------------------

; The result is taken from RAX, which is 0, instead of R10.
RDMSR status_from_rax, status, C10, "edk2 54cd0d9b2f81", 0x1c00, {}, {mov r10, rax}
; RAX is not looked at: a call that the module refused passes for one that the VMM answered.
MAP_GPA rax_ignored, status, C10, "openvmm 4dd8781a33b5", {}, {xor eax, eax}
; The status is cut to 32 bits.
HLT status_cut, status, C10, "kind of td-shim 464b57d9ae6a", {}, {mov r10d, r10d}
; The status is tested by its sign: RETRY, which is 1, passes for success.
MAP_GPA status_signed, output-on-failure, C10, "of its kind: a signed test", {}, {}, {jns .out}
; R11 is dropped when R10 is not 0, and with it the address to go on at.
MAP_GPA map_gpa_drops_r11, output-on-failure, C11, "edk2 68e37f457881", {}, {}, {jmp .out}
; R11 is stored on success too, when it has no meaning.
MAP_GPA map_gpa_always_stores, output, C11, "the sketch's thread, MapGPA", {}, {}, {}
; Outputs are stored although the call failed.
RDMSR stored_on_failure, output-on-failure, C11, "kind of Linux 03a423d40cb3", 0x1c00, {}, {mov [r8], r11}
; A 32-bit read keeps the old upper half of the value.
READ io_read, io_read_keeps_upper_half, output, C12, "Linux 941370fc93cc", {mov r14d, esi}, {}, {mov [r8], r11d}
; The same for MMIO.
READ request_mmio_read, mmio_read_keeps_upper_half, output, C12, "tdx-guest 0773f140738d", {mov r14, rsi}, {}, \
    {mov [r8], r11d}
; One word too far.
RDMSR past_the_end, memory, C16, "kind of edk2 9c733f0b90b3", 0x1c00, {}, {mov qword [r8 + 8], 0}
; Executed twice.
RDMSR twice, calls, C14, "kind of the sketch, S10", 0x1c00, {TDCALL}

; What NASM makes of a lone `tdcall`: nothing. The wrapper returns success and was never there.
SPECIMEN no_instruction, not-reached, C5, "NASM 2.16.01", VMCALL_SITE(hlt, "0x1c00")
    BROKEN  xor eax, eax
    BROKEN  ret
    HLT_BODY
END_SPECIMEN no_instruction

; A wrapper that writes the input it was given to read.
SPECIMEN input_written, memory, C16, "kind of edk2 9c733f0b90b3", VMCALL_SITE(report_fatal_error, "0xffcc")
    PUSH    rbx, r12, r13, r14, r15
    mov     r12, rdi
    mov     r13, rsi
    mov     r14, [rdx]
    mov     r15, [rdx + 8]
    mov     rbx, [rdx + 16]
    mov     rdi, [rdx + 24]
    mov     rsi, [rdx + 32]
    mov     r8, [rdx + 40]
    mov     r9, [rdx + 48]
    BROKEN  mov qword [rdx + 48], 0
    mov     rdx, [rdx + 56]
    VMCALL  NUMBER_report_fatal_error, MASK_ALL
    CLEAR   edx, esi, edi, r8d, r9d, r11d
    POP     rbx, r12, r13, r14, r15
    ret
.panic:
    ud2
END_SPECIMEN input_written

; ---- Registers that are the caller's ------------------------------------------------------------------------------

; RBX is changed and not saved.
RDMSR lost_rbx, callee-saved, C1, "kind of Xen 98a5cfd23209", 0x1c00, {}, {xor ebx, ebx}, "xor ebx,ebx"
; DF is left set.
RDMSR direction_flag, direction-flag, C13, "of its kind: DF", 0x1c00, {}, std, "std"

; RBP is a scratch register, and on the way of failure it is not restored.
SPECIMEN rbp_lost_on_failure, callee-saved, C2, "kind of Linux 1e70c680375a", VMCALL_SITE(rdmsr, "0x1c00"), \
    "blamed=mov rbp,rsi", 10
    push    rbp
    push    r12
    mov     rbp, rsi
    mov     r12d, edi
    VMCALL  NUMBER_rdmsr, 0x1c00
    test    rax, rax
    jnz     .failed
    mov     [rbp], r11
.out:
    xor     r11d, r11d
    pop     r12
    pop     rbp
    ret
.failed:
    REPAIRED jmp .out
    xor     r11d, r11d
    pop     r12
    add     rsp, 8
    ret
.panic:
    ud2
END_SPECIMEN rbp_lost_on_failure

; On failure a pointer that is 0 then is used to tell about it.
SPECIMEN null_on_failure, crash, C2, "kind of seL4 PR 1667", VMCALL_SITE(rdmsr, "0x1c00")
    push    r12
    mov     r8, rsi
    mov     r12d, edi
    VMCALL  NUMBER_rdmsr, 0x1c00
    xor     edx, edx                        ; where to store the status, or null
    test    rax, rax
    jnz     .failed
    mov     [r8], r11
.out:
    xor     r11d, r11d
    pop     r12
    ret
.failed:
    BROKEN  mov [rdx], rax
    jmp     .out
.panic:
    ud2
END_SPECIMEN null_on_failure

; R12 is kept in the red zone, where interrupts write.
SPECIMEN red_zone_holds_r12, red-zone, C9, "edk2 8a0d144b3992", VMCALL_SITE(hlt, "0x1c00"), \
    "blamed=mov QWORD PTR [rsp-0x10],r12", 10
    BROKEN  mov [rsp - 16], r12
    REPAIRED push r12
    movzx   r12d, dil
    VMCALL  NUMBER_hlt, 0x1c00
    xor     r11d, r11d
    BROKEN  mov r12, [rsp - 16]
    REPAIRED pop r12
    ret
.panic:
    ud2
END_SPECIMEN red_zone_holds_r12

; STACK_OFF name, bytes      a RET that drops some bytes more
%macro STACK_OFF 2
SPECIMEN %1, stack-balance, C9, "kind of Linux 0bd797b801bd", VMCALL_SITE(hlt, "0x1c00")
    push    r12
    movzx   r12d, dil
    VMCALL  NUMBER_hlt, 0x1c00
    xor     r11d, r11d
    pop     r12
    BROKEN  ret %2
    ret
.panic:
    ud2
END_SPECIMEN %1
%endmacro

; RSP is off by 8 after the return. (A RET to a wrong address is another story.)
STACK_OFF stack_off_by_8, 8
; The same by more than the probe's own frame would bear.
STACK_OFF stack_off_by_40, 40

; Linux 019b383d1132: RETRY is not followed, and one call is made where three may be.
SPECIMEN map_gpa_retries, calls, C14, "Linux 019b383d1132", VMCALL_SITE(map_gpa, "0x3c00"), "retry=1:3", 10
    PUSH    rbx, r12, r13
    mov     r8, rdx
    mov     ebx, 3
.again:
    mov     r12, rdi
    mov     r13, rsi
    VMCALL  NUMBER_map_gpa, 0x3c00
    cmp     rax, 1
    REPAIRED jne .done
    REPAIRED dec ebx
    REPAIRED jnz .again
.done:
    test    rax, rax
    jz      .out
    mov     [r8], r11
.out:
    xor     r11d, r11d
    POP     rbx, r12, r13
    ret
.panic:
    ud2
END_SPECIMEN map_gpa_retries

; What the VMM wrote stays in a register, complemented.
SPECIMEN leaves_secret, leak-in, C8, "of its kind: a complement", VMCALL_SITE(hlt, "0x1c00")
    push    r12
    movzx   r12d, dil
    VMCALL  NUMBER_hlt, 0x1c00
    BROKEN  not r11
    REPAIRED xor r11d, r11d
    pop     r12
    ret
.panic:
    ud2
END_SPECIMEN leaves_secret

; What the VMM wrote stays in a vector register.
RDMSR secret_in_vector, leak-in, C8, "of its kind: a vector", 0x1c00, {}, {movq xmm0, r12}

; PANIC name, class, source, test, branch      RAX is not 0, and one part of it is looked at
%macro PANIC 5
SPECIMEN %1, status, %2, %3, VMCALL_SITE(hlt, "0x1c00")
    push    r12
    movzx   r12d, dil
    xor     r10d, r10d                      ; TDVMCALL_STANDARD
    mov     r11d, NUMBER_hlt
    mov     ecx, 0x1c00
    xor     eax, eax                        ; TDG_VP_VMCALL
    TDCALL
    BROKEN  %4
    BROKEN  %5
    REPAIRED test rax, rax
    REPAIRED jnz .panic
    mov     rax, r10
    xor     r10d, r10d
    xor     r11d, r11d
    pop     r12
    ret
.panic:
    ud2
END_SPECIMEN %1
%endmacro

; The error bit is taken for the whole status: a warning passes for success.
PANIC panics_on_sign, C10, "of its kind: a signed test", {test rax, rax}, {js .panic}
; The low half of a 64-bit status: what the TDX module says is in the high one.
PANIC panics_on_low_half, C12, "of its kind: a cut status", {test eax, eax}, {jnz .panic}
; The high half alone.
PANIC panics_on_high_half, C12, "of its kind: a cut status", {shr rax, 32}, {jnz .panic}

; What the VMM answered to the first call stays in R9 after the second.
SPECIMEN retry_keeps_first_answer, leak-in, C8, "of its kind: a leak before the last call", \
    VMCALL_SITE(hlt, "0x1c00"), "retry=1:3", 10
    PUSH    rbx, r12
    movzx   ebx, dil
    mov     r8d, 3
    xor     r9d, r9d
.again:
    mov     r12, rbx
    VMCALL  NUMBER_hlt, 0x1c00
    cmp     rax, 1
    jne     .done
    dec     r8d
    jz      .done
    BROKEN  mov r9, r11
    jmp     .again
.done:
    xor     r11d, r11d
    POP     rbx, r12
    ret
.panic:
    ud2
END_SPECIMEN retry_keeps_first_answer
