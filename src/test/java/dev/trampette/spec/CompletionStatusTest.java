package dev.trampette.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What RAX of the TDX module means: success that is not 0, errors with a bit more, and what is neither.
class CompletionStatusTest {

    @ParameterizedTest
    @CsvSource({
        "0x0000000000000000, SUCCESS,                            true,  false, false",
        // TDH.EXPORT.MEM: three entries of the list failed.
        "0x0000000000000003, SUCCESS,                            true,  false, false",
        // TDH.IMPORT.ABORT: done, and the TD can only be torn down.
        "0x2000000000000000, SUCCESS,                            true,  false, true",
        // TDH.IMPORT.*: the same errors as elsewhere, with the fatal bit.
        "0xe0000e0000000000, INVALID_MBMD,                       false, true,  true",
        "0xe0000e0f00000005, INVALID_PAGE_MAC,                   false, true,  true",
        "0xc0000e0000000000, INVALID_MBMD,                       false, true,  false",
        // Linux has it without the fatal bit.
        "0x4000000200000000, NON_RECOVERABLE_TD,                 false, true,  false",
        "0x6000000200000000, NON_RECOVERABLE_TD,                 false, true,  true",
        "0x4000000100000000, NON_RECOVERABLE_VCPU,               false, true,  false",
        // Neither: nothing was done, or something else.
        "0x00000b0700000001, GPA_RANGE_ALREADY_BLOCKED,          false, false, false",
        "0x00000c0b00000000, METADATA_FIRST_FIELD_ID_IN_CONTEXT, false, false, false",
        "0x00000e1700000000, MEM_RANGE_SCAN_SUCCESS,             false, false, false",
        "0x00000b0a00000000, PAGE_ALREADY_ACCEPTED,              false, false, false",
        "0x00000a0300000000, TDMR_ALREADY_INITIALIZED,           false, false, false",
        "0x8000000300000000, INTERRUPTED_RESUMABLE,              false, true,  false",
        "0xc0000b0100000000, EPT_ENTRY_FREE,                     false, true,  false",
        "0x8000ff00ffff0000, SW_VMFAILINVALID,                   false, true,  false",
        "0x123456789a000000, UNKNOWN,                            false, false, false"
    })
    void a_value_is_a_success_an_error_or_neither(String value, String name, boolean success, boolean error,
            boolean fatal) {
        CompletionStatus status = new CompletionStatus(Long.parseUnsignedLong(value.substring(2), 16));

        assertThat(status.name()).isEqualTo(name);
        assertThat(List.of(status.isSuccess(), status.isError(), status.isFatal()))
                .containsExactly(success, error, fatal);
    }

    @Test
    void the_fatal_bit_and_the_details_make_no_other_status() {
        assertThat(new CompletionStatus(0xe0000e0000000007L).is(CompletionStatus.INVALID_MBMD)).isTrue();
        assertThat(CompletionStatus.INVALID_MBMD.is(new CompletionStatus(0xe0000e0000000007L))).isTrue();
        assertThat(CompletionStatus.INVALID_MBMD.is(CompletionStatus.INCORRECT_MBMD_MAC)).isFalse();
        assertThat(new CompletionStatus(0x80000e0000000000L).is(CompletionStatus.INVALID_MBMD)).isFalse();
    }

    /// Else a name without the fatal bit could be another's.
    @Test
    void no_two_of_the_table_differ_in_the_fatal_bit_alone() {
        Map<Long, String> names = new HashMap<>();
        CodeTable.completionStatuses().codes().forEach(code ->
                assertThat(names.put(code.value() & ~(1L << 61), code.name())).as(code.name()).isNull());
    }

    @ParameterizedTest
    @CsvSource({
        "0xc000010000000000, true",     // OPERAND_INVALID, RAX: an unknown leaf
        "0xc000010000000001, false",    // RCX: the leaf looked at it
        "0xc000050500000000, true",
        "0xc000050600000000, true",
        "0x8000020000000000, false",
        "0x0000000000000000, false"
    })
    void a_refusal_writes_rax_alone(String value, boolean refusal) {
        CompletionStatus status = new CompletionStatus(Long.parseUnsignedLong(value.substring(2), 16));

        assertThat(status.isRefusal()).isEqualTo(refusal);
        assertThat(status.isUnanswered()).isEqualTo(refusal);
    }

    @ParameterizedTest
    @CsvSource({"100, KEYNAME", "108, KEYSIZE_BITMAP", "128, TDR", "171, MIGSC", "320, DMAR", "1, rcx",
        "99999, operand 99999"})
    void an_operand_has_a_name(long number, String name) {
        assertThat(CompletionStatus.OPERAND_INVALID.with(number).operand()).isEqualTo(name);
    }

    @Test
    void the_loader_has_statuses_of_its_own() {
        assertThat(new LoaderStatus(0x8000000000030001L)).hasToString("ENOENTROPY (0x8000000000030001)");
        assertThat(LoaderStatus.EBADPARAM.isSuccess()).isFalse();
        assertThat(LoaderStatus.SW_VMFAILINVALID.isSoftware()).isTrue();
    }
}
