; What stands for the instructions and for the C error handler where there is no shim: in the image `null` each
; instruction is a call of a stub that succeeds at once, in the image `hardware` only the handler is needed.

%include "frame.inc"

section wrappers

%if IMAGE_NULL
; TDCALL and SEAMCALL: RAX = 0, success; every other register as it was.
LOCAL_FUNCTION null_tdcall
    xor     eax, eax
    ret
END_FUNCTION null_tdcall

; VMREAD and VMWRITE: CF = ZF = 0, VMsucceed. RSP is never 0.
LOCAL_FUNCTION null_vmx
    test    rsp, rsp
    ret
END_FUNCTION null_vmx
%endif

; void vmread_error(unsigned long field, bool fault): nothing fails here.
LOCAL_FUNCTION vmread_error
    ret
END_FUNCTION vmread_error
