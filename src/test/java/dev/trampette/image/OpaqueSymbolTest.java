package dev.trampette.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.call.ImageException;
import dev.trampette.support.Compiler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A routine that is no C function cannot be called, and the attempt does not compile.
class OpaqueSymbolTest {

    @ParameterizedTest
    @ValueSource(strings = {"vmread_error_trampoline", "tdvmcall_trampoline", "tdvmcall_trampoline_all",
        "stack_trampoline_vmread_in_place"})
    void a_routine_with_a_convention_of_its_own_is_opaque(String symbol) {
        assertThat(Image.shim().symbol(symbol)).isInstanceOf(OpaqueSymbol.class);
        assertThatThrownBy(() -> Image.shim().function(symbol)).isInstanceOf(ImageException.class)
                .hasMessageContaining("not a C function").hasMessageContaining("symbol=" + symbol);
    }

    @Test
    void binding_a_function_compiles() {
        assertThat(Compiler.errors("Crossing crossing, Function function",
                "return crossing.bind(function).invoke(CallBlock.current().departure(), 1L);")).isEmpty();
    }

    @Test
    void binding_an_opaque_symbol_does_not_compile() {
        assertThat(Compiler.errors("Crossing crossing, OpaqueSymbol trampoline",
                "return crossing.bind(trampoline).invoke(CallBlock.current().departure(), 1L, false);"))
                .singleElement().asString().contains("OpaqueSymbol cannot be converted to");
    }

    @ParameterizedTest
    @ValueSource(strings = {"call", "invoke", "descriptor", "address"})
    void an_opaque_symbol_has_no_way_to_a_call(String method) {
        assertThat(Compiler.errors("OpaqueSymbol trampoline", "return trampoline." + method + "();"))
                .isNotEmpty();
    }

    @Test
    void a_64_bit_field_does_not_fit_a_16_bit_accessor() {
        String vmcs = "Vmcs vmcs";
        assertThat(Compiler.errors(vmcs,
                "Result<Short, VmxError> r = vmcs.read(new VmcsField.Width16.ReadWrite(0)); return r;")).isEmpty();
        assertThat(Compiler.errors(vmcs,
                "Result<Short, VmxError> r = vmcs.read(new VmcsField.Width64.ReadWrite(0x2010)); return r;"))
                .isNotEmpty();
        assertThat(Compiler.errors(vmcs,
                "VmcsField.Width64 f = new VmcsField.Width64.ReadWrite(0x2010).high(); return f;")).isNotEmpty();
    }
}
