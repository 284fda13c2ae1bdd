package dev.trampette.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.trampette.call.MissingToolException;
import dev.trampette.call.ObjectException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What cannot be loaded is one line that says why, and leaves nothing behind.
class BadInputTest {

    private static final int NO_BITS = 8;

    private static final String SOURCE = """
            .globl f, g
            f:  mov     value(%rip), %rax
                mov     $value, %ecx
                call    outside
                ret
            .section .other, "ax"
            g:  ret
            .data
            value: .quad f, 1
            .bss
            .skip 4096
            """;

    @TempDir
    private Path directory;
    private Path file;
    private byte[] object;
    private byte[] shared;

    @BeforeEach
    void compile() throws IOException, InterruptedException {
        file = directory.resolve("input.o");
        Path source = Called.write(directory, "a.s", SOURCE);
        run("gcc", "-c", "-g", source.toString(), "-o", file.toString());
        object = Files.readAllBytes(file);
        Path library = Called.write(directory, "b.s", ".globl f\nf: call outside@PLT\n ret\n.data\n .quad f\n");
        run("gcc", "-shared", "-g", library.toString(), "-o", file.toString());
        shared = Files.readAllBytes(file);
        ForeignObject.load(Files.write(file, object)).close();
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(
                ProcessBuilder.Redirect.DISCARD).start().waitFor()).isZero();
    }

    private static ObjectException refused(Path... files) {
        return refused(() -> ForeignObject.load(files).close());
    }

    private static ObjectException refused(Runnable load) {
        ObjectException refusal = catchThrowableOfType(ObjectException.class, load::run);
        assertThat(refusal).isNotNull();
        assertThat(refusal.getMessage()).doesNotContain("\n").hasSizeLessThan(300);
        return refusal;
    }

    private ObjectException refused(byte[] bytes) throws IOException {
        return refused(Files.write(file, bytes));
    }

    private byte[] with(Consumer<ByteBuffer> change) {
        byte[] changed = object.clone();
        change.accept(ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN));
        return changed;
    }

    @Test
    void files_that_are_no_objects() throws IOException {
        assertThat(refused(directory)).hasMessageContaining("a directory");
        assertThat(refused(directory.resolve("none.o"))).hasMessageContaining("no such file");
        assertThat(refused(Path.of("/dev/zero"))).hasMessageContaining("neither a file");
        assertThat(refused(new byte[0])).hasMessageContaining("empty");
        assertThat(refused("text".getBytes())).hasMessageContaining("not an ELF file");
        assertThat(refused(with(bytes -> bytes.put(4, (byte) 1)))).hasMessageContaining("32-bit");
        assertThat(refused(with(bytes -> bytes.put(5, (byte) 2)))).hasMessageContaining("big-endian");
        assertThat(refused(with(bytes -> bytes.putShort(18, (short) 183)))).hasMessageContaining(
                "another machine, number 183");
        assertThat(refused(with(bytes -> bytes.putShort(16, (short) 2)))).hasMessageContaining("neither an object");
        assertThat(refused("!<arch>\nhalf".getBytes())).hasMessageContaining("truncated");
        assertThat(refused("!<thin>\n".getBytes())).hasMessageContaining("thin archive");
        assertThat(refused(Files.write(directory.resolve("a"), shared), Files.write(file, object)))
                .hasMessageContaining("loaded alone");
    }

    @Test
    void files_that_are_too_large() throws IOException {
        try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
            large.setLength(200 << 20);
        }
        assertThat(refused(file)).hasMessageContaining("too large").hasMessageContaining("MiB=200");
    }

    @Test
    void sizes_that_overflow() throws IOException {
        int table = (int) ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN).getLong(40);
        int sections = ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN).getShort(60);
        for (int n = 1; n < sections; n++) {
            for (long size : new long[] {-1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 40, -4096}) {
                int at = table + n * 64 + 32;
                refused(with(bytes -> bytes.putLong(at, size)));
                if (ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN).getInt(at - 28) != NO_BITS) {
                    refused(with(bytes -> bytes.putLong(at - 8, size).putLong(at, 4096)));
                }
            }
        }
    }

    @Test
    void relocations_that_nobody_knows() throws IOException {
        Elf elf = new Elf("a.o", object);
        ElfSection relocations = elf.section(".rela.text").orElseThrow();
        int at = (int) relocations.offset();

        assertThat(refused(with(bytes -> bytes.putInt(at + 8, 200)))).hasMessageContaining(
                "relocation of an unknown type, number 200, section=.rela.text");
        assertThat(refused(with(bytes -> bytes.putInt(at + 8, 8)))).hasMessageContaining("R_X86_64_RELATIVE");
        assertThat(refused(with(bytes -> bytes.putInt(at + 12, 1000)))).hasMessageContaining("goes nowhere");
        assertThat(refused(with(bytes -> bytes.putLong(at, -1)))).hasMessageContaining("goes nowhere");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void truncated_anywhere(boolean isShared) throws IOException {
        byte[] whole = isShared ? shared : object;
        for (int n = 0; n < 200; n++) {
            refused(Arrays.copyOf(whole, (int) ((long) whole.length * n / 200)));
        }
    }

    /// A byte or a word of the ELF header, of a section header, of a program header: random, or a value at an edge.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fuzzed_headers(boolean isShared) throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        byte[] whole = isShared ? shared : object;
        ByteBuffer header = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
        List<String> low = Called.low();
        long descriptors = Called.descriptors();
        long files = Called.temporaryFiles();
        int loaded = 0;
        for (int n = 0; n < 1000; n++) {
            ByteBuffer fuzzed = ByteBuffer.wrap(whole.clone()).order(ByteOrder.LITTLE_ENDIAN);
            for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
                int sections = (int) header.getLong(40) + random.nextInt(header.getShort(60)) * 64;
                int segments = random.nextInt(Math.max(1, header.getShort(56))) * 56 + 64;
                int at = switch (random.nextInt(3)) {
                    case 0 -> random.nextInt(4, 64);
                    case 1 -> sections + random.nextInt(64);
                    default -> segments + random.nextInt(56);
                };
                if (random.nextBoolean()) {
                    fuzzed.put(at, (byte) random.nextInt());
                } else {
                    fuzzed.putLong(Math.min(at & -8, whole.length - 8), new long[] {-1, 0, 1, Long.MAX_VALUE, 1L << 31,
                        0xffffffffL, random.nextLong()}[random.nextInt(7)]);
                }
            }
            Files.write(file, fuzzed.array());
            try {
                if (isShared) {
                    ObjectInput.read(file, "fuzzed").forEach(ObjectFile::code);
                } else {
                    ForeignObject.load(file).close();
                }
                loaded++;
            } catch (ObjectException e) {
                assertThat(e.getMessage()).doesNotContain("\n");
            }
        }
        assertThat(loaded).isBetween(1, 999);
        assertThat(Called.low()).isEqualTo(low);
        assertThat(Called.descriptors()).isLessThan(descriptors + 10);
        assertThat(Called.temporaryFiles()).isEqualTo(files);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "a.asm  | global f\\nf:\\n mov rax, rbx, rcx          | nasm refuses the source | a.asm:3: error",
        "a.s    | f: movv %rax, %rcx                          | gcc refuses the source  | a.s:1: Error",
        "a.c    | int f(void) { return g; }                   | gcc refuses the source  | error: 'g' undeclared",
        "a.asm  | f: ret                                      | no global code symbol   | ",
        "a.asm  | global f\\nf: mov al, big\\nextern big        | cannot be linked        | relocation truncated",
        "a.c    | __thread int t; int f(void) { return t; }   | a thread-local variable | "})
    void sources_that_are_refused(String name, String text, String message, String detail) {
        ObjectException refusal = refused(Called.write(directory, name, text.replace("\\n", "\n") + "\n"));

        assertThat(refusal).hasMessageContaining(message);
        assertThat(String.join("\n", refusal.detail()).replace('‘', '\'').replace('’', '\''))
                .contains(detail == null ? "" : detail);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "tdcall   | tdcall                                 | db 0x66, 0x0f, 0x01, 0xcc | a.asm:4",
        "SEAMCALL | SEAMCALL                               | db 0x66, 0x0f, 0x01, 0xcf | a.asm:4",
        "tdcall   | %macro TD 0\\n mov eax, 1\\n tdcall\\n%endmacro\\n TD | db 0x66, 0x0f, 0x01, 0xcc | a.asm:8"})
    void an_instruction_that_nasm_takes_for_a_label(String word, String lines, String bytes, String place) {
        Path source = Called.write(directory, "a.asm", "section .text\nglobal f\nf:\n %s\n ret\n"
                .formatted(lines.replace("\\n", "\n")));

        assertThat(refused(source)).hasMessageContaining(word + " assembled to nothing")
                .hasMessageContaining(bytes).hasMessageContaining(place);
    }

    /// A label without a colon is poor style and no error.
    @Test
    void a_label_without_a_colon_is_a_label() {
        Path source = Called.write(directory, "a.asm", "section .text\nglobal f\nf\n xor eax, eax\nagain\n ret\n");

        assertThatCode(() -> ForeignObject.load(source).close()).doesNotThrowAnyException();
    }

    @Test
    void a_tool_that_is_not_there_is_the_machines_fault() {
        assertThat(refused(() -> {
            try {
                new Tool("no-such-compiler", "it").run(List.of(), directory, "a.c");
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        })).isInstanceOf(MissingToolException.class)
                .hasMessage("no-such-compiler is not installed, and a.c needs it; install it");
    }
}
