package dev.trampette.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.report.Json;
import dev.trampette.report.page.ComparePage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `compare A B`: two routines beside each other, shipped or from outside.
class CompareTest {

    /// A leaf of TDCALL whose output is stored on success.
    private static final String STORES = """
            .globl get
            .type get, @function
            get:
                push %rbx
                mov %rsi, %rbx
                mov %rdi, %rdx
                mov $9, %eax
                xor %ecx, %ecx
                xor %r8d, %r8d
                .byte 0x66, 0x0f, 0x01, 0xcc
                test %rax, %rax
                jne 1f
                mov %r8, (%rbx)
            1:  pop %rbx
                ret
            .size get, . - get
            """;

    private static final String CONTRACT = """
            symbol=get
            instruction=TDCALL
            arguments=field:u64 value:out[1]
            in=rax:9 rcx:0 rdx:field r8:0
            out=r8
            stored=success
            """;

    private static final String SYSV = """
            section .text
            global many
            many:               ; u64 many(u64 a, u64 b, u64 c, u64 d, u64 e, u64 f, u64 *sum)
                lea     rax, [rdi + rsi]
                add     rax, rdx
                add     rax, rcx
                add     rax, r8
                add     rax, r9
                mov     rdx, [rsp + 8]
                mov     [rdx], rax
                ret
            """;

    private static final String MS = """
            section .text
            global many
            many:               ; the same, for firmware
                mov     [rsp + 8], rcx
                lea     rax, [rdx + r8]
                add     rax, r9
                add     rax, [rsp + 40]
                add     rax, [rsp + 48]
                add     rax, [rsp + 8]
                mov     rdx, [rsp + 56]
                mov     [rdx], rax
                ret
            """;

    private static final List<String> MANY = List.of("-D", "arguments=a:u64 b:u64 c:u64 d:u64 e:u64 f:u64 sum:out[1]",
            "-D", "result=u64");

    @TempDir
    private Path directory;

    private Path write(String file, String text) throws IOException {
        return Files.writeString(directory.resolve(file), text);
    }

    private static Ran compare(Object a, Object b, String... options) {
        return compare(a, b, List.of(options));
    }

    private static Ran compare(Object a, Object b, List<String> options) {
        List<String> words = new ArrayList<>(List.of("compare", a.toString(), b.toString(), "--iterations", "4"));
        words.addAll(options);
        return Ran.of(words.toArray(String[]::new));
    }

    private static Map<?, ?> member(Map<?, ?> json, String... path) {
        Map<?, ?> at = json;
        for (String name : path) {
            at = (Map<?, ?>) at.get(name);
        }
        return at;
    }

    private static void fits(Ran ran) {
        assertThat(ran.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void a_wrapper_and_itself() {
        Ran ran = compare("per_leaf_cpuid", "per_leaf_cpuid", "--no-time");

        assertThat(ran.out()).contains("behaviour: the same in 36 cases of 9 outcomes")
                .contains("29 / 29").doesNotContain("time:");
        assertThat(ran.status()).isZero();
        fits(ran);
    }

    /// In words, and on a page that is well-formed.
    @Test
    void two_designs() throws Exception {
        Path page = directory.resolve("designs.html");

        Ran ran = compare("trampoline_cpuid", "memory_struct_cpuid", "--no-time", "--out", page.toString());

        assertThat(ran.out()).contains("A  trampoline_cpuid     holds", "B  memory_struct_cpuid  holds",
                "behaviour: differs, first in rcx at the instruction, on every outcome",
                "    A  0xfc00 (exposes r10-r15)", "36 / 90", "48 / 168");
        assertThat(ran.status()).isOne();
        fits(ran);
        var document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(
                Files.readString(page).replaceFirst("<!DOCTYPE html>\n", "").getBytes(StandardCharsets.UTF_8)));
        assertThat(document.getDocumentElement().getTextContent()).contains("They do not do the same.",
                "rcx at the instruction", "0xfc00", "exposes r10-r15", "It was not measured.");
    }

    @Test
    void files_that_differ_in_when_they_store() throws IOException {
        Path always = write("always.S", STORES.replace("jne 1f", "nop\nnop"));
        Path contract = write("get.contract", CONTRACT);

        Ran ran = compare(write("get.S", STORES), always, "--contract", contract.toString(), "--no-time");

        assertThat(ran.out()).contains("behaviour: differs, first in value[0], outcome=warning, error, busy,",
                "    A  not written\n", "(the TDX module's r8)", "B: output-on-failure: value[0],");
        assertThat(ran.status()).isOne();
        fits(ran);
    }

    @Test
    void a_file_and_a_shipped_wrapper() throws IOException {
        Path file = write("hlt.S", """
                .globl hlt
                .type hlt, @function
                hlt:
                    push %r12
                    movzbl %dil, %r12d
                    xor %r10d, %r10d
                    mov $12, %r11d
                    mov $0x1c00, %ecx
                    xor %eax, %eax
                    .byte 0x66, 0x0f, 0x01, 0xcc
                    test %rax, %rax
                    jne 1f
                    xor %r11d, %r11d
                    mov %r10, %rax
                    pop %r12
                    ret
                1:  ud2
                .size hlt, . - hlt
                """);

        Ran ran = compare("inline_hlt", file, "--no-time", "--format", "json");
        Map<?, ?> json = Json.read(ran.out());

        assertThat(member(json, "behaviour").get("differences")).isEqualTo(List.of());
        assertThat(json.get("renamed")).isEqualTo(Map.of("interrupt_blocked", "a0"));
        assertThat(member(json, "a").get("bytes")).isNotNull();
        assertThat(member(json, "b").get("bytes")).isNotNull();
        assertThat(Json.objects(json.get("counts"))).hasSize(9);
    }

    /// One for Linux and one for firmware, with arguments in registers and on the stack; and the time of both, with
    /// home space that the one of them uses.
    @Test
    void two_conventions() throws IOException {
        Path page = directory.resolve("many.html");
        List<String> options = Stream.concat(MANY.stream(), Stream.of("--convention", "sysv,ms-x64", "--format",
                "json", "--out", page.toString())).toList();

        Ran ran = compare(write("many.nasm", SYSV), write("many-ms.nasm", MS), options);
        Map<?, ?> json = Json.read(ran.out());

        assertThat(json.get("same")).isEqualTo(true);
        assertThat(json.get("noTime")).isNull();
        assertThat(member(json, "time").get("forks")).isEqualTo(6);
        assertThat(member(json, "time").get("verdict")).isIn("cheaper", "the same", "dearer", "not known");
        assertThat(ran.status()).isZero();
        assertThat(Files.readString(page)).isEqualTo(ComparePage.html(ran.out()));
    }

    /// What the second argument is depends on the convention; that it lies in a register which nobody asks for does not
    /// count, and what is moved to its place does.
    @Test
    void a_hypercall_in_two_conventions() throws IOException {
        Path linux = write("call.nasm", "section .text\nglobal call\ncall:\n push rbx\n mov rax, rdi\n"
                + " mov rbx, rsi\n vmcall\n pop rbx\n ret\n");
        String text = "section .text\nglobal call\ncall:\n push rbx\n mov rax, rcx\n mov rbx, rdx\n vmcall\n"
                + " pop rbx\n ret\n";

        Ran same = compare(linux, write("ms.nasm", text), "--convention", "sysv,ms-x64", "--no-time");
        Ran other = compare(linux, write("other.nasm", text.replace("rbx, rdx", "rbx, r8")), "--convention",
                "sysv,ms-x64", "--no-time");

        assertThat(same.out()).contains("behaviour: the same");
        assertThat(same.status()).isZero();
        assertThat(other.out()).contains("behaviour: differs, first in rbx at the instruction, on every outcome");
    }

    @Test
    void what_cannot_be_measured_says_why() throws IOException {
        Path file = write("f.c", "extern long g(long); long f(long a) { return g(a) + 1; }");

        assertThat(compare(file, file).out()).contains("behaviour: the same",
                "time: not measured; A: it calls g, which is not there");
        assertThat(compare("tdvmcall_trampoline", "tdvmcall_trampoline").out()).contains(
                "time: not measured; A: it is no C function (convention trampoline)");
    }

    /// The loop would go on with another count.
    @Test
    void what_the_loop_would_not_survive_is_not_measured() throws IOException {
        Path file = write("f.nasm", "section .text\nglobal f\nf:\n mov ebx, 3\n lea rax, [rdi + 1]\n ret\n");

        Ran ran = compare(file, file, "-D", "arguments=a:u64", "-D", "result=u64");

        assertThat(ran.out()).contains("A, B: callee-saved: rbx", "behaviour: the same", "behind it: callee-saved");
        assertThat(ran.status()).isZero();
    }

    @Test
    void the_same_behaviour_with_a_finding_is_not_the_same() throws IOException {
        String text = "section .text\nglobal f\nf:\n lea rax, [rdi + 1]\n ret\n";

        Ran ran = compare(write("f.nasm", text), write("g.nasm", text.replace("ret", "mov ebx, 3\n ret")), "-D",
                "arguments=a:u64", "-D", "result=u64", "--no-time");

        assertThat(ran.out()).contains("behaviour: the same", "B: callee-saved: rbx");
        assertThat(ran.status()).isOne();
    }

    @Test
    void a_routine_that_ends_its_process() throws IOException {
        Path file = write("exits.nasm", """
                section .text
                global exits
                exits:
                    mov     eax, 231
                    mov     edi, 9
                    syscall
                    ret
                """);
        Path contract = write("exits.contract", "symbol=exits\narguments=value:u64\n");

        Ran ran = compare("inline_hlt", file, "--contract", contract.toString());

        assertThat(ran.out()).contains("B: crash: the process ended itself, exit status 9", "behaviour: not compared");
        assertThat(ran.status()).isOne();
        fits(ran);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            no_such_wrapper          | inline_hlt | no wrapper is called no_such_wrapper
            inline_hlt               | inline_*   | one wrapper for each side; inline_* means
            inline_hlt               | missing.o  | missing.o
            inline_hlt --iterations=0 | inline_hlt | nothing to try
            inline_hlt               | inline_hlt extra | a third is extra
            inline_hlt               | inline_hlt --out=x.txt | a page is a file that ends in .html
            inline_hlt --margin=2    | inline_hlt | a margin is between 0 and 1
            examples/gallery/map_gpa.c | inline_hlt | one routine at a time, FILE:SYMBOL
            examples/gallery/map_gpa.c:map_gpa --convention=fast | inline_hlt | a convention is
            """)
    void bad_input_is_one_line(String a, String b, String message) {
        Ran ran = Ran.of(Stream.of("compare " + a + " " + b).flatMap(line -> Stream.of(line.split(" +")))
                .toArray(String[]::new));

        assertThat(ran.err()).contains(message);
        assertThat(ran.err().lines().filter(line -> line.startsWith("trampette: "))).hasSize(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.status()).isEqualTo(2);
    }
}
