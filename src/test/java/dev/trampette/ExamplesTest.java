package dev.trampette;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The project in `examples` is built like this one: so what is downloaded for one is there for the other, and a Maven
/// of another year builds the same.
class ExamplesTest {

    private static final Pattern VERSIONED = Pattern.compile(
            "<artifactId>([^<]+)</artifactId>\\s*(?:<version>([^<]+)</version>)?");
    /// What Maven binds to its phases up to `verify`.
    private static final List<String> BOUND = List.of("clean", "resources", "compiler", "surefire", "jar").stream()
            .map("maven-%s-plugin"::formatted).toList();

    private static Map<String, String> versions(Path pom) throws IOException {
        Map<String, String> versions = new TreeMap<>();
        String text = Files.readString(pom);
        Matcher found = VERSIONED.matcher(text);
        while (found.find()) {
            if (found.group(2) != null) {
                versions.putIfAbsent(found.group(1), found.group(2).replace("${junit.version}",
                        text.replaceFirst("(?s).*<junit.version>([^<]+)<.*", "$1")));
            }
        }
        return versions;
    }

    @Test
    void its_versions_are_pinned_and_are_those_of_the_lab() throws IOException {
        Map<String, String> lab = versions(Path.of("pom.xml"));
        Map<String, String> example = versions(Path.of("examples/pom.xml"));

        assertThat(example).containsKeys(BOUND.toArray(String[]::new)).containsKeys("trampette", "junit-jupiter");
        example.forEach((artifact, version) -> {
            if (!artifact.equals("checksum")) {
                assertThat(lab).containsEntry(artifact, version);
            }
        });
    }
}
