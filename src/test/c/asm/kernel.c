/*
 * Asm statements as kernels and libraries have them. All are right.
 */
typedef unsigned long u64; typedef unsigned int u32; typedef unsigned short u16; typedef unsigned char u8; typedef unsigned __int128 u128;
struct big { u64 w[64]; };
static u64 key; static int table[16];
u32 ffs_(u32 x) { int r; asm("bsfl %1,%0\n\tcmovzl %2,%0" : "=&r"(r) : "rm"(x), "r"(-1)); return r+1; }
u64 fls64(u64 x) { int b=-1; asm("bsrq %1,%q0" : "+r"(b) : "rm"(x)); return b+1; }
u16 htons_(u16 x) { asm("rorw $8, %w0" : "+r"(x)); return x; }
u16 xchgb(u16 x) { asm("xchgb %b0, %h0" : "+Q"(x)); return x; }
int rdrand(u64*v) { u8 ok; asm volatile("rdrand %0; setc %1" : "=r"(*v), "=qm"(ok)); return ok; }
int rdrand2(u64*v) { int ok; asm volatile("rdrand %1" : "=@ccc"(ok), "=r"(*v)); return ok; }
u64 xgetbv(u32 n) { u32 lo, hi; asm volatile("xgetbv" : "=a"(lo),"=d"(hi) : "c"(n&0)); return lo|(u64)hi<<32; }
void stmx(u32*p) { asm volatile("stmxcsr %0" : "=m"(*p)); }
void fpucw(u16*p) { asm volatile("fnstcw %0" : "=m"(*p)); }
void clear_page(void*p) { u64 n=64; asm volatile("rep stosq" : "+D"(p), "+c"(n) : "a"(0L) : "memory"); }
void copy_big(struct big*to, const struct big*from)
{
    void*d=to;
    const void*s=from;
    u64 n=64;
    asm volatile("rep movsq" : "+D"(d),"+S"(s),"+c"(n),"=m"(*to) : "m"(*from));
}
int cmpxchg8(u64*p, u64 old, u64 new)
{
    u32 lo=old, hi=old>>32;
    u8 ok;
    asm volatile("lock cmpxchg8b %1; sete %0" : "=q"(ok),"+m"(*p),"+a"(lo),"+d"(hi) : "b"((u32)new),"c"((u32)(new>>32)) : "memory");
    return ok;
}
u64 mulx(u64 a, u64 b, u64*hi)
{
    u64 lo;
    asm("mulq %[b]" : [lo]"=a"(lo), [hi]"=d"(*hi) : [a]"%0"(a), [b]"rm"(b) : "cc");
    return lo;
}
int add_overflow(int a, int b, int*r) { int o; asm("addl %3,%1" : "=@cco"(o), "=r"(*r) : "1"(a), "g"(b)); return o; }
int carry(u64*a, u64 b) { u8 c; asm("addq %2,%0; setc %1" : "+rm"(*a), "=qm"(c) : "er"(b)); return c; }
u64 sel(u64 c, u64 a, u64 b) { asm("testq %1,%1; cmovneq %2,%0" : "+r"(b) : "r"(c), "rm"(a)); return b; }
int branch(void)
{
    asm goto("1: .byte 0x0f,0x1f,0x44,0x00,0\n\t.pushsection __jt,\"a\"\n\t.long 1b - ., %l[yes] - .\n\t.quad %c0 + %c1\n\t.popsection" : : "i"(&key), "i"(1) : : yes);
    return 0;
    yes: return 1;
}
u64 lea(u64 a, u64 b) { u64 r; asm("lea 3(%1,%2,4),%0" : "=r"(r) : "r"(a), "r"(b)); return r; }
u64 ifun(void) { u64 r; asm("leaq %c1(%%rip),%0" : "=r"(r) : "i"(table)); return r; }
int tab(u64 i) { int r; asm("movl %1,%0" : "=r"(r) : "m"(table[i&15])); return r; }
u64 imm(void) { u64 r; asm("movq %1,%0; addq $%c2,%0" : "=r"(r) : "n"(0x1234), "i"(17)); return r; }
double fma_(double a, double b, double c) { asm("mulsd %1,%0; addsd %2,%0" : "+&x"(a) : "x"(b), "xm"(c)); return a; }
int cmpd(double a, double b) { int r; asm("ucomisd %2,%1" : "=@cca"(r) : "x"(a),"x"(b)); return r; }
u64 cvt(double a) { u64 r; asm("cvttsd2si %1,%0" : "=r"(r) : "x"(a)); return r; }
typedef long long v2 __attribute__((vector_size(16)));
v2 pxor(v2 a, v2 b) { asm("pxor %1,%0; paddq %1,%0" : "+&x"(a) : "x"(b)); return a; }
v2 shuf(v2 a) { v2 r; asm("pshufd %2,%1,%0" : "=x"(r) : "x"(a), "i"(0x4e)); return r; }
void barrier(void) { asm volatile("" : : : "memory"); asm volatile("lock; addl $0,-4(%%rsp)" : : : "memory","cc"); }
int spin(volatile int*p) { int r=1; asm volatile("xchgl %0,%1" : "+r"(r), "+m"(*p) : : "memory"); return r; }
void spinloop(volatile int*p) { asm volatile("1: lock decl %0; jns 2f; .p2align 0\n2:" : "+m"(*p) : : "memory"); }
u64 strlen_(const char*s)
{
    u64 n;
    const char*e;
    asm("movq %2,%0\n1: cmpb $0,(%0); je 2f; incq %0; jmp 1b\n2: movq %0,%1; subq %2,%1" : "=&r"(e), "=&r"(n) : "r"(s) : "memory","cc");
    return n;
}
u32 crc(u32 c, u8 b) { asm("crc32b %1,%0" : "+r"(c) : "rm"(b)); return c; }
void outb(u8 v, u16 p) { asm volatile("outb %b0,%w1" : : "a"(v),"Nd"(p) : "memory"); }
u8 inb(u16 p) { u8 v; asm volatile("inb %w1,%b0" : "=a"(v) : "Nd"(p) : "memory"); return v; }
void wrmsr(u32 m, u32 lo, u32 hi) { asm volatile("wrmsr" : : "c"(m),"a"(lo),"d"(hi) : "memory"); }
u64 rdmsr(u32 m) { u32 lo, hi; asm volatile("rdmsr" : "=a"(lo),"=d"(hi) : "c"(m)); return lo|(u64)hi<<32; }
void cli(void) { asm volatile("cli" : : : "memory"); asm volatile("sti" : : : "memory"); }
u64 cr3(void) { u64 v; asm volatile("movq %%cr3,%0" : "=r"(v)); return v; }
void invlpg(void*p) { asm volatile("invlpg (%0)" : : "r"(p) : "memory"); }
void clflush(volatile void*p) { asm volatile("clflush %0" : "+m"(*(volatile char*)p)); }
long kvm(u64 nr, u64 a, u64 b)
{
    long r;
    asm volatile("vmcall" : "=a"(r) : "a"(nr),"b"(a),"c"(b) : "memory");
    return r;
}
u64 tdinfo(u64*out) { u64 r, c=0, d=0, leaf=1; register u64 r8 asm("r8")=0, r9 asm("r9")=0, r10 asm("r10")=0, r11 asm("r11")=0;
 asm volatile("tdcall" : "=a"(r), "+c"(c), "+d"(d), "+r"(r8), "+r"(r9), "+r"(r10), "+r"(r11) : "0"(leaf) : "memory"); out[0]=c; out[1]=d+r8+r9+r10+r11; return r; }
u64 seam(u64 fn, u64 c, u64 d) { u64 r; u8 vmf; register u64 r8 asm("r8"), r9 asm("r9"), r10 asm("r10"), r11 asm("r11");
 asm volatile("seamcall; setc %b1" : "=a"(r), "=&r"(vmf), "+c"(c), "+d"(d), "=r"(r8),"=r"(r9),"=r"(r10),"=r"(r11) : "0"(fn) : "memory", "r12", "r13", "r14", "r15"); return vmf? -1: r; }
void vmclear(u64*pa) { u8 e; asm volatile("vmclear %1; setna %0" : "=qm"(e) : "m"(*pa) : "cc","memory"); }
int vmw(u64 f, u64 v) { u8 e; asm volatile("vmwrite %2,%1; setna %0" : "=qm"(e) : "r"(f), "rm"(v) : "cc"); return e; }
int invept2(u64 t, u128*d)
{
    u8 e;
    asm volatile("invept %1,%2; setna %0" : "=qm"(e) : "m"(*d), "r"(t) : "cc","memory");
    return e;
}
int ptlock(int*p, int old, int new)
{
    int r;
    asm volatile("lock cmpxchgl %k2,%1" : "=a"(r),"+m"(*p) : "r"(new),"0"(old) : "memory");
    return r;
}
u64 shld(u64 a, u64 b, u8 n) { asm("shldq %%cl,%1,%0" : "+rm"(a) : "r"(b),"c"(n)); return a; }
u64 tzcnt(u64 x) { u64 r; asm("rep; bsf %1,%0" : "=r"(r) : "rm"(x)); return r; }
int memcmp_(const void*a, const void*b, u64 n)
{
    int r;
    asm volatile("xorl %0,%0; repe cmpsb; setne %b0" : "=&a"(r),"+S"(a),"+D"(b),"+c"(n) : : "memory","cc");
    return r;
}
u64 flags(void)
{
    u64 f;
    asm volatile("subq $128,%%rsp; pushfq; popq %0; addq $128,%%rsp" : "=r"(f) : : "memory","cc");
    return f;
}
