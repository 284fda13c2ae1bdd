; Specimens with protocols of their own: a refusal is returned, an error handler is not called, nothing is cleared.

%include "specimen.inc"

; TDG.VP.VMCALL with the registers R10 to R13, for wrappers that return RAX and clear nothing
%define MAP_RANGE_PROMISE(refused) "convention=sysv", 10, "instruction=TDCALL", 10, "arguments=gpa:u64 size:u64", 10, \
    "in=rax:0 r10:0 r11:0x10001 r12:gpa r13:size", 10, "mask=0x3c00", 10, "scrub=no", 10, "refused=", refused, 10

; The status of the TDX module is dropped: a refused call passes for success.
SPECIMEN refusal_dropped, status, C10, "openvmm 545", MAP_RANGE_PROMISE("rax")
    push    r12
    push    r13
    xor     r10d, r10d
    mov     r11d, 0x10001
    mov     r12, rdi
    mov     r13, rsi
    mov     ecx, 0x3c00
    xor     eax, eax
    TDCALL
    BROKEN  mov rax, r10
    REPAIRED or rax, r10
    pop     r13
    pop     r12
    ret
END_SPECIMEN refusal_dropped

; The same, where any number but 0 will do.
SPECIMEN refusal_is_success, status, C10, "openvmm 545", MAP_RANGE_PROMISE("returned")
    push    r12
    push    r13
    xor     r10d, r10d
    mov     r11d, 0x10001
    mov     r12, rdi
    mov     r13, rsi
    mov     ecx, 0x3c00
    xor     eax, eax
    TDCALL
    REPAIRED test rax, rax
    REPAIRED jnz .refused
    mov     rax, r10
    REPAIRED jmp .done
.refused:
    mov     eax, 1
.done:
    BROKEN  mov rax, r10
    pop     r13
    pop     r12
    ret
END_SPECIMEN refusal_is_success

; What the variable for the output held goes to the VMM.
SPECIMEN output_sent, leak-out, C7, "Linux b6fb565a2d15", "convention=sysv", 10, "instruction=TDCALL", 10, \
    "arguments=size:u64 address:u64 value:out[1]", 10, "in=rax:0 r10:0 r11:48 r12:size r13:0 r14:address", 10, \
    "mask=0xfc00", 10, "out=r11", 10, "stored=always", 10, "unreached=input", 10, "scrub=no", 10, "refused=rax", 10
    push    r12
    push    r13
    push    r14
    push    r15
    push    rdx
    xor     r10d, r10d
    mov     r11d, 48
    mov     r12, rdi
    xor     r13d, r13d
    mov     r14, rsi
    BROKEN  mov r15, [rdx]
    REPAIRED xor r15d, r15d
    mov     ecx, 0xfc00
    xor     eax, eax
    TDCALL
    pop     rdx
    mov     [rdx], r11
    or      rax, r10
    pop     r15
    pop     r14
    pop     r13
    pop     r12
    ret
END_SPECIMEN output_sent

; A function that returns nothing, and whose VMM does not answer: HLT in a loop of the caller's.
SPECIMEN void_loses_rbx, callee-saved, C1, "of its kind: a function without a result", "convention=sysv", 10, \
    "instruction=TDCALL", 10, "arguments=blocked:bool{0..1}", 10, "in=rax:0 r10:0 r11:12 r12:blocked", 10, \
    "mask=0x1c00", 10, "scrub=no", 10, "refused=returned", 10, "result=void", 10, "blamed=movzx ebx,dil", 10
    push    r12
    REPAIRED push rbx
    movzx   ebx, dil
    mov     r12, rbx
    xor     r10d, r10d
    mov     r11d, 12
    mov     ecx, 0x1c00
    xor     eax, eax
    TDCALL
    REPAIRED pop rbx
    pop     r12
    ret
END_SPECIMEN void_loses_rbx

%define NO_HANDLER(failed) "convention=sysv", 10, "instruction=VMREAD", 10, "arguments=field:u64", 10, \
    "handler=none", 10, "failed=", failed, 10

; CF and ZF are not looked at: what the caller had in RAX is returned.
SPECIMEN vmread_unchecked, status, C10, "kvm list, VMREAD helper", NO_HANDLER("0")
    REPAIRED xor eax, eax
.read:
    VMREAD  rax, rdi
    REPAIRED jna .failed
    ret
.failed:
    xor     eax, eax
    ret
    EXTABLE .read, .failed
END_SPECIMEN vmread_unchecked

; Failures are told apart: 1 for no current VMCS, 2 for a field that is not there, 3 for a fault.
SPECIMEN vmclear_failures_exchanged, status, C10, "of its kind: CF and ZF", "convention=sysv", 10, \
    "instruction=VMCLEAR", 10, "arguments=vmcs:u64 address:u64", 10, "handler=none", 10, \
    "failed=invalid:1 valid:2 fault:3", 10
    push    rsi
.clear:
    VMCLEAR rsp
    lea     rsp, [rsp + 8]
    BROKEN  mov eax, 2
    REPAIRED mov eax, 1
    jc      .done
    BROKEN  mov eax, 1
    REPAIRED mov eax, 2
    jz      .done
    xor     eax, eax
.done:
    ret
.faulted:
    lea     rsp, [rsp + 8]
    mov     eax, 3
    ret
    EXTABLE .clear, .faulted
END_SPECIMEN vmclear_failures_exchanged
