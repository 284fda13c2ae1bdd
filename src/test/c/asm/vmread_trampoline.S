/*
 * vmread_trampoline - calls vmread_failed(field, fault), and preserves all registers
 *
 *   [RSP + 8]    in: field; out: 0, the value that VMREAD is taken to have read
 *   [RSP + 16]   in: fault
 */
	.text
	.globl	vmread_trampoline
	.type	vmread_trampoline, @function
vmread_trampoline:
	pushq	%rbp
	movq	%rsp, %rbp
	pushq	%rax
	pushq	%rcx
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	pushq	%r8
#ifdef LOSES_R9
	movq	%rsp, %r9
	pushq	%rax
#else
	pushq	%r9
#endif
	pushq	%r10
	pushq	%r11
	andq	$-16, %rsp
	movq	16(%rbp), %rdi
	movl	24(%rbp), %esi
	call	vmread_failed
	movq	$0, 16(%rbp)
	leaq	-72(%rbp), %rsp
	popq	%r11
	popq	%r10
#ifdef LOSES_R9
	leaq	8(%rsp), %rsp
#else
	popq	%r9
#endif
	popq	%r8
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%rcx
	popq	%rax
	popq	%rbp
	ret
	.size	vmread_trampoline, . - vmread_trampoline
	.section .note.GNU-stack, "", @progbits
