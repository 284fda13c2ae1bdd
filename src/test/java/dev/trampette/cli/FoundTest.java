package dev.trampette.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The page of what was found is true: each command of it finds what stands below it, where the library is there.
class FoundTest {

    private static final Path PAGE = Path.of("docs/found.md");
    /// A command, and the routine and the rule of the finding below it.
    private static final Pattern FINDING = Pattern.compile(
            "^ {4}\\./trampette (verify (\\S+):\\S+ .*)\\n\\n```\\n(\\S+: \\S+): .*\\n```$", Pattern.MULTILINE);

    static List<MatchResult> findings() throws IOException {
        return FINDING.matcher(Files.readString(PAGE)).results().toList();
    }

    @Test
    void every_section_has_a_command_and_a_finding() throws IOException {
        long sections = Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("## ")).count();

        assertThat(findings()).hasSizeGreaterThanOrEqualTo(6).hasSize((int) sections);
    }

    @ParameterizedTest
    @MethodSource("findings")
    void a_command_finds_what_is_below_it(MatchResult finding) {
        assumeTrue(Files.exists(Path.of(finding.group(2))), finding.group(2) + " is not installed");

        Ran ran = Ran.of(Stream.concat(Arrays.stream(finding.group(1).split(" ")), Stream.of("--iterations", "5",
                "--verbose")).toArray(String[]::new));

        assertThat(ran.status()).as(ran.out() + ran.err()).isEqualTo(1);
        assertThat(ran.out()).contains("\n" + finding.group(3) + ": ");
    }
}
