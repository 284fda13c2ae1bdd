package dev.trampette.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.report.Json;
import dev.trampette.support.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Code from outside, from the command line: the gallery, routines that end their process, input that is wrong.
class ForeignTest {

    private static final String GALLERY = "examples/gallery/";
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\S+)` \\| `(\\w+)` \\|.*\\| (.*?) \\|$");
    private static final Pattern COMMAND = Pattern.compile("(?m)^    ((?:make|./trampette) .*)$");

    private static final String DEADLY = """
            section .text
            global a_killed, b_ended, c_unmapped, d_blocked, e_sound
            a_killed:
                mov     eax, 39                 ; getpid
                syscall
                mov     edi, eax
                mov     esi, 9                  ; SIGKILL
                mov     eax, 62                 ; kill
                syscall
                ret
            b_ended:
                xor     edi, edi
                mov     eax, 231                ; exit_group
                syscall
                ret
            c_unmapped:
                lea     rdi, [rel c_unmapped]
                and     rdi, -4096
                mov     esi, 4096
                mov     eax, 11                 ; munmap
                syscall
                ret
            d_blocked:
                push    -1                      ; all signals, SIGURG among them
                xor     edi, edi                ; SIG_BLOCK
                mov     rsi, rsp
                xor     edx, edx
                mov     r10d, 8
                mov     eax, 14                 ; rt_sigprocmask
                syscall
                jmp     $
            e_sound:
                lea     rax, [rdi + 1]
                ret
            """;

    @TempDir
    private Path directory;

    private String out;
    private String err;

    private int run(String... args) {
        Ran ran = Ran.of(args);
        out = ran.out();
        err = ran.err();
        return ran.status();
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    /// The rules that each routine breaks, or `holds`.
    private Map<String, String> verdicts() {
        Map<String, String> verdicts = new TreeMap<>();
        for (Object one : (List<?>) Json.read(out).get("routines")) {
            Map<?, ?> routine = (Map<?, ?>) one;
            verdicts.put((String) routine.get("name"), routine.get("verdict").equals("broken") ? rules(routine)
                    : (String) routine.get("verdict"));
        }
        return verdicts;
    }

    private static String rules(Map<?, ?> routine) {
        return ((List<?>) routine.get("findings")).stream().map(finding -> ((Map<?, ?>) finding).get("rule"))
                .map(rule -> "`" + rule + "`").distinct().sorted().collect(Collectors.joining(" "));
    }

    /// The table of its README: a file, the routine in it with the defect, and what verify says. The repair holds, and
    /// so do asm statements.
    @Test
    void the_gallery() throws IOException {
        List<String> words = new ArrayList<>(List.of("verify", "--format", "json", "--contract",
                GALLERY + "gallery.contract"));
        Map<String, String> expected = new TreeMap<>();
        Matcher row = ROW.matcher(Files.readString(Path.of(GALLERY + "README.md")));
        while (row.find()) {
            words.add(GALLERY + row.group(1));
            expected.put(row.group(2), Stream.of(row.group(3).split(" ")).sorted().collect(Collectors.joining(" ")));
            expected.put(row.group(2) + (row.group(1).endsWith(".nasm") ? "Repaired" : "_repaired"), "holds");
        }

        assertThat(run(words.toArray(String[]::new))).isEqualTo(Main.FINDINGS);

        Map<String, String> routines = verdicts();
        Map<String, String> statements = new TreeMap<>(routines);
        routines.keySet().removeIf(name -> name.contains(".c:"));
        statements.keySet().removeAll(routines.keySet());
        assertThat(routines).hasSize(16).isEqualTo(expected);
        assertThat(statements).isNotEmpty().allSatisfy((_, verdict) -> assertThat(verdict).isEqualTo("holds"));
        assertThat(err).isEmpty();
    }

    /// The commands of the documents, a half of each kind in a run: each verification shows a defect, but that of the
    /// macros that were repaired, and a description is complete.
    @Test
    void commands_of_documents() throws Exception {
        Set<String> commands = new LinkedHashSet<>();
        for (String document : List.of(GALLERY + "README.md", "docs/bring-your-own.md")) {
            COMMAND.matcher(Files.readString(Path.of(document))).results()
                    .filter(command -> !command.group(1).contains(" foo."))     // a file of the reader's
                    .forEach(command -> commands.add(command.group(1)));
        }
        assertThat(commands).hasSizeGreaterThan(8);
        // What `make` builds others look at.
        List<String> ordered = commands.stream().sorted(Comparator.comparing(command -> !command.startsWith("make")))
                .toList();
        for (String command : Sample.ofEach(ForeignTest::kind, 2, ordered, System.nanoTime())) {
            if (command.startsWith("make")) {
                assertThat(new ProcessBuilder("bash", "-c", command).inheritIO().start().waitFor()).isZero();
            } else {
                String[] words = command.substring(command.indexOf(' ') + 1).split(" ");
                assertThat(run(words)).as(command + "\n" + out + err)
                        .isEqualTo(words[0].equals("verify") && !command.contains("--asm examples/seed/")
                                ? Main.FINDINGS : Main.HOLDS);
            }
        }
    }

    private static String kind(String command) {
        return command.startsWith("make") ? "make" : command.split(" ")[1];
    }

    /// Each is a finding, and the routine after them is verified.
    @Test
    void routines_that_end_their_process() throws Exception {
        Path source = file("deadly.asm", DEADLY);
        Path contracts = file("deadly.contract", "symbol=a_killed\n\nsymbol=b_ended\n\nsymbol=d_blocked\n\n"
                + "symbol=c_unmapped\nresult=u64\n\n"
                + "symbol=e_sound\narguments=n:u64\nresult=u64\n");
        long start = System.nanoTime();

        assertThat(run("verify", source.toString(), "--timeout", "5", "--format", "json", "--contract",
                contracts.toString())).isEqualTo(Main.FINDINGS);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(50));
        assertThat(verdicts()).containsExactly(Map.entry("a_killed", "`crash`"), Map.entry("b_ended", "`crash`"),
                Map.entry("c_unmapped", "`crash`"), Map.entry("d_blocked", "`hang`"), Map.entry("e_sound", "holds"));
        assertThat(out).contains("the process died of SIGKILL", "the process ended itself, exit status 0",
                "no end within 5 s");
        assertThat(ProcessHandle.current().children()).isEmpty();
        assertThat(temporaries()).isEmpty();
    }

    private static Set<Path> temporaries() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("trampette-child-%d-"
                    .formatted(ProcessHandle.current().pid())))
                    .collect(Collectors.toSet());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "text.o                              | not an ELF file; sources end in .S .asm .c .nasm .s, file=DIR/text.o",
        "empty.o                             | the file is empty, file=DIR/empty.o",
        "directory.o                         | a directory; give an object or a source, file=DIR/directory.o",
        "missing.o                           | no such file, file=DIR/missing.o",
        "sound.asm:e_sond                    | no routine is called e_sond; did you mean e_sound?",
        "sound.asm:table                     | a variable, not code: table",
        "sound.asm --symbol x*               | no routine is called x*; there are e_sound",
        "sound.asm --contract DIR/c.contract | DIR/c.contract:",
        "sound.asm --contract DIR/none       | cannot read the file, --contract=DIR/none",
        "sound.asm -D stored                 | a line of a contract is KEY=VALUE, or a C prototype, -D stored",
        "sound.asm -D stored=often           | -D stored=often: not a contract, symbol=e_sound, no such stored: often",
        "sound.asm trampoline_cpuid          | files and names of shipped wrappers do not go together: DIR/sound.asm",
        "sound.asm --timeout 0               | no time to verify anything, --timeout=0",
        "sound.asm --convention trampoline   | a convention is sysv, ms-x64 or registers, --convention=trampoline"
    })
    void wrong_input_is_one_line(String arguments, String message) throws IOException {
        file("text.o", "text");
        file("empty.o", "");
        file("sound.asm", "global e_sound\ne_sound:\n    mov eax, edi\n    ret\n"
                + "section .data\nglobal table:data\ntable: dq 1\n");
        file("c.contract", "symbol=e_sound\n\nresult=u63\n");
        Files.createDirectory(directory.resolve("directory.o"));

        assertThat(run(("verify DIR/" + arguments).replace("DIR", directory.toString()).split(" "))).isEqualTo(2);

        assertThat(err).startsWith("trampette: " + message.replace("DIR", directory.toString())).hasLineCount(1);
        assertThat(out).isEmpty();
    }

    /// Of code from outside: what it takes, read from the file. Nothing of it runs, and what is undefined stays so.
    @Test
    void sizes_of_routines() throws IOException {
        Path source = file("sizes.asm", "extern other\nglobal f, g\nsection .text\nf:\n    mov eax, [rel other]\n"
                + "    ret\ng:\n    call other\n    ud2\n    ret\nsection .fini_array\n    dq f\n");

        assertThat(run("size", source.toString(), "--format", "json")).isEqualTo(Main.HOLDS);
        assertThat(((List<?>) Json.read(out).get("routines")).stream().map(one -> (Map<?, ?>) one).map(one ->
                "%s %s %s %s".formatted(one.get("name"), one.get("bytes"), one.get("instructions"),
                        one.get("section")))).containsExactly("f 7 2 .text", "g 8 3 .text");

        assertThat(run("size", source + ":g", source.toString(), "--symbol", "g")).isEqualTo(Main.HOLDS);
        assertThat(out.lines().skip(2)).singleElement().asString().startsWith("g");

        Path c = file("sizes.c", "int one(void) { return N; }\n");
        assertThat(run("size", c.toString(), "--format", "markdown", "--", "-DN=1")).isEqualTo(Main.HOLDS);
        assertThat(out).contains("| one");

        assertThat(run("size", source + ":h")).isEqualTo(Main.USAGE);
        assertThat(err).isEqualTo("trampette: no routine is called h; did you mean f, g?\n");
        assertThat(run("size", c.toString())).isEqualTo(Main.USAGE);
        assertThat(err).contains("sizes.c:1:24: error:").endsWith("gcc refuses the source, file=" + c + "\n");
        assertThat(run("size", directory.resolve("none.o").toString())).isEqualTo(Main.USAGE);
        assertThat(err).isEqualTo("trampette: no such file, file=" + directory.resolve("none.o") + "\n");
    }

    /// The line of the source, from the debug information that every assembly and compilation has; of a local function
    /// too.
    @Test
    void findings_have_lines() throws IOException {
        Path nasm = file("low.asm", "global f\nsection .text\nf:\n    xor eax, eax\n    mov [rax], eax\n    ret\n");
        Path gas = file("jump.s", ".globl g\n.type inner, @function\ng:  jmp inner\n nop\ninner:\n    mov %eax, 0\n"
                + ".size inner, . - inner\n");
        Path contracts = file("low.contract", "symbol=f\nresult=u64\n\nsymbol=g\nresult=u64\n");

        assertThat(run("verify", nasm.toString(), gas.toString(), "--contract", contracts.toString()))
                .isEqualTo(Main.FINDINGS);

        assertThat(out).contains("at=f+0x2 (low.asm:5)", "at=inner+0x0 (jump.s:6)");
    }

    /// Code that is no C function preserves all that nobody names.
    @Test
    void registers_are_a_convention() throws IOException {
        String source = file("sum.asm", "global f\nsection .text\nf:\n    lea rax, [rbx + rcx]\n    xor edx, edx\n"
                + "    ret\n").toString();

        assertThat(run("verify", source, "--convention", "registers")).isEqualTo(Main.FINDINGS);
        assertThat(out).contains("f: its contract cannot be learnt, convention=registers has no places for arguments");
        assertThat(run("verify", source, "--convention", "registers", "-D", "arguments=rbx:u64 rcx:u64", "-D",
                "result=u64", "-D", "status=rax")).isEqualTo(Main.FINDINGS);
        assertThat(out).contains("f: undeclared-clobber: rdx");
        assertThat(run("verify", source, "--convention", "registers", "-D", "arguments=rbx:u64 rcx:u64", "-D",
                "result=u64", "-D", "clobbers=rdx")).isEqualTo(Main.HOLDS);
    }

    @Test
    void arguments_that_are_said_are_not_taken_for_granted() throws IOException {
        String source = file("add.asm", "global f\nsection .text\nf:\n    lea rax, [rdi + rsi]\n    ret\n").toString();

        assertThat(run("verify", source)).isEqualTo(Main.HOLDS);
        assertThat(out).contains("taken for granted: whatever is in the registers of the first 6 arguments");
        assertThat(run("verify", source, "-D", "arguments=a:u64 b:u64", "-D", "result=u64")).isEqualTo(Main.HOLDS);
        assertThat(out).doesNotContain("taken for granted");
        assertThat(run("verify", source, "-D", "uint64_t f(uint64_t a, uint64_t b)", "-D", "arguments=b:u64{0..9}"))
                .isEqualTo(Main.HOLDS);
        assertThat(out).doesNotContain("taken for granted");
        assertThat(run("verify", source, "-D", "int f(int a, int b)")).isEqualTo(Main.HOLDS);
        assertThat(run("verify", source, "-D", "long f(int a, long b)")).isEqualTo(Main.FINDINGS);
        assertThat(out).contains("f: narrow-argument: result");
    }

    /// The tool's own lines come first, then ours.
    @Test
    void sources_that_are_refused() throws IOException {
        Path c = file("bad.c", "int f(void) { return x; }\n");
        assertThat(run("verify", c.toString())).isEqualTo(2);
        assertThat(err).contains("bad.c:1:22: error:").endsWith("gcc refuses the source, file=" + c + "\n");

        Path nasm = file("lone.nasm", "section .text\nglobal g\ng:\n    tdcall\n    ret\n");
        assertThat(run("verify", nasm.toString())).isEqualTo(2);
        assertThat(err.lines().toList()).last().asString().contains("tdcall assembled to nothing",
                "db 0x66, 0x0f, 0x01, 0xcc, at " + nasm + ":4");
    }

    @Test
    void a_compiler_that_is_not_there() throws Exception {
        Path source = file("one.c", "int one(void) { return 1; }\n");
        ProcessBuilder size = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), Main.class.getName(), "size", source.toString());
        size.environment().put("CC", "nowhere -m64");
        Process process = size.redirectErrorStream(true).start();

        assertThat(process.inputReader().readAllAsString()).isEqualTo("trampette: no such compiler; set CC to one, or "
                + "not at all, CC=nowhere -m64, file=" + source + "\n");
        assertThat(process.waitFor()).isEqualTo(Main.USAGE);
    }

    /// What nobody can answer is refused before it runs, also behind a jump and a call; not data behind the routine.
    @Test
    void what_nobody_answers_is_refused_by_name() throws IOException {
        Path source = file("refused.asm", """
                section .text
                global a_runs, b_calls, c_jumps, d_data, e_xen, f_string
                a_runs:
                    vmrun
                    ret
                inner:
                    db      0x48, 0x0f, 0x07        ; sysretq
                b_calls:
                    call    inner
                    ret
                c_jumps:
                    test    edi, edi
                    jz      .elsewhere
                    ret
                .elsewhere:
                    jmp     a_runs
                d_data:
                    mov     eax, edi
                    ret
                    db      0x0f, 0x01, 0xd8, 0x0f, 0x05
                e_xen:
                    mov     eax, 17
                    syscall
                    ret
                f_string:
                    rep insb
                    ret
                """);

        assertThat(run("verify", source.toString(), "--format", "json")).isEqualTo(Main.FINDINGS);

        assertThat(verdicts()).containsExactly(Map.entry("a_runs", "not verified"), Map.entry("b_calls",
                "not verified"), Map.entry("c_jumps", "not verified"), Map.entry("d_data", "holds"),
                Map.entry("e_xen", "not verified"), Map.entry("f_string", "not verified"));
        assertThat(out).contains("it can come to VMRUN at a_runs+0x0", "it can come to SYSRET at ",
                "it can come to SYSCALL at e_xen+0x5", "it can come to INS at f_string+0x0");
    }

    /// What no check knows is not called broken, with a contract or without.
    @Test
    void an_instruction_that_no_check_knows() throws IOException {
        Path source = file("entry.asm", "global enter, sound\nenter:\n    db 0x66, 0x0f, 0x01, 0xcd\n    ret\n"
                + "sound:\n    xor eax, eax\n    ret\n");
        Path contract = file("entry.contract", "symbol=enter\ninstruction=SEAMRET\n");
        for (List<String> more : List.of(List.<String>of(), List.of("--contract", contract.toString()))) {
            assertThat(run(Stream.concat(Stream.of("verify", source.toString(), "--format", "json"), more.stream())
                    .toArray(String[]::new))).isEqualTo(Main.FINDINGS);

            assertThat(verdicts()).containsExactly(Map.entry("enter", "not verified"), Map.entry("sound", "holds"));
            assertThat(out).contains("enter: a wrapper of SEAMRET cannot be verified yet");
        }
    }
}
