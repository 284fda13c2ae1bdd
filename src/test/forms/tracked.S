# Its note says that indirect branches are tracked.
.section .note.gnu.property, "a"
.balign 8
    .long   4, 16, 5
    .asciz  "GNU"
    .long   0xc0000002, 4, 1, 0
.text
.macro F n
.globl \n
.type \n, @function
\n:
.endm

F endbr__missing
    lea     (%rdi,%rsi), %rax
    ret

F holds__endbr64
    endbr64
    lea     (%rdi,%rsi), %rax
    ret
