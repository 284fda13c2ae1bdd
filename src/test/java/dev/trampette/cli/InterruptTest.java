package dev.trampette.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.report.Json;
import dev.trampette.support.Lab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Ctrl-C while a report is made.
class InterruptTest {

    @Test
    void what_is_done_is_written_and_marked(@TempDir Path directory) throws Exception {
        Process process = Lab.start(List.of("-Djmh.ignoreLock=true"), "report", "--quick", "--out",
                directory.toString());
        boolean ended;
        try (var lines = process.inputReader()) {
            String line = lines.readLine();
            while (line != null && !line.startsWith("measuring")) {
                line = lines.readLine();
            }
            TimeUnit.SECONDS.sleep(1);
            new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor();
            ended = lines.lines().anyMatch(rest -> rest.startsWith("PARTIAL: the run was stopped."));
        }

        assertThat(process.waitFor()).isEqualTo(130);
        assertThat(ended).isTrue();
        assertThat(Json.read(Files.readString(directory.resolve("report.json")))).extracting("partial")
                .isEqualTo(true);
        assertThat(process.descendants()).isEmpty();
    }
}
