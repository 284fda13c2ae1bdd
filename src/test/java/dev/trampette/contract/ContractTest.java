package dev.trampette.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.image.ImageFile;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Place;
import dev.trampette.spec.Place.Register;
import dev.trampette.spec.Place.StackWord;
import dev.trampette.spec.Place.Vector;
import dev.trampette.spec.Source;
import dev.trampette.spec.Stored;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a contract may say, and where arguments are.
class ContractTest {

    private static List<Place> places(String text) {
        return Contract.parse(text).signature().places();
    }

    @Test
    void a_function_needs_little() {
        Contract contract = Contract.parse("symbol=f\narguments=s:string[8] n:u64{0..7} x:f64{-1.5..2}\nresult=u32");

        assertThat(contract.signature().convention()).isEqualTo(Convention.SYSV);
        assertThat(contract.signature().arguments()).extracting(Argument::toString)
                .containsExactly("s:string[8]", "n:u64{0..7}", "x:f64{-1.5..2}");
        assertThat(contract.signature().result()).contains(Argument.Type.U32);
        assertThat(contract.signature().status()).isEqualTo(Gpr.RAX);
    }

    @Test
    void what_is_outside_is_its_text() {
        Contract contract = Contract.parse("""
                symbol=f
                arguments=cb:fn(u64,u8):bool end:fn:noreturn any:fn regs:out[4xu32]
                external=fail:noreturn get(u32):u16{1..9} known flags:data[8] page:fn(u8) .L$x:f64
                stack=8
                """);

        assertThat(contract.toString()).contains("cb:fn(u64,u8):bool end:fn:noreturn any:fn regs:out[4xu32]\n",
                "external=fail:noreturn get(u32):u16{1..9} known flags:data[8] page:fn(u8) .L$x:f64\n", "stack=8\n");
        assertThat(Contract.parse(contract.toString())).isEqualTo(contract);
        assertThat(contract.signature().arguments().getLast().size()).isEqualTo(16);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "nonsense", "symbol=f\nsymbol=f", "color=blue", "arguments=x", "arguments=x:u65", "arguments=x:in[a]",
        "convention=fastcall", "in=rxx:1", "in=rax", "retry=1", "retry=x:y", "alignment=lots", "result=string3",
        "clobbers=al", "status=flags", "mask=red", "arguments=x:u64{1..}", "arguments=data:in", "arguments=s:string",
        "arguments=x:u64[3]", "arguments=x:u64{8..0}", "arguments=x:u64{0..18446744073709551616}",
        "arguments=x:u8{0..300}", "arguments=x:u64{0.5..0.7}", "arguments=x:u64 x:u32", "result=out", "result=in",
        "instruction=FOO", "instruction=VMCLEAR", "instruction=VMREAD", "in=rax:1", "mask=1", "retry=1:2",
        "alignment=16",
        "instruction=TDCALL\nresult=f64", "instruction=TDCALL\nin=rax:nosuch", "instruction=TDCALL\nin=rax",
        "instruction=TDCALL\nretry=1:20", "instruction=TDCALL\nretry=1:0", "instruction=TDCALL\nalignment=12",
        "instruction=TDCALL\narguments=a:in[2]\nin=rax:a[2]", "status=r99", "status=rsp", "arguments=x:in[8]{1..0}",
        "arguments=x:f64{0..Infinity}", "convention=registers\narguments=rsp:u64", "convention=stack",
        "convention=registers\narguments=rax:f64", "instruction=TDCALL\nscrub=true",
        "instruction=TDCALL\nverified=false",
        "instruction=SEAMCALL\ncarry=1", "instruction=SEAMCALL\nunreached=yes",
        "instruction=TDCALL\nalignment=-2147483648",
        "instruction=VMREAD\narguments=o:out[1]", "instruction=VMCLEAR\narguments=a:u64 b:u64 c:u64 d:u64",
        "instruction=TDCALL\narguments=o:out[1]\nout=rax rcx", "convention=stack\ninstruction=VMREAD\narguments=a:u64",
        "executes=VMWRITE(field:0x6800", "executes=VMFOO", "executes=VMWRITE(value:a)", "executes=VMREAD(value:1)",
        "executes=TDCALL(rsp:0)", "executes=VMPTRST(address:0)", "instruction=VMREAD\nexecutes=VMWRITE",
        "executes=TDCALL(rax:0)\nin=rax:0", "executes=VMREAD\nresult=f64", "arguments=a:u64?", "scrub=register",
        "preserves=x", "preserves=", "preserves=flags vectors", "clobbers=vector", "clobbers=flags",
        "left=vectors", "status=vectors", "interface=kvm", "instruction=TDCALL\ninterface=kvm",
        "instruction=VMCALL\ninterface=bhyve", "instruction=VMCALL\nexit=f", "instruction=TDCALL\nexit=written",
        "instruction=VMREAD\narguments=a:u64\nhandler=a", "instruction=VMRESUME\nhandler=a",
        "instruction=VMRESUME\narguments=a:in[1]\nhandler=a", "instruction=VMXON\nfailed=1",
        "instruction=VMCALL\nfailed=1", "instruction=VMRESUME\nresult=u64",
        "external=a:data[0]", "external=a:data[x]", "external=a:out",
        "external=a(u64", "external=a a:u8", "external=a(f64)", "external=a:u8{0..300}", "external=a:fn[2]",
        "arguments=f:fn(out)",
        "arguments=f:fn[2]", "arguments=f:fn:string", "arguments=o:out[2xbool]", "arguments=o:string[2xu64]",
        "arguments=o:out[2xin]", "arguments=o:out[x]", "stack=12", "stack=4", "writes=a[1]",
        "instruction=TDCALL\nwrites=a[1]", "returns=rdx:r11",
        "instruction=TDCALL\nreturns=rdx", "instruction=TDCALL\nreturns=rsp:r11",
        "instruction=TDCALL\nreturns=rax:r11", "instruction=TDCALL\narguments=a:in[2]\nwrites=a[1]",
        "instruction=TDCALL\narguments=a:out[2]\nwrites=a[3]", "instruction=TDCALL\narguments=a:out[2]\nwrites=a"
    })
    void what_is_no_contract_is_one_line(String text) {
        assertThatThrownBy(() -> Contract.parse(text)).isInstanceOf(ContractException.class)
                .hasMessageStartingWith("not a contract").message().doesNotContain("\n");
    }

    /// The head of `contract.inc` is the reference.
    @Test
    void every_key_is_in_the_reference() throws IOException {
        List<String> head = Files.readAllLines(Path.of("src/main/asm/include/contract.inc"));

        assertThat(head.stream().filter(line -> line.matches(";   [a-z]+ {2,}\\S.*"))
                .map(line -> line.split(" +")[1])).containsExactlyInAnyOrderElementsOf(ContractText.KEYS);
    }

    /// All that can be said of an argument, and how it is written back.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "state:inout[20 bytes]                            | state:inout[20xu8]",
        "data:in[n] n:u64{0..320 step 16}                 | data:in[n bytes] n:u64{0..320 step 16}",
        "data:in[n words] n:u32                           | data:in[n x u64] n:u32{0..320}",
        "a:in[rows*(cols+1) x f32] rows:u8{1..4} cols:u8  | a:in[rows*(cols+1) x f32] rows:u8{1..4} cols:u8{0..255}",
        "k:u32{0..n-1},\tn:u64{1..0x9}                    | k:u32{0..n-1} n:u64{1..9}",
        "k:u64{n-(m-1)..0xffffffffffffffff} n:u8 m:u8     | k:u64{n-(m-1)..0xffffffffffffffff} n:u8 m:u8",
        "key:u32{16, 24, 32}, x:u64{top bit, odd}         | key:u32{16,24,32} x:u64{odd,top bit}",
        "x:f32{0.5, -1e3..1e3}                            | x:f32{0.5,-1000..1000}",
        "x:in[5]={1, 'a', 2*3, &x + 8, ?}                 | x:in[5]={1,97,6,&x+8,?}",
        "s:string{\"a b\",\"\\x80\\\"\"}                       | s:string[4]{\"a b\",\"\\x80\\\"\"}",
        "d:in[8 bytes]=\"x\" align 8 may overlap           | d:in[8xu8]{\"x\"} align 8 may overlap",
        "d:out[4 x u16] nullable e:in[1] may equal        | d:out[4xu16]? e:in[1] may equal",
        "d:in[2]? may equal align 32 f:fn(u64,u8):u8{0..3} | d:in[2]? align 32 may equal f:fn(u64,u8):u8{0..3}"
    })
    void arguments_are_their_text(String text, String written) {
        Contract contract = Contract.parse("symbol=f\narguments=" + text);

        assertThat(contract.lines()).containsEntry("arguments", "arguments=" + written);
        assertThat(Contract.parse(contract.toString())).isEqualTo(contract);
    }

    /// What could stand there is said.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "data:in[20 bytez]          | bytes, words, x TYPE or ] wanted, not \"bytez]\"",
        "data:in                    | data:in points to how much? data:in[N], [N bytes], [N x u32]",
        "data:in[n bytes]           | there is no argument n",
        "n:u64{0..n}                | depends on itself",
        "d:in[8] e:in[d bytes]      | d:in[8] is no whole number",
        "d:in[n] n:u64{0..70000}    | has up to 70000 elements; 65536 are the most",
        "n:u64{0..}                 | a number, or the name of an argument wanted, not \"}\"",
        "n:u8{-5..5}                | is not a range of its type, whose values go from 0 to 255",
        "d:in[2]={&e}               | there is no buffer e; memory=e:in[N] makes one",
        "d:in[2]={1,2,3}            | has no room for 3 elements",
        "d:in[2] aligned 16         | align N, may overlap, may equal, nullable, or the next NAME:TYPE wanted",
        "d:in[2] foo n:u32          | or the next NAME:TYPE wanted, not \"foo n:u32\"",
        "d:in[2] may alias          | overlap or equal wanted, not \"alias\"",
        "d:in[2] align 12           | align is a power of 2",
        "n:u64?                     | is no pointer",
        "x:f64{odd}                 | a floating-point number is neither odd nor even"
    })
    void what_is_wrong_in_an_argument_is_said(String text, String message) {
        assertThatThrownBy(() -> Contract.parse("symbol=f\narguments=" + text)).isInstanceOf(ContractException.class)
                .hasMessageContaining(message);
    }

    static List<Contract> shipped() {
        return Stream.of("shim", "specimens").flatMap(image -> ImageFile.named(image).contracts().stream()).toList();
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void a_contract_is_its_text(Contract contract) {
        assertThat(Contract.parse(contract.toString())).isEqualTo(contract).hasSameHashCodeAs(contract);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "instruction=VMCALL\narguments=a:u32\nin=rax:3 rbx:a\ninterface=hyper-v\nresult=u32",
        "instruction=VMGEXIT\ninterface=ghcb\nresult=void", "instruction=VMMCALL\ninterface=vmware\nfaults=none",
        "instruction=VMLAUNCH\narguments=a:inout[16] f:u64\nexit=written\nhandler=f\nresult=void",
        "instruction=VMRESUME\narguments=a:in[16]\nin=rbx:a[3]\nexit=vmx_vmexit\nhandler=none\n"
                + "failed=invalid:1 valid:2", "instruction=VMXOFF\nhandler=none\nfailed=invalid:1 valid:1",
        "instruction=VMXON\narguments=region:u64", "instruction=VMPTRST\narguments=out:out[1]"
    })
    void entries_and_hypercalls_are_their_text(String text) {
        Contract contract = Contract.parse("symbol=f\n" + text);

        assertThat(Contract.parse(contract.toString())).isEqualTo(contract);
        assertThat(contract.toString().lines()).containsAll(text.lines().toList());
    }

    @Test
    void a_builder_makes_what_the_text_says() {
        Contract built = Contract.of("f").convention(Convention.MS_X64).instruction(Instruction.TDCALL).leaf("LEAF")
                .parameter(new Argument("gpa", Argument.Type.U64, 0)).parameter(new Argument("o", Argument.Type.OUT, 2))
                .input(Gpr.RAX, new Source.Constant(6)).input(Gpr.RCX, new Source.Parameter("gpa"))
                .outputs(List.of(Gpr.RDX, Gpr.R8), Stored.ALWAYS).alignment(16).retry(3, 2).build();

        assertThat(built).isEqualTo(Contract.parse("""
                symbol=f
                convention=ms-x64
                instruction=TDCALL
                leaf=LEAF
                arguments=gpa:u64 o:out[2]
                in=rax:6 rcx:gpa
                out=rdx r8
                stored=always
                retry=3:2
                alignment=16
                """));
        assertThat(built.effect().orElseThrow().number()).hasValue(6);
    }

    @Test
    void a_builder_refuses_what_the_text_may_not_say() {
        assertThatThrownBy(() -> Contract.of("f").mask(1).build()).isInstanceOf(ContractException.class)
                .hasMessage("not a contract, symbol=f, mask= without an instruction");
        assertThatThrownBy(() -> Contract.of("f").result(Argument.Type.OUT).build())
                .isInstanceOf(ContractException.class).hasMessageContaining("a pointer is u64");
    }

    @Test
    void instructions_are_listed_one_by_one() {
        Contract contract = Contract.parse("""
                symbol=f
                arguments=a:u16 d:in[2]?
                executes=VMWRITE(field:0x6820,value:a) INVVPID(type:1,low:d[0],high:d[1]) VMPTRST
                result=u8
                handler=none
                """);

        assertThat(contract.mnemonic()).isEqualTo("VMWRITE");
        assertThat(contract.effect().orElseThrow().steps()).hasSize(3).first().isEqualTo(new Step(Instruction.VMWRITE,
                Map.of("field", new Source.Constant(0x6820), "value", new Source.Parameter("a"))));
        assertThat(contract.signature().arguments()).extracting(Argument::isNullable).containsExactly(false, true);
        assertThat(Contract.parse(contract.toString())).isEqualTo(contract);
        assertThat(Contract.parse("symbol=f\ninstruction=TDCALL\nscrub=registers").promises().scrubsRegisters())
                .isTrue();
    }

    @Test
    void flags_may_be_preserved() {
        Contract contract = Contract.parse("symbol=f\nconvention=registers\narguments=rdi:u64\npreserves=flags");

        assertThat(contract.promises().preservesFlags()).isTrue();
        assertThat(contract).isEqualTo(Contract.of("f").convention(Convention.REGISTERS)
                .parameter(new Argument("rdi", Argument.Type.U64, 0)).preservesFlags().build());
        assertThat(Contract.parse("symbol=f").promises().preservesFlags()).isFalse();
    }

    @Test
    void vectors_are_clobbers_like_registers() {
        Contract both = Contract.parse("symbol=f\nconvention=registers\nclobbers=rcx vectors");
        Contract alone = Contract.parse("symbol=f\nconvention=registers\nclobbers=vectors");
        Contract none = Contract.parse("symbol=f\nconvention=registers\nclobbers=rcx");

        assertThat(both.promises().losesVectors()).isTrue();
        assertThat(both.promises().clobbers()).contains(Set.of(Gpr.RCX));
        assertThat(alone.promises().losesVectors()).isTrue();
        assertThat(alone.promises().clobbers()).contains(Set.of());
        assertThat(none.promises().losesVectors()).isFalse();
        assertThat(List.of(both, alone, none)).allSatisfy(contract ->
                assertThat(Contract.parse(contract.toString())).isEqualTo(contract));
        assertThatThrownBy(() -> Contract.of("f").losesVectors().build()).isInstanceOf(ContractException.class)
                .hasMessage("not a contract, symbol=f, vectors without clobbers=");
    }

    /// psABI 3.2.1 and Microsoft, "x64 calling convention": what comes back, and whose the words above RSP are.
    @Test
    void conventions_of_c_functions_are_data() {
        assertThat(Convention.SYSV.preserved()).containsExactlyInAnyOrder(Gpr.RBX, Gpr.RBP, Gpr.R12, Gpr.R13, Gpr.R14,
                Gpr.R15);
        assertThat(Convention.SYSV.lost()).containsExactlyInAnyOrder(Gpr.RCX, Gpr.RDX, Gpr.RSI, Gpr.RDI, Gpr.R8,
                Gpr.R9, Gpr.R10, Gpr.R11);
        assertThat(Convention.MS_X64.preserved()).containsExactlyInAnyOrder(Gpr.RBX, Gpr.RBP, Gpr.RSI, Gpr.RDI,
                Gpr.R12, Gpr.R13, Gpr.R14, Gpr.R15);
        assertThat(Convention.MS_X64.lost()).containsExactlyInAnyOrder(Gpr.RCX, Gpr.RDX, Gpr.R8, Gpr.R9, Gpr.R10,
                Gpr.R11);
        assertThat(IntStream.range(0, 32).filter(Convention.SYSV::preservesVector)).isEmpty();
        assertThat(IntStream.range(0, 32).filter(Convention.MS_X64::preservesVector))
                .containsExactly(6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        assertThat(Convention.SYSV.homeWords()).isZero();
        assertThat(Convention.MS_X64.homeWords()).isEqualTo(4);
        assertThat(Convention.SYSV.redZone()).isEqualTo(128);
        assertThat(Convention.MS_X64.redZone()).isZero();
    }

    @Test
    void what_is_no_c_function_calls_system_v() {
        assertThat(Convention.all()).allSatisfy(convention -> {
            assertThat(Convention.labelled(convention.label())).contains(convention);
            assertThat(convention.ofCallees()).isEqualTo(convention.isC() ? convention : Convention.SYSV);
        });
    }

    /// psABI 3.2.3.
    @Test
    void system_v_counts_registers_and_vectors_apart() {
        String arguments = "arguments=a:u64 x:f64 b:u32 y:f32 c:u8 d:in[1] e:out[2] f:bool g:u64 h:u32";

        assertThat(places(arguments)).containsExactly(
                new Register(Gpr.RDI), new Vector(0), new Register(Gpr.RSI), new Vector(1),
                new Register(Gpr.RDX), new Register(Gpr.RCX), new Register(Gpr.R8), new Register(Gpr.R9),
                new StackWord(0), new StackWord(1));
    }

    /// Microsoft, "x64 calling convention": by position, and the stack begins above the shadow space.
    @Test
    void microsoft_counts_positions() {
        assertThat(places("convention=ms-x64\narguments=a:u64 x:f64 b:u32 y:f32 c:u8 z:f64")).containsExactly(
                new Register(Gpr.RCX), new Vector(1), new Register(Gpr.R8), new Vector(3), new StackWord(4),
                new StackWord(5));
    }

    @Test
    void what_is_no_c_function_names_its_places() {
        assertThat(places("convention=stack\ninstruction=VMREAD\narguments=field:u64 fault:bool")).containsExactly(
                new StackWord(0), new StackWord(1));
        assertThat(places("convention=registers\narguments=rdx:u64 r15:u32")).containsExactly(
                new Register(Gpr.RDX), new Register(Gpr.R15));
        assertThatThrownBy(() -> places("symbol=f\nconvention=registers\narguments=field:u64"))
                .isInstanceOf(ContractException.class)
                .hasMessage("not a contract, symbol=f, the argument field is no register");
    }
}
