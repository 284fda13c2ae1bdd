; Specimens of what changes where the thread's memory is. In a kernel it is the memory of the processor, by GS.

%include "specimen.inc"

SYS_arch_prctl  equ 158
ARCH_SET_GS     equ 0x1001
ARCH_SET_FS     equ 0x1002

; SET_BASE number      FS or GS base = an address in the image; loses RAX RCX RDI RSI R11
%macro SET_BASE 1
    mov     edi, %1
    lea     rsi, [rel elsewhere]
    mov     eax, SYS_arch_prctl
    syscall
%endmacro

; What the loader of a program does with its selectors, and not in a program that runs.
SPECIMEN fs_selector_cleared, segment-base, C1, "kind of OpenBSD sys/arch/amd64 vmm_support.S", \
    SYSV_FUNCTION("value:u64", "u64")
    xor     eax, eax
    BROKEN  mov fs, eax
    lea     rax, [rdi + 1]
    ret
END_SPECIMEN fs_selector_cleared

; FS base is somebody's who came before: memory that can be read, and is not the thread's.
SPECIMEN fs_base_of_another, segment-base, C1, "kind of OpenBSD sys/arch/amd64 vmm_support.S", \
    SYSV_FUNCTION("value:u64", "u64")
    push    rdi
    BROKEN  SET_BASE ARCH_SET_FS
    pop     rax
    ret
END_SPECIMEN fs_base_of_another

; The same for GS base.
SPECIMEN gs_base_of_another, segment-base, C1, "of its kind: a base that is not put back", \
    SYSV_FUNCTION("value:u64", "u64")
    push    rdi
    BROKEN  SET_BASE ARCH_SET_GS
    pop     rax
    ret
END_SPECIMEN gs_base_of_another

; And then it crashes, with RSP lost too.
SPECIMEN fs_lost_before_a_crash, segment-base, C1, "of its kind: a crash without a thread", \
    SYSV_FUNCTION("value:u64", "u64")
    xor     eax, eax
    BROKEN  mov fs, eax
    BROKEN  xor esp, esp
    BROKEN  push rax
    lea     rax, [rdi + 1]
    ret
END_SPECIMEN fs_lost_before_a_crash

; It is lost at the instruction: whoever answers has no thread.
HLT fs_lost_at_instruction, segment-base, C1, "of its kind: an instruction without a thread", {mov fs, eax}

section .rodata
elsewhere: times 64 dq 0
