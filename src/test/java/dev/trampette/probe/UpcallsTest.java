package dev.trampette.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Linker;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Memory for code that Java makes is told apart from what lies beside it.
class UpcallsTest {

    private static final List<String> MAPS = List.of(
            "7f0000000000-7f0000001000 r--p 00000000 00:00 0 ",
            "7f0000001000-7f0000003000 rwxp 00000000 00:00 0 ",
            "7f0000003000-7f0000008000 ---p 00000000 00:00 0 ",
            "7f0000008000-7f0000009000 r-xp 00000000 00:00 0 ",
            "7f0000009000-7f000000a000 rw-p 00000000 00:00 0 ",
            "7f000000a000-7f000000b000 r-xp 00001000 08:01 123                        /usr/lib/libz.so.1",
            "7f000000c000-7f000000d000 rwxp 00000000 00:00 0 ",
            "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]");

    private static String around(long address) {
        Upcalls found = Upcalls.around(address, 0, MAPS);
        return "%x-%x".formatted(found.begin(), found.end());
    }

    @Test
    void mappings_of_code_that_follow_each_other_are_one() {
        assertThat(around(0x7f0000002000L)).isEqualTo("7f0000001000-7f0000009000");
        assertThat(around(0x7f0000008800L)).isEqualTo("7f0000001000-7f0000009000");
        assertThat(around(0x7f000000c000L)).isEqualTo("7f000000c000-7f000000d000");
    }

    @Test
    void those_of_this_process_are_not_around_machine_code_of_others() {
        assertThat(Upcalls.here().begin()).isNotZero().isLessThan(Upcalls.here().end());
        assertThat(Upcalls.isThere(Linker.nativeLinker().defaultLookup().findOrThrow("abs"))).isFalse();
    }
}
