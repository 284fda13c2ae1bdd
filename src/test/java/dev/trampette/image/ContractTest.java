package dev.trampette.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.image.Place.InRegister;
import dev.trampette.image.Place.InVector;
import dev.trampette.image.Place.OnStack;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Gpr;
import dev.trampette.support.Assembler;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a contract may say, where arguments are, and that nothing among the wrappers goes without.
class ContractTest {

    @TempDir
    private Path directory;

    private static List<Place> places(String text) {
        return Place.of(Contract.parse(text));
    }

    @Test
    void a_function_needs_little() {
        Contract contract = Contract.parse("symbol=f\narguments=s:string[8] n:u64{0..7} x:f64{-1.5..2}\nresult=u32");

        assertThat(contract.convention()).isEqualTo(Contract.Convention.SYSV);
        assertThat(contract.arguments()).extracting(Argument::toString)
                .containsExactly("s:string[8]", "n:u64{0..7}", "x:f64{-1.5..2}");
        assertThat(contract.result()).contains(Argument.Type.U32);
        assertThat(contract.after().status()).isEqualTo(Gpr.RAX);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "nonsense", "symbol=f\nsymbol=f", "color=blue", "arguments=x", "arguments=x:u65", "arguments=x:in[a]",
        "convention=fastcall", "in=rxx:1", "in=rax", "retry=1", "retry=x:y", "alignment=lots", "result=string3",
        "clobbers=al", "status=flags", "mask=red", "arguments=x:u64{1..}", "arguments=data:in", "arguments=s:string",
        "arguments=x:u64[3]", "arguments=x:u64{8..0}", "arguments=x:u64{0..9223372036854775807}",
        "arguments=x:u8{0..300}", "arguments=x:u64{0.5..0.7}", "arguments=x:u64 x:u32", "result=out", "result=in",
        "instruction=FOO", "instruction=VMCLEAR", "instruction=VMREAD", "in=rax:1", "mask=1", "retry=1:2",
        "alignment=16",
        "instruction=TDCALL\nresult=u64", "instruction=TDCALL\nin=rax:nosuch", "instruction=TDCALL\nin=rax",
        "instruction=TDCALL\nretry=1:20", "instruction=TDCALL\nretry=1:0", "instruction=TDCALL\nalignment=12",
        "instruction=TDCALL\narguments=a:in[2]\nin=rax:a[2]", "status=r99", "status=rsp", "arguments=x:in[8]{0..1}",
        "arguments=x:f64{0..Infinity}", "convention=registers\narguments=rsp:u64", "convention=stack",
        "convention=registers\narguments=rax:f64", "instruction=TDCALL\nscrub=true",
        "instruction=TDCALL\nverified=false",
        "instruction=SEAMCALL\ncarry=1", "instruction=SEAMCALL\nunreached=yes",
        "instruction=TDCALL\nalignment=-2147483648",
        "instruction=VMREAD\narguments=o:out[1]", "instruction=VMCLEAR\narguments=a:u64 b:u64 c:u64 d:u64",
        "instruction=TDCALL\narguments=o:out[1]\nout=rax rcx", "convention=stack\ninstruction=VMREAD\narguments=a:u64"
    })
    void what_is_no_contract_is_one_line(String text) {
        assertThatThrownBy(() -> Contract.parse(text)).isInstanceOf(ImageException.class)
                .hasMessageStartingWith("not a contract").message().doesNotContain("\n");
    }

    /// psABI 3.2.3.
    @Test
    void system_v_counts_registers_and_vectors_apart() {
        String arguments = "arguments=a:u64 x:f64 b:u32 y:f32 c:u8 d:in[1] e:out[2] f:bool g:u64 h:u32";

        assertThat(places(arguments)).containsExactly(
                new InRegister(Gpr.RDI), new InVector(0), new InRegister(Gpr.RSI), new InVector(1),
                new InRegister(Gpr.RDX), new InRegister(Gpr.RCX), new InRegister(Gpr.R8), new InRegister(Gpr.R9),
                new OnStack(0), new OnStack(1));
    }

    /// Microsoft, "x64 calling convention": by position, and the stack begins above the shadow space.
    @Test
    void microsoft_counts_positions() {
        assertThat(places("convention=ms-x64\narguments=a:u64 x:f64 b:u32 y:f32 c:u8 z:f64")).containsExactly(
                new InRegister(Gpr.RCX), new InVector(1), new InRegister(Gpr.R8), new InVector(3), new OnStack(4),
                new OnStack(5));
    }

    @Test
    void what_is_no_c_function_names_its_places() {
        assertThat(places("convention=stack\ninstruction=VMREAD\narguments=field:u64 fault:bool")).containsExactly(
                new OnStack(0), new OnStack(1));
        assertThat(places("convention=registers\narguments=rdx:u64 r15:u32")).containsExactly(
                new InRegister(Gpr.RDX), new InRegister(Gpr.R15));
        assertThatThrownBy(() -> places("symbol=f\nconvention=registers\narguments=field:u64"))
                .isInstanceOf(ImageException.class).hasMessage("not a register, symbol=f, argument=field");
    }

    @Test
    void a_function_among_the_wrappers_without_a_contract_does_not_assemble() {
        String source = """
                %%include "tdx.inc"
                section %s
                FUNCTION lonely
                    ret
                END_FUNCTION lonely
                """;

        assertThatThrownBy(() -> Assembler.assemble(directory, "shim", "wrappers", source.formatted("wrappers")))
                .isInstanceOf(Assembler.AssemblyException.class).hasMessageContaining("no contract before lonely");
    }

    /// The same, in what was linked: by another road than the macro.
    @ParameterizedTest
    @ValueSource(strings = {"shim", "hardware", "specimens", "twins"})
    void every_function_among_the_wrappers_has_a_contract(String image) {
        assertThat(Image.named(image).withoutContract()).isEmpty();
    }
}
