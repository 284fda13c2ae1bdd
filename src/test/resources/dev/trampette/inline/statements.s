	.file	"statements.c"
	.text
	.p2align 4
	.globl	call
	.type	call, @function
call:
.LFB0:
	.cfi_startproc
	movq	%rsi, %r10
	movq	%rdi, %rax
	movq	%rdx, %rsi
	movl	$7, %ecx
#APP
# 7 "statements.c" 1
	.byte 0x66, 0x0f, 0x01, 0xcc
# 0 "" 2
#NO_APP
	addq	%rdx, %rax
	addq	%r10, %rax
	ret
	.cfi_endproc
.LFE0:
	.size	call, .-call
	.p2align 4
	.globl	bit
	.type	bit, @function
bit:
.LFB1:
	.cfi_startproc
	xorl	%eax, %eax
#APP
# 11 "statements.c" 1
	bt %rsi, %rdi
# 0 "" 2
#NO_APP
	setc	%al
	ret
	.cfi_endproc
.LFE1:
	.size	bit, .-bit
	.p2align 4
	.globl	jump
	.type	jump, @function
jump:
.LFB2:
	.cfi_startproc
#APP
# 12 "statements.c" 1
	cmpl $0, (%rdi); je .L6
# 0 "" 2
#NO_APP
	movl	$1, %eax
	ret
	.p2align 4,,10
	.p2align 3
.L6:
.L5:
	xorl	%eax, %eax
	ret
	.cfi_endproc
.LFE2:
	.size	jump, .-jump
	.p2align 4
	.globl	basic
	.type	basic, @function
basic:
.LFB3:
	.cfi_startproc
#APP
# 13 "statements.c" 1
	nop
# 0 "" 2
#NO_APP
	ret
	.cfi_endproc
.LFE3:
	.size	basic, .-basic
	.p2align 4
	.globl	element
	.type	element, @function
element:
.LFB4:
	.cfi_startproc
#APP
# 14 "statements.c" 1
	movq 24(%rdi,%rsi,8), %rax
# 0 "" 2
#NO_APP
	ret
	.cfi_endproc
.LFE4:
	.size	element, .-element
	.p2align 4
	.globl	count
	.type	count, @function
count:
.LFB5:
	.cfi_startproc
#APP
# 15 "statements.c" 1
	incq counter(%rip)
# 0 "" 2
#NO_APP
	ret
	.cfi_endproc
.LFE5:
	.size	count, .-count
	.p2align 4
	.globl	less
	.type	less, @function
less:
.LFB6:
	.cfi_startproc
	movl	%edi, -20(%rsp)
#APP
# 16 "statements.c" 1
	pushfq; popfq
# 0 "" 2
#NO_APP
	movl	-20(%rsp), %eax
	ret
	.cfi_endproc
.LFE6:
	.size	less, .-less
	.local	counter
	.comm	counter,8,8
	.ident	"GCC: (Debian 12.2.0-14+deb12u1) 12.2.0"
	.section	.note.GNU-stack,"",@progbits
