package dev.trampette.object;

import static dev.trampette.object.Called.call;
import static dev.trampette.object.Called.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.call.ObjectException;
import dev.trampette.call.WrapperCrash;
import dev.trampette.contract.Contract;
import dev.trampette.shim.FixUp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Objects of all assemblers and of a compiler, loaded as they come, and called.
class ForeignObjectTest {

    private static final String SUM = "symbol=%s\narguments=a:u64 b:u64\nresult=u64\n";

    @TempDir
    private Path directory;

    private ForeignObject load(String name, String text, String... flags) {
        return ForeignObject.load(List.of(Called.write(directory, name, text)), List.of(flags));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "a.nasm | global sum\\nsection .text\\nsum: lea rax, [rdi + rsi]\\n ret",
        "a.asm  | global sum\\nsection .noinstr.text progbits alloc exec\\nsum: endbr64\\n lea rax, [rdi + rsi]\\n ret",
        "a.s    | .globl sum\\nsum: endbr64\\n lea (%rdi, %rsi), %rax\\n ret",
        "a.S    | #define RESULT %rax\\n.section .noinstr.text, \"ax\"\\n.globl sum\\nsum: lea (%rdi, %rsi), RESULT\\n"
                + " jmp __x86_return_thunk",
        "a.c    | long sum(long a, long b) { return a + b; }"})
    void sources_of_each_kind_are_loaded_called_and_hold(String name, String text) {
        try (ForeignObject object = load(name, text.replace("\\n", "\n") + "\n")) {
            assertThat(call(object, "sum", 40, 2)).isEqualTo(42);
            assertThat(verify(object, SUM.formatted("sum")).holds()).isTrue();
            assertThat(object.symbols()).extracting(CodeSymbol::name).containsExactly("sum");
            assertThat(object.locate(object.code("sum").entry().address() + 1)).get().asString()
                    .matches("sum\\+0x1 \\(%s:\\d+\\)".formatted(name));
        }
    }

    /// So the tests above can fail.
    @Test
    void a_routine_that_loses_a_register_is_broken() {
        try (ForeignObject object = load("a.asm", "global sum\nsum: xor ebx, ebx\n lea rax, [rdi + rsi]\n ret\n")) {
            assertThat(verify(object, SUM.formatted("sum")).findings()).extracting(finding -> finding.rule().toString())
                    .contains("callee-saved");
        }
    }

    /// Every kind of relocation that wrappers have, in one sum: 1 + 2 + ... of variables and functions.
    @Test
    void relocations_lead_where_they_should() {
        Path code = Called.write(directory, "code.s", """
                .globl all
                all:
                    mov     data_pc32(%rip), %rax           # R_X86_64_PC32
                    add     data_32s, %rax                  # R_X86_64_32S
                    mov     $data_32, %ecx                  # R_X86_64_32
                    add     (%rcx), %rax
                    movabs  $data_64, %rcx                  # R_X86_64_64
                    add     (%rcx), %rax
                    lea     distance(%rip), %rcx
                    add     (%rcx), %rcx                    # R_X86_64_PC64
                    add     (%rcx), %rax
                    mov     data_got@GOTPCREL(%rip), %rcx   # R_X86_64_REX_GOTPCRELX
                    add     (%rcx), %rax
                    call    other@PLT                       # R_X86_64_PLT32
                    ret
                .section .rodata
                distance: .quad data_pc64 - .
                """);
        Path data = Called.write(directory, "data.nasm", """
                global data_pc32, data_32s, data_32, data_64, data_pc64, data_got, other
                section .data
                data_pc32: dq 1
                data_32s:  dq 10
                data_32:   dq 100
                section .rodata
                data_64:   dq 1000
                data_pc64: dq 10000
                data_got:  dq 100000
                section .init.text progbits alloc exec
                other:     add rax, 1000000
                           ret
                """);

        try (ForeignObject object = ForeignObject.load(code, data)) {
            assertThat(call(object, "all")).isEqualTo(1111111);
            assertThat(object.symbols()).extracting(CodeSymbol::name).containsExactly("all", "other");
            assertThat(object.symbols()).extracting(CodeSymbol::section).containsExactly(".text", ".init.text");
            assertThat(object.code("all").entry().address()).isLessThan(0x8000_0000L);
        }
    }

    /// As kernels compile: no red zone, code below 2 GB of the top, thunks for returns and indirect calls, CET.
    /// By a flag that the compiler records in debug information, or by the flag itself.
    @Test
    void a_kernel_says_it_with_a_flag() throws IOException {
        Path source = Called.write(directory, "stack.c", "long f(void) { return 1; }\n");
        List<String> flags = List.of("-mpreferred-stack-boundary=3");

        assertThat(ObjectFile.read(List.of(source), flags)).allMatch(ObjectFile::isOfKernel);
        assertThat(ObjectFile.read(List.of(source), List.of())).noneMatch(ObjectFile::isOfKernel);
        Path assembly = Called.write(directory, "stack.s", ".globl g\ng: ret\n");
        try (ForeignObject of = ForeignObject.load(List.of(assembly), flags);
                ForeignObject none = ForeignObject.load(List.of(assembly), List.of())) {
            assertThat(of.isOfKernel()).isTrue();
            assertThat(none.isOfKernel()).isFalse();
        }
    }

    @Test
    void compiled_for_a_kernel() {
        try (ForeignObject object = load("k.c", """
                static const long table[] = {1, 20, 300, 4000};
                static long counter;
                static long twice(long x) { return 2 * x; }
                long (*operation)(long) = twice;
                long look(unsigned n) { return operation(table[n & 3]) + ++counter; }
                """, "-mcmodel=kernel", "-mno-red-zone", "-fno-pic", "-mfunction-return=thunk-extern",
                "-mindirect-branch=thunk-extern", "-fcf-protection=branch")) {
            assertThat(call(object, "look", 2)).isEqualTo(601);
            assertThat(call(object, "look", 2)).isEqualTo(602);
            object.reset();
            assertThat(call(object, "look", 2)).isEqualTo(601);
            assertThat(object.standIns()).extracting(StandIn::name).contains("__x86_return_thunk")
                    .allMatch(name -> name.startsWith("__x86_"));
        }
    }

    @Test
    void symbols_without_type_and_size_end_where_the_next_begins() {
        try (ForeignObject object = load("a.asm", """
                global first, second
                first:
                    mov     eax, 1
                .local:
                    ret
                second:
                    mov     eax, 2
                    ret
                    nop
                """)) {
            assertThat(object.symbols()).extracting(CodeSymbol::size).containsExactly(6L, 7L);
            assertThat(object.locate(object.code("second").entry().address() + 6)).get().asString()
                    .startsWith("second+0x6");
            assertThat(object.locate(object.code("second").entry().address() + 7)).isEmpty();
        }
    }

    @Test
    void text_is_writable_only_when_the_object_says_so() {
        String writes = "f: movb $0xc3, f(%rip)\n ret\n";
        try (ForeignObject no = load("a.s", ".globl f\n" + writes);
                ForeignObject yes = load("b.s", ".section .self, \"awx\"\n.globl f\n" + writes)) {
            assertThatThrownBy(() -> call(no, "f")).isInstanceOf(WrapperCrash.class)
                    .hasMessageContaining("a write to the routine's own code");
            call(yes, "f");
        }
    }

    @Test
    void a_write_to_code_beside_the_routine_is_said() {
        try (ForeignObject object = load("a.s", ".globl f, g\nf: movb $0xc3, g(%rip)\n ret\n.balign 64\ng: ret\n")) {
            assertThatThrownBy(() -> call(object, "f")).isInstanceOf(WrapperCrash.class)
                    .hasMessageContaining("SIGSEGV, a write to code (address 0x").hasMessageContaining("at f+0x0");
        }
    }

    @Test
    void archives_and_objects_are_taken_as_they_are() throws IOException, InterruptedException {
        Path first = Called.write(directory, "a_file_with_a_long_name.s", ".globl one\none: mov $1, %eax\n ret\n");
        Path second = Called.write(directory, "b.s", ".globl two\ntwo: call one\n inc %eax\n ret\n");
        List<Path> objects = new ArrayList<>();
        for (Path source : List.of(first, second)) {
            objects.add(Path.of(source + ".o"));
            run("gcc", "-c", source.toString(), "-o", source + ".o");
        }
        Path archive = directory.resolve("both.a");
        run("ar", "rcs", archive.toString(), objects.get(0).toString(), objects.get(1).toString());

        try (ForeignObject object = ForeignObject.load(archive);
                ForeignObject apart = ForeignObject.load(objects.get(0), objects.get(1))) {
            assertThat(call(object, "two")).isEqualTo(2);
            assertThat(call(apart, "two")).isEqualTo(2);
            assertThat(object.symbols()).extracting(CodeSymbol::file)
                    .containsExactly(archive + "(a_file_with_a_long_name.s.o)", archive + "(b.s.o)");
        }
    }

    @Test
    void a_shared_object_is_loaded_by_the_dynamic_linker() throws IOException, InterruptedException {
        Path source = Called.write(directory, "a.c", """
                #include <string.h>
                long length(const char *s) { return strlen(s); }
                long sum(long a, long b) { return a + b; }
                """);
        Path library = directory.resolve("liba.so");
        run("gcc", "-g", "-O2", "-shared", "-fPIC", source.toString(), "-o", library.toString());

        long address;
        try (ForeignObject object = ForeignObject.load(library)) {
            address = object.code("sum").entry().address();
            assertThat(call(object, "sum", 40, 2)).isEqualTo(42);
            assertThat(verify(object, SUM.formatted("sum")).holds()).isTrue();
            assertThat(object.symbols()).extracting(CodeSymbol::name).containsExactlyInAnyOrder("length", "sum");
            assertThat(object.locate(address)).contains("sum+0x0 (a.c:3)");
            assertThat(object.bias()).isNotZero();
        }
        assertThat(Files.readAllLines(Path.of("/proc/self/maps"))).noneMatch(line -> line.contains("liba.so"));
    }

    /// The dynamic linker finds the default version, and the old one lies before it.
    @Test
    void of_several_versions_of_a_symbol_there_is_the_default() throws IOException, InterruptedException {
        Path source = Called.write(directory, "a.s", """
                .globl old, new, g
                .symver old, f@ONE
                .symver new, f@@TWO
                .type old, @function
                .type new, @function
                .type g, @function
                old: mov $1, %eax
                     ret
                     nop
                new: mov $2, %eax
                     ret
                g:   mov $3, %eax
                     ret
                .size old, new - old
                .size new, g - new
                .size g, . - g
                """);
        Path versions = Called.write(directory, "versions",
                "ONE { global: f; };\nTWO { global: f; g; local: *; } ONE;\n");
        Path library = directory.resolve("liba.so");
        run("gcc", "-shared", "-nostdlib", source.toString(), "-Wl,--version-script," + versions, "-o",
                library.toString());

        try (ForeignObject object = ForeignObject.load(library)) {
            assertThat(object.symbols()).extracting(CodeSymbol::name).containsExactly("f", "g");
            assertThat(call(object, "f")).isEqualTo(2);
            assertThat(call(object, "g")).isEqualTo(3);
            assertThat(object.symbols()).extracting(CodeSymbol::size).containsExactly(6L, 6L);
        }
    }

    @Test
    void places_in_functions_of_the_file_itself_have_names() {
        try (ForeignObject object = load("a.c", """
                static __attribute__((noinline)) long inner(long *p) { *p = 1; return 2; }
                long outer(long *p) { return inner(p) + 1; }
                """)) {
            long inner = object.code("outer").entry().address() & -4096;

            assertThat(object.locate(inner)).contains("inner+0x0 (a.c:1)");
            assertThat(object.symbols()).extracting(CodeSymbol::name).containsExactly("outer");
            assertThatThrownBy(() -> object.code("inner")).isInstanceOf(ObjectException.class);
        }
    }

    /// All processors verify at once; each has an object of its own, and takes addresses of its own.
    @Test
    void many_are_loaded_at_once() {
        Path source = Called.write(directory, "a.s", ".globl f\nf: mov value, %rax\n incq value\n ret\n"
                + ".data\nvalue: .quad 41\n");
        List<ForeignObject> objects = IntStream.range(0, 16).parallel()
                .mapToObj(_ -> ForeignObject.load(source)).toList();
        try {
            assertThat(objects).extracting(object -> object.code("f").entry().address()).doesNotHaveDuplicates();
            for (ForeignObject object : objects) {
                assertThat(call(object, "f")).isEqualTo(41);
            }
        } finally {
            objects.forEach(ForeignObject::close);
        }
    }

    @Test
    void exception_tables_of_the_kernels_are_read() {
        String code = ".globl f\nf: ud2\n ret\n1: mov $1, %eax\n ret\n2: ret\n.pushsection ";
        for (String table : List.of(
                "__ex_table, \"a\"\n .long f - ., 1b - ., 3\n .long f + 2 - ., 2b - ., 0",
                "__ex_table, \"a\"\n .long f - ., 1b - .\n .long f + 2 - ., 2b - .",
                ".ex_table, \"a\"\n .long f - ., 1b - .\n .long f + 2 - ., 2b - .\n .long f - ., 1b - .",
                "__ex_table, \"a\"\n .long f - ., 1b - . + 0x7ffffff0\n .long f + 2 - ., 2b - .",
                "__ex_table, \"a\"\n .long f - ., 1b - ., ex_handler_default - .\n"
                        + " .long f + 2 - ., 2b - ., ex_handler_default - .",
                "__ex_table, \"a\"\n .quad f, 1b, f + 2, 2b")) {
            try (ForeignObject object = load("a.s", code + table + "\n")) {
                long entry = object.code("f").entry().address();
                assertThat(object.exceptionTable()).as(table).startsWith(
                        new FixUp(entry, entry + 3), new FixUp(entry + 2, entry + 9));
            }
        }
        try (ForeignObject object = load("a.s", code + "__ex_table, \"a\"\n .quad 1, 2, 3\n")) {
            assertThatThrownBy(object::exceptionTable).isInstanceOf(ObjectException.class)
                    .hasMessageContaining("unknown form");
        }
    }

    /// What Linux does on the way to a fix-up: types since 5.16, handlers before.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "1                                            | {}                  | Optional.empty",
        "2                                            | {}                  | Optional[rax]",
        "3                                            | {}                  | Optional.empty",
        "3 + 0x3000                                   | {rax=0, rdx=0}      | Optional.empty",
        "17 + (0 << 8) + (-14 << 16)                  | {rax=-14}           | Optional.empty",
        "17 + (9 << 8) + (1 << 16)                    | {r9=1}              | Optional.empty",
        "18                                           | {rax=1073741824}    | Optional[rax]",
        "11 + (1 << 8)                                | {rax=0, rcx=-5, rdx=0} | Optional.empty",
        "ex_handler_fault - .                         | {}                  | Optional[rax]",
        "ex_handler_rdmsr_unsafe - .                  | {rax=0, rdx=0}      | Optional.empty",
        "ex_handler_uaccess - .                       | {}                  | Optional.empty"
    })
    void what_is_done_on_the_way_to_a_fix_up(String type, String values, String vector) {
        try (ForeignObject object = load("a.s", ".globl f\nf: ud2\n ret\n1: mov $1, %eax\n ret\n"
                + ".pushsection __ex_table, \"a\"\n .long f - ., 1b - ., " + type + "\n")) {
            FixUp fixUp = object.exceptionTable().getFirst();

            assertThat(new TreeMap<>(fixUp.values())).hasToString(values);
            assertThat(fixUp.vector()).hasToString(vector);
            assertThat(fixUp.target()).isEqualTo(object.code("f").entry().address() + 3);
        }
    }

    @Test
    void a_type_of_fix_up_that_nobody_knows() {
        try (ForeignObject object = load("a.s", ".globl f\nf: ud2\n ret\n1: mov $1, %eax\n ret\n"
                + ".pushsection __ex_table, \"a\"\n .long f - ., 1b - ., 77\n")) {
            assertThatThrownBy(object::exceptionTable).isInstanceOf(ObjectException.class)
                    .hasMessageContaining("type=77");
        }
    }

    @Test
    void contracts_in_notes_are_found() {
        try (ForeignObject object = load("a.asm", """
                section .note.trampette note alloc noexec nowrite align=4
                    dd 10, note.end - note, 1
                    db "Trampette", 0
                    align 4, db 0
                note:
                    db "symbol=sum", 10, "convention=ms-x64", 10, "arguments=a:u64 b:u64", 10, "result=u64", 10
                .end:
                    align 4, db 0
                section .text
                global sum
                sum: lea rax, [rcx + rdx]
                     ret
                """)) {
            assertThat(object.contracts()).extracting(Contract::symbol).containsExactly("sum");
            assertThat(object.target(object.contracts().getFirst()).code()).isEqualTo(object.code("sum"));
        }
    }

    @Test
    void what_there_is_not_is_said_with_what_is_near() {
        try (ForeignObject object = load("a.asm", """
                global tdcall_get, value
                tdcall_get: ret
                section .data
                value: dq 1
                """)) {
            assertThatThrownBy(() -> object.code("tdcal_get")).isInstanceOf(ObjectException.class)
                    .hasMessageContaining("did you mean tdcall_get?");
            assertThatThrownBy(() -> object.code("xyz")).hasMessageContaining("there is tdcall_get");
            assertThatThrownBy(() -> object.code("value")).hasMessageContaining("a variable, not code");
        }
    }

    /// Low mappings, descriptors and temporary files are what they were; the JVM itself maps a little now and then.
    @Test
    void many_loads_leave_nothing() throws IOException, InterruptedException {
        Path source = Called.write(directory, "a.s", ".globl f\nf: call outside\n ret\n.data\n .quad 1\n");
        Path object = directory.resolve("a.o");
        run("gcc", "-c", "-g", source.toString(), "-o", object.toString());
        for (int n = 0; n < 30; n++) {
            ForeignObject.load(object).close();         // until the JVM has the classes that it takes
        }
        List<String> low = Called.low();
        long mappings = Called.mappings();
        long descriptors = Called.descriptors();
        long files = Called.temporaryFiles();

        for (int n = 0; n < 300; n++) {
            ForeignObject.load(object).close();
        }

        assertThat(Called.low()).isEqualTo(low);
        assertThat(Called.descriptors()).isLessThan(descriptors + 20);
        assertThat(Called.mappings()).isLessThan(mappings + 100);
        assertThat(Called.temporaryFiles()).isEqualTo(files);
    }

    private void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
