package dev.trampette.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Contracts in a file: blocks, comments, and lines in messages.
class ContractFileTest {

    @Test
    void a_block_begins_with_its_symbol() {
        ContractFile file = ContractFile.read("my.contract", """
                # Two routines.

                symbol=f
                arguments=a:u64
                # what it returns
                result=u64

                  symbol=g
                convention=ms-x64
                """);

        assertThat(file.symbols()).containsExactly("f", "g");
        assertThat(file.contract("f")).contains(Contract.parse("symbol=f\narguments=a:u64\nresult=u64"));
        assertThat(file.contract("g").orElseThrow().signature().convention()).hasToString("ms-x64");
        assertThat(file.contract("h")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "arguments=a:u64 | my.contract:1: a block begins with symbol=NAME or a C prototype, line=\"arguments=a:u64\"",
        "symbol=f\\nsymbol=g\\ncolor=blue | my.contract:3: not a contract, symbol=g, line=\"color=blue\"",
        "symbol=f\\nsymbol=f | my.contract:2: a second contract of f",
        "symbol=f\\ndesign=u65\\nresult=u65 | my.contract:3: not a contract, symbol=f, no such type: u65",
        "# x\\nsymbol=f\\nresult=u65 | my.contract:3: not a contract, symbol=f, no such type: u65"
    })
    void an_error_has_file_and_line(String text, String message) {
        assertThatThrownBy(() -> ContractFile.read("my.contract", text.replace("\\n", "\n")))
                .isInstanceOf(ContractException.class).hasMessageStartingWith(message);
    }
}
