package dev.trampette.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.support.Assembler;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Nothing among the wrappers goes without a contract.
class WithoutContractTest {

    @TempDir
    private Path directory;

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
        assertThat(ImageFile.named(image).withoutContract()).isEmpty();
    }
}
