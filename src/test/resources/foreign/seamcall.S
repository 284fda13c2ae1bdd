# SEAMCALL with a fix-up whose type puts the vector into RAX, as Linux has it. A line says what verify finds:
# `name: rules`, or holds; `name = line` is of a contract.

	.text

.macro body
	push	%rbp
	mov	%rsp, %rbp
	mov	%rdi, %rax
	mov	(%rsi), %rcx
	mov	8(%rsi), %rdx
1:	.byte	0x66, 0x0f, 0x01, 0xcf		# seamcall
	mov	$0x8000ff00ffff0000, %rdi	# there is no module
	cmovc	%rdi, %rax
2:	pop	%rbp
	ret
.endm

.macro entry type
	.pushsection __ex_table, "a"
	.balign	4
	.long	1b - ., 3b - ., \type
	.popsection
.endm

# trap_in_rax: holds
# trap_in_rax = arguments=leaf:u64 in:in[2]
# trap_in_rax = in=rax:leaf rcx:in[0] rdx:in[1]
	.globl	trap_in_rax
trap_in_rax:
	body
3:	mov	$0x8000ff0000000000, %rdi
	or	%rdi, %rax
	jmp	2b
	entry	2				# EX_TYPE_FAULT

# trap_lost: fault
# trap_lost = arguments=leaf:u64 in:in[2]
# trap_lost = in=rax:leaf rcx:in[0] rdx:in[1]
	.globl	trap_lost
trap_lost:
	body
3:	mov	$0x8000ff0000000000, %rdi
	or	%rdi, %rax
	jmp	2b
	entry	1				# EX_TYPE_DEFAULT: RAX is what it was

# trap_is_a_number: fault
# trap_is_a_number = arguments=leaf:u64 in:in[2]
# trap_is_a_number = in=rax:leaf rcx:in[0] rdx:in[1]
	.globl	trap_is_a_number
trap_is_a_number:
	body
3:	jmp	2b
	entry	17 + (-14 << 16)		# EX_TYPE_EFAULT_REG, rax

	.section .note.GNU-stack, "", @progbits
