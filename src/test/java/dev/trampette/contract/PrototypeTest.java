package dev.trampette.contract;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.spec.Place;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A prototype of C, and a descriptor of Java, as contracts.
class PrototypeTest {

    /// What a contract is as text, but for the lines that all have.
    private static String text(Contract contract) {
        return String.join("; ", contract.toString().lines().filter(line -> !line.matches("(role|design|conv).*"))
                .toList());
    }

    @ParameterizedTest
    @CsvFileSource(files = "src/test/resources/prototypes.txt", delimiter = '|', quoteCharacter = '`')
    void a_prototype_is_a_contract(String prototype, String expected) {
        if (expected.startsWith("fails: ")) {
            assertThatThrownBy(() -> Contract.parse(prototype)).isInstanceOf(ContractException.class)
                    .hasMessageStartingWith("not a contract").hasMessageContaining(expected.substring(7))
                    .message().doesNotContain("\n");
            return;
        }
        assertThat(text(Contract.parse(prototype))).isEqualTo(expected);
        assertThat(Contract.parse(Contract.parse(prototype).toString())).isEqualTo(Contract.parse(prototype));
    }

    @Test
    void later_lines_say_more() {
        Contract contract = Contract.parse("""
                // from isa-l.h
                int crc32_iscsi(const uint8_t *buf,
                                int len, uint32_t crc);   # the length is an int
                arguments =\tlen:int{0..64},\tbuf:in[64xu8]?
                result = u32
                preserves = flags     # nobody knows why
                """);

        assertThat(text(contract)).isEqualTo(
                "symbol=crc32_iscsi; arguments=buf:in[64xu8]? len:i32{0..64} crc:u32; result=u32; preserves=flags");
        assertThat(Contract.parse("int f(int x)\nresult=any").signature().returned()).isEmpty();
        assertThat(Contract.parse("int f(int x)\nsymbol=g").symbol()).isEqualTo("g");
        assertThatThrownBy(() -> Contract.parse("int f(int x)\narguments=y:int"))
                .hasMessageEndingWith("no argument y; there are x");
    }

    @Test
    void variable_arguments_are_said_later() {
        Contract contract = Contract.parse("int f(const char *s, ...)\narguments=x:double y:int z:f64");

        assertThat(text(contract)).isEqualTo("symbol=f; arguments=s:string[64] ... x:f64 y:i32 z:f64; result=i32");
        assertThat(contract.signature().parameters().getLast().argument()).hasToString("al:u8{2..8}");
        assertThatThrownBy(() -> Contract.parse("int f(const char *s, ...)\narguments=x:float"))
                .hasMessageContaining("C passes it as an int, or a double");
        assertThatThrownBy(() -> Contract.parse("int f(const char *s, ...)\narguments=x:u8"))
                .hasMessageContaining("C passes it as an int, or a double");
    }

    @Test
    void a_file_has_prototypes() {
        ContractFile file = ContractFile.read("my.contract", """
                int f(int x,
                      int y);
                result=any

                long g(const void *p)
                """);

        assertThat(file.symbols()).containsExactly("f", "g");
        assertThat(file.contract("f").orElseThrow().signature().arguments()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n# nothing\n", "symbol=f\narguments=x:u8{-5..5}", "symbol=f\narguments=x:i8{-129..0}",
        "symbol=f\narguments=x:i8{0..128}", "symbol=f\narguments=x:u16{-1..5}", "symbol=f\narguments=p:struct()",
        "symbol=f\narguments=p:struct(x:f64", "symbol=f\narguments=p:struct(x:f64{0..1},n:u65)",
        "symbol=f\narguments=p:struct(x:f32{0..1},y:f32)", "symbol=f\nresult=struct(p:in[2])",
        "symbol=f\nconvention=registers\narguments=rax:v128", "symbol=f\nconvention=ms-x64\narguments=a:v128",
        "symbol=f\nconvention=ms-x64\narguments=a:struct(x:u64,y:u64)", "symbol=f\nconvention=ms-x64\nresult=f80",
        "symbol=f\nconvention=registers\nresult=struct(x:u8[40])", "symbol=f\narguments=o:out[2xf80]",
        "symbol=f\nzero=rsp", "symbol=f\nzero=xmm32", "symbol=f\nzero=al", "symbol=f\narguments=a:u64\nzero=rdi",
        "symbol=f\nignore=t[1]", "symbol=f\narguments=t:in[2]\nignore=t[1]",
        "symbol=f\narguments=t:out[2]\nignore=t[2]",
        "symbol=f\narguments=t:out[2]\nignore=t[1]:5..64", "symbol=f\narguments=t:out[2]\nignore=t[1]:5..4",
        "symbol=f\nchanges=flags", "symbol=f\nnarrow=yes", "symbol=f\nallow=mxcsr", "symbol=f\nsecret=key",
        "symbol=f\ninstruction=VMXOFF\nresult=struct(x:u64,y:u64)",
        "symbol=f\ninstruction=VMXOFF\narguments=a:v128", "symbol=f\nconvention=registers\narguments=rax:u64 ..."})
    void what_makes_no_sense_is_one_line(String text) {
        assertThatThrownBy(() -> Contract.parse(text)).isInstanceOf(ContractException.class)
                .hasMessageStartingWith("not a contract").message().doesNotContain("\n");
    }

    @Test
    void types_that_nobody_knows_list_the_known_ones() {
        assertThatThrownBy(() -> Contract.parse("symbol=f\narguments=x:uint33_t"))
                .hasMessageContaining("no such type: uint33_t; there are bool u8 u16 ")
                .hasMessageContaining("f80").hasMessageContaining("v512").hasMessageContaining("scratch[N]");
    }

    @Test
    void a_descriptor_is_a_contract() {
        MemoryLayout point = MemoryLayout.structLayout(JAVA_DOUBLE.withName("x"), JAVA_INT.withName("n"),
                MemoryLayout.paddingLayout(4));
        FunctionDescriptor descriptor = FunctionDescriptor.of(JAVA_BOOLEAN, ADDRESS, JAVA_BYTE, JAVA_SHORT, JAVA_FLOAT,
                point.withName("p"),
                ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(16, JAVA_INT)).withName("out"));

        Contract contract = Contract.of("f", descriptor).refine("arguments=a0:in[8 x u8]\nsecret=a0").build();

        assertThat(text(contract)).isEqualTo("symbol=f; arguments=a0:in[8xu8] a1:i8 a2:i16 a3:f32 "
                + "p:struct(x:f64,n:i32) out:inout[16xi32]; result=bool; secret=a0");
        assertThat(Contract.of("g", FunctionDescriptor.ofVoid(ADDRESS)).build().signature().unsized())
                .containsExactly("a0");
        assertThat(Contract.of("g", FunctionDescriptor.of(ADDRESS, JAVA_LONG)).build().signature().result())
                .hasToString("Optional[U64]");
        Contract union = Contract.of("g", FunctionDescriptor.ofVoid(MemoryLayout.unionLayout(JAVA_INT,
                MemoryLayout.sequenceLayout(2, JAVA_FLOAT).withName("x")).withName("u"))).build();
        assertThat(text(union)).isEqualTo(
                "symbol=g; arguments=u:union(f0:i32,x:struct(f0:f32,f1:f32)); result=void");
        assertThat(Contract.parse(union.toString())).isEqualTo(union);
        assertThatThrownBy(() -> Contract.of("g", FunctionDescriptor.ofVoid(MemoryLayout.structLayout(JAVA_INT,
                JAVA_LONG.withByteAlignment(4))))).isInstanceOf(ContractException.class)
                .hasMessageContaining("not where C has them");
    }

    @Test
    void a_value_of_several_is_written_as_it_is_read() {
        String prototype = "void f(union {double d; struct {char c; void (*g)(int);} s;} u, "
                + "struct __attribute__((packed)) {char c; short n;} p, struct {bool (*is)(int); void *of;} q)";
        Contract contract = Contract.parse(prototype);

        assertThat(text(contract)).isEqualTo("symbol=f; arguments=u:union(d:f64,s:struct(c:i8,g:u64)) "
                + "p:packed(c:i8,n:i16) q:struct(is:fn(i32):bool,of:u64); result=void");
        assertThat(Contract.parse(contract.toString())).isEqualTo(contract);
    }

    @Test
    void a_result_of_two_x87_registers_is_refused() {
        assertThatThrownBy(() -> Contract.parse("long double _Complex f(int n)")).isInstanceOf(ContractException.class)
                .hasMessageContaining("ST0 and ST1");
        assertThatThrownBy(() -> Contract.parse("symbol=f\nresult=struct(f:fn(u64))"))
                .hasMessageContaining("result= has a pointer to a function");
    }

    @Test
    void structures_of_firmware_are_integers() {
        Contract contract = Contract.parse("symbol=f\nconvention=ms-x64\narguments=s:struct(x:f32,y:f32) d:f64\n"
                + "result=struct(x:u64,y:u64)");

        assertThat(contract.signature().parameters()).extracting(Parameter::place).map(Place::toString)
                .containsExactly("rcx", "rdx", "rdx", "xmm2");
    }
}
