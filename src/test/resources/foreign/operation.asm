; VMX operation. A line says what verify finds: `; name: rules`, or holds; `; name = line` is of a contract.

section .text

; vmxon_value: holds
global vmxon_value
vmxon_value:                            ; int vmxon_value(u64 physical)
    push    rdi
    vmxon   [rsp]
    setna   al
    movzx   eax, al
    pop     rdi
    ret

; vmxon_dropped: status-unread status
global vmxon_dropped
vmxon_dropped:
    push    rdi
    vmxon   [rsp]
    pop     rdi
    mov     eax, 0
    ret

; vmxon_carry_only: status
global vmxon_carry_only
vmxon_carry_only:
    push    rdi
    vmxon   [rsp]
    setc    al
    movzx   eax, al
    pop     rdi
    ret

; vmxon_below_rsp: red-zone
global vmxon_below_rsp
vmxon_below_rsp:
    mov     [rsp - 8], rdi
    vmxon   [rsp - 8]
    setna   al
    movzx   eax, al
    ret

; vmxon_pointer: holds
global vmxon_pointer
vmxon_pointer:                          ; int vmxon_pointer(u64 *physical)
    vmxon   [rdi]
    jc      .invalid
    jz      .valid
    xor     eax, eax
    ret
.invalid:
    mov     eax, 1
    ret
.valid:
    mov     eax, 2
    ret

; vmxoff_status: holds
global vmxoff_status
vmxoff_status:
    vmxoff
    setna   al
    movzx   eax, al
    ret

; vmxoff_always_0: holds
global vmxoff_always_0
vmxoff_always_0:                        ; it fails under a dual-monitor SMM only
    vmxoff
    mov     eax, 0
    ret

; vmxoff_must_say: status
; vmxoff_must_say = handler=none
global vmxoff_must_say
vmxoff_must_say:
    vmxoff
    mov     eax, 0
    ret

; vmptrst_result: holds
global vmptrst_result
vmptrst_result:
    sub     rsp, 8
    vmptrst [rsp]
    mov     rax, [rsp]
    add     rsp, 8
    ret

; vmptrst_out: holds
global vmptrst_out
vmptrst_out:
    vmptrst [rdi]
    xor     eax, eax
    ret

; vmptrst_elsewhere: output
; vmptrst_elsewhere = arguments=out:out[2]
; vmptrst_elsewhere = handler=none
global vmptrst_elsewhere
vmptrst_elsewhere:
    vmptrst [rdi + 8]
    xor     eax, eax
    ret
