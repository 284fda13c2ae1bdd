; Design `memory-struct`: the registers of a call as a structure in memory, and routines that marshal it.
;
; The shape of Linux: twelve members and two routines for TDG.VP.VMCALL (6.3 to 6.6), thirteen members and three kinds
; for the leaves of the TDX module (since 6.7).

%define DESIGN "memory-struct"
%define STRUCT_ROUTINES_ARE_HERE
%include "memory-struct.inc"

; LOAD_ARGS structure, pointer, register ...      the members that are named, into their registers
%macro LOAD_ARGS 3-*
    %define %%struct %1
    %define %%pointer %2
    %rotate 2
  %rep %0 - 2
    mov     %1, [%%pointer + %[%%struct].%1]
    %rotate 1
  %endrep
%endmacro

; STORE_ARGS structure, pointer, register ...     the other way
%macro STORE_ARGS 3-*
    %define %%struct %1
    %define %%pointer %2
    %rotate 2
  %rep %0 - 2
    mov     [%%pointer + %[%%struct].%1], %1
    %rotate 1
  %endrep
%endmacro

; CLEAR register ...      by their 32-bit names
%macro CLEAR 1-*
  %rep %0
    xor     %1, %1
    %rotate 1
  %endrep
%endmacro

;-----------------------------------------------------------------------------------------------------------
; tdx_hypercall, tdx_hypercall_ret - TDG.VP.VMCALL with twelve registers from memory (and back to it)
;
;   TDCALL's ABI                                  u64 f(struct tdx_hypercall_args *args)
;
;   RAX   leaf, 0 = TDG.VP.VMCALL                 RDI   in: args
;   RCX   mask: all twelve                        RAX   out: status (R10)
;   RDX RBX RSI RDI R8-R15   in and out           RBX RBP RSP R12-R15   preserved
;
; `_ret` stores the twelve registers back, whatever the status. Neither leaves a value of the VMM's in a register.
;-----------------------------------------------------------------------------------------------------------
%macro HYPERCALL 3-4+ ""                   ; name, type of args, 1 = store the results, contract text
ROUTINE %1, sysv, "instruction=TDCALL", 10, "arguments=args:", %2, 10, \
    "in=rax:0 r8:args[0] r9:args[1] r10:args[2] r11:args[3] r12:args[4] r13:args[5] r14:args[6] r15:args[7] ", \
    "rdi:args[8] rsi:args[9] rbx:args[10] rdx:args[11]", 10, "mask=0xffcc", 10, %4
    push    rbx
    push    r12
    push    r13
    push    r14
    push    r15
    push    rdi                             ; args; no register can be spared
    mov     rax, rdi
    LOAD_ARGS HYPERCALL_ARGS, rax, r8, r9, r10, r11, r12, r13, r14, r15, rdi, rsi, rbx, rdx

    mov     ecx, MASK_ALL
    xor     eax, eax                        ; TDG_VP_VMCALL
    TDCALL
    test    rax, rax
    jnz     .panic

    pop     rax                             ; args
  %if %3
    STORE_ARGS HYPERCALL_ARGS, rax, r8, r9, r10, r11, r12, r13, r14, r15, rdi, rsi, rbx, rdx
  %endif
    mov     rax, r10                        ; status

    ; The VMM could have written all twelve; RBX and R12-R15 are popped.
    CLEAR   edx, esi, edi, r8d, r9d, r10d, r11d

    pop     r15
    pop     r14
    pop     r13
    pop     r12
    pop     rbx
    ret
.panic:
    ud2
END_ROUTINE %1
%endmacro

HYPERCALL tdx_hypercall, "in[12]", 0
HYPERCALL tdx_hypercall_ret, "out[12]", 1, \
    "out=r8 r9 r10 r11 r12 r13 r14 r15 rdi rsi rbx rdx", 10, "stored=always", 10, "scrub=yes", 10

;-----------------------------------------------------------------------------------------------------------
; tdcall_struct, seamcall_struct             - a leaf with inputs and outputs in RCX RDX R8-R11 only
; tdcall_struct_ret, seamcall_struct_ret     - ... and the outputs back to memory
; tdcall_struct_saved_ret, seamcall_...      - a leaf that uses any of the thirteen registers, and back
;
;   TDCALL's and SEAMCALL's ABI                   u64 f(u64 leaf, struct tdx_module_args *args)
;
;   RAX   leaf and version; out: status           RDI   in: leaf and version
;   RCX RDX RBX RSI RDI R8-R15   in and out       RSI   in: args
;   CF    SEAMCALL: 1 when there is no module     RAX   out: status
;                                                 RBX RBP RSP R12-R15   preserved
;
; When SEAMCALL does not reach the module the status is a software status, and the structure keeps what it held.
; `saved_ret` clears the registers that came back, and restores RBP: a guest may have written them.
;-----------------------------------------------------------------------------------------------------------

; EXECUTE instruction      and, for SEAMCALL, the way out of line when the module is not reached
%macro EXECUTE 1
  %ifidn %1, SEAMCALL
.seamcall:
    SEAMCALL
    jc      .no_module
  %else
    TDCALL
  %endif
%endmacro

; NOT_REACHED instruction, where to go on      the out-of-line half of EXECUTE
%macro NOT_REACHED 2
  %ifidn %1, SEAMCALL
.no_module:
    mov     rax, SEAMCALL_VMFAILINVALID
    jmp     %2
.faulted:
    FAULT_STATUS                            ; RAX = vector
    jmp     %2
    EXTABLE_FAULT .seamcall, .faulted, rax
  %endif
%endmacro

%macro MODULE_CALL 3                        ; name, instruction, type of args: out = store the results
    %defstr %%instruction %2
  %ifidn %3, "out[13]"
    %define %%stores "out=rcx rdx r8 r9 r10 r11", 10, "stored=always", 10
  %else
    %define %%stores ""
  %endif
ROUTINE %1, sysv, "instruction=", %%instruction, 10, "arguments=leaf:u64 args:", %3, 10, \
    "in=rax:leaf rcx:args[0] rdx:args[1] r8:args[2] r9:args[3] r10:args[4] r11:args[5]", 10, %%stores
    mov     rax, rdi                        ; leaf
    LOAD_ARGS MODULE_ARGS, rsi, rcx, rdx, r8, r9, r10, r11
    EXECUTE %2
  %ifidn %3, "out[13]"
    STORE_ARGS MODULE_ARGS, rsi, rcx, rdx, r8, r9, r10, r11
  %endif
.out:
    ret
    NOT_REACHED %2, .out
END_ROUTINE %1
%endmacro

%macro MODULE_CALL_SAVED 2                  ; name, instruction
    %defstr %%instruction %2
ROUTINE %1, sysv, "instruction=", %%instruction, 10, "arguments=leaf:u64 args:out[13]", 10, \
    "in=rax:leaf rcx:args[0] rdx:args[1] r8:args[2] r9:args[3] r10:args[4] r11:args[5] r12:args[6] r13:args[7] ", \
    "r14:args[8] r15:args[9] rbx:args[10] rdi:args[11] rsi:args[12]", 10, \
    "out=rcx rdx r8 r9 r10 r11 r12 r13 r14 r15 rbx rdi rsi", 10, "stored=always", 10, "scrub=yes", 10
    push    rbp                             ; a guest runs, and RBP is not what it was
    push    rbx
    push    r12
    push    r13
    push    r14
    push    r15
    push    rsi                             ; args; no register can be spared
    mov     rax, rdi                        ; leaf
    LOAD_ARGS MODULE_ARGS, rsi, rcx, rdx, r8, r9, r10, r11, r12, r13, r14, r15, rbx, rdi, rsi
    EXECUTE %2
    push    rax                             ; status
    mov     rax, [rsp + 8]                  ; args
    STORE_ARGS MODULE_ARGS, rax, rcx, rdx, r8, r9, r10, r11, r12, r13, r14, r15, rbx, rdi, rsi
    pop     rax
.out:
    CLEAR   ecx, edx, esi, edi, r8d, r9d, r10d, r11d
    pop     rsi                             ; args
    pop     r15
    pop     r14
    pop     r13
    pop     r12
    pop     rbx
    pop     rbp
    ret
    NOT_REACHED %2, .out
END_ROUTINE %1
%endmacro

MODULE_CALL tdcall_struct, TDCALL, "in[13]"
MODULE_CALL tdcall_struct_ret, TDCALL, "out[13]"
MODULE_CALL_SAVED tdcall_struct_saved_ret, TDCALL
MODULE_CALL seamcall_struct, SEAMCALL, "in[13]"
MODULE_CALL seamcall_struct_ret, SEAMCALL, "out[13]"
MODULE_CALL_SAVED seamcall_struct_saved_ret, SEAMCALL
