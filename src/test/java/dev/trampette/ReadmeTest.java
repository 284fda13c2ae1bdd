package dev.trampette;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.support.Compiler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The README's example compiles.
class ReadmeTest {

    @Test
    void the_example_compiles() throws Exception {
        Matcher example = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("README.md")));

        assertThat(example.find()).isTrue();
        assertThat(example.group(1).lines().filter(line -> !line.isBlank()).count()).isLessThanOrEqualTo(15);
        assertThat(Compiler.errors("", example.group(1) + "return null;")).isEmpty();
    }
}
