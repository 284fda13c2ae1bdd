/* Functions whose arguments and results go where the System V ABI has them: ValuesTest calls each with its contract. */
#include <immintrin.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

struct two { double x, y; };
struct pair { float x, y; };
struct mixed { double x; int n; };
struct turned { int n; double x; };
struct small { uint8_t a; uint16_t b; };
struct large { uint64_t a, b; uint32_t c; };
struct bytes { uint8_t b[12]; };
struct single { long double x; };
struct nested { struct pair p; float z; };
struct vector { __m256 v; };

struct two add_two(struct two a, struct two b) { return (struct two) {a.x + b.x, a.y + b.y}; }
struct pair add_pair(struct pair a, float by) { return (struct pair) {a.x + by, a.y + by}; }
struct mixed swap_mixed(struct turned t) { return (struct mixed) {t.x, t.n}; }
struct turned swap_turned(struct mixed m) { return (struct turned) {m.n, m.x}; }
uint32_t sum_small(struct small s) { return s.a + s.b; }
struct large grow(struct large l, uint32_t by) { l.c += by; l.a ^= l.b; return l; }
uint32_t sum_bytes(struct bytes b) { uint32_t sum = 0; for (int n = 0; n < 12; n++) sum += b.b[n]; return sum; }
struct bytes spread(uint8_t b) { struct bytes r; for (int n = 0; n < 12; n++) r.b[n] = b + n; return r; }
float sum_nested(struct nested n) { return n.p.x + n.p.y + n.z; }
long double half(long double x) { return x / 2; }
struct single twice(struct single s) { return (struct single) {s.x * 2}; }
long double after(int a, long double x, int b) { return a > b ? x : -x; }
unsigned __int128 product(uint64_t a, uint64_t b) { return (unsigned __int128) a * b; }
unsigned __int128 last_wide(int a, int b, int c, int d, int e, unsigned __int128 x, int f) { return x + a + f; }
__m128i add128(__m128i a, __m128i b) { return _mm_add_epi64(a, b); }
struct halves { uint64_t x, y; };
uint64_t reverted(int a, int b, int c, int d, int e, struct halves s, uint64_t z) { return s.x + s.y * 3 + z * 5; }
double nine(double a, double b, double c, double d, double e, double f, double g, struct two h, double i)
{ return g + h.x * 3 + h.y * 5 + i * 7; }
double complex_of(double _Complex z) { return __real__ z - __imag__ z; }
bool is_odd(int8_t n) { return n & 1; }
int sum_of(int count, ...)
{
    va_list list;
    int sum = 0;
    va_start(list, count);
    for (int n = 0; n < count; n++) sum += va_arg(list, int);
    va_end(list);
    return sum;
}
double mean_of(int count, ...)
{
    va_list list;
    double sum = 0;
    va_start(list, count);
    for (int n = 0; n < count; n++) sum += va_arg(list, double);
    va_end(list);
    return sum;
}

__attribute__((target("avx2"))) __m256i add256(__m256i a, __m256i b) { return _mm256_add_epi64(a, b); }
__attribute__((target("avx2"))) uint64_t low256(__m256i a) { return _mm256_extract_epi64(a, 3); }
__attribute__((target("avx2"))) struct vector wrapped(struct vector v) { return v; }
__attribute__((target("avx2"))) uint64_t on_stack(__m256i a, __m256i b, __m256i c, __m256i d, __m256i e, __m256i f,
    __m256i g, __m256i h, uint64_t n, __m256i i) { return n + _mm256_extract_epi64(i, 2); }

union number { double d; uint64_t n; };
union halves_of { double d; float f[2]; };
union large_one { uint64_t a[3]; uint8_t b; };
union odd { uint8_t b[3]; };
struct tagged { int kind; union number u; };
struct __attribute__((packed)) torn { uint8_t a; uint32_t b; };
struct __attribute__((packed)) whole { uint32_t a, b; };
struct callbacks { uint64_t (*f)(uint64_t); uint64_t x; };
uint64_t of_number(union number u, uint64_t x) { return u.n + x; }
union number to_number(uint64_t x) { return (union number) {.n = x + 1}; }
float of_halves(union halves_of u, float x) { return u.f[0] * 3 + u.f[1] + x; }
union halves_of to_halves(double x) { return (union halves_of) {.d = x + 1}; }
uint64_t of_large(union large_one l, uint64_t x) { return l.a[0] + l.a[2] * x; }
uint32_t of_odd(union odd o, uint32_t x) { return o.b[0] + o.b[1] * 3 + o.b[2] * x; }
double of_tagged(struct tagged t, double x) { return t.kind & 1 ? t.u.d : x; }
uint32_t of_torn(struct torn t, uint32_t x) { return t.a + t.b * x; }
struct torn to_torn(uint8_t a, uint32_t b) { return (struct torn) {a + 1, b + a}; }
uint64_t of_whole(struct whole w, uint64_t x) { return w.a + w.b * x; }
uint64_t through(struct callbacks c) { return c.f(c.x) + 1; }
long double real_of(long double _Complex z) { return __real__ z - __imag__ z; }

typedef uint64_t (*callback)(uint64_t, int32_t);
uint64_t called(callback f, uint64_t x) { return f(x, 7) + 1; }
int narrow_switch(int8_t n, uint16_t m) { return n < 0 ? -m : m + n; }
