; The runtime of the shim image: crossing from Java into a wrapper, from an instruction to the shim, and back.
;
; One object of twelve files: NASM marks a thread-local symbol as such only in the object that defines it.

%include "probe.inc"

; The thread's crossing in progress: a CROSSING *, or 0.
section .tbss write tls align=8
global current:data hidden
current: resq 1

extern __start_wrappers                     ; from the linker
extern __stop_wrappers
extern __start_extable
extern __stop_extable

section .text
runtime_begin:
%include "enter.asm"
%include "gate.asm"
%include "decode.asm"
%include "trap.asm"
%include "aside.asm"
%include "error.asm"
%include "external.asm"
%include "script.asm"
%include "guard.asm"
%include "vectors.asm"
%include "probe.asm"
%include "batch.asm"
%include "features.asm"
runtime_end:
