; Sequences of VMREADs and VMWRITEs with values alive across them, which are measured: 1, 4 and 16 instructions, 0 to 9
; values. In the null image they lie among the wrappers; in the hardware image they show how many bytes they take.
;
;   u64 DESIGN_vmread_N_live_K(const u64 values[K])     the sum of the values and of what was read, each read being
;                                                       added to one of the values; of no values, the last read
;   u64 DESIGN_vmwrite_N_live_K(const u64 values[K])    the sum of the values, each of which is written in turn; of
;                                                       none, 0
;
; The values are where a compiler would keep them. The designs that clobber nothing have seven volatile registers for
; them, beside RAX for what is read and R10 for the field; after those come callee-saved registers, which have to be
; pushed. Around calls of `function` all are in callee-saved registers, and behind the sixth on the stack.

%define NO_CONTRACTS
%define DESIGN "sequences"
%include "vmx.inc"

extern vmread_error_trampoline
extern vmread_function
extern vmwrite_function

%if IMAGE_NULL
    section wrappers
%else
    section .text
%endif

%define KEPT_0 rcx
%define KEPT_1 rdx
%define KEPT_2 rsi
%define KEPT_3 r8
%define KEPT_4 r9
%define KEPT_5 r11
%define KEPT_6 rdi                          ; last: until then it points to the values
%define KEPT_7 rbx
%define KEPT_8 r12
KEPT_VOLATILE   equ 7

%define SAVED_0 rbx
%define SAVED_1 rbp
%define SAVED_2 r12
%define SAVED_3 r13
%define SAVED_4 r14
%define SAVED_5 r15
%define SAVED_6 qword [rsp]
%define SAVED_7 qword [rsp + 8]
%define SAVED_8 qword [rsp + 16]
SAVED_REGISTERS equ 6

; The fields, in turn.
%define FIELD_0 VM_EXIT_REASON
%define FIELD_1 EXIT_QUALIFICATION
%define FIELD_2 GUEST_RIP
%define FIELD_3 GUEST_RSP

; ONE_<design>_<instruction> n, value      the nth instruction; VMREAD leaves what it read in RAX
%macro ONE_stack_trampoline_vmread 2
    mov     r10d, FIELD_%2
    vmread_or_zero rax, r10
%endmacro

%macro ONE_branch_out_vmread 2
    mov     r10d, FIELD_%2
    vmx_goto .failed_%1, .faulted_%1, VMREAD rax, r10
.back_%1:
%endmacro

%macro ONE_function_vmread 2
    mov     edi, FIELD_%2
    call    vmread_function
%endmacro

%macro ONE_branch_out_vmwrite 3
    mov     r10d, FIELD_%2
    vmx_goto .failed_%1, .faulted_%1, VMWRITE r10, %3
.back_%1:
%endmacro

%macro ONE_function_vmwrite 3
    mov     rsi, %3
    mov     edi, FIELD_%2
    call    vmwrite_function
%endmacro

; READS design, place, instructions, values      the VMREADs, each added to the next of the values
%macro READS 4
  %assign %%n 0
  %rep %3
    %assign %%field %%n % 4
    ONE_%1_vmread %[%%n], %[%%field]
    %if %4 > 0
      %assign %%value %%n % %4
    add     %2_%[%%value], rax
    %endif
    %assign %%n %%n + 1
  %endrep
%endmacro

; WRITES design, place, instructions, values      the VMWRITEs of the values in turn, or of RAX = 0
%macro WRITES 4
  %if %4 == 0
    xor     eax, eax
  %endif
  %assign %%n 0
  %rep %3
    %assign %%field %%n % 4
    %if %4 > 0
      %assign %%value %%n % %4
    ONE_%1_vmwrite %[%%n], %[%%field], %2_%[%%value]
    %else
    ONE_%1_vmwrite %[%%n], %[%%field], rax
    %endif
    %assign %%n %%n + 1
  %endrep
%endmacro

; SUM place, values, what      RAX = the sum of the values; of none, what was read, or 0 behind VMWRITEs
%macro SUM 3
  %if %2 > 0
    mov     rax, %1_0
    %assign %%v 1
    %rep %2 - 1
    add     rax, %1_%[%%v]
      %assign %%v %%v + 1
    %endrep
  %elifidn %3, vmwrite
    xor     eax, eax
  %endif
%endmacro

; IN_PLACE design, instruction, instructions, values      for the designs that clobber nothing
%macro IN_PLACE 4
FUNCTION %1_%2_%3_live_%4
  %if %4 > 7
    push    rbx
  %endif
  %if %4 > 8
    push    r12
  %endif
  %assign %%v 0
  %rep %4
    %if %%v != 6
    mov     KEPT_%[%%v], [rdi + 8 * %%v]
    %endif
    %assign %%v %%v + 1
  %endrep
  %if %4 > 6
    mov     rdi, [rdi + 8 * 6]
  %endif
  %ifidn %2, vmread
    READS   %1, KEPT, %3, %4
  %else
    WRITES  %1, KEPT, %3, %4
  %endif
    SUM     KEPT, %4, %2
  %if %4 > 8
    pop     r12
  %endif
  %if %4 > 7
    pop     rbx
  %endif
    ret
  %ifidn %1, branch_out
    REPORTS %2, %3, %4
  %endif
END_FUNCTION %1_%2_%3_live_%4
%endmacro

; REPORTS instruction, instructions, values      the out-of-line half of each "asm goto"
%macro REPORTS 3
  %assign %%n 0
  %rep %2
.failed_%[%%n]:
    %ifidn %1, vmread
    xor     eax, eax                        ; fault = false
    %elif %3 > 0
      %assign %%value %%n % %3
    mov     rax, KEPT_%[%%value]            ; what was to be written; of no values it is in RAX
    %endif
    call    .report
    jmp     .back_%[%%n]
.faulted_%[%%n]:
    %ifidn %1, vmread
    mov     eax, 1                          ; fault = true
    call    .report
    %else
    call    .fault
    %endif
    jmp     .back_%[%%n]
    %assign %%n %%n + 1
  %endrep
.report:
    SPILLED %3, {mov rdi, r10}, {mov rsi, rax}, {call %1_error}
  %ifidn %1, vmwrite
.fault:
    SPILLED %3, {call spurious_fault}
  %endif
%endmacro

; SPILLED values, instruction ...      a call with the values around it that live in volatile registers, as a compiler
; spills them; RAX = 0 behind it
%macro SPILLED 2-*
  %assign %%values %1
  %assign %%spilled 0
  %rep %%values
    %if %%spilled < KEPT_VOLATILE
    push    KEPT_%[%%spilled]
    %assign %%spilled %%spilled + 1
    %endif
  %endrep
  %assign %%odd %%values % 2                ; the two return addresses are even, and the rest was pushed before
  %if %%odd
    sub     rsp, 8
  %endif
  %rep %0 - 1
    %rotate 1
    %1
  %endrep
  %if %%odd
    add     rsp, 8
  %endif
    xor     eax, eax
  %rep %%spilled
    %assign %%spilled %%spilled - 1
    pop     KEPT_%[%%spilled]
  %endrep
    ret
%endmacro

; CALLING instruction, instructions, values      for the design that calls a function
%macro CALLING 3
FUNCTION function_%1_%2_live_%3
  %assign %%registers %3
  %if %3 > SAVED_REGISTERS
    %assign %%registers SAVED_REGISTERS
  %endif
  %assign %%words %3 - %%registers
  %if (1 + %%registers + %%words) % 2 == 1
    %assign %%words %%words + 1             ; RSP is aligned to 16 at each call
  %endif
  %assign %%v 0
  %rep %%registers
    push    SAVED_%[%%v]
    %assign %%v %%v + 1
  %endrep
  %if %%words > 0
    sub     rsp, 8 * %%words
  %endif
  %assign %%v 0
  %rep %3
    %if %%v < SAVED_REGISTERS
    mov     SAVED_%[%%v], [rdi + 8 * %%v]
    %else
    mov     rax, [rdi + 8 * %%v]
    mov     SAVED_%[%%v], rax
    %endif
    %assign %%v %%v + 1
  %endrep
  %ifidn %1, vmread
    READS   function, SAVED, %2, %3
  %else
    WRITES  function, SAVED, %2, %3
  %endif
    SUM     SAVED, %3, %1
  %if %%words > 0
    add     rsp, 8 * %%words
  %endif
  %assign %%v %%registers
  %rep %%registers
    %assign %%v %%v - 1
    pop     SAVED_%[%%v]
  %endrep
    ret
END_FUNCTION function_%1_%2_live_%3
%endmacro

%macro SEQUENCES 1                          ; instructions
  %assign values 0
  %rep 10
    IN_PLACE stack_trampoline, vmread, %1, %[values]
    IN_PLACE branch_out, vmread, %1, %[values]
    CALLING vmread, %1, %[values]
    IN_PLACE branch_out, vmwrite, %1, %[values]
    CALLING vmwrite, %1, %[values]
    %assign values values + 1
  %endrep
%endmacro

SEQUENCES 1
SEQUENCES 4
SEQUENCES 16
