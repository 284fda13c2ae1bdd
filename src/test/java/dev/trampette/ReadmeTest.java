package dev.trampette;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.support.Compiler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The README's examples compile.
class ReadmeTest {

    private static String example(String heading) throws IOException {
        Matcher example = Pattern.compile("## " + heading + "\n.*?```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("README.md")));
        assertThat(example.find()).isTrue();
        return example.group(1);
    }

    @Test
    void the_library() throws Exception {
        String example = example("As a library");

        assertThat(example.lines().filter(line -> !line.isBlank()).count()).isLessThanOrEqualTo(15);
        assertThat(Compiler.errors("", example + "return null;")).isEmpty();
    }

    @Test
    void code_of_your_own() throws Exception {
        assertThat(Compiler.errors("java.nio.file.Path path", example("Check your own code") + "return null;"))
                .isEmpty();
    }
}
