/*
 * What a guest does with the macros. -DMACROS='"sketch.h"' compiles the sketch, and nothing else the corrected macros.
 */
#ifndef MACROS
#define MACROS "corrected.h"
#endif
#include MACROS

typedef unsigned int u32;
typedef unsigned long u64;

enum reason { CPUID = 10, HALT = 12, MSR_READ = 31, MSR_WRITE = 32, EPT_VIOLATION = 48 };
enum access { READ, WRITE };

struct registers {
	u64 ax, bx, cx, dx;
};

int halt(u64 interrupts_off)
{
	return TDVMCALL(HALT, interrupts_off, 0, 0, 0) ? -5 : 0;
}

int read_msr(struct registers *regs)
{
	u64 value;

	if (TDVMCALL_1(MSR_READ, regs->cx, 0, 0, 0, value))
		return -5;
	regs->ax = (u32) value;
	regs->dx = value >> 32;
	return 0;
}

int write_msr(struct registers *regs)
{
	u64 value = regs->dx << 32 | (u32) regs->ax;

	return TDVMCALL(MSR_WRITE, regs->cx, value, 0, 0) ? -5 : 0;
}

int cpuid(struct registers *regs)
{
	return TDVMCALL_4(CPUID, regs->ax, regs->cx, 0, 0, regs->ax, regs->bx, regs->cx, regs->dx) ? -5 : 0;
}

int mmio_read(int size, u64 address, u64 *value)
{
	*value = 0;
	return !TDVMCALL_1(EPT_VIOLATION, size, READ, address, 0, *value);
}

int mmio_write(int size, u64 address, u64 value)
{
	return !TDVMCALL(EPT_VIOLATION, size, WRITE, address, value);
}
