; Design `trampoline`: one routine for each family that knows the TDX ABI; the thin wrappers are in trampoline.inc.
;
; After Sean Christopherson's sketch of April 2024, corrected: RAX is 0 at the instruction, the one output is R11,
; every call passes its reason, and nothing of the VMM's stays behind in R10 and R11.

%define DESIGN "trampoline"
%define TRAMPOLINES_ARE_HERE
%include "trampoline.inc"

; A leaf that may use any register but RSP and RBP: as contract text
%define ALL_IN_PLACE \
    "arguments=rax:u64 rcx:u64 rdx:u64 rbx:u64 rsi:u64 rdi:u64 r8:u64 r9:u64 r10:u64 r11:u64 r12:u64 r13:u64 ", \
    "r14:u64 r15:u64", 10, \
    "in=rax:rax rcx:rcx rdx:rdx rbx:rbx rsi:rsi rdi:rdi r8:r8 r9:r9 r10:r10 r11:r11 r12:r12 r13:r13 ", \
    "r14:r14 r15:r15", 10, "left=rcx rdx rbx rsi rdi r8 r9 r10 r11 r12 r13 r14 r15", 10

;-----------------------------------------------------------------------------------------------------------
; tdvmcall_trampoline - TDG.VP.VMCALL with up to four inputs and up to five outputs
;
;   TDCALL's ABI                             Convention of this routine (not a C function)
;
;   RAX   leaf, 0 = TDG.VP.VMCALL            RAX   in: reason            out: 0
;   RCX   registers exposed to the VMM       RDI   in: first input       out: unchanged
;   R10   0 = standard call; out: status     RSI   in: second input      out: unchanged
;   R11   reason; out: output                RDX   in: third input       out: unchanged
;   R12   first input; out: output           RCX   in: fourth input      out: the mask
;   R13   second input; out: output          R10   out: status
;   R14   third input; out: output           R11   out: output
;   R15   fourth input; out: output          R12-R15   out: outputs
;   RAX   out: 0, or the call failed         RBX RBP RSP R8 R9   unchanged
;
; The outputs stay where TDCALL leaves them, callee-saved registers included: the thin wrappers take what they
; want, and the function around them saves R12-R15. A leaf function: no frame. RAX is not 0 only when the TDX
; module itself is broken; there is nobody to return that to.
;-----------------------------------------------------------------------------------------------------------
ROUTINE tdvmcall_trampoline, trampoline, "instruction=TDCALL", 10, \
    "arguments=rax:u64 rdi:u64 rsi:u64 rdx:u64 rcx:u64", 10, \
    "in=rax:0 r10:0 r11:rax r12:rdi r13:rsi r14:rdx r15:rcx", 10, "mask=0xfc00", 10, \
    "status=r10", 10, "left=r11 r12 r13 r14 r15", 10, "clobbers=rax rcx", 10
    xor     r10d, r10d                      ; TDVMCALL_STANDARD
    mov     r11, rax                        ; reason
    mov     r12, rdi
    mov     r13, rsi
    mov     r14, rdx
    mov     r15, rcx
    mov     ecx, MASK_R10_R15
    xor     eax, eax                        ; TDG_VP_VMCALL
    TDCALL
    test    rax, rax
    jnz     .panic
    ret
.panic:
    ud2
END_ROUTINE tdvmcall_trampoline

;-----------------------------------------------------------------------------------------------------------
; tdvmcall_trampoline_all - TDG.VP.VMCALL for the outliers: all inputs (ReportFatalError), all outputs (PCONFIG)
;
;   RAX   in: reason                                              out: 0
;   RDX RBX RSI RDI R8 R9 R12-R15   in: inputs, in place          out: outputs
;   R10   out: status      R11   out: output      RCX   out: the mask      RBP RSP   unchanged
;
; No input needs a move, so none is spent.
;-----------------------------------------------------------------------------------------------------------
ROUTINE tdvmcall_trampoline_all, trampoline, "instruction=TDCALL", 10, \
    "arguments=rax:u64 rdx:u64 rbx:u64 rsi:u64 rdi:u64 r8:u64 r9:u64 r12:u64 r13:u64 r14:u64 r15:u64", 10, \
    "in=rax:0 r10:0 r11:rax rdx:rdx rbx:rbx rsi:rsi rdi:rdi r8:r8 r9:r9 r12:r12 r13:r13 r14:r14 r15:r15", 10, \
    "mask=0xffcc", 10, "status=r10", 10, "left=rdx rbx rsi rdi r8 r9 r11 r12 r13 r14 r15", 10, "clobbers=rax rcx", 10
    xor     r10d, r10d                      ; TDVMCALL_STANDARD
    mov     r11, rax                        ; reason
    mov     ecx, MASK_ALL
    xor     eax, eax                        ; TDG_VP_VMCALL
    TDCALL
    test    rax, rax
    jnz     .panic
    ret
.panic:
    ud2
END_ROUTINE tdvmcall_trampoline_all

;-----------------------------------------------------------------------------------------------------------
; tdcall_trampoline - a leaf of the TDX module with up to four inputs and up to six outputs
;
;   TDCALL's ABI                             Convention of this routine (not a C function)
;
;   RAX   leaf and version; out: status      RAX   in: leaf and version  out: status
;   RCX   first input; out: output           RDI   in: first input       out: unchanged
;   RDX   second input; out: output          RSI   in: second input      out: unchanged
;   R8    third input; out: output           RDX   in: third input
;   R9    fourth input; out: output          RCX   in: fourth input
;   R10   out: output                        RCX RDX R8-R11   out: outputs
;   R11   out: output                        RBX RBP RSP R12-R15   unchanged
;
; A register that the leaf does not write comes back with its input, or 0: nothing of the caller's passes for an
; output. The TDX module is trusted, so nothing is cleared behind it.
;-----------------------------------------------------------------------------------------------------------
ROUTINE tdcall_trampoline, trampoline, "instruction=TDCALL", 10, \
    "arguments=rax:u64 rdi:u64 rsi:u64 rdx:u64 rcx:u64", 10, \
    "in=rax:rax rcx:rdi rdx:rsi r8:rdx r9:rcx r10:0 r11:0", 10, "left=rcx rdx r8 r9 r10 r11", 10
    mov     r9, rcx
    mov     r8, rdx
    mov     rdx, rsi
    mov     rcx, rdi
    xor     r10d, r10d
    xor     r11d, r11d
    TDCALL
    ret
END_ROUTINE tdcall_trampoline

;-----------------------------------------------------------------------------------------------------------
; tdcall_trampoline_all - a leaf of the TDX module whose registers are others: TDG.SERVTD.*, TDG.VP.ENTER
;
;   RAX   in: leaf and version   out: status      every other register as the leaf has it, in place
;-----------------------------------------------------------------------------------------------------------
ROUTINE tdcall_trampoline_all, trampoline, "instruction=TDCALL", 10, ALL_IN_PLACE
    TDCALL
    ret
END_ROUTINE tdcall_trampoline_all

; SEAMCALL, and the ends of a routine: RAX = status, or what stands for it when the module was not reached
%macro SEAMCALL_RETURN 0
.seamcall:
    SEAMCALL
    jc      .no_module
    ret
.no_module:
    mov     rax, SEAMCALL_VMFAILINVALID
    ret                                     ; CF = 1
.faulted:
    FAULT_STATUS                            ; RAX = vector
    stc
    ret
    EXTABLE_FAULT .seamcall, .faulted, rax
%endmacro

;-----------------------------------------------------------------------------------------------------------
; seamcall_trampoline - a leaf of the TDX module for the host, with up to four inputs and up to six outputs
;
;   SEAMCALL's ABI                           Convention of this routine (not a C function)
;
;   RAX   leaf and version; out: status      RAX   in: leaf and version  out: status
;   RCX   first input; out: output           RDI   in: first input       out: unchanged
;   RDX   second input; out: output          RSI   in: second input      out: unchanged
;   R8    third input; out: output           RDX   in: third input
;   R9    fourth input; out: output          RCX   in: fourth input
;   R10   out: output                        RCX RDX R8-R11   out: outputs
;   R11   out: output                        RBX RBP RSP R12-R15   unchanged
;   CF    1: there is no module, and nothing    CF    out: 1 when the module was not reached, and no output has a
;         was written                                meaning
;
; When the module was not reached RAX is a software status: VMFAILINVALID for CF, and for #UD (no VMX operation) and
; #GP (TDX is disabled) the vector with the bits that no module sets.
;-----------------------------------------------------------------------------------------------------------
ROUTINE seamcall_trampoline, trampoline, "instruction=SEAMCALL", 10, \
    "arguments=rax:u64 rdi:u64 rsi:u64 rdx:u64 rcx:u64", 10, \
    "in=rax:rax rcx:rdi rdx:rsi r8:rdx r9:rcx r10:0 r11:0", 10, "left=rcx rdx r8 r9 r10 r11", 10, "carry=unreached", 10
    mov     r9, rcx
    mov     r8, rdx
    mov     rdx, rsi
    mov     rcx, rdi
    xor     r10d, r10d
    xor     r11d, r11d
    SEAMCALL_RETURN
END_ROUTINE seamcall_trampoline

;-----------------------------------------------------------------------------------------------------------
; seamcall_trampoline_all - a leaf for the host whose registers are others: TDH.VP.ENTER, TDH.EXPORT.MEM ...
;
;   RAX   in: leaf and version   out: status      every other register as the leaf has it, in place
;   CF    out: 1 when the module was not reached
;-----------------------------------------------------------------------------------------------------------
ROUTINE seamcall_trampoline_all, trampoline, "instruction=SEAMCALL", 10, ALL_IN_PLACE, "carry=unreached", 10
    SEAMCALL_RETURN
END_ROUTINE seamcall_trampoline_all
