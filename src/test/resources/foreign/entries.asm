; Routines that enter a guest. A line says what verify finds: `; name: rules`, or holds; `; name = line` is of a
; contract.

HOST_RSP equ 0x6c14
HOST_RIP equ 0x6c16

default rel
section .text

%macro SAVE 0
    push    rbx
    push    rbp
    push    r12
    push    r13
    push    r14
    push    r15
%endmacro
%macro RESTORE 0
    pop     r15
    pop     r14
    pop     r13
    pop     r12
    pop     rbp
    pop     rbx
%endmacro
%macro HOST 1                           ; where a VM exit goes on
    mov     eax, HOST_RSP
    vmwrite rax, rsp
    mov     eax, HOST_RIP
    lea     rcx, [%1]
    vmwrite rax, rcx
%endmacro
%macro LOAD 0                           ; the guest's registers
    mov     rax, [rdi]
    mov     rcx, [rdi + 8]
    mov     rdx, [rdi + 16]
    mov     rbx, [rdi + 24]
    mov     rbp, [rdi + 40]
    mov     rsi, [rdi + 48]
    mov     r8, [rdi + 64]
    mov     r12, [rdi + 96]
    mov     r15, [rdi + 120]
    mov     rdi, [rdi + 56]
%endmacro
%macro STORE 0
    xchg    rdi, [rsp]
    mov     [rdi], rax
    mov     [rdi + 8], rcx
    mov     [rdi + 24], rbx
    pop     rax
    mov     [rdi + 56], rax
%endmacro

; enter: holds
global enter
enter:                                  ; int enter(u64 registers[16]): 0, or 1 when the entry fails
    SAVE
    push    rdi
    HOST    .exit
    LOAD
    vmlaunch
    pop     rdi
    mov     eax, 1
    jmp     .done
.exit:
    STORE
    xor     eax, eax
.done:
    RESTORE
    ret

; enter_without_r15: callee-saved
global enter_without_r15
enter_without_r15:                      ; after a VM exit all registers are the guest's
    SAVE
    push    rdi
    HOST    .exit
    LOAD
    vmlaunch
    pop     rdi
    mov     eax, 1
    jmp     .done
.exit:
    STORE
    add     rsp, 8
    xor     eax, eax
    jmp     .others
.done:
    pop     r15
.others:
    pop     r14
    pop     r13
    pop     r12
    pop     rbp
    pop     rbx
    ret

; enter_again: holds
global enter_again
enter_again:                            ; VMRESUME, and VMLAUNCH when that fails; the failure is told by CF and ZF
    SAVE
    push    rdi
    HOST    .exit
    LOAD
    vmresume
    vmlaunch
    setna   al
    movzx   eax, al
    pop     rdi
    jmp     .done
.exit:
    STORE
    xor     eax, eax
.done:
    RESTORE
    ret

; enter_carry_only: status
global enter_carry_only
enter_carry_only:                       ; VMfailValid is not noticed
    SAVE
    push    rdi
    HOST    .exit
    LOAD
    vmresume
    setc    al
    movzx   eax, al
    pop     rdi
    jmp     .done
.exit:
    STORE
    xor     eax, eax
.done:
    RESTORE
    ret

; enter_guest_pointer: crash
global enter_guest_pointer
enter_guest_pointer:                    ; stores through the guest's RDI
    SAVE
    push    rdi
    HOST    .exit
    LOAD
    vmresume
    pop     rdi
    mov     eax, 1
    jmp     .done
.exit:
    mov     [rdi], rax
    add     rsp, 8
    xor     eax, eax
.done:
    RESTORE
    ret

; enter_or_fail: holds
global enter_or_fail
enter_or_fail:                          ; void enter_or_fail(const u64 registers[6], void (*failed)(void))
    push    rbx
    push    rsi
    mov     rax, [rdi]
    mov     rbx, [rdi + 8]
    mov     rcx, [rdi + 16]
    mov     rdx, [rdi + 24]
    mov     rsi, [rdi + 32]
    mov     rdi, [rdi + 40]
    vmresume
    pop     rsi
    pop     rbx
    jmp     rsi

; enter_or_guest: crash
global enter_or_guest
enter_or_guest:                         ; the address of the handler is in a register of the guest's
    push    rbx
    mov     rax, [rdi]
    mov     rbx, [rdi + 8]
    mov     rcx, [rdi + 16]
    mov     rdx, [rdi + 24]
    mov     rsi, [rdi + 32]
    mov     rdi, [rdi + 40]
    vmresume
    pop     rbx
    jmp     rsi

; enter_or_guest_said: status
; enter_or_guest_said = arguments=registers:in[6] failed:u64
; enter_or_guest_said = handler=failed
; enter_or_guest_said = result=void
global enter_or_guest_said
enter_or_guest_said:
    push    rbx
    mov     rbx, [rdi + 8]
    mov     rsi, [rdi + 32]
    vmresume
    pop     rbx
    jmp     rsi

; exits_elsewhere: holds
; exits_elsewhere = arguments=registers:in[16]
; exits_elsewhere = in=rbx:registers[3] rdi:registers[7]
; exits_elsewhere = exit=exits_here
; exits_elsewhere = failed=1
global exits_elsewhere, exits_here
exits_elsewhere:                        ; somebody else has written HOST_RIP
    SAVE
    push    rdi
    mov     rbx, [rdi + 24]
    mov     rdi, [rdi + 56]
    vmresume
    mov     eax, 1
    jmp     exits_here.done
exits_here:
    xor     eax, eax
.done:
    pop     rdi
    RESTORE
    ret

; exits_elsewhere_lost: callee-saved
; exits_elsewhere_lost = arguments=registers:in[16]
; exits_elsewhere_lost = exit=exits_lost_here
; exits_elsewhere_lost = failed=1
global exits_elsewhere_lost, exits_lost_here
exits_elsewhere_lost:
    push    rbx
    mov     rbx, [rdi + 24]
    vmresume
    mov     eax, 1
    jmp     exits_lost_here.done
exits_lost_here:
    xor     eax, eax
.done:
    pop     rbx
    ret

; enter_flags: holds
global enter_flags
enter_flags:                            ; RFLAGS say whether the entry failed
    SAVE
    push    rdi
    HOST    .exit
    LOAD
    vmlaunch
    pushfq
    pop     rax
    pop     rdi
    jmp     .done
.exit:
    STORE
    xor     eax, eax
.done:
    RESTORE
    ret

; enter_twice: holds
global enter_twice
enter_twice:                            ; VMLAUNCH or VMRESUME, by an argument
    SAVE
    push    rdi
    HOST    .exit
    test    sil, 1
    jz      .launch
    LOAD
    vmresume
    jmp     .failed
.launch:
    LOAD
    vmlaunch
.failed:
    pop     rdi
    mov     eax, 1
    jmp     .done
.exit:
    STORE
    xor     eax, eax
.done:
    RESTORE
    ret
