; Specimens of what only steps show: between two instructions something is wrong, and at the end all is as it must be.

%include "specimen.inc"
%include "vmx-body.inc"

; ---- RSP, and what is below it ------------------------------------------------------------------------------------

; REPORT handler, bytes      out of line: call a handler, drop these bytes, return 1
%macro REPORT 2
    call    %1
    mov     eax, 1
    add     rsp, %2
    ret
%endmacro

; RSP as a sixteenth register for numbers: a signal that comes then has nowhere to store to.
SPECIMEN rsp_holds_a_number, stack-pointer, C9, "kind of flintlib/flint PR 1843", \
    SYSV_FUNCTION("a:in[2] b:in[2]", "u64"), "blamed=mov rsp,QWORD PTR [rdi+0x8]", 10
    mov     rax, [rdi]
    imul    rax, [rsi]
    BROKEN  movq xmm0, rsp
    BROKEN  mov rsp, [rdi + 8]
    BROKEN  imul rsp, [rsi + 8]
    BROKEN  add rax, rsp
    BROKEN  movq rsp, xmm0
    REPAIRED mov rcx, [rdi + 8]
    REPAIRED imul rcx, [rsi + 8]
    REPAIRED add rax, rcx
    ret
END_SPECIMEN rsp_holds_a_number

; RSP walks through an array: what an interrupt stores overwrites the words before.
SPECIMEN rsp_walks_an_array, stack-pointer, C9, "of its kind: RSP as a pointer", SYSV_FUNCTION("a:in[2]", "u64"), \
    "blamed=mov rsp,rdi", 10
    BROKEN  mov rcx, rsp
    BROKEN  mov rsp, rdi
    BROKEN  pop rax
    BROKEN  pop rdx
    BROKEN  mov rsp, rcx
    REPAIRED mov rax, [rdi]
    REPAIRED mov rdx, [rdi + 8]
    add     rax, rdx
    ret
END_SPECIMEN rsp_walks_an_array

; Firmware and Windows have no red zone.
SPECIMEN ms_register_below_rsp, stack-pointer, C9, "kind of madler/zlib 413", MS_FUNCTION("a:u64 b:u64", "u64"), \
    "blamed=mov QWORD PTR [rsp-0x10],rsi", 10
    BROKEN  mov [rsp - 16], rsi
    REPAIRED push rsi
    mov     rsi, rcx
    lea     rax, [rsi + rdx]
    BROKEN  mov rsi, [rsp - 16]
    REPAIRED pop rsi
    ret
END_SPECIMEN ms_register_below_rsp

; The red zone of System V ends at 128 bytes.
SPECIMEN register_behind_red_zone, stack-pointer, C9, "of its kind: 144 bytes below", \
    SYSV_FUNCTION("a:u64 b:u64", "u64"), "blamed=mov QWORD PTR [rsp-0x90],rbx", 10
    BROKEN  mov [rsp - 144], rbx
    REPAIRED mov [rsp - 128], rbx
    mov     rbx, rdi
    lea     rax, [rbx + rsi]
    BROKEN  mov rbx, [rsp - 144]
    REPAIRED mov rbx, [rsp - 128]
    ret
END_SPECIMEN register_behind_red_zone

; A frame is given back before what is in it was read.
SPECIMEN ms_frame_ended_early, stack-pointer, C9, "of its kind: ADD RSP before the last load", \
    MS_FUNCTION("a:u64 b:u64", "u64"), "blamed=mov QWORD PTR [rsp+0x8],rdx", 10
    sub     rsp, 24
    mov     [rsp + 8], rdx
    BROKEN  add rsp, 24
    BROKEN  mov rax, [rsp - 16]
    REPAIRED mov rax, [rsp + 8]
    REPAIRED add rsp, 24
    add     rax, rcx
    ret
END_SPECIMEN ms_frame_ended_early

; ---- Frame descriptions -------------------------------------------------------------------------------------------

DW_CFA_advance_loc      equ 0x40            ; + bytes of code
DW_CFA_offset           equ 0x80            ; + register, words below the frame's address
DW_CFA_restore          equ 0xc0            ; + register
DW_CFA_def_cfa_offset   equ 0x0e            ; bytes
DW_CFA_def_cfa_register equ 0x0d
DWARF_RBX               equ 3
DWARF_RBP               equ 6

; FRAME_DESCRIPTION name, bytes of DW_CFA_*...      for a function of this file, from its first instruction on
%macro FRAME_DESCRIPTION 2+
    section .eh_frame progbits alloc noexec nowrite align=8
%%common:
    dd      %%common_end - %%common - 4
    dd      0                               ; a CIE
    db      1, "zR", 0                      ; version, augmentation
    db      1, 0x78, 16                     ; units of code, of data (-8); the return address
    db      1, 0x1b                         ; addresses are 32-bit distances
    db      0x0c, 7, 8, 0x90, 1             ; the frame of the caller begins at RSP + 8, with the return address below
    align   8, db 0
%%common_end:
    dd      %%end - %%begin
%%begin:
    dd      %%begin - %%common
    dd      %1 - $
    dd      %1.end - %1
    db      0
    db      %2
    align   8, db 0
%%end:
    section wrappers
%endmacro

; CALL_WITH_ROOM      PUSH RBX, 48 bytes, call the function in RDI; the labels are those of the description
%macro CALL_WITH_ROOM 0
    push    rbx
.pushed:
    sub     rsp, 48
.moved:
    call    rdi
.called:
    inc     rax
    add     rsp, 48
.back:
    pop     rbx
.popped:
    ret
%endmacro

; While the function is called the frame is said to begin 48 bytes too low.
SPECIMEN frame_off_at_call, unwind, C9, "kind of openssl/openssl PR 8109", SYSV_FUNCTION("f:fn():u64", "u64"), \
    "blamed=call rdi", 10
    CALL_WITH_ROOM
END_SPECIMEN frame_off_at_call
%ifdef TWIN
FRAME_DESCRIPTION frame_off_at_call, \
    DW_CFA_advance_loc + frame_off_at_call.pushed - frame_off_at_call, DW_CFA_def_cfa_offset, 16, \
    DW_CFA_offset + DWARF_RBX, 2, \
    DW_CFA_advance_loc + frame_off_at_call.moved - frame_off_at_call.pushed, DW_CFA_def_cfa_offset, 64, \
    DW_CFA_advance_loc + frame_off_at_call.back - frame_off_at_call.moved, DW_CFA_def_cfa_offset, 16, \
    DW_CFA_advance_loc + frame_off_at_call.popped - frame_off_at_call.back, DW_CFA_def_cfa_offset, 8, \
    DW_CFA_restore + DWARF_RBX
%else
FRAME_DESCRIPTION frame_off_at_call, \
    DW_CFA_advance_loc + frame_off_at_call.pushed - frame_off_at_call, DW_CFA_def_cfa_offset, 16, \
    DW_CFA_offset + DWARF_RBX, 2, \
    DW_CFA_advance_loc + frame_off_at_call.called - frame_off_at_call.pushed, DW_CFA_def_cfa_offset, 64, \
    DW_CFA_advance_loc + frame_off_at_call.back - frame_off_at_call.called, DW_CFA_def_cfa_offset, 16, \
    DW_CFA_advance_loc + frame_off_at_call.popped - frame_off_at_call.back, DW_CFA_def_cfa_offset, 8, \
    DW_CFA_restore + DWARF_RBX
%endif

; ---- Streaming stores ---------------------------------------------------------------------------------------------

SPECIMEN stream_without_fence, ordering, C16, "kind of pmem/pmdk PR 5293", \
    SYSV_FUNCTION("to:out[1] value:u64", "void"), "blamed=movnti QWORD PTR [rdi],rsi", 10
    movnti  [rdi], rsi
    REPAIRED sfence
    ret
END_SPECIMEN stream_without_fence

; A fence comes too early.
SPECIMEN stream_behind_fence, ordering, C16, "of its kind: a fence before the last store", \
    SYSV_FUNCTION("to:out[4] value:u64", "void"), "blamed=movnti QWORD PTR [rdi+0x8],rsi", 10
    movq    xmm0, rsi
    punpcklqdq xmm0, xmm0
    and     rdi, -16
    movntdq [rdi + 16], xmm0
    BROKEN  sfence
    movnti  [rdi + 8], rsi
    REPAIRED mfence
    ret
END_SPECIMEN stream_behind_fence

; ---- Flags of the caller's ----------------------------------------------------------------------------------------

; What is called runs with the AC of somebody untrusted: in a kernel that opens user memory.
SPECIMEN flag_through_the_gate, window, C13, "kind of rust-lang/rust PR 65810", \
    SYSV_FUNCTION(`f:fn(u64):u64 value:u64\nclean=ac df`, "u64"), "blamed=call rax", 10
    cld
    mov     rax, rdi
    mov     rdi, rsi
    sub     rsp, 8
    REPAIRED pushfq
    REPAIRED and dword [rsp], ~0x40000
    REPAIRED popfq
    call    rax
    add     rsp, 8
    ret
END_SPECIMEN flag_through_the_gate

; ---- A status that nobody reads -----------------------------------------------------------------------------------

; CF and ZF are gone with the next arithmetic, and 0 is returned whatever has happened.
SPECIMEN flags_of_vmwrite_unread, status-unread, C10, "of its kind: VMWRITE and no branch", \
    VMX_PROMISE("sysv", "VMWRITE", ARGUMENTS_vmwrite), "blamed=vmwrite", 10
    sub     rsp, 8
.write:
    VMWRITE rdi, rsi
    REPAIRED jna .failed
    xor     eax, eax
    add     rsp, 8
    ret
.failed:
    REPORT  vmwrite_error, 8
.faulted:
    REPORT  spurious_fault, 8
    EXTABLE .write, .faulted
END_SPECIMEN flags_of_vmwrite_unread

; ---- An entry that is jumped to -----------------------------------------------------------------------------------

SPECIMEN endbr_missing, endbr, C15, "of its kind: an entry without ENDBR64", \
    SYSV_FUNCTION(`value:u64\nibt=yes`, "u64"), "blamed=mov rax,rdi", 10
    REPAIRED endbr64
    mov     rax, rdi
    ret
END_SPECIMEN endbr_missing

; ---- What is left of a secret -------------------------------------------------------------------------------------

SPECIMEN key_left_in_register, secret, C8, "of its kind: a key that is not scrubbed", \
    SYSV_FUNCTION(`key:in[2] value:u64\nsecret=key`, "u64"), "blamed=mov rcx,QWORD PTR [rdi+0x8]", 10
    mov     rax, rsi
    xor     rax, [rdi]
    mov     rcx, [rdi + 8]
    add     rax, rcx
    REPAIRED xor ecx, ecx
    ret
END_SPECIMEN key_left_in_register

SPECIMEN key_left_in_vector, secret, C8, "of its kind: a key that is not scrubbed", \
    SYSV_FUNCTION(`key:in[2] value:u64\nsecret=key`, "u64"), "blamed=movdqu xmm5,XMMWORD PTR [rdi]", 10
    movdqu  xmm5, [rdi]
    movq    rax, xmm5
    imul    rax, rsi
    REPAIRED pxor xmm5, xmm5
    ret
END_SPECIMEN key_left_in_vector

SPECIMEN key_left_below_rsp, secret, C8, "of its kind: a key that is not scrubbed", \
    SYSV_FUNCTION(`key:u64 value:u64\nsecret=key`, "u64"), "blamed=push rdi", 10
    push    rdi
    imul    rsi, [rsp]
    mov     rax, rsi
    xor     edi, edi
    REPAIRED mov [rsp], rdi
    add     rsp, 8
    ret
END_SPECIMEN key_left_below_rsp
