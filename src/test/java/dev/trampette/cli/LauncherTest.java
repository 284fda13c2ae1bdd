package dev.trampette.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The functions of the launcher, with a checkout, a JDK and a Maven that are made up.
class LauncherTest {

    private static final Path LAUNCHER = Path.of("trampette").toAbsolutePath();

    @TempDir
    private Path directory;

    @BeforeEach
    void make_up_a_machine() throws IOException {
        for (String folder : List.of("jdk/bin", "bin", "checkout/src/main", "checkout/src/test/asm",
                "checkout/benchmarks")) {
            Files.createDirectories(directory.resolve(folder));
        }
        Files.writeString(directory.resolve("checkout/pom.xml"), "");
        Files.writeString(directory.resolve("jdk/release"), "JAVA_VERSION=\"25\"\n");
        script("jdk/bin/java", """
                for argument; do case $argument in -XX:AOTCacheOutput=*) output=${argument#*=};; esac; done
                echo half > "$output"
                [[ $(cat "$ROOT/java-fails" 2> /dev/null) ]] && exit 1
                echo "made" >> "$ROOT/log"
                """);
        script("bin/mvn", """
                echo begin >> "$ROOT/log"
                sleep 0.5
                touch "$ROOT/checkout/target/trampette-lab.jar"
                echo end >> "$ROOT/log"
                """);
        for (String tool : List.of("nasm", "ld", "make", "apt-get")) {
            script("bin/" + tool, "exit 1\n");
        }
    }

    private void script(String name, String text) throws IOException {
        Path file = Files.writeString(directory.resolve(name), "#!/bin/bash\n" + text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    /// What a few lines print behind the launcher's functions, both outputs; status 0.
    private String run(String lines) throws Exception {
        String prologue = "source '%s'; here=$ROOT/checkout; lab=$here/target/trampette-lab.jar; log=$here/target/log\n"
                .formatted(LAUNCHER);
        ProcessBuilder shell = new ProcessBuilder("bash", "-c", prologue + lines).redirectErrorStream(true);
        shell.environment().put("ROOT", directory.toString());
        shell.environment().put("JAVA_HOME", directory.resolve("jdk").toString());
        shell.environment().put("PATH", directory.resolve("bin") + ":" + System.getenv("PATH"));
        shell.environment().put("XDG_CACHE_HOME", directory.resolve("cache").toString());
        Process process = shell.start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
        return output.strip();
    }

    private List<String> log() throws IOException {
        return Files.readAllLines(directory.resolve("log"));
    }

    @Test
    void two_first_starts_build_once_and_the_second_says_that_it_waits() throws Exception {
        String output = run("ensure_built & ensure_built & wait");

        assertThat(log()).containsExactly("begin", "end");
        assertThat(output.lines()).containsExactlyInAnyOrder("trampette: building",
                "trampette: another start builds here; waiting for it");
    }

    @Test
    void zydis_is_installed_where_it_is_not_there_and_no_build_fails_for_want_of_it() throws Exception {
        script("bin/apt-get", "echo \"$*\" >> \"$ROOT/log\"; exit 100\n");
        script("bin/sudo", "shift; [[ $1 == true ]] || \"$@\"\n");

        assertThat(run("has_zydis() { false; }; install_zydis; echo goes on")).isEqualTo("goes on");
        assertThat(log()).startsWith("install -y libzydis4.0");
        assertThat(run("has_zydis() { true; }; rm $ROOT/log; touch $ROOT/log; install_zydis")).isEmpty();
        assertThat(log()).isEmpty();
    }

    @Test
    void what_is_built_is_not_locked() throws Exception {
        run("ensure_built");
        assertThat(run("here=$here; exec 9> $here/target/build.lock; flock 9; ensure_built")).isEmpty();
    }

    @Test
    void a_checkout_that_is_not_built_and_cannot_be_is_one_line() throws Exception {
        assertThat(run("here=/proc; (ensure_built) || [[ $? == 3 ]]").lines()).singleElement().asString()
                .startsWith("trampette: not built, and /proc/target cannot be written to");
    }

    @Test
    void the_cache_is_beside_the_jar_and_made_once() throws Exception {
        run("mkdir -p $here/target; touch -d '1 hour ago' $lab");

        assertThat(run("find_cache")).startsWith(directory.resolve("checkout/target/lab-").toString()).endsWith(".aot");
        run("find_cache");
        assertThat(log()).containsExactly("made");
    }

    @Test
    void the_cache_of_a_checkout_of_another_user_is_with_the_user() throws Exception {
        String once = run("touch -d '1 hour ago' $ROOT/lab.jar; lab=$ROOT/lab.jar; here=/proc; find_cache");
        String twice = run("lab=$ROOT/lab.jar; here=/proc; find_cache");

        assertThat(once).isEqualTo(twice).startsWith(directory.resolve("cache/trampette/lab-").toString());
        assertThat(log()).containsExactly("made");
    }

    @Test
    void without_a_place_there_is_no_cache() throws Exception {
        assertThat(run("touch $ROOT/lab.jar; lab=$ROOT/lab.jar; here=/proc; XDG_CACHE_HOME=/proc; find_cache"))
                .isEmpty();
        assertThat(directory.resolve("log")).doesNotExist();
    }

    @Test
    void half_a_cache_is_never_seen() throws Exception {
        run("mkdir -p $here/target; touch $lab; echo yes > $ROOT/java-fails; find_cache");

        try (var files = Files.list(directory.resolve("checkout/target"))) {
            assertThat(files.map(Path::getFileName).map(Path::toString)).containsExactly("trampette-lab.jar");
        }
    }

    @Test
    void the_width_is_what_the_user_exports() throws Exception {
        assertThat(run("export COLUMNS=72; columns 3>&1")).isEqualTo("72");
        assertThat(run("unset COLUMNS; columns 3>&1")).isEmpty();
    }
}
