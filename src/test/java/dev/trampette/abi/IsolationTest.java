package dev.trampette.abi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.child.Line;
import dev.trampette.contract.Model;
import dev.trampette.support.MachineCode;
import dev.trampette.verdict.Finding;
import dev.trampette.verdict.IsolationException;
import dev.trampette.verdict.Rule;
import dev.trampette.verdict.Verdict;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A function in a process of its own can end that process, and no other.
class IsolationTest {

    private static final String SOURCE = "src/test/resources/dev/trampette/verify/ends.c";

    @TempDir
    private static Path directory;
    private static SymbolLookup library;

    @BeforeAll
    static void compile() throws IOException, InterruptedException {
        Path file = directory.resolve("libends.so");
        assertThat(new ProcessBuilder("gcc", "-O1", "-w", "-shared", "-fpic", "-o", file.toString(), SOURCE)
                .inheritIO().start().waitFor()).isZero();
        library = SymbolLookup.libraryLookup(file, Arena.global());
    }

    private static AbiCheck isolated(String symbol) {
        return AbiAssert.that(library.findOrThrow(symbol)).isolated().cases(20).within(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "calls_exit                | crash         | the process ended itself, exit status 3",
        "ends_the_thread           | crash         | ",
        "ends_the_thread_by_itself | crash         | the process ended itself, exit status 0, in a call: exit",
        "becomes_another           | crash         | the process ended itself, exit status 0, in a call: exit",
        "terminates                | crash         | the process died of SIGTERM",
        "kills                     | crash         | the process died of SIGKILL",
        "closes_streams            | process-state | descriptor 1 is closed",
        "closes_all                | process-state | the descriptors of the process are closed",
        "leaves_a_lock             | hang          | no end within the time limit",
        "blocks                    | hang          | no end within",
        "forks                     | process-state | it forks, and comes back in both processes",
        "starts_a_process          | process-state | a process that it has started is still there",
        "writes_behind_its_memory  | crash         | SIGABRT",
        "takes_a_signal            | process-state | the handler of SIGUSR1",
    })
    void what_ends_the_process_is_a_finding(String symbol, String rule, String where) {
        Verdict verdict = isolated(symbol).verdict();

        assertThat(verdict.findings()).as(verdict.findings().toString()).anySatisfy(finding -> {
            assertThat(finding.rule().label()).isEqualTo(rule);
            assertThat(finding.where()).contains(where == null ? "" : where);
        });
    }

    @Test
    void what_holds_here_holds_there() {
        Verdict verdict = isolated("twice").contract("arguments=x:u64 result=u64").cases(1000)
                .within(AbiCheck.TIME).holds();

        assertThat(verdict.calls()).isGreaterThan(10_000);
    }

    @Test
    void a_finding_comes_as_it_is() {
        String contract = "arguments=x:u32 result=u64";
        AbiCheck here = AbiAssert.that(library.findOrThrow("twice")).contract(contract).cases(20).seed(7);

        assertThat(isolated("twice").contract(contract).seed(7).verdict().findings()).isNotEmpty()
                .isEqualTo(here.verdict().findings());
    }

    @Test
    void a_model_stays_here() {
        AbiCheck swap = isolated("swap").contract("arguments=two:inout[2xu32] result=void");
        Model swaps = given -> {
            MemorySegment two = given.memory("two");
            int first = two.get(JAVA_INT, 0);
            two.set(JAVA_INT, 0, two.get(JAVA_INT, 4));
            two.set(JAVA_INT, 4, first);
            return 0;
        };

        swap.against(swaps).holds();
        assertThat(swap.against(_ -> 0).verdict().findings()).extracting(Finding::rule)
                .containsOnly(Rule.WRONG_RESULT);
    }

    @Test
    void another_function_is_there_too() {
        AbiCheck twice = isolated("wrong_for_minus_one").contract("arguments=x:u64 result=u64");

        assertThat(twice.against(library.findOrThrow("twice_by_shift")).verdict().findings()).extracting(Finding::rule)
                .containsExactly(Rule.WRONG_RESULT);
        assertThat(AbiAssert.that(Path.of(SOURCE), "twice").isolated().cases(20)
                .contract("arguments=x:u64 result=u64 same=twice_by_shift").holds().findings()).isEmpty();
    }

    @Test
    void what_cannot_be_there_is_said() {
        assertThatThrownBy(AbiAssert.that(MachineCode.of("ret")).isolated()::holds)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("isolated() needs a function of a shared object");
        assertThatThrownBy(AbiAssert.that(Path.of("none.o"), "f").isolated()::holds)
                .isInstanceOf(IsolationException.class).hasMessageContaining("none.o");
    }

    @Test
    void words_are_what_they_were() {
        List<String> words = List.of("", "a\tb\\n\nc", "\r");

        assertThat(Line.read("printed " + new Line(words).text()))
                .hasValueSatisfying(line -> assertThat(line.words()).isEqualTo(words));
        assertThat(Line.read("\u0001line half")).isEmpty();
    }
}
