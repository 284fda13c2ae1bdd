package dev.trampette.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Headers name their types: a contract may do so before a prototype.
class DeclarationsBeforeTest {

    private static String arguments(String text) {
        return Contract.parse(text).lines().get("arguments").substring("arguments=".length());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "typedef unsigned long uLong; uLong crc32(uLong crc, const uint8_t *buf, unsigned len)"
                + "| crc:u64 buf:in[?xu8] len:u32",
        "typedef struct ctx ctx; int init(ctx *c, const ctx *d)    | c:inout[?xu8] d:in[?xu8]",
        "typedef uint8_t uuid_t[16]; int compare(const uuid_t a, uuid_t b) | a:in[16xu8] b:inout[16xu8]",
        "typedef int (*compare)(const void *, int); int sort(compare by)  | by:fn(u64,i32):i32",
        "typedef int compare(int); int sort(compare *by, compare too)     | by:fn(i32):i32 too:fn(i32):i32",
        "typedef struct { double x, y; } point, *points; double far(point p, points all)"
                + "| p:struct(x:f64,y:f64) all:inout[?xu8]",
        "struct pair { int a; long b; }; int sum(struct pair p)    | p:struct(a:i32,b:i64)",
        "typedef int one; typedef one two; two f(const two x)      | x:i32",
        "struct bits { int a : 3, b; }; int f(struct bits *b)      | b:inout[?xu8]",
        "struct req { char op; long arg; } __attribute__((packed)); int f(struct req r) | r:packed(op:i8,arg:i64)",
        "typedef struct __attribute__((packed)) { char op; } __packed req; int f(req r) | r:packed(op:i8)",
        "enum color { RED = 1, BLUE }; int f(enum color c)         | c:u32",
        "int (isalpha)(int c)                                      | c:i32",
        "UINT64 EFIAPI AsmReadMsr64(IN UINT32 Index)               | Index:u32",
        "VOID EFIAPI CopyMem8(OUT VOID *to, IN CONST VOID *from, IN UINTN n) | to:inout[?xu8] from:in[?xu8] n:u64",
        "long copy(void *to, const void __user *from, __u32 n)     | to:inout[?xu8] from:in[?xu8] n:u32",
        "__must_check int wait_for(pid_t pid, loff_t at)           | pid:i32 at:i64"
    })
    void a_type_is_what_was_said(String text, String arguments) {
        assertThat(arguments(text)).isEqualTo(arguments);
    }

    @Test
    void they_stand_in_lines_of_their_own() {
        Contract contract = Contract.parse("""
                typedef unsigned int u;
                struct point {
                    double x;
                    double y;
                };
                // A point and a number.
                double far(struct point p,
                           u n);
                arguments=p:struct(x:f64,y:f64) n:u32{0..9}
                """);

        assertThat(contract.symbol()).isEqualTo("far");
        assertThat(contract.lines().get("arguments")).isEqualTo("arguments=p:struct(x:f64,y:f64) n:u32{0..9}");
    }

    @Test
    void those_of_a_file_are_known_below() {
        ContractFile file = ContractFile.read("f", """
                # Types
                typedef unsigned char byte;
                typedef unsigned long word;

                word first(word w);

                symbol=second
                arguments=w:u64

                byte third(byte b, word w);
                result=u8
                """);

        assertThat(file.symbols()).containsExactly("first", "second", "third");
        assertThat(file.contract("third").orElseThrow().lines()).containsEntry("arguments", "arguments=b:u8 w:u64");
    }

    @Test
    void comments_and_nothing() {
        assertThat(arguments("symbol=f\narguments=a:int, b:int // two numbers\nresult=int")).isEqualTo("a:i32 b:i32");
        assertThatThrownBy(() -> Contract.named("f", " \n")).isInstanceOf(ContractException.class)
                .hasMessageStartingWith("not a contract, symbol=f, it is empty: arguments= says what is given");
    }

    @Test
    void what_nobody_declares_is_told() {
        assertThatThrownBy(() -> Contract.parse("typedef int a; b f(a x)")).isInstanceOf(ContractException.class)
                .hasMessageContaining("no such type: b;").hasMessageContaining("typedef before a prototype makes one");
        assertThatThrownBy(() -> Contract.parse("struct bits { int a : 3; }; int f(struct bits b)"))
                .hasMessageContaining("no such type: struct bits with bit-fields").message().doesNotContain("a : 3");
        assertThatThrownBy(() -> Contract.parse("struct s { int a; } __attribute__((aligned(16))); int f(struct s x)"))
                .hasMessageContaining("no such type: struct s with bit-fields or alignments");
        assertThatThrownBy(() -> Contract.parse("typedef int a;")).isInstanceOf(ContractException.class);
    }
}
