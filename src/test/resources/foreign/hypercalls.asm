; Wrappers of hypercalls. A line says what verify finds: `; name: rules`, or holds; `; name = line` is of a contract.

section .text

; kvm_call: holds
global kvm_call
kvm_call:                               ; long kvm_call(nr, a, b)
    push    rbx
    mov     rax, rdi
    mov     rbx, rsi
    mov     rcx, rdx
    vmcall
    pop     rbx
    ret

; kvm_rbx_lost: callee-saved
global kvm_rbx_lost
kvm_rbx_lost:
    mov     rax, rdi
    mov     rbx, rsi
    vmcall
    ret

; kvm_int: holds
global kvm_int
kvm_int:                                ; int kvm_int(unsigned nr, unsigned a)
    push    rbx
    mov     eax, edi
    mov     ebx, esi
    vmmcall
    pop     rbx
    movsxd  rax, eax
    ret

; kvm_wide: selector narrow-argument
; kvm_wide = arguments=nr:u32 a:u64
; kvm_wide = in=rax:nr rbx:a
; kvm_wide = interface=kvm
global kvm_wide
kvm_wide:                               ; long kvm_wide(unsigned nr, unsigned long a), and RAX is all of RDI
    push    rbx
    mov     rax, rdi
    mov     rbx, rsi
    vmcall
    pop     rbx
    ret

; kvm_narrow: holds
; kvm_narrow = arguments=nr:u32 a:u64
; kvm_narrow = in=rax:nr rbx:a
; kvm_narrow = interface=kvm
global kvm_narrow
kvm_narrow:
    push    rbx
    mov     eax, edi
    mov     rbx, rsi
    vmcall
    pop     rbx
    ret

; kvm_no_number: undefined-read
; kvm_no_number = arguments=nr:u64 a:u64
; kvm_no_number = in=rbx:a
; kvm_no_number = interface=kvm
; kvm_no_number = result=void
global kvm_no_number
kvm_no_number:
    push    rbx
    mov     rbx, rsi
    vmcall
    pop     rbx
    ret

; kvm_number: holds
; kvm_number = arguments=nr:u64 a:u64
; kvm_number = in=rax:nr rbx:a
; kvm_number = interface=kvm
; kvm_number = result=void
global kvm_number
kvm_number:
    push    rbx
    mov     rax, rdi
    mov     rbx, rsi
    vmcall
    pop     rbx
    ret

; kvm_swapped: input
; kvm_swapped = arguments=nr:u64 a:u64 b:u64
; kvm_swapped = in=rax:nr rbx:a rcx:b
; kvm_swapped = interface=kvm
global kvm_swapped
kvm_swapped:
    push    rbx
    mov     rax, rdi
    mov     rbx, rdx
    mov     rcx, rsi
    vmcall
    pop     rbx
    ret

; kvm_result_lost: status output
; kvm_result_lost = arguments=nr:u64 a:u64
; kvm_result_lost = in=rax:nr rbx:a
; kvm_result_lost = interface=kvm
global kvm_result_lost
kvm_result_lost:
    push    rbx
    mov     rax, rdi
    mov     rbx, rsi
    vmcall
    mov     rax, rbx
    pop     rbx
    ret

; xen_call: holds
global xen_call
xen_call:                               ; the fourth argument is in R10
    mov     eax, 17
    mov     r10, rcx
    vmcall
    ret

; hv_call: holds
global hv_call
hv_call:                                ; u64 hv_call(control, input, output)
    mov     rcx, rdi
    mov     r8, rdx
    mov     rdx, rsi
    vmcall
    ret

; hv_kept_in_r8: callee-saved
global hv_kept_in_r8
hv_kept_in_r8:                          ; a fast hypercall may write R8
    mov     rcx, rdi
    mov     rdx, rsi
    mov     r8, rbx
    xor     ebx, ebx
    vmcall
    mov     rbx, r8
    ret

; hv_kept_in_r9: holds
global hv_kept_in_r9
hv_kept_in_r9:
    mov     rcx, rdi
    mov     rdx, rsi
    mov     r9, rbx
    xor     ebx, ebx
    vmcall
    mov     rbx, r9
    ret

; vmware_call: holds
global vmware_call
vmware_call:                            ; all registers come back written
    push    rbx
    mov     eax, 0x564D5868
    mov     rbx, rsi
    mov     ecx, edi
    mov     edx, 0x5658
    vmcall
    pop     rbx
    ret

; vmware_rbx_lost: callee-saved
global vmware_rbx_lost
vmware_rbx_lost:
    mov     eax, 0x564D5868
    mov     ecx, edi
    mov     edx, 0x5658
    vmcall
    ret

; vmware_outputs: holds
global vmware_outputs
vmware_outputs:                         ; void vmware_outputs(command, u64 out[2])
    push    rbx
    mov     r8, rsi
    mov     eax, 0x564D5868
    mov     ecx, edi
    mov     edx, 0x5658
    vmcall
    mov     [r8], rbx
    mov     [r8 + 8], rcx
    pop     rbx
    ret

; vmgexit: holds
global vmgexit
vmgexit:
    rep vmmcall
    ret

; vmgexit_by_msr: holds
global vmgexit_by_msr
vmgexit_by_msr:                         ; u64 vmgexit_by_msr(request): GHCB MSR protocol
    mov     ecx, 0xc0010130
    mov     eax, edi
    mov     rdx, rdi
    shr     rdx, 32
    wrmsr
    rep vmmcall
    rdmsr
    shl     rdx, 32
    or      rax, rdx
    ret

; panics: holds
global panics
panics:                                 ; a hypercall that must succeed
    mov     eax, 7
    vmcall
    test    rax, rax
    jnz     .failed
    ret
.failed:
    ud2

; eptp_switch: holds
global eptp_switch
eptp_switch:
    xor     eax, eax
    mov     ecx, edi
    vmfunc
    ret

; eptp_switch_in_ebx: callee-saved
global eptp_switch_in_ebx
eptp_switch_in_ebx:
    xor     eax, eax
    mov     ecx, edi
    mov     ebx, edi
    vmfunc
    ret

; fills_and_calls: holds
global fills_and_calls
fills_and_calls:                        ; long fills_and_calls(u64 *page, u64 physical): writes before and behind
    mov     qword [rdi], 1
    mov     rcx, 0x10008
    mov     rdx, rsi
    mov     r8, 0
    vmcall
    test    rax, rax
    jz      .done
    mov     [rdi + 8], rax
.done:
    and     eax, 0xffff
    ret

; returns_flags: holds
global returns_flags
returns_flags:                          ; what RFLAGS are says whether it failed
    mov     eax, 3
    mov     rcx, rdi
    vmcall
    pushfq
    pop     rax
    and     eax, 0x41
    ret
