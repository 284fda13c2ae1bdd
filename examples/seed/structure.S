/*
 * u64 tdvmcall_struct(struct tdvmcall_args *): TDG.VP.VMCALL with all registers from memory and to memory
 *
 *   RDI   in: six words, R10 to R15; out: the same, as the VMM answers     RAX   out: R10
 */
	.section .noinstr.text, "ax"
	.globl	tdvmcall_struct
	.type	tdvmcall_struct, @function
tdvmcall_struct:
	pushq	%r15
	pushq	%r14
	pushq	%r13
	pushq	%r12
	movq	(%rdi), %r10
	movq	8(%rdi), %r11
	movq	16(%rdi), %r12
	movq	24(%rdi), %r13
	movq	32(%rdi), %r14
	movq	40(%rdi), %r15
	movl	$0xfc00, %ecx
	xorl	%eax, %eax
	.byte	0x66, 0x0f, 0x01, 0xcc          /* TDCALL */
	testq	%rax, %rax
	jnz	.Lstopped
	movq	%r10, (%rdi)
	movq	%r11, 8(%rdi)
	movq	%r12, 16(%rdi)
	movq	%r13, 24(%rdi)
	movq	%r14, 32(%rdi)
	movq	%r15, 40(%rdi)
	movq	%r10, %rax
	xorl	%r10d, %r10d
	xorl	%r11d, %r11d
	popq	%r12
	popq	%r13
	popq	%r14
	popq	%r15
	ret
.Lstopped:
	ud2
	.size	tdvmcall_struct, . - tdvmcall_struct
	.section .note.GNU-stack, "", @progbits
