package dev.trampette.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.trampette.cli.foreign.Message;
import dev.trampette.cli.foreign.Outcome;
import dev.trampette.cli.foreign.Parent;
import dev.trampette.cli.foreign.Request;
import dev.trampette.cli.foreign.Task;
import dev.trampette.contract.ContractFile;
import dev.trampette.support.Sample;
import dev.trampette.verdict.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Functions that nobody here wrote, of libraries that are not the C library: no false alarm. What is found and is
/// right is in `findings.txt`, with the reason. A fourth of those of every other library in a run.
class LibrariesTest {

    private static final Path CONTRACTS = Path.of("src/test/resources/libraries");
    private static final List<Path> PLACES = Stream.of("/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib")
            .map(Path::of).toList();
    private static final long SEED = Long.getLong("trampette.seed", 7);
    private static final int ITERATIONS = 8;
    private static final int ONE_IN = 4;
    /// Which they are.
    private static final long PART = Long.getLong("trampette.seed", ThreadLocalRandom.current().nextLong());

    /// Whether it is there depends on the processor.
    private static final String VECTOR_STATE = "vector-state";

    private static List<Path> contracts() throws IOException {
        try (Stream<Path> files = Files.list(CONTRACTS)) {
            return files.filter(file -> file.toString().endsWith(".contract")).sorted().toList();
        }
    }

    private static String library(Path contracts) {
        return contracts.getFileName().toString().replaceFirst("\\.contract$", "");
    }

    @Test
    void there_are_more_than_four_hundred_of_fifteen_libraries() throws IOException {
        int functions = 0;
        for (Path file : contracts()) {
            functions += ContractFile.read(file.toString(), Files.readString(file)).symbols().size();
        }
        assertThat(functions).isGreaterThan(400);
        assertThat(contracts()).hasSizeGreaterThan(15);
    }

    /// A child for each library, two at a time.
    @TestFactory
    Stream<DynamicTest> functions_of_libraries() throws IOException {
        try (ExecutorService two = Executors.newFixedThreadPool(2)) {
            Map<Path, Optional<Future<List<Outcome>>>> runs = new TreeMap<>();
            for (Path file : Sample.oneIn(2, contracts(), PART)) {
                runs.put(file, PLACES.stream().map(place -> place.resolve(library(file))).filter(Files::exists)
                        .findFirst().map(library -> two.submit(() -> verify(library, file))));
            }
            return runs.entrySet().stream().map(run -> dynamicTest(library(run.getKey()), () -> {
                Assumptions.assumeTrue(run.getValue().isPresent(), () -> library(run.getKey()) + " is not installed");
                check(run.getKey(), run.getValue().get().get());
            })).toList().stream();
        }
    }

    private static List<Outcome> verify(Path library, Path contracts) throws IOException {
        return new Parent(new Request(List.of(library.toString()), List.of(), "sysv",
                Optional.of(some(contracts)), contracts.toString(), List.of(), Task.VERIFY,
                Optional.empty(), SEED, ITERATIONS),
                Duration.ofMinutes(3)).verify(Message.Symbols::meant, _ -> { });
    }

    /// The contracts of a file that are looked at; there are blank lines between them.
    private static String some(Path file) throws IOException {
        List<String> all = Arrays.stream(Files.readString(file).split("\n{2,}"))
                .filter(part -> part.lines().anyMatch(line -> !line.startsWith("#"))).toList();
        return String.join("\n\n", Sample.oneIn(ONE_IN, all, PART));
    }

    private static void check(Path file, List<Outcome> outcomes) throws IOException {
        ContractFile contracts = ContractFile.read(file.toString(), some(file));
        assertThat(outcomes.stream().map(Outcome::symbol)).hasSameElementsAs(contracts.symbols());
        for (Outcome outcome : outcomes) {
            Set<String> expected = findings(library(file), outcome.symbol());
            List<Finding> findings = outcome.verdict().orElseThrow(() -> new AssertionError(outcome)).findings();
            Set<String> found = new TreeSet<>(findings.stream().map(finding -> finding.rule().label()).toList());
            if (!found.contains(VECTOR_STATE)) {
                expected.remove(VECTOR_STATE);
            }
            assertThat(found).as("%s of %s, seed=%d: %s", outcome.symbol(), file, SEED, findings).isEqualTo(expected);
        }
    }

    private static Set<String> findings(String library, String routine) throws IOException {
        Set<String> rules = new TreeSet<>();
        Files.readAllLines(CONTRACTS.resolve("findings.txt")).stream().filter(line -> !line.startsWith("#"))
                .map(line -> line.split("\\s*\\|\\s*"))
                .filter(cells -> cells[0].equals(library) && cells[1].equals(routine))
                .forEach(cells -> rules.addAll(Arrays.asList(cells[2].split(" "))));
        return rules;
    }
}
