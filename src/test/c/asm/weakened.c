/*
 * Asm statements of each of which one constraint is removed or weakened. A comment before a statement has the rule that
 * finds it, and a part of what is said.
 */
typedef unsigned long u64;
typedef unsigned int u32;
typedef unsigned char u8;
typedef unsigned __int128 u128;

static u64 counter;

// operand-overlap | "=&r" (r)
u64 w1(u64 x, u64 none) { u64 r; asm("movq %1, %0; andq $-8, %0; cmovzq %2, %0" : "=r"(r) : "r"(x), "r"(none)); return r; }
// undefined-read | make it "+r" (r)
u64 w2(u64 x) { u64 r; asm("bswap %0" : "=r"(r) : "r"(x)); return r; }
// undeclared-clobber | add "rcx" to the clobbers
u32 w3(u32 x, u8 n) { u32 r = x; asm("movb %1, %%cl; roll %%cl, %0" : "+r"(r) : "m"(n)); return r; }
// undeclared-clobber | make it "+m" (*p)
int w4(u64 n, u64 *p) { int r; asm volatile("lock btsq %2, %1" : "=@ccc"(r) : "m"(*p), "Ir"(n & 63)); return r; }
// undeclared-clobber | memory behind %0, "r" (p) is written
void w5(u64 n, u64 *p) { asm volatile("lock btsq %1, (%0)" : : "r"(p), "Ir"(n & 63)); }
// undeclared-clobber | add "rdx" to the clobbers
void w6(u32 *a, u32 *b, u32 *d) { u32 c; asm volatile("cpuid" : "=a"(*a), "=b"(*b), "=c"(c) : "0"(*a), "2"(0)); *d = c; }
// undeclared-clobber | add "rdx" to the clobbers
u64 w7(void) { u32 lo; asm volatile("rdtsc" : "=a"(lo)); return lo; }
// asm-volatile | another value each time
u64 w8(void) { u32 lo, hi; asm("rdtsc" : "=a"(lo), "=d"(hi)); return (u64) hi << 32 | lo; }
// undeclared-clobber | make it "+r" (v)
u64 w9(u64 *p, u64 v) { asm volatile("xchgq %0, %1" : : "r"(v), "m"(*p) : "memory"); return v; }
// undefined-read | memory behind %1, "r" (p)
u64 w10(u64 *p, u64 v) { asm volatile("lock xaddq %0, (%1)" : "+r"(v) : "r"(p)); return v; }
// undeclared-clobber | make it "+a" (old)
u8 w11(u64 *p, u64 old, u64 new) { u8 r; asm volatile("lock cmpxchgq %2, %1; sete %0"
    : "=q"(r), "+m"(*p) : "r"(new), "a"(old) : "memory"); return r; }
// undeclared-clobber | make it "+d" (hi)
int w12(u128 *p, u64 lo, u64 hi, u64 nlo, u64 nhi) { int ok; asm volatile("lock cmpxchg16b %1"
    : "=@ccz"(ok), "+m"(*p), "+a"(lo) : "d"(hi), "b"(nlo), "c"(nhi) : "memory"); return ok; }
// undeclared-clobber | make it "+D" (to)
void w13(void *to, const void *from, u64 n) { asm volatile("rep movsb" : "+S"(from), "+c"(n) : "D"(to) : "memory"); }
// undeclared-clobber | add "memory" to the clobbers
void w14(void *to, const void *from, u64 n) { asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n)); }
// undeclared-clobber | make it "+c" (n)
void w15(void *to, const void *from, u64 n) { asm volatile("rep movsb" : "+D"(to), "+S"(from) : "c"(n) : "memory"); }
// undefined-read | add "memory" to the clobbers
u64 w16(const char *s) { u64 n = -1UL; asm volatile("repne scasb" : "+D"(s), "+c"(n) : "a"(0)); return ~n - 1; }
// undeclared-clobber | make it "+a" (a)
u64 w17(u64 a, u64 b) { u64 hi; asm("mulq %2" : "=d"(hi) : "a"(a), "r"(b)); return hi; }
// undeclared-clobber | add "rdx" to the clobbers
u64 w18(u64 a, u64 b) { u64 lo; asm("mulq %2" : "=a"(lo) : "0"(a), "r"(b)); return lo; }
// undeclared-clobber | make it "+d" (0L)
u64 w19(u64 lo, u64 by) { u64 q; asm("divq %2" : "=a"(q) : "0"(lo), "r"(by), "d"(0L)); return q; }
// operand-overlap | "=&r" (r)
u64 w20(u64 a, u64 b, u64 c) { u64 r; asm("leaq (%1,%2), %0; addq %3, %0" : "=r"(r) : "r"(a), "r"(b), "r"(c)); return r; }
// operand-overlap | "+&r" (alo)
u128 w21(u64 alo, u64 ahi, u64 blo, u64 bhi) { asm("addq %2, %0; adcq %3, %1" : "+r"(alo), "+r"(ahi)
    : "r"(blo), "r"(bhi)); return (u128) ahi << 64 | alo; }
// undefined-read | depends on memory behind
u64 w22(const u64 *p, u64 n) { u64 s = 0; asm("1: addq -8(%1,%2,8), %0; decq %2; jnz 1b"
    : "+&r"(s), "+r"(p), "+r"(n)); return s; }
// undeclared-clobber | make it "+r" (n)
u64 w23(const u64 *p, u64 n) { u64 s = 0; asm("1: addq -8(%1,%2,8), %0; decq %2; jnz 1b"
    : "+&r"(s) : "r"(p), "r"(n) : "memory"); return s; }
// undefined-read | depends on memory behind %1, "r" (p)
int w24(const int *p) { int v; asm goto("movl (%1), %0; testl %0, %0; je %l2" : "=r"(v) : "r"(p) : : none); return v;
    none: return -1; }
// undeclared-clobber | add "xmm7" to the clobbers
double w25(double x) { double r; asm("movapd %1, %%xmm7; sqrtsd %%xmm7, %0" : "=x"(r) : "x"(x)); return r; }
// undefined-read | make it "+x" (a)
float w26(float a, float b) { asm("addss %1, %0; mulss %1, %0" : "=x"(a) : "x"(b)); return a; }
// undeclared-clobber | make it "+m" (counter)
void w27(void) { asm volatile("incq %0" : : "m"(counter)); }
// undefined-read | depends on memory behind
u64 w28(u64 *p, u64 i) { u64 v; asm("movq (%1,%2,8), %0" : "=r"(v) : "r"(p), "r"(i & 7)); return v; }
// undeclared-clobber | make it "+r" (r12)
u64 w29(u64 nr, u64 a)
{
    register u64 r10 asm("r10") = 0;
    register u64 r11 asm("r11") = nr;
    register u64 r12 asm("r12") = a;
    u64 rax = 0;
    asm volatile(".byte 0x66, 0x0f, 0x01, 0xcc" : "+a"(rax), "+r"(r10), "+r"(r11) : "c"(0x1c00L), "r"(r12) : "memory");
    return rax ? rax : r10;
}
// asm-volatile | TDCALL is executed
u64 w30(u64 nr, u64 a)
{
    register u64 r10 asm("r10") = 0;
    register u64 r11 asm("r11") = nr;
    register u64 r12 asm("r12") = a;
    u64 rax = 0;
    asm(".byte 0x66, 0x0f, 0x01, 0xcc" : "+a"(rax), "+r"(r10), "+r"(r11), "+r"(r12) : "c"(0x1c00L) : "memory");
    return rax ? rax : r10;
}
// undeclared-clobber | add "r8" to the clobbers
u64 w31(u64 *gpaw)
{
    u64 rax = 1, rcx = 0, rdx;
    asm volatile(".byte 0x66, 0x0f, 0x01, 0xcc" : "+a"(rax), "+c"(rcx), "=d"(rdx) : : "r9", "r10", "r11");
    *gpaw = rcx + rdx;
    return rax;
}
// undeclared-clobber | make it "+a" (nr)
long w32(long nr, long a) { asm volatile(".byte 0x0f, 0x01, 0xc1" : : "a"(nr), "b"(a) : "memory"); return nr; }
// undeclared-clobber | add "memory" to the clobbers
long w33(long nr, void *a) { long r; asm volatile(".byte 0x0f, 0x01, 0xc1" : "=a"(r) : "a"(nr), "b"(a)); return r; }
// asm-volatile | VMREAD is executed
u64 w34(u64 f) { u64 v; u8 bad; asm("vmread %2, %1; setna %0" : "=qm"(bad), "=rm"(v) : "r"(f)); return bad ? 0 : v; }
// undeclared-clobber | add "rbx" to the clobbers
u64 w35(u64 x) { u64 r; asm("movq %1, %0; movq $7, %%rbx; andq %%rbx, %0" : "=&r"(r) : "r"(x)); return r; }
// operand-overlap | "=&r" (r)
u64 w36(u64 x) { u64 r; asm("xorl %k0, %k0; addq %1, %0" : "=r"(r) : "r"(x)); return r; }
// undefined-read | the bits above %1, "r" (x), which has 32
u32 w37(u32 x) { u64 r; asm("movq %q1, %0" : "=r"(r) : "r"(x)); return r >> 32; }
// undeclared-clobber | add "r8" to the clobbers
u64 w38(u64 *p) { u64 v; asm("movq %1, %%r8; movq %%r8, %0" : "=r"(v) : "m"(*p)); return v; }
// operand-overlap | the address of %1, "m" (*p)
u64 w39(u64 *p) { u64 v; asm("xorl %k0, %k0; addq %1, %0" : "=r"(v) : "m"(*p)); return v; }
// undefined-read | make it "+r" (b)
u64 w41(u64 x) { int b = -1; asm("bsrq %1, %q0" : "=r"(b) : "rm"(x)); return b + 1; }
// undeclared-clobber | r10, r11 are changed
u64 w42(u64 leaf, u64 c, u64 d)
{
    register u64 r8 asm("r8") = 0;
    register u64 r9 asm("r9") = 0;
    asm volatile("seamcall" : "+a"(leaf), "+c"(c), "+d"(d), "+r"(r8), "+r"(r9) : : "memory");
    return leaf;
}
// x87-control | add "st", "mm0" to the clobbers
void w40(u64 x) { asm volatile("movq %0, %%mm0" : : "r"(x)); }
