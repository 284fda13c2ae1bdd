// What a compiler makes of the call sites: the C behind the generator.
//
// CompilerAgreesTest compiles this file with GCC 12 and the code generation options of an x86-64
// kernel, and compares the instructions of each function with those of the call site of the same
// name in the `hardware` image. So no design is written better or worse than a compiler would.
//
//   gcc -c -O2 -mno-sse -mno-mmx -mgeneral-regs-only -mno-red-zone -mcmodel=kernel -fno-pic
//       -fno-stack-protector -fno-asynchronous-unwind-tables -fcf-protection=none -fno-strict-aliasing
//       -fno-reorder-blocks-and-partition
//
// The last option keeps an out-of-line UD2 at the end of its function, where its bytes are counted.
//
// Every handler has the same shape in every design: arguments in registers, the GHCI status returned, the
// outputs stored when they are defined.

typedef unsigned int u32;
typedef unsigned long u64;

#define CPUID 0xa
#define HLT 0xc
#define RDMSR 0x1f
#define WRMSR 0x20
#define REQUEST_MMIO 0x30
#define MAP_GPA 0x10001
#define REPORT_FATAL_ERROR 0x10003

#define MMIO_READ 0
#define MMIO_WRITE 1

// ---- trampoline: one routine, thin wrappers that name the outputs they want ----------------------------

// In: RAX reason, RDI RSI RDX RCX. Out: R10 status, R11, R12-R15. RAX comes back 0, RCX holds the mask.
#define TDVMCALL_0(reason, in1, in2, in3, in4)                                                             \
	({                                                                                                 \
		u64 __status = (reason), __rcx = (in4);                                                    \
		asm volatile("call tdvmcall_trampoline\n\t"                                                \
			     "xchg %%rax, %%r10\n\t"                                                       \
			     "xor %%r11d, %%r11d"                                                          \
			     : "+a"(__status), "+c"(__rcx)                                                 \
			     : "D"((u64)(in1)), "S"((u64)(in2)), "d"((u64)(in3))                           \
			     : "r10", "r11", "r12", "r13", "r14", "r15", "memory", "cc");                  \
		__status;                                                                                  \
	})

#define TDVMCALL_1(reason, in1, in2, in3, in4, out1)                                                       \
	({                                                                                                 \
		u64 __status = (reason), __rcx = (in4);                                                    \
		asm volatile("call tdvmcall_trampoline\n\t"                                                \
			     "xchg %%rax, %%r10\n\t"                                                       \
			     "mov %%r11, %2\n\t"                                                           \
			     "xor %%r11d, %%r11d"                                                          \
			     : "+a"(__status), "+c"(__rcx), "=r"(out1)                                     \
			     : "D"((u64)(in1)), "S"((u64)(in2)), "d"((u64)(in3))                           \
			     : "r10", "r11", "r12", "r13", "r14", "r15", "memory", "cc");                  \
		__status;                                                                                  \
	})

#define TDVMCALL_4(reason, in1, in2, in3, in4, out1, out2, out3, out4)                                     \
	({                                                                                                 \
		u64 __status = (reason), __rcx = (in4);                                                    \
		register u64 __r12 asm("r12");                                                             \
		register u64 __r13 asm("r13");                                                             \
		register u64 __r14 asm("r14");                                                             \
		register u64 __r15 asm("r15");                                                             \
		asm volatile("call tdvmcall_trampoline\n\t"                                                \
			     "xchg %%rax, %%r10\n\t"                                                       \
			     "xor %%r11d, %%r11d"                                                          \
			     : "+a"(__status), "+c"(__rcx), "=r"(__r12), "=r"(__r13), "=r"(__r14),         \
			       "=r"(__r15)                                                                 \
			     : "D"((u64)(in1)), "S"((u64)(in2)), "d"((u64)(in3))                           \
			     : "r10", "r11", "memory", "cc");                                              \
		out1 = __r12, out2 = __r13, out3 = __r14, out4 = __r15;                                    \
		__status;                                                                                  \
	})

u64 trampoline_hlt(_Bool interrupt_blocked)
{
	return TDVMCALL_0(HLT, interrupt_blocked, 0, 0, 0);
}

u64 trampoline_rdmsr(u32 msr, u64 *value)
{
	u64 r11, status = TDVMCALL_1(RDMSR, msr, 0, 0, 0, r11);

	if (!status)
		*value = r11;
	return status;
}

u64 trampoline_wrmsr(u32 msr, u64 value)
{
	return TDVMCALL_0(WRMSR, msr, value, 0, 0);
}

u64 trampoline_cpuid(u32 leaf, u32 subleaf, u64 out[4])
{
	u64 eax, ebx, ecx, edx, status = TDVMCALL_4(CPUID, leaf, subleaf, 0, 0, eax, ebx, ecx, edx);

	if (!status)
		out[0] = eax, out[1] = ebx, out[2] = ecx, out[3] = edx;
	return status;
}

u64 trampoline_request_mmio_read(u32 size, u64 gpa, u64 *value)
{
	u64 r11, status = TDVMCALL_1(REQUEST_MMIO, size, MMIO_READ, gpa, 0, r11);

	if (!status)
		*value = r11;
	return status;
}

u64 trampoline_request_mmio_write(u32 size, u64 gpa, u64 value)
{
	return TDVMCALL_0(REQUEST_MMIO, size, MMIO_WRITE, gpa, value);
}

u64 trampoline_map_gpa(u64 start, u64 size, u64 *failing_gpa)
{
	u64 r11, status = TDVMCALL_1(MAP_GPA, start, size, 0, 0, r11);

	if (status)
		*failing_gpa = r11;
	return status;
}

u64 trampoline_report_fatal_error(u64 code, u64 string_gpa, const u64 message[8])
{
	// Inputs nearly everywhere: all of them in place already, the trampoline adds RAX, RCX, R10 and R11.
	u64 rax = REPORT_FATAL_ERROR, rbx = message[2], rdi = message[3], rsi = message[4], rdx = message[7];
	register u64 r8 asm("r8") = message[5];
	register u64 r9 asm("r9") = message[6];
	register u64 r12 asm("r12") = code;
	register u64 r13 asm("r13") = string_gpa;
	register u64 r14 asm("r14") = message[0];
	register u64 r15 asm("r15") = message[1];

	asm volatile("call tdvmcall_trampoline_all\n\t"
		     "xchg %%rax, %%r10\n\t"
		     "xor %%r11d, %%r11d\n\t"
		     "xor %%edx, %%edx\n\t"
		     "xor %%esi, %%esi\n\t"
		     "xor %%edi, %%edi\n\t"
		     "xor %%r8d, %%r8d\n\t"
		     "xor %%r9d, %%r9d"
		     : "+a"(rax), "+b"(rbx), "+D"(rdi), "+S"(rsi), "+d"(rdx), "+r"(r8), "+r"(r9), "+r"(r12),
		       "+r"(r13), "+r"(r14), "+r"(r15)
		     :
		     : "rcx", "r10", "r11", "memory", "cc");
	return rax;
}

// ---- memory-struct: a designated initialiser, a routine that marshals, the results read back ------------

struct tdx_hypercall_args {
	u64 r8, r9, r10, r11, r12, r13, r14, r15, rdi, rsi, rbx, rdx;
};

u64 tdx_hypercall(struct tdx_hypercall_args *args);
u64 tdx_hypercall_ret(struct tdx_hypercall_args *args);

u64 memory_struct_hlt(_Bool interrupt_blocked)
{
	struct tdx_hypercall_args args = { .r11 = HLT, .r12 = interrupt_blocked };

	return tdx_hypercall(&args);
}

u64 memory_struct_rdmsr(u32 msr, u64 *value)
{
	struct tdx_hypercall_args args = { .r11 = RDMSR, .r12 = msr };
	u64 status = tdx_hypercall_ret(&args);

	if (!status)
		*value = args.r11;
	return status;
}

u64 memory_struct_wrmsr(u32 msr, u64 value)
{
	struct tdx_hypercall_args args = { .r11 = WRMSR, .r12 = msr, .r13 = value };

	return tdx_hypercall(&args);
}

u64 memory_struct_cpuid(u32 leaf, u32 subleaf, u64 out[4])
{
	struct tdx_hypercall_args args = { .r11 = CPUID, .r12 = leaf, .r13 = subleaf };
	u64 status = tdx_hypercall_ret(&args);

	if (!status)
		out[0] = args.r12, out[1] = args.r13, out[2] = args.r14, out[3] = args.r15;
	return status;
}

u64 memory_struct_request_mmio_read(u32 size, u64 gpa, u64 *value)
{
	struct tdx_hypercall_args args = { .r11 = REQUEST_MMIO, .r12 = size, .r13 = MMIO_READ, .r14 = gpa };
	u64 status = tdx_hypercall_ret(&args);

	if (!status)
		*value = args.r11;
	return status;
}

u64 memory_struct_request_mmio_write(u32 size, u64 gpa, u64 value)
{
	struct tdx_hypercall_args args = {
		.r11 = REQUEST_MMIO, .r12 = size, .r13 = MMIO_WRITE, .r14 = gpa, .r15 = value
	};

	return tdx_hypercall(&args);
}

u64 memory_struct_map_gpa(u64 start, u64 size, u64 *failing_gpa)
{
	struct tdx_hypercall_args args = { .r11 = MAP_GPA, .r12 = start, .r13 = size };
	u64 status = tdx_hypercall_ret(&args);

	if (status)
		*failing_gpa = args.r11;
	return status;
}

u64 memory_struct_report_fatal_error(u64 code, u64 string_gpa, const u64 message[8])
{
	struct tdx_hypercall_args args = {
		.r11 = REPORT_FATAL_ERROR, .r12 = code, .r13 = string_gpa, .r14 = message[0], .r15 = message[1],
		.rbx = message[2], .rdi = message[3], .rsi = message[4], .r8 = message[5], .r9 = message[6],
		.rdx = message[7],
	};

	return tdx_hypercall(&args);
}

// ---- inline: the moves and the instruction at the call site, the leaf's own registers only ---------------

// Every one of them ends alike: RAX not 0 is the panic, R10 is the status, and the VMM's values leave R10, R11.
#define TDCALL ".byte 0x66, 0x0f, 0x01, 0xcc"
#define PANIC_IF(rax) do { if (__builtin_expect((rax) != 0, 0)) __builtin_trap(); } while (0)
#define TAKE_STATUS "xchg %%rax, %%r10\n\t"
#define TAKE_R11 "mov %%r11, %2\n\t"
#define SCRUB_R11 "xor %%r11d, %%r11d"

u64 inline_hlt(_Bool interrupt_blocked)
{
	u64 rax = 0, rcx = 0x1c00;
	register u64 r10 asm("r10") = 0;
	register u64 r11 asm("r11") = HLT;
	register u64 r12 asm("r12") = interrupt_blocked;

	asm volatile(TDCALL : "+a"(rax), "+c"(rcx), "+r"(r10), "+r"(r11), "+r"(r12) : : "memory", "cc");
	PANIC_IF(rax);
	asm volatile(TAKE_STATUS SCRUB_R11 : "+a"(rax), "+r"(r10), "+r"(r11));
	return rax;
}

u64 inline_rdmsr(u32 msr, u64 *value)
{
	u64 rax = 0, rcx = 0x1c00, out;
	register u64 r10 asm("r10") = 0;
	register u64 r11 asm("r11") = RDMSR;
	register u64 r12 asm("r12") = msr;

	asm volatile(TDCALL : "+a"(rax), "+c"(rcx), "+r"(r10), "+r"(r11), "+r"(r12) : : "memory", "cc");
	PANIC_IF(rax);
	asm volatile(TAKE_STATUS TAKE_R11 SCRUB_R11 : "+a"(rax), "+r"(r10), "=r"(out), "+r"(r11));
	if (!rax)
		*value = out;
	return rax;
}

u64 inline_wrmsr(u32 msr, u64 value)
{
	u64 rax = 0, rcx = 0x3c00;
	register u64 r10 asm("r10") = 0;
	register u64 r11 asm("r11") = WRMSR;
	register u64 r12 asm("r12") = msr;
	register u64 r13 asm("r13") = value;

	asm volatile(TDCALL : "+a"(rax), "+c"(rcx), "+r"(r10), "+r"(r11), "+r"(r12), "+r"(r13) : : "memory", "cc");
	PANIC_IF(rax);
	asm volatile(TAKE_STATUS SCRUB_R11 : "+a"(rax), "+r"(r10), "+r"(r11));
	return rax;
}

u64 inline_cpuid(u32 leaf, u32 subleaf, u64 out[4])
{
	u64 rax = 0, rcx = 0xfc00;
	register u64 r10 asm("r10") = 0;
	register u64 r11 asm("r11") = CPUID;
	register u64 r12 asm("r12") = leaf;
	register u64 r13 asm("r13") = subleaf;
	register u64 r14 asm("r14") = 0;
	register u64 r15 asm("r15") = 0;

	asm volatile(TDCALL : "+a"(rax), "+c"(rcx), "+r"(r10), "+r"(r11), "+r"(r12), "+r"(r13), "+r"(r14), "+r"(r15)
		     : : "memory", "cc");
	PANIC_IF(rax);
	asm volatile(TAKE_STATUS SCRUB_R11 : "+a"(rax), "+r"(r10), "+r"(r11));
	if (!rax)
		out[0] = r12, out[1] = r13, out[2] = r14, out[3] = r15;
	return rax;
}

u64 inline_request_mmio_read(u32 size, u64 gpa, u64 *value)
{
	u64 rax = 0, rcx = 0x7c00, out;
	register u64 r10 asm("r10") = 0;
	register u64 r11 asm("r11") = REQUEST_MMIO;
	register u64 r12 asm("r12") = size;
	register u64 r13 asm("r13") = MMIO_READ;
	register u64 r14 asm("r14") = gpa;

	asm volatile(TDCALL : "+a"(rax), "+c"(rcx), "+r"(r10), "+r"(r11), "+r"(r12), "+r"(r13), "+r"(r14)
		     : : "memory", "cc");
	PANIC_IF(rax);
	asm volatile(TAKE_STATUS TAKE_R11 SCRUB_R11 : "+a"(rax), "+r"(r10), "=r"(out), "+r"(r11));
	if (!rax)
		*value = out;
	return rax;
}

u64 inline_request_mmio_write(u32 size, u64 gpa, u64 value)
{
	u64 rax = 0, rcx = 0xfc00;
	register u64 r10 asm("r10") = 0;
	register u64 r11 asm("r11") = REQUEST_MMIO;
	register u64 r12 asm("r12") = size;
	register u64 r13 asm("r13") = MMIO_WRITE;
	register u64 r14 asm("r14") = gpa;
	register u64 r15 asm("r15") = value;

	asm volatile(TDCALL : "+a"(rax), "+c"(rcx), "+r"(r10), "+r"(r11), "+r"(r12), "+r"(r13), "+r"(r14), "+r"(r15)
		     : : "memory", "cc");
	PANIC_IF(rax);
	asm volatile(TAKE_STATUS SCRUB_R11 : "+a"(rax), "+r"(r10), "+r"(r11));
	return rax;
}

u64 inline_map_gpa(u64 start, u64 size, u64 *failing_gpa)
{
	u64 rax = 0, rcx = 0x3c00, out;
	register u64 r10 asm("r10") = 0;
	register u64 r11 asm("r11") = MAP_GPA;
	register u64 r12 asm("r12") = start;
	register u64 r13 asm("r13") = size;

	asm volatile(TDCALL : "+a"(rax), "+c"(rcx), "+r"(r10), "+r"(r11), "+r"(r12), "+r"(r13) : : "memory", "cc");
	PANIC_IF(rax);
	asm volatile(TAKE_STATUS TAKE_R11 SCRUB_R11 : "+a"(rax), "+r"(r10), "=r"(out), "+r"(r11));
	if (rax)
		*failing_gpa = out;
	return rax;
}

u64 inline_report_fatal_error(u64 code, u64 string_gpa, const u64 message[8])
{
	u64 rax = 0, rcx = 0xffcc, rbx = message[2], rdi = message[3], rsi = message[4], rdx = message[7];
	register u64 r10 asm("r10") = 0;
	register u64 r11 asm("r11") = REPORT_FATAL_ERROR;
	register u64 r8 asm("r8") = message[5];
	register u64 r9 asm("r9") = message[6];
	register u64 r12 asm("r12") = code;
	register u64 r13 asm("r13") = string_gpa;
	register u64 r14 asm("r14") = message[0];
	register u64 r15 asm("r15") = message[1];

	asm volatile(TDCALL
		     : "+a"(rax), "+c"(rcx), "+r"(r10), "+r"(r11), "+b"(rbx), "+D"(rdi), "+S"(rsi), "+d"(rdx), "+r"(r8),
		       "+r"(r9), "+r"(r12), "+r"(r13), "+r"(r14), "+r"(r15)
		     : : "memory", "cc");
	PANIC_IF(rax);
	asm volatile(TAKE_STATUS
		     "xor %%edx, %%edx\n\t"
		     "xor %%esi, %%esi\n\t"
		     "xor %%edi, %%edi\n\t"
		     "xor %%r8d, %%r8d\n\t"
		     "xor %%r9d, %%r9d\n\t"
		     SCRUB_R11
		     : "+a"(rax), "+r"(r10), "+r"(r11), "+d"(rdx), "+S"(rsi), "+D"(rdi), "+r"(r8), "+r"(r9));
	return rax;
}

// ---- per-leaf: a routine of its own for each leaf, and nothing at the call site but the call --------------

u64 tdvmcall_hlt(_Bool interrupt_blocked);
u64 tdvmcall_rdmsr(u32 msr, u64 *value);
u64 tdvmcall_wrmsr(u32 msr, u64 value);
u64 tdvmcall_cpuid(u32 leaf, u32 subleaf, u64 out[4]);
u64 tdvmcall_request_mmio_read(u32 size, u64 gpa, u64 *value);
u64 tdvmcall_request_mmio_write(u32 size, u64 gpa, u64 value);
u64 tdvmcall_map_gpa(u64 start, u64 size, u64 *failing_gpa);
u64 tdvmcall_report_fatal_error(u64 code, u64 string_gpa, const u64 message[8]);

u64 per_leaf_hlt(_Bool interrupt_blocked)
{
	return tdvmcall_hlt(interrupt_blocked);
}

u64 per_leaf_rdmsr(u32 msr, u64 *value)
{
	return tdvmcall_rdmsr(msr, value);
}

u64 per_leaf_wrmsr(u32 msr, u64 value)
{
	return tdvmcall_wrmsr(msr, value);
}

u64 per_leaf_cpuid(u32 leaf, u32 subleaf, u64 out[4])
{
	return tdvmcall_cpuid(leaf, subleaf, out);
}

u64 per_leaf_request_mmio_read(u32 size, u64 gpa, u64 *value)
{
	return tdvmcall_request_mmio_read(size, gpa, value);
}

u64 per_leaf_request_mmio_write(u32 size, u64 gpa, u64 value)
{
	return tdvmcall_request_mmio_write(size, gpa, value);
}

u64 per_leaf_map_gpa(u64 start, u64 size, u64 *failing_gpa)
{
	return tdvmcall_map_gpa(start, size, failing_gpa);
}

u64 per_leaf_report_fatal_error(u64 code, u64 string_gpa, const u64 message[8])
{
	return tdvmcall_report_fatal_error(code, string_gpa, message);
}
