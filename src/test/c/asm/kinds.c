/*
 * Kinds of defects that public reports describe, each beside its repair: -DMENDED compiles that. The comment before a
 * statement has the rule, and the mend.
 */
typedef float v8 __attribute__((vector_size(32)));

#ifndef MENDED
#define VECTORS "xmm3"
#else
#define VECTORS "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", \
    "xmm12", "xmm13", "xmm14", "xmm15"
#endif

unsigned high(const unsigned *p, unsigned times)
{
    unsigned x = *p, r;
// undeclared-clobber | make it "+a" (x)
#ifndef MENDED
    asm("mull %2" : "=d"(r) : "a"(x), "r"(times));
#else
    asm("mull %2" : "=d"(r), "+a"(x) : "r"(times));
#endif
    return r + *p;
}

long three(const long *p, long a)
{
    long b = *p, r;
// operand-overlap | make it "=&r" (r)
#ifndef MENDED
    asm("leaq (%1,%1), %0; addq %1, %0; addq %2, %0" : "=r"(r) : "r"(a), "r"(b));
#else
    asm("leaq (%1,%1), %0; addq %1, %0; addq %2, %0" : "=&r"(r) : "r"(a), "r"(b));
#endif
    return r;
}

v8 keep(v8 it, const float *from, float *to)
{
// undeclared-clobber | add "xmm0" to "xmm15" to the clobbers
    asm volatile("vmovups (%0), %%ymm3; vmovups %%ymm3, (%1); vzeroupper" : : "r"(from), "r"(to) : VECTORS, "memory");
    return it + it;
}

/* Only with a red zone. */
long flags(long seed)
{
    volatile long local = seed * 5;
    unsigned long f;
// red-zone | -mno-red-zone
    asm volatile("pushfq; popq %0" : "=r"(f) : : "memory");
    return local + (f & 0);
}

int ask(int *box)
{
    long rax = 0;
    register long r10 asm("r10") = 0;
    register long r11 asm("r11") = 5;
    register int *r12 asm("r12") = box;
    *box = 1;
// undeclared-clobber | add "memory" to the clobbers
#ifndef MENDED
    asm volatile(".byte 0x66, 0x0f, 0x01, 0xcc" : "+a"(rax), "+r"(r10), "+r"(r11), "+r"(r12) : "c"(0x1c00L));
#else
    asm volatile(".byte 0x66, 0x0f, 0x01, 0xcc" : "+a"(rax), "+r"(r10), "+r"(r11), "+r"(r12) : "c"(0x1c00L) : "memory");
#endif
    return *box;
}

long call1(long number, long a)
{
    long r;
// undeclared-clobber | add "r11", "rcx" to the clobbers
#ifndef MENDED
    asm volatile("syscall" : "=a"(r) : "a"(number), "D"(a) : "memory");
#else
    asm volatile("syscall" : "=a"(r) : "a"(number), "D"(a) : "rcx", "r11", "memory");
#endif
    return r;
}

/* The kernel writes behind the pointer. */
long read0(char *to, long n)
{
    long r;
// undeclared-clobber | "memory"
#ifndef MENDED
    asm volatile("syscall" : "=a"(r) : "0"(0L), "D"(0L), "S"(to), "d"(n) : "rcx", "r11");
#else
    asm volatile("syscall" : "=a"(r) : "0"(0L), "D"(0L), "S"(to), "d"(n) : "rcx", "r11", "memory");
#endif
    return r;
}
