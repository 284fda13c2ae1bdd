/*
 * Inline functions of VMX as a hypervisor has them: VMREAD with a trampoline that passes everything on the stack, and
 * the same with asm goto. All hold, on success, on VMfail, on #UD and #GP.
 */
typedef unsigned long u64;

void vmread_failed(u64 field, int fault);

#define EXTABLE(from, to)               \
    ".pushsection __ex_table, \"a\"\n\t" \
    ".balign 4\n\t"                     \
    ".long " #from " - .\n\t"           \
    ".long " #to " - .\n\t"             \
    ".long 1\n\t"                       \
    ".popsection\n\t"

/* The field goes onto the stack, and what comes back is taken from there: no register is lost. */
static inline u64 vmread_by_trampoline(u64 field)
{
    u64 value;
    asm volatile("1: vmread %1, %0\n\t"
                 "ja 3f\n\t"
                 "2: pushq $0\n\t"
                 "pushq %1\n\t"
                 "call vmread_trampoline\n\t"
                 "popq %0\n\t"
                 "addq $8, %%rsp\n\t"
                 "3:\n\t"
                 ".pushsection .fixup, \"ax\"\n\t"
                 "4: pushq $1\n\t"
                 "pushq %1\n\t"
                 "call vmread_trampoline\n\t"
                 "popq %0\n\t"
                 "addq $8, %%rsp\n\t"
                 "jmp 3b\n\t"
                 ".popsection\n\t"
                 EXTABLE(1b, 4b)
                 : "=&r" (value) : "r" (field) : "cc");
    return value;
}

static inline u64 vmread_goto(u64 field)
{
    u64 value;
    asm goto("1: vmread %1, %0\n\t"
             "jna %l[failed]\n\t"
             EXTABLE(1b, %l[fault])
             : "=r" (value) : "r" (field) : "cc" : failed, fault);
    return value;
failed:
    vmread_failed(field, 0);
    return 0;
fault:
    vmread_failed(field, 1);
    return 0;
}

static inline int vmwrite_goto(u64 field, u64 value)
{
    asm goto("1: vmwrite %1, %0\n\t"
             "jna %l[failed]\n\t"
             EXTABLE(1b, %l[fault])
             : : "r" (field), "rm" (value) : "cc" : failed, fault);
    return 0;
failed:
    return -1;
fault:
    return -2;
}

static inline int vmptrld_goto(u64 *address)
{
    asm goto("1: vmptrld %0\n\t"
             "jna %l[failed]\n\t"
             EXTABLE(1b, %l[fault])
             : : "m" (*address) : "cc" : failed, fault);
    return 0;
failed:
    return -1;
fault:
    return -2;
}

u64 two_fields(void)
{
    return vmread_by_trampoline(0x6800) + vmread_by_trampoline(0x681e);
}

u64 any_field(u64 field)
{
    return vmread_by_trampoline(field) ^ vmread_goto(field + 2);
}

int write_both(u64 field, u64 value)
{
    return vmwrite_goto(field, value) + vmwrite_goto(0x6c14, 7);
}

int load(u64 address)
{
    return vmptrld_goto(&address);
}
