/*
 * MapGPA of a guest in C: inline assembly and register variables.
 *
 * The module says in RAX whether there was a call at all, and the VMM in R10 what came of it. openvmm did not look at
 * RAX (commit 4dd8781a33b5): a call that was refused passed for a page that was shared.
 */

typedef unsigned long u64;

#define MAP_GPA 0x10001

struct answer {
    u64 rax;
    u64 r10;
};

static inline struct answer tdvmcall(u64 start, u64 size, u64 *failed)
{
    register u64 rax asm("rax") = 0;
    register u64 rcx asm("rcx") = 0x3c00;
    register u64 r10 asm("r10") = 0;
    register u64 r11 asm("r11") = MAP_GPA;
    register u64 r12 asm("r12") = start;
    register u64 r13 asm("r13") = size;

    asm volatile(".byte 0x66, 0x0f, 0x01, 0xcc"
                 : "+r"(rax), "+r"(rcx), "+r"(r10), "+r"(r11), "+r"(r12), "+r"(r13) : : "memory", "cc");
    if (!rax && r10)
        *failed = r11;
    return (struct answer) {rax, r10};
}

u64 map_gpa(u64 start, u64 size, u64 *failed)
{
    return tdvmcall(start, size, failed).r10;
}

/* The repair: both. */
u64 map_gpa_repaired(u64 start, u64 size, u64 *failed)
{
    struct answer answer = tdvmcall(start, size, failed);

    return answer.rax ? answer.rax : answer.r10;
}
