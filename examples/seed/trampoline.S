/*
 * The trampoline of the sketch: TDG.VP.VMCALL with up to four inputs. It keeps no convention of C.
 *
 *   RAX   in: reason -> R11          RAX   out: 0
 *   RDI   in: first  -> R12          R10   out: status
 *   RSI   in: second -> R13          R11-R15   out: what the VMM answers
 *   RDX   in: third  -> R14          RCX   out: the mask
 *   RCX   in: fourth -> R15          all others   preserved
 */
#define EXPOSED 0xfc00          /* R10-R15 */

#ifdef AS_SENT
#define SELECT_VMCALL           /* RAX is still the reason, and selects another leaf */
#else
#define SELECT_VMCALL xorl %eax, %eax
#endif

	.section .noinstr.text, "ax"
	.globl	tdvmcall_trampoline
	.type	tdvmcall_trampoline, @function
tdvmcall_trampoline:
	xorl	%r10d, %r10d                    /* the calls of the GHCI */
	movq	%rax, %r11
	movq	%rdi, %r12
	movq	%rsi, %r13
	movq	%rdx, %r14
	movq	%rcx, %r15
	movl	$EXPOSED, %ecx
	SELECT_VMCALL
	.byte	0x66, 0x0f, 0x01, 0xcc          /* TDCALL */
	testq	%rax, %rax
	jnz	.Lpanic
	ret
.Lpanic:
	ud2
	.size	tdvmcall_trampoline, . - tdvmcall_trampoline
	.section .note.GNU-stack, "", @progbits
