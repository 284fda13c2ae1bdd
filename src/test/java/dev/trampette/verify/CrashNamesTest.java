package dev.trampette.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.abi.AbiAssert;
import dev.trampette.contract.Contract;
import dev.trampette.image.Image;
import dev.trampette.support.MachineCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a finding says of a crash: the cause, the buffer, and the place from the entry.
class CrashNamesTest {

    private static final Contract READS = Contract.parse("symbol=reads\narguments=data:in[8]\nresult=u64");

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "mov rax, [rdi + 64 + 512] | SIGSEGV (address 0x[0-9a-f]+), 512 bytes behind data[8]",
        "mov rax, [rdi + 64 + 512 + 8] | SIGSEGV (address 0x[0-9a-f]+), 520 bytes behind data[8]",
        "mov rax, [rdi - 4096] | SIGSEGV (address 0x[0-9a-f]+), 4096 bytes before data[8]",
    })
    void an_address_beside_a_buffer_names_it(String access, String message) {
        assertThatThrownBy(() -> AbiAssert.assertHolds(MachineCode.of(access + "\nret"), READS))
                .isInstanceOf(AssertionError.class)
                .message().containsPattern(message.replaceAll("[(+)\\[\\]]", "\\\\$0")
                        .replace("\\[0-9a-f\\]\\+", "[0-9a-f]+"))
                .contains("at=reads+0x0");
    }

    @Test
    void specimens_say_why_they_crash() {
        assertThat(found("push_without_pop")).contains("RSP is off by -8 at the RET, which goes to 0x");
        assertThat(found("local_freed_twice")).contains("RSP is off by +24 at the RET, which goes to 0x");
        assertThat(found("spill_misaligned")).contains("misaligned vector access").contains("at=spill_misaligned+0x5");
        assertThat(found("interrupts_disabled")).contains("CLI is privileged").contains("at=interrupts_disabled+0x3");
    }

    private static String found(String specimen) {
        Image specimens = Image.named("specimens");
        return new Verifier(specimens, 7, 20).verify(specimens.symbol(specimen).contract()).findings().toString();
    }
}
