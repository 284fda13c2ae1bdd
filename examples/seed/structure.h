/*
 * The same macros over a structure in memory, which a routine loads into registers and stores again: the design about
 * which the mails argue.
 */
struct tdvmcall_args {
	unsigned long r10, r11, r12, r13, r14, r15;
};

extern unsigned long tdvmcall_struct(struct tdvmcall_args *args);

#define TDVMCALL(reason, in1, in2, in3, in4)						\
({											\
	struct tdvmcall_args __args = {							\
		.r11 = (reason), .r12 = (in1), .r13 = (in2), .r14 = (in3), .r15 = (in4)	\
	};										\
	tdvmcall_struct(&__args);							\
})

#define TDVMCALL_1(reason, in1, in2, in3, in4, out1)					\
({											\
	struct tdvmcall_args __args = {							\
		.r11 = (reason), .r12 = (in1), .r13 = (in2), .r14 = (in3), .r15 = (in4)	\
	};										\
	long __ret = tdvmcall_struct(&__args);						\
											\
	(out1) = __args.r11;								\
	__ret;										\
})

#define TDVMCALL_4(reason, in1, in2, in3, in4, out1, out2, out3, out4)			\
({											\
	struct tdvmcall_args __args = {							\
		.r11 = (reason), .r12 = (in1), .r13 = (in2), .r14 = (in3), .r15 = (in4)	\
	};										\
	long __ret = tdvmcall_struct(&__args);						\
											\
	(out1) = __args.r12;								\
	(out2) = __args.r13;								\
	(out3) = __args.r14;								\
	(out4) = __args.r15;								\
	__ret;										\
})
