/* Asm statements that are right: nothing is to be found, whatever the compiler makes of them. */
typedef unsigned long u64;
typedef unsigned int u32;
typedef unsigned char u8;
typedef unsigned __int128 u128;

static u64 counter;

u64 bsf(u64 x) { u64 r; asm("bsfq %1, %0" : "=r"(r) : "rm"(x)); return r; }
u64 rdmsr_by_vmm(u64 msr, u64 *value)
{
    u64 rax = 0, rcx = 0x1c00, r;
    register u64 r10 asm("r10") = 0;
    register u64 r11 asm("r11") = 31;
    register u64 r12 asm("r12") = msr;
    asm volatile(".byte 0x66, 0x0f, 0x01, 0xcc; movq %%r11, %0; xorl %%r11d, %%r11d"
        : "=r"(r), "+a"(rax), "+c"(rcx), "+r"(r10), "+r"(r12), "+r"(r11) : "D"(msr) : "memory");
    *value = r;
    return rax ? rax : r10;
}
u64 bsf_of_some(u64 x) { u64 r = 64; if (x) asm("bsfq %1, %0" : "=r"(r) : "rm"(x)); return r; }
u64 bsr(u64 x) { u64 r; asm("bsrq %1, %0" : "=r"(r) : "rm"(x), "0"(-1L)); return r; }
u64 bswap(u64 x) { asm("bswap %0" : "+r"(x)); return x; }
u32 rol(u32 x, u8 n) { asm("roll %1, %0" : "+r"(x) : "cI"(n)); return x; }
int test_bit(u64 n, const u64 *p) { int r; asm volatile("btq %2, %1" : "=@ccc"(r) : "m"(*p), "Jr"(n & 63)); return r; }
int test_and_set(u64 n, u64 *p) { int r; asm volatile("lock btsq %2, %0" : "+m"(*p), "=@ccc"(r) : "Ir"(n & 63) : "memory"); return r; }
void set_bit(u64 n, u64 *p) { asm volatile("lock btsq %1, %0" : "+m"(*p) : "Ir"(n & 63) : "memory"); }
u64 popcnt(u64 x) { u64 r; asm("popcntq %1, %0" : "=r"(r) : "rm"(x)); return r; }

void cpuid(u32 *a, u32 *b, u32 *c, u32 *d) { asm volatile("cpuid" : "=a"(*a), "=b"(*b), "=c"(*c), "=d"(*d) : "0"(*a), "2"(*c) : "memory"); }
u64 rdtsc(void) { u32 lo, hi; asm volatile("rdtsc" : "=a"(lo), "=d"(hi)); return (u64) hi << 32 | lo; }
u64 rdtscp(u32 *aux) { u32 lo, hi; asm volatile("rdtscp" : "=a"(lo), "=d"(hi), "=c"(*aux)); return (u64) hi << 32 | lo; }

u64 xchg(u64 *p, u64 v) { asm volatile("xchgq %0, %1" : "+r"(v), "+m"(*p) : : "memory"); return v; }
u64 xadd(u64 *p, u64 v) { asm volatile("lock xaddq %0, %1" : "+r"(v), "+m"(*p) : : "memory", "cc"); return v; }
u64 cmpxchg(u64 *p, u64 old, u64 new) { u64 r; asm volatile("lock cmpxchgq %2, %1" : "=a"(r), "+m"(*p) : "r"(new), "0"(old) : "memory"); return r; }
int try_cmpxchg(u64 *p, u64 *old, u64 new) { int ok; asm volatile("lock cmpxchgq %[new], %[p]" : "=@ccz"(ok), [p] "+m"(*p), [old] "+a"(*old) : [new] "r"(new) : "memory"); return ok; }
int cmpxchg16b(u128 *p, u64 *lo, u64 *hi, u64 nlo, u64 nhi) { int ok; asm volatile("lock cmpxchg16b %1" : "=@ccz"(ok), "+m"(*p), "+a"(*lo), "+d"(*hi) : "b"(nlo), "c"(nhi) : "memory"); return ok; }
void inc(int *p) { asm volatile("lock incl %0" : "+m"(*p)); }
int dec_and_test(int *p) { int z; asm volatile("lock decl %0" : "+m"(*p), "=@ccz"(z) : : "memory"); return z; }

void *copy(void *to, const void *from, u64 n) { void *r = to; asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n) : : "memory"); return r; }
void *fill(void *to, int c, u64 n) { void *r = to; asm volatile("rep stosb" : "+D"(to), "+c"(n) : "a"(c) : "memory"); return r; }
u64 length(const char *s) { u64 n = -1UL; asm volatile("repne scasb" : "+D"(s), "+c"(n) : "a"(0) : "memory"); return ~n - 1; }

u64 mulhi(u64 a, u64 b) { u64 lo, hi; asm("mulq %3" : "=a"(lo), "=d"(hi) : "0"(a), "rm"(b)); return hi + lo; }
u64 divide(u64 hi, u64 lo, u64 by, u64 *rest) { u64 q; asm("divq %4" : "=a"(q), "=d"(*rest) : "0"(lo), "1"(hi), "rm"(by)); return q; }
u64 add3(u64 a, u64 b, u64 c) { u64 r; asm("leaq (%1,%2), %0; addq %3, %0" : "=&r"(r) : "r"(a), "r"(b), "r"(c)); return r; }
u128 add128(u64 alo, u64 ahi, u64 blo, u64 bhi) { asm("addq %2, %0; adcq %3, %1" : "+&r"(alo), "+r"(ahi) : "rme"(blo), "rme"(bhi)); return (u128) ahi << 64 | alo; }
u64 sum(const u64 *p, u64 n) { u64 s = 0; asm("1: addq -8(%1,%2,8), %0; decq %2; jnz 1b" : "+&r"(s), "+r"(p), "+r"(n) : : "memory"); return s; }

int is_zero(const int *p) { asm goto("cmpl $0, %0; je %l[zero]" : : "m"(*p) : : zero); return 0; zero: return 1; }
int load_or(const int *p) { int v; asm goto("movl %1, %0; testl %0, %0; je %l2" : "=r"(v) : "m"(*p) : : none); return v; none: return -1; }
int less(long a, long b) { int r; asm("cmpq %2, %1" : "=@ccl"(r) : "r"(a), "r"(b)); return r; }
double root(double x) { double r; asm("sqrtsd %1, %0" : "=x"(r) : "xm"(x)); return r; }
float mix(float a, float b) { asm("addss %1, %0; mulss %1, %0" : "+&x"(a) : "x"(b)); return a; }
void bump(void) { asm("incq %0" : "+m"(counter)); }
u64 element(u64 *p, u64 i) { u64 v; asm("movq %1, %0" : "=r"(v) : "m"(p[i & 7])); return v; }
void fence(void) { asm volatile("mfence" : : : "memory"); asm volatile("pause"); asm("nop"); }
void prefetch(const void *p) { asm volatile("prefetcht0 %0" : : "m"(*(const char *) p)); }

u64 tdcall_vmcall(u64 nr, u64 a, u64 *out)
{
    register u64 r10 asm("r10") = 0;
    register u64 r11 asm("r11") = nr;
    register u64 r12 asm("r12") = a;
    register u64 r13 asm("r13") = 0;
    u64 rax = 0, rcx = 0x3c00;
    asm volatile(".byte 0x66, 0x0f, 0x01, 0xcc" : "+a"(rax), "+c"(rcx), "+r"(r10), "+r"(r11), "+r"(r12), "+r"(r13) : : "memory");
    *out = r12 + r13 + r11;
    return rax ? rax : r10;
}
u64 vp_info(u64 *gpaw)
{
    u64 rax = 1, rcx = 0, rdx;
    register u64 r8 asm("r8"); register u64 r9 asm("r9"); register u64 r10 asm("r10"); register u64 r11 asm("r11");
    asm volatile(".byte 0x66, 0x0f, 0x01, 0xcc" : "+a"(rax), "+c"(rcx), "=d"(rdx), "=r"(r8), "=r"(r9), "=r"(r10), "=r"(r11));
    *gpaw = rcx + rdx + r8 + r9 + r10 + r11;
    return rax;
}
long vmcall1(long nr, long a) { long r; asm volatile(".byte 0x0f, 0x01, 0xc1" : "=a"(r) : "a"(nr), "b"(a) : "memory"); return r; }
u64 vmread(u64 field) { u64 v; u8 bad; asm volatile("vmread %2, %1; setna %0" : "=qm"(bad), "=rm"(v) : "r"(field)); return bad ? 0 : v; }
