package dev.trampette.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.contract.Contract;
import dev.trampette.image.Code;
import dev.trampette.image.Image;
import dev.trampette.image.Target;
import dev.trampette.object.ForeignObject;
import dev.trampette.shim.Bridge;
import dev.trampette.spec.Convention;
import dev.trampette.trap.ObjectTraps;
import dev.trampette.verdict.Finding;
import dev.trampette.verdict.Verdict;
import dev.trampette.verify.learn.Learner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Wrappers of instructions of which the lab has none of its own, each broken one beside one that holds: what verify
/// finds without a contract, or with the lines that stand beside the routine.
class ForeignWrappersTest {

    private static final long SEED = Long.getLong("trampette.seed", ThreadLocalRandom.current().nextLong());
    private static final Path DIRECTORY = Path.of("src/test/resources/foreign");
    private static final Pattern EXPECTED = Pattern.compile("(?m)^[;#] (\\w+): ([-a-z ]+)$");
    private static final Pattern LINE = Pattern.compile("(?m)^[;#] (\\w+) = (.+)$");

    @ParameterizedTest
    @ValueSource(strings = {"hypercalls.asm", "entries.asm", "operation.asm", "asides.asm", "seamcall.S"})
    void what_is_said_beside_them(String name) throws IOException {
        Path source = DIRECTORY.resolve(name);
        String text = Files.readString(source);
        Map<String, String> found = new TreeMap<>();
        Map<String, String> expected = new TreeMap<>();
        List<String> findings = new ArrayList<>();
        try (ForeignObject object = ForeignObject.load(source)) {
            Bridge bridge = ObjectTraps.install(object);
            for (Matcher one = EXPECTED.matcher(text); one.find();) {
                expected.put(one.group(1), one.group(2));
                Verdict verdict = verify(object.code(one.group(1)), bridge, text);
                findings.addAll(verdict.findings().stream().map(Finding::toString).toList());
                found.put(one.group(1), verdict.holds() ? "holds" : verdict.findings().stream()
                        .map(finding -> finding.rule().label()).distinct().collect(Collectors.joining(" ")));
            }
        }

        assertThat(found).as("seed %d%n%s", SEED, String.join("\n", findings)).isEqualTo(expected);
        assertThat(expected.size()).isGreaterThan(2);
    }

    private static Verdict verify(Code code, Bridge bridge, String text) {
        Contract learnt = Learner.learn(Image.shim(), code, bridge, Convention.SYSV, SEED).contract();
        String lines = LINE.matcher(text).results().filter(line -> line.group(1).equals(code.symbol()))
                .map(line -> line.group(2)).collect(Collectors.joining("\n"));
        Contract contract = lines.isEmpty() ? learnt : Contract.parse("symbol=%s\n%s%s".formatted(code.symbol(),
                learnt.effect().map(effect -> "instruction=%s\n%s".formatted(effect.instruction(),
                        effect.faults() ? "" : "faults=none\n"))
                        .orElse(""), lines));
        return new Verifier(Image.shim(), SEED, Verifier.ITERATIONS).verify(new Target(code, contract, bridge));
    }
}
