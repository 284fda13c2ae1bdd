package dev.trampette.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.cli.foreign.Child;
import dev.trampette.cli.foreign.Message;
import dev.trampette.cli.foreign.Outcome;
import dev.trampette.cli.foreign.Parent;
import dev.trampette.cli.foreign.Request;
import dev.trampette.cli.foreign.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What foreign code takes of the machine is limited, and is given back when it ends.
class ConfinementTest {

    /// Takes memory until there is no more, and says so by a store to address 0; starts a process that does not end;
    /// writes 24 MiB without an end of a line; adds 1.
    private static final String SOURCE = """
            section .text
            global a_takes_memory, b_forks, c_writes, d_sound
            a_takes_memory:
                mov     eax, 9                  ; mmap
                xor     edi, edi
                mov     esi, 1 << 26
                mov     edx, 3                  ; PROT_READ | PROT_WRITE
                mov     r10d, 0x22              ; MAP_PRIVATE | MAP_ANONYMOUS
                mov     r8d, -1
                xor     r9d, r9d
                syscall
                cmp     rax, -4096
                jbe     a_takes_memory
                mov     [abs 0], rax
                ret
            b_forks:
                mov     eax, 57                 ; fork
                syscall
                test    eax, eax
                jnz     .parent
                mov     eax, 34                 ; pause
                syscall
            .parent:
                mov     eax, 231                ; exit_group
                mov     edi, 7
                syscall
            c_writes:
                lea     rsi, [rel c_writes]
                and     rsi, -4096
                mov     ebx, 6144
            .again:
                mov     eax, 1                  ; write
                mov     edi, 1
                mov     edx, 4096
                syscall
                dec     ebx
                jnz     .again
                mov     eax, 231
                mov     edi, 8
                syscall
            d_sound:
                lea     rax, [rdi + 1]
                ret
            """;
    private static final String CONTRACTS = """
            symbol=a_takes_memory
            result=u64

            symbol=b_forks
            result=u64

            symbol=c_writes
            result=u64

            symbol=d_sound
            arguments=n:u64
            result=u64
            """;
    private static final String WEDGED = """
            section .text
            global wedged, next
            wedged:
                push    -1                      ; all signals
                xor     edi, edi                ; SIG_BLOCK
                mov     rsi, rsp
                xor     edx, edx
                mov     r10d, 8
                mov     eax, 14                 ; rt_sigprocmask
                syscall
                jmp     $
            next:
                ret
            """;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @Test
    void what_is_taken_is_limited_and_given_back() throws IOException {
        Path source = Files.writeString(directory.resolve("greedy.asm"), SOURCE);

        List<Outcome> outcomes = new Parent(new Request(List.of(source.toString()), List.of(), "sysv",
                Optional.of(CONTRACTS), "greedy.contract", List.of(), Task.VERIFY, Optional.empty(), 7, 4),
                Duration.ofSeconds(20))
                .verify(Message.Symbols::meant, _ -> { });

        assertThat(outcomes).extracting(Outcome::symbol).containsExactly("a_takes_memory", "b_forks", "c_writes",
                "d_sound");
        assertThat(findings(outcomes.get(0))).contains("crash: SIGSEGV (address 0x0)");
        assertThat(findings(outcomes.get(1))).contains("the process ended itself, exit status 7");
        assertThat(findings(outcomes.get(2))).contains("the process ended itself, exit status 8");
        assertThat(findings(outcomes.get(3))).isEmpty();
        assertThat(temporaryFiles(ProcessHandle.current().pid())).isEmpty();
        assertThat(children()).isEmpty();
    }

    private static String findings(Outcome outcome) {
        return outcome.verdict().orElseThrow().findings().toString().replace("[]", "");
    }

    /// Whatever ends the parent, while a routine runs that no signal ends but SIGKILL.
    @ParameterizedTest
    @CsvSource({"INT", "TERM", "HUP", "KILL"})
    void no_child_is_left_when_its_parent_ends(String signal) throws Exception {
        Path source = Files.writeString(directory.resolve("wedged.asm"), WEDGED);
        Path contract = Files.writeString(directory.resolve("wedged.contract"), "symbol=wedged\nresult=void\n");
        Process parent = new ProcessBuilder("env", "--default-signal=INT,HUP",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                Main.class.getName(), "verify", source.toString(), "--contract", contract.toString())
                .redirectErrorStream(true).start();
        assertThat(parent.inputReader().readLine()).contains("verifying: 0 of 2, wedged");
        List<ProcessHandle> children = parent.children().toList();
        assertThat(children).hasSize(1);

        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(parent.pid())).start().waitFor()).isZero();

        assertThat(parent.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        children.getFirst().onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        if (!signal.equals("KILL")) {
            assertThat(temporaryFiles(parent.pid())).isEmpty();
        }
    }

    private static List<Path> temporaryFiles(long parent) throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("trampette-child-%d-"
                    .formatted(parent))).toList();
        }
    }

    /// All processes with the command line of a child of this one: what it forks has the same.
    private static List<Path> children() throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes.filter(process -> process.getFileName().toString().matches("\\d+"))
                    .filter(process -> commandLine(process).endsWith("%s\0%d\0".formatted(Child.class.getName(),
                            ProcessHandle.current().pid()))).toList();
        }
    }

    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"));
        } catch (IOException e) {
            return "";                      // it has ended meanwhile
        }
    }
}
