; What stands for the instructions and for the C error handlers where there is no shim: in the image `null` each
; instruction is a call of a stub that succeeds at once.

%define NO_CONTRACTS
%include "frame.inc"

section wrappers

; What a copy of the code can have instead (dev.trampette.image.Placement) stands behind each: other outcomes, and an
; outcome that waits for the inputs.

; TDCALL and SEAMCALL: RAX = 0, success; every other register as it was.
FUNCTION null_tdcall
    xor     eax, eax
    ret
END_FUNCTION null_tdcall

; The same, and neither RAX nor R10, the status of TDG.VP.VMCALL, is there before the inputs in RCX, RDX and R12 are.
FUNCTION null_tdcall_waits
    mov     rax, rcx
    or      rax, rdx
    or      rax, r12
    and     eax, 0                          ; no zeroing idiom
    or      r10, rax
    ret
END_FUNCTION null_tdcall_waits

; MapGPA that is done in two calls: an address with bit 12 clear is answered with TDVMCALL_STATUS_RETRY and the next
; page in R11.
FUNCTION null_tdcall_retries
    xor     eax, eax
    test    r12d, 1 << 12
    jnz     .done
    mov     r10d, 1                         ; TDVMCALL_STATUS_RETRY
    lea     r11, [r12 + (1 << 12)]
.done:
    ret
END_FUNCTION null_tdcall_retries

; The VMX instructions: CF = ZF = 0, VMsucceed. RSP is never 0.
FUNCTION null_vmx
    test    rsp, rsp
    ret
END_FUNCTION null_vmx

; VMfailValid: ZF = 1, CF = 0.
FUNCTION null_vmx_fails
    cmp     eax, eax
    ret
END_FUNCTION null_vmx_fails

; Nothing fails here.
%macro ERROR_HANDLER 1
LOCAL_FUNCTION %1
    ret
END_FUNCTION %1
%endmacro

ERROR_HANDLER vmread_error
ERROR_HANDLER vmwrite_error
ERROR_HANDLER vmclear_error
ERROR_HANDLER vmptrld_error
ERROR_HANDLER invept_error
ERROR_HANDLER invvpid_error
ERROR_HANDLER spurious_fault
