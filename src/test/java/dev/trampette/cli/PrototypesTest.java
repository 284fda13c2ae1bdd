package dev.trampette.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.report.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a header says is enough: what a wrapper does with its instruction is learnt. The name of each routine says what
/// is found, a rule, or that it holds.
class PrototypesTest {

    private static final Path DIRECTORY = Path.of("src/test/resources/foreign");

    @Test
    void what_is_found_by_a_prototype() {
        Ran ran = Ran.of("verify", DIRECTORY.resolve("prototypes.S").toString(), "--format", "json", "--contract",
                DIRECTORY.resolve("prototypes.contract").toString());

        List<?> routines = (List<?>) Json.read(ran.out()).get("routines");
        assertThat(routines).hasSize(18).allSatisfy(one -> {
            Map<?, ?> routine = (Map<?, ?>) one;
            String name = (String) routine.get("name");
            String expected = name.substring(0, name.indexOf("__")).replace('_', '-');
            assertThat((List<?>) routine.get("findings")).as(name).extracting(finding -> (String) ((Map<?, ?>) finding)
                    .get("rule")).satisfies(rules -> assertThat(expected.equals("holds") ? rules.isEmpty()
                            : rules.contains(expected)).as("%s: %s", name, rules).isTrue());
        });
    }
}
