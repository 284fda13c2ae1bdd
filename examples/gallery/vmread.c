/*
 * VMREAD of a hypervisor in C: inline assembly with an exception table, as in a kernel.
 *
 * CF = 1 says that there is no current VMCS, as after SEAMRET from the P-SEAMLDR on processors with that erratum;
 * ZF = 1 that the field cannot be read. Who looks at ZF alone takes for the field what was in the register before.
 */

typedef unsigned long u64;

#define VMREAD(set)                                             \
    "1: vmread  %2, %1\n"                                       \
    "   " set " %0\n"                                           \
    "2:\n"                                                      \
    ".pushsection .text.fixup, \"ax\"\n"                        \
    "3: movb    $1, %0\n"                                       \
    "   jmp     2b\n"                                           \
    ".popsection\n"                                             \
    ".pushsection __ex_table, \"a\"\n"                          \
    ".balign 4\n"                                               \
    ".long (1b) - ., (3b) - ., 1\n"                             \
    ".popsection\n"

u64 vmcs_read(u64 field, u64 *value)
{
    u64 read;
    unsigned char fails;

    asm volatile(VMREAD("setz") : "=qm"(fails), "=r"(read) : "r"(field) : "cc");
    if (!fails)
        *value = read;
    return fails;
}

/* The repair: SETNA looks at both. */
u64 vmcs_read_repaired(u64 field, u64 *value)
{
    u64 read;
    unsigned char fails;

    asm volatile(VMREAD("setna") : "=qm"(fails), "=r"(read) : "r"(field) : "cc");
    if (!fails)
        *value = read;
    return fails;
}
