package dev.trampette;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.support.Compiler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The examples of the documents compile.
class ReadmeTest {

    private static String example(String document) throws IOException {
        Matcher example = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of(document)));
        assertThat(example.find()).isTrue();
        return example.group(1);
    }

    @Test
    void the_library() throws Exception {
        String example = example("docs/library.md");

        assertThat(example.lines().filter(line -> !line.isBlank()).count()).isLessThanOrEqualTo(15);
        assertThat(Compiler.errors("", example + "return null;")).isEmpty();
    }

    @Test
    void code_of_your_own() throws Exception {
        assertThat(Compiler.errors("java.nio.file.Path path", example("README.md") + "return null;"))
                .isEmpty();
    }
}
