; What the tests of the runtime call in the image of the specimens. Nothing is broken here.

%include "specimen.inc"

; TDCALL is the first instruction, so that the shim sees the flags at the entry.
section wrappers
CONTRACT flags_at_entry, routine, "design=", DESIGN, 10, "convention=sysv", 10, "instruction=TDCALL", 10
FUNCTION flags_at_entry
    TDCALL
    ret
END_FUNCTION flags_at_entry

; The vector of a fault at SEAMCALL, or 0.
section wrappers
CONTRACT vector_of_fault, routine, "design=", DESIGN, 10, "convention=sysv", 10, "instruction=SEAMCALL", 10
FUNCTION vector_of_fault
.call:
    SEAMCALL
    xor     r12d, r12d
.fault:
    mov     rax, r12
    ret
    EXTABLE_FAULT .call, .fault, r12
END_FUNCTION vector_of_fault

; Nothing is broken: VMREAD to the stack of the function, which GCC makes of a constraint "=rm".
VMX_ROUTINE vmread_to_stack, sysv, VMREAD, "field:u64"
    sub     rsp, 24
.read:
    VMREAD_MEMORY rsp, rdi
    ja      .done
    FAILURE_OR_FAULT
    call    vmread_error
    mov     qword [rsp], 0
.done:
    mov     rax, [rsp]
    add     rsp, 24
    ret
    EXTABLE .read, .faulted
END_FUNCTION vmread_to_stack

; Integer and floating-point arguments by turns.
section wrappers
CONTRACT mixed_arguments, routine, "design=", DESIGN, 10, "convention=sysv", 10, \
    "arguments=a:f64 b:u64 c:f32 d:u32 e:f64", 10, "result=f64", 10
FUNCTION mixed_arguments
    addsd   xmm0, xmm2
    cvtss2sd xmm1, xmm1
    addsd   xmm0, xmm1
    cvtsi2sd xmm1, rdi
    addsd   xmm0, xmm1
    mov     esi, esi
    cvtsi2sd xmm1, rsi
    addsd   xmm0, xmm1
    ret
END_FUNCTION mixed_arguments

; What sum_with_stale_carry must give.
section wrappers
CONTRACT sum_of_difference, routine, "design=", DESIGN, 10, "convention=sysv", 10, \
    "arguments=value:u64 next:u64", 10, "result=u64", 10
FUNCTION sum_of_difference
    mov     rax, rdi
    shr     rax, 32
    mov     edi, edi
    sub     rdi, rax
    lea     rax, [rdi + rsi]
    ret
END_FUNCTION sum_of_difference

; A result of 32 bits.
section wrappers
CONTRACT sum_of_floats, routine, "design=", DESIGN, 10, "convention=sysv", 10, "arguments=a:f32 b:f32", 10, \
    "result=f32", 10
FUNCTION sum_of_floats
    addss   xmm0, xmm1
    ret
END_FUNCTION sum_of_floats
