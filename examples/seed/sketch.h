/*
 * The macros of the sketch as it was sent. Two commas are added, behind (__ret) and behind (in4), without which it does
 * not compile. Everything else is as it was: untested, as the mail says.
 */
#define TDVMCALL(reason, in1, in2, in3, in4)						\
({											\
	long __ret;									\
											\
	asm(										\
		"call tdvmcall_trampoline\n\t"						\
		"mov %%r10, %0\n\t"							\
		: "=r" (__ret)								\
		: "D" (in1), "S" (in2), "d" (in3), "c" (in4)				\
		: "r12", "r13", "r14", "r15"						\
	);										\
	__ret;										\
})

#define TDVMCALL_1(reason, in1, in2, in3, in4, out1)					\
({											\
	long __ret;									\
											\
	asm(										\
		"call tdvmcall_trampoline\n\t"						\
		"mov %%r10, %0\n\t"							\
		"mov %%r12, %1\n\t"							\
		: "=r" (__ret), "=r" (out1)						\
		: "a" (reason), "D" (in1), "S" (in2), "d" (in3), "c" (in4)		\
		: "r12", "r13", "r14", "r15"						\
	);										\
	__ret;										\
})

#define TDVMCALL_4(reason, in1, in2, in3, in4, out1, out2, out3, out4)			\
({											\
	long __ret;									\
											\
	asm(										\
		"call tdvmcall_trampoline\n\t"						\
		"mov %%r10, %0\n\t"							\
		"mov %%r12, %1\n\t"							\
		"mov %%r13, %2\n\t"							\
		"mov %%r14, %3\n\t"							\
		"mov %%r15, %4\n\t"							\
		: "=r" (__ret),								\
		  "=r" (out1), "=r" (out2), "=r" (out3), "=r" (out4)			\
		: "a" (reason), "D" (in1), "S" (in2), "d" (in3), "c" (in4),		\
		  [reason] "i" (reason)							\
		: "r12", "r13", "r14", "r15"						\
	);										\
	__ret;										\
})
