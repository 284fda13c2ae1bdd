; Design `branch-out`: "asm goto", for VMREAD "with outputs". Failure and fault branch to labels of the function
; around it, out of line; there the compiler calls the handler like any C function, and no trampoline is needed.

%define DESIGN "branch-out"
%include "vmx.inc"
%include "vmx-body.inc"

; BRANCH_OUT name, instruction      u64 branch_out_name(arguments)
%macro BRANCH_OUT 2
    VMX_SITE branch_out_%1, sysv, %2, ARGUMENTS_%1
    BODY_%1
    END_FUNCTION branch_out_%1
%endmacro

BRANCH_OUT vmread, VMREAD

; Each read has its own labels, as each asm goto has. Their code lies behind the body: see report_field.
%assign reads 0
%macro read_field 1
    mov     r10d, %1
    vmx_goto .failed_%[reads], .faulted_%[reads], VMREAD rax, r10
.back_%[reads]:
  %assign reads reads + 1
%endmacro

; report_field n      the out-of-line half of the nth read: RAX = 0 after vmread_error(R10, fault)
%macro report_field 1
.failed_%1:
    xor     eax, eax                        ; fault = false
    jmp     .report_%1
.faulted_%1:
    mov     eax, 1                          ; fault = true
.report_%1:
    call    .report
    jmp     .back_%1
%endmacro

; u64 branch_out_vmread_8(u64, u64, u64, u64, u64, u64): the six values stay in the argument registers.
VMX_SITE branch_out_vmread_8, sysv, VMREAD, EIGHT_ARGUMENTS
    EIGHT_READS read_field, rdi, rsi, rdx, rcx, r8, r9
    ret
  %assign n 0
  %rep reads
    report_field n
    %assign n n + 1
  %endrep
.report:                                    ; spill what lives in volatile registers, as a compiler does
    push    rdi
    push    rsi
    push    rdx
    push    rcx
    push    r8
    push    r9
    mov     rdi, r10                        ; field
    mov     esi, eax                        ; fault
    call    vmread_error
    xor     eax, eax
    pop     r9
    pop     r8
    pop     rcx
    pop     rdx
    pop     rsi
    pop     rdi
    ret
END_FUNCTION branch_out_vmread_8

BRANCH_OUT vmread_memory, VMREAD
BRANCH_OUT vmwrite, VMWRITE
BRANCH_OUT vmwrite_memory, VMWRITE
BRANCH_OUT vmclear, VMCLEAR
BRANCH_OUT vmptrld, VMPTRLD
BRANCH_OUT invept, INVEPT
BRANCH_OUT invvpid, INVVPID
