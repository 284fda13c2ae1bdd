; What stands for the instructions and for the C error handlers where there is no shim: in the image `null` each
; instruction is a call of a stub that succeeds at once.

%define NO_CONTRACTS
%include "frame.inc"

section wrappers

; TDCALL and SEAMCALL: RAX = 0, success; every other register as it was.
LOCAL_FUNCTION null_tdcall
    xor     eax, eax
    ret
END_FUNCTION null_tdcall

; The VMX instructions: CF = ZF = 0, VMsucceed. RSP is never 0.
LOCAL_FUNCTION null_vmx
    test    rsp, rsp
    ret
END_FUNCTION null_vmx

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
