package dev.trampette.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.trampette.report.Json;
import dev.trampette.support.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Ctrl-C while a report is made.
class InterruptTest {

    /// Bit 1 of SigIgn is SIGINT: a shell that is not interactive starts what it leaves in the background like that.
    private static boolean isIgnored() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) >> 1 & 1) != 0);
    }

    @Test
    void what_is_done_is_written_and_marked(@TempDir Path directory) throws Exception {
        assumeFalse(isIgnored(), "this process was started with SIGINT ignored, and so is what it starts");
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
        assertThat(directory.resolve("report.html")).exists();
        assertThat(process.descendants()).isEmpty();
    }
}
