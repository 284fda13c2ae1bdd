/*
 * The macros of the sketch with everything that verify says. Inputs that the trampoline changes are outputs too, all
 * that it writes is a clobber, and the VMM may write to memory. An output stays in the register in which it comes.
 */
#define TDVMCALL(reason, in1, in2, in3, in4)						\
({											\
	long __reason = (reason), __in4 = (in4);					\
	register long __r10 asm("r10");							\
											\
	asm volatile(									\
		"call tdvmcall_trampoline"						\
		: "=r" (__r10), "+a" (__reason), "+c" (__in4)				\
		: "D" ((long) (in1)), "S" ((long) (in2)), "d" ((long) (in3))					\
		: "r11", "r12", "r13", "r14", "r15", "memory"				\
	);										\
	__r10;										\
})

#define TDVMCALL_1(reason, in1, in2, in3, in4, out1)					\
({											\
	long __reason = (reason), __in4 = (in4);					\
	register long __r10 asm("r10");							\
	register long __r11 asm("r11");							\
											\
	asm volatile(									\
		"call tdvmcall_trampoline"						\
		: "=r" (__r10), "+a" (__reason), "+c" (__in4), "=r" (__r11)		\
		: "D" ((long) (in1)), "S" ((long) (in2)), "d" ((long) (in3))					\
		: "r12", "r13", "r14", "r15", "memory"					\
	);										\
	(out1) = __r11;									\
	__r10;										\
})

#define TDVMCALL_4(reason, in1, in2, in3, in4, out1, out2, out3, out4)			\
({											\
	long __reason = (reason), __in4 = (in4);					\
	register long __r10 asm("r10");							\
	register long __r12 asm("r12");							\
	register long __r13 asm("r13");							\
	register long __r14 asm("r14");							\
	register long __r15 asm("r15");							\
											\
	asm volatile(									\
		"call tdvmcall_trampoline"						\
		: "=r" (__r10), "+a" (__reason), "+c" (__in4),				\
		  "=r" (__r12), "=r" (__r13), "=r" (__r14), "=r" (__r15)		\
		: "D" ((long) (in1)), "S" ((long) (in2)), "d" ((long) (in3))					\
		: "r11", "memory"							\
	);										\
	(out1) = __r12;									\
	(out2) = __r13;									\
	(out3) = __r14;									\
	(out4) = __r15;									\
	__r10;										\
})
