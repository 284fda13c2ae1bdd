package dev.trampette.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.contract.Contract;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A contract in words.
class WrapperDescriptionTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "d:in[4xu32]           | pointer to 4 elements of 4 bytes that are read",
        "d:in[1xi16]           | pointer to 1 element of 2 bytes that is read",
        "d:in[3xi8]            | pointer to 3 elements of 1 byte that are read",
        "d:out[n x u16] n:u64  | pointer to n elements of 2 bytes that are written",
        "d:inout[8]            | pointer to 8 words that are read and written",
        "s:string[9xu16]       | pointer to a text of at most 9 elements of 2 bytes, the 0 included"
    })
    void what_a_pointer_points_to(String arguments, String words) {
        assertThat(WrapperDescription.promises(Contract.parse("symbol=f\nresult=u64\narguments=" + arguments))
                .toString()).contains(words);
    }
}
