; Instructions beside ours. A line says what verify finds: `; name: rules`, or holds; `; name = line` is of a contract.

section .text

; read_msr: holds
; read_msr = arguments=number:u32
; read_msr = result=u64
global read_msr
read_msr:
    mov     ecx, edi
    rdmsr
    shl     rdx, 32
    or      rax, rdx
    ret

; read_msr_of_anything: undefined-read
; read_msr_of_anything = result=void
global read_msr_of_anything
read_msr_of_anything:                   ; ECX was never set
    rdmsr
    ret

; write_msr: holds
; write_msr = arguments=number:u32 value:u64
; write_msr = result=void
global write_msr
write_msr:
    mov     ecx, edi
    mov     eax, esi
    mov     rdx, rsi
    shr     rdx, 32
    wrmsr
    ret

; write_msr_half: undefined-read
; write_msr_half = arguments=number:u32 value:u64
; write_msr_half = result=void
global write_msr_half
write_msr_half:                         ; EDX is the caller's
    mov     ecx, edi
    mov     eax, esi
    wrmsr
    ret

; in_byte: holds
; in_byte = arguments=port:u16
; in_byte = result=u64
global in_byte
in_byte:
    mov     edx, edi
    in      al, dx
    movzx   eax, al
    ret

; in_byte_whole: undefined-read
; in_byte_whole = arguments=port:u16
; in_byte_whole = result=u64
global in_byte_whole
in_byte_whole:                          ; IN writes AL alone
    mov     edx, edi
    in      al, dx
    ret

; in_double: holds
; in_double = arguments=port:u16
; in_double = result=u64
global in_double
in_double:                              ; and EAX with what is above it
    mov     edx, edi
    in      eax, dx
    ret

; out_word: holds
; out_word = arguments=port:u16 value:u16
; out_word = result=void
global out_word
out_word:
    mov     edx, edi
    mov     eax, esi
    out     dx, ax
    out     0x80, al
    ret

; out_above: narrow-argument
; out_above = arguments=port:u16 value:u16
; out_above = result=void
global out_above
out_above:                              ; four bytes of a value of two
    mov     edx, edi
    mov     eax, esi
    out     dx, eax
    ret

; poll: holds
global poll
poll:
    mov     edx, 0x3fd
.again:
    in      al, dx
    test    al, 0x20
    jz      .again
    xor     eax, eax
    ret

; window: holds
global window
window:
    stac
    mov     rax, [rdi]
    clac
    ret

; window_left_open: alignment-check
global window_left_open
window_left_open:
    stac
    mov     rax, [rdi]
    ret

; many: holds
; many = arguments=memory:in[2]
; many = result=u64
global many
many:
    cli
    mov     rax, cr3
    mov     cr3, rax
    mov     rcx, dr7
    mov     dr7, rcx
    invlpg  [rdi]
    wbinvd
    swapgs
    swapgs
    clts
    lgdt    [rdi]
    lidt    [rdi]
    mov     ecx, 1
    rdpmc
    xor     edx, edx
    xor     eax, eax
    xor     ecx, ecx
    xsetbv
    hlt
    sti
    mov     r8, cr4
    mov     rax, r8
    ret

; validate: holds
; validate = arguments=page:u64 size:u32 flag:u32
; validate = result=u64
global validate
validate:                               ; 0, a code, or 1 << 8 when the page was like that before
    mov     rax, rdi
    mov     ecx, esi
    db      0xf2, 0x0f, 0x01, 0xff      ; pvalidate
    setc    dl
    movzx   edx, dl
    shl     edx, 8
    or      rax, rdx
    ret

; validate_flags: undefined-read
; validate_flags = arguments=page:u64 size:u32
; validate_flags = result=u64
global validate_flags
validate_flags:                         ; EDX was never set
    mov     rax, rdi
    mov     ecx, esi
    db      0xf2, 0x0f, 0x01, 0xff
    ret
