package dev.trampette.verify.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.abi.AbiAssert;
import dev.trampette.contract.Contract;
import dev.trampette.support.MachineCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A value says where it is from, whatever was done to it.
class OriginsTest {

    private static final long VALUE = 0x89abcdef_01234567L;

    private final Origins origins = new Origins();

    OriginsTest() {
        origins.add("the VMM's r13", VALUE);
        origins.addAddress("rsp at the entry", 0x7fff_0000_1000L);
        origins.addArea("the stack", 0x7ffe_0000_0000L, 0x1000);
        origins.addRedZone("[rsp - 16]", 0x1111_2222_3333_4444L);
    }

    @Test
    void changed_values_are_recognised() {
        assertThat(origins.of(VALUE)).isEqualTo("the VMM's r13");
        assertThat(origins.of(~VALUE)).isEqualTo("the VMM's r13, complemented");
        assertThat(origins.of(0x01234567L)).isEqualTo("the VMM's r13, low 32 bits");
        assertThat(origins.of(0x89abcdefL)).isEqualTo("the VMM's r13, high half");
        assertThat(origins.of(VALUE << 32)).isEqualTo("the VMM's r13, low half shifted up");
        assertThat(origins.of(0x01234567_89abcdefL)).isEqualTo("the VMM's r13, halves exchanged");
        assertThat(origins.of(Long.reverseBytes(VALUE))).isEqualTo("the VMM's r13, bytes reversed");
    }

    @Test
    void addresses_are_named_by_their_distance() {
        assertThat(origins.of(0x7fff_0000_1000L)).isEqualTo("rsp at the entry");
        assertThat(origins.of(0x7fff_0000_0ff0L)).isEqualTo("rsp at the entry - 16");
        assertThat(origins.of(0x7fff_0000_3000L)).isEmpty();
    }

    @Test
    void an_address_in_an_area_is_named_by_its_offset() {
        assertThat(origins.of(0x7ffe_0000_0000L)).isEqualTo("the stack + 0x0");
        assertThat(origins.of(0x7ffe_0000_0fffL)).isEqualTo("the stack + 0xfff");
        assertThat(origins.of(0x7ffe_0000_1000L)).isEmpty();
        assertThat(origins.of(0x7ffd_ffff_ffffL)).isEmpty();
    }

    /// Bit 1 and IF are set in user space, and the reserved bits are clear.
    @Test
    void rflags_are_recognised() {
        assertThat(origins.of(0x202)).isEqualTo("RFLAGS");
        assertThat(origins.of(0x246)).isEqualTo("RFLAGS: PF ZF");
        assertThat(origins.of(0xad7)).isEqualTo("RFLAGS: CF PF AF ZF SF OF");
        assertThat(origins.of(0x200)).isEmpty();
        assertThat(origins.of(0x20a)).isEmpty();
        assertThat(origins.of(0x1_0000_0202L)).isEmpty();
    }

    /// What a routine may leave that is nobody's random value.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "pushfq; pop rbx | \\(RFLAGS",
        "mov rbx, rsp | \\(rsp at the entry\\)",
        "lea rbx, [rsp - 24] | \\(rsp at the entry - 24\\)",
        "lea rbx, [rsp - 0x8000] | \\(the stack \\+ 0x[0-9a-f]+\\)",
        "mov rbx, [rsp] | \\(the routine's return address\\)",
        "nop; lea rbx, [rel $] | \\(the routine's code \\+ 0x1\\)"
    })
    void values_of_the_machine_are_named(String code, String name) {
        assertThatThrownBy(() -> AbiAssert.assertHolds(MachineCode.of(code.replace("; ", "\n") + "\nret"),
                Contract.parse("symbol=f"))).isInstanceOf(AssertionError.class).message()
                .containsPattern("f: callee-saved: rbx, outcome=return\n.*\n +actual +0x[0-9a-f]+ " + name);
    }

    @Test
    void what_nobody_knows_has_no_name() {
        assertThat(origins.of(0)).isEmpty();
        assertThat(origins.of(1)).isEmpty();
        assertThat(origins.of(VALUE + 1)).isEmpty();
    }

    @Test
    void the_red_zone_is_a_cause() {
        assertThat(origins.isRedZone(0x1111_2222_3333_4444L)).isTrue();
        assertThat(origins.isRedZone(0x3333_4444L)).isTrue();
        assertThat(origins.isRedZone(VALUE)).isFalse();
        assertThat(origins.isRedZone(0)).isFalse();
    }
}
