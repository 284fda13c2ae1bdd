package dev.trampette.abi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// A value says where it is from, whatever was done to it.
class OriginsTest {

    private static final long VALUE = 0x89abcdef_01234567L;

    private final Origins origins = new Origins();

    OriginsTest() {
        origins.add("the VMM's r13", VALUE);
        origins.addAddress("rsp at the entry", 0x7fff_0000_1000L);
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
