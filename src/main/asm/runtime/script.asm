; The scripted shim: it records every register at the instruction, answers from a script, and puts a value of its own
; into each register that the instruction may write. In assembly, so that a check costs no upcall.

HOST_FLAGS              equ 0x302           ; RFLAGS of a host after a VM exit, and TF and IF, which are the lab's

section .text

; script_of reg      reg = the SCRIPT of the thread's crossing
%macro script_of 1
    current_crossing %1
    mov     %1, [%1]
    mov     %1, [%1 + CROSSING.shim]
%endmacro

; if_inside bytes, label      to `label` when so many bytes at [RCX] are inside a window of the script in R8; uses RDX
%macro if_inside 2
    lea     rdx, [rcx + %1]
    cmp     rdx, rcx
    jb      %%outside
  %assign %%window SCRIPT.windows
  %rep WINDOWS
    cmp     rcx, [r8 + %%window]
    jb      %%next_%[%%window]
    cmp     rdx, [r8 + %%window + 8]
    jbe     %2
%%next_%[%%window]:
    %assign %%window %%window + 16
  %endrep
%%outside:
%endmacro

;-----------------------------------------------------------------------------------------------------------
; script_execute - u64 script_execute(REGISTERS *): SHIM.execute of a script
;
;   RDI   in: the registers at the instruction; out: those after it      RAX   out: 0, or SHIM_BUDGET
;
; A VM entry that succeeds is the VM exit too: what comes back is the guest's in all registers but RSP, RFLAGS is 2, and
; the routine goes on at HOST_RIP with HOST_RSP (SDM volume 3C, "Loading Host State").
; Touches no vector, but for those that the answer writes. What an instruction may write never includes RSP. An operand
; in memory is read and written only inside the windows of the script: a wrapper may be wrong about the address.
;-----------------------------------------------------------------------------------------------------------
FUNCTION script_execute
    script_of r8
    movzx   eax, byte [rdi + REGISTERS.instruction]
    bt      [r8 + SCRIPT.beside], rax
    jc      script_beside
    mov     rax, [r8 + SCRIPT.calls]
    inc     qword [r8 + SCRIPT.calls]
    cmp     rax, [r8 + SCRIPT.budget]
    jae     .budget

    mov     r9, rax                         ; number of this execution
    cmp     rax, [r8 + SCRIPT.last]
    cmova   rax, [r8 + SCRIPT.last]
    imul    rax, rax, ANSWER_size
    lea     r11, [r8 + SCRIPT.answers + rax]        ; the answer to it

    ; An interrupt before the instruction would use the stack below RSP, when that is the routine's stack.
    current_crossing rax
    mov     rax, [rax]
    mov     rax, [rax + CROSSING.probe]
    mov     rdx, [rdi + REGISTERS.rsp]
    sub     rax, rdx
    sub     rax, PROBE_AT - PROBE_STACK_END
    cmp     rax, PROBE_STACK_END - RED_ZONE
    ja      .interrupted
%assign below 0
%rep RED_ZONE / 8
    mov     rax, [r8 + SCRIPT.red_zone + below]
    mov     [rdx - RED_ZONE + below], rax
%assign below below + 8
%endrep
.interrupted:

    ; The operand in ModRM.rm: RCX = its address, RSI = 1 when it may be touched
    mov     eax, [rdi + REGISTERS.instruction]
    mov     ecx, eax
    shr     ecx, 8
    and     ecx, 0xf
    lea     rcx, [rdi + rcx * 8]
    mov     esi, 1
    test    eax, OPERAND_IN_MEMORY
    jz      .operand_known
    mov     rcx, [rdi + REGISTERS.operand]
    if_inside 8, .operand_known
    xor     esi, esi
.operand_known:

    test    r9, r9
    jnz     .vectors_recorded
    mov     edx, [r8 + SCRIPT.vectors]
    test    edx, edx
    jz      .vectors_recorded
    push    rdi
    lea     rdi, [r8 + SCRIPT.state]
    stmxcsr [rdi + STATE.mxcsr]
    fnstcw  [rdi + STATE.x87_control]
    call    record_vectors
    pop     rdi
.vectors_recorded:

    cmp     r9, RECORDS
    jae     .recorded
    imul    r9, r9, RECORD_size
    lea     r9, [r8 + SCRIPT.records + r9]
%assign offset 0
%rep REGISTERS_size / 8
    mov     rax, [rdi + offset]
    mov     [r9 + RECORD.registers + offset], rax
%assign offset offset + 8
%endrep
    mov     [r9 + RECORD.is_there], rsi
    test    esi, esi
    jz      .recorded
    mov     rax, [rcx]
    mov     [r9 + RECORD.operand], rax
    test    dword [rdi + REGISTERS.instruction], OPERAND_IN_MEMORY
    jz      .recorded
    if_inside 16, .second_word
    jmp     .recorded
.second_word:
    mov     rax, [rcx + 8]
    mov     [r9 + RECORD.operand + 8], rax
.recorded:

    ; The answer: registers,
    mov     r10, [r11 + ANSWER.exposed]
    and     r10, [rdi + REGISTERS.rcx]
    or      r10, [r11 + ANSWER.write]
    btr     r10, GPR_rsp
    and     r10d, 0xffff
.register:
    bsf     rax, r10
    jz      .registers_written
    btr     r10, rax
    mov     rdx, [r11 + ANSWER.values + rax * 8]
    mov     [rdi + rax * 8], rdx
    jmp     .register
.registers_written:
    ; the operand, of those that write it,
    test    esi, [r11 + ANSWER.has_operand]
    jz      .operand_written
    movzx   eax, byte [rdi + REGISTERS.instruction]
    cmp     eax, INSTRUCTION_VMREAD
    je      .writes
    cmp     eax, INSTRUCTION_VMPTRST
    jne     .operand_written
.writes:
    mov     rax, [r11 + ANSWER.operand]
    mov     [rcx], rax
.operand_written:
    ; vectors,
    cmp     dword [r11 + ANSWER.has_vectors], 0
    je      .vectors_written
    push    rdi
    mov     rdi, [r8 + SHIM.lost]
    mov     edx, [r8 + SCRIPT.level]
    mov     ecx, 1
    call    load_vectors
    pop     rdi
.vectors_written:
    ; memory,
    cmp     dword [r11 + ANSWER.has_stores], 0
    je      .memory_written
    mov     rdx, rdi
%assign store SCRIPT.stores
%rep STORES
    mov     rdi, [r8 + store + STORE.to]
    mov     rsi, [r8 + store + STORE.from]
    mov     rcx, [r8 + store + STORE.bytes]
    rep movsb
%assign store store + STORE_size
%endrep
    mov     rdi, rdx
.memory_written:
    ; whether it faults, and if not, flags: a fault leaves them as they were.
    mov     eax, [r11 + ANSWER.exception]
    mov     [rdi + REGISTERS.exception], eax
    test    eax, eax
    jnz     .answered
    and     dword [rdi + REGISTERS.rflags], ~ARITHMETIC_FLAGS
    mov     rax, [r11 + ANSWER.flags]
    and     eax, ARITHMETIC_FLAGS
    or      [rdi + REGISTERS.rflags], rax
    ; A VM exit: where it goes on.
    cmp     dword [r11 + ANSWER.exits], 0
    je      .answered
    mov     rax, [r8 + SCRIPT.host_rip]
    mov     rdx, [r8 + SCRIPT.host_rsp]
    test    rax, rax
    cmovz   rax, [r8 + SCRIPT.exit]
    mov     [rdi + REGISTERS.next], rax
    test    rdx, rdx
    cmovz   rdx, [rdi + REGISTERS.rsp]
    mov     [rdi + REGISTERS.rsp], rdx
    and     qword [rdi + REGISTERS.rflags], HOST_FLAGS
.answered:
    xor     eax, eax
    ret
.budget:
    mov     eax, SHIM_BUDGET
    ret
END_FUNCTION script_execute

;-----------------------------------------------------------------------------------------------------------
; script_beside - an instruction that stands beside the one that is looked at: it succeeds
;
;   RDI   in: the registers at the instruction; out: those after it      RAX   out: 0      R8    in: SCRIPT
;-----------------------------------------------------------------------------------------------------------
LOCAL_FUNCTION script_beside
    mov     eax, [rdi + REGISTERS.instruction]
    mov     ecx, eax
    shr     ecx, 8
    and     ecx, 0xf
    lea     rcx, [rdi + rcx * 8]
    test    eax, OPERAND_IN_MEMORY
    jz      .operand_known
    mov     rcx, [rdi + REGISTERS.operand]
    if_inside 8, .operand_known
    jmp     .done
.operand_known:
    movzx   edx, al
    cmp     edx, INSTRUCTION_VMREAD
    je      .read
    cmp     edx, INSTRUCTION_VMWRITE
    jne     .done
    shr     eax, 12
    and     eax, 0xf                        ; ModRM.reg
    mov     rax, [rdi + rax * 8]            ; the field
    mov     rcx, [rcx]
    cmp     rax, HOST_RIP
    jne     .not_rip
    mov     [r8 + SCRIPT.host_rip], rcx
.not_rip:
    cmp     rax, HOST_RSP
    jne     .done
    mov     [r8 + SCRIPT.host_rsp], rcx
    jmp     .done
.read:
    mov     rax, [r8 + SCRIPT.read]
    mov     [rcx], rax
.done:
    and     dword [rdi + REGISTERS.rflags], ~ARITHMETIC_FLAGS
    xor     eax, eax
    ret
END_FUNCTION script_beside

;-----------------------------------------------------------------------------------------------------------
; script_error - u64 script_error(u64 handler, u64 a, u64 b, u64 c, u64 rsp, u64 rflags): SHIM.error of a script
;
;   RDI RSI RDX RCX   in: the handler and what it was told      R8    in: RSP at its first instruction
;   RAX               out: 0, or SHIM_BUDGET                    R9    in: RFLAGS there
;
; MXCSR and x87 are still those of the wrapper.
;-----------------------------------------------------------------------------------------------------------
FUNCTION script_error
    script_of r10
    mov     rax, [r10 + SCRIPT.reports]
    inc     qword [r10 + SCRIPT.reports]
    cmp     rax, [r10 + SCRIPT.budget]
    jae     .budget
    cmp     rax, RECORDS
    jae     .done
    imul    rax, rax, REPORT_size
    lea     rax, [r10 + SCRIPT.told + rax]
    mov     [rax + REPORT.handler], rdi
    mov     [rax + REPORT.arguments], rsi
    mov     [rax + REPORT.arguments + 8], rdx
    mov     [rax + REPORT.arguments + 16], rcx
    mov     [rax + REPORT.rsp], r8
    mov     rcx, [r8]
    mov     [rax + REPORT.return], rcx
    mov     [rax + REPORT.rflags], r9
    stmxcsr [rax + REPORT.mxcsr]
    sub     rsp, 40
    fnstenv [rsp]
    fldenv  [rsp]
    movzx   ecx, word [rsp + 8]             ; tag word
    mov     [rax + REPORT.x87_tag], ecx
    add     rsp, 40
.done:
    xor     eax, eax
    ret
.budget:
    mov     eax, SHIM_BUDGET
    ret
END_FUNCTION script_error
