package dev.trampette.verify;

import dev.trampette.contract.Contract;
import dev.trampette.image.Image;
import dev.trampette.image.ImageFile;
import dev.trampette.probe.Vectors;
import dev.trampette.verdict.Verdict;
import java.util.List;
import java.util.Optional;

/// What the verifier says of a wrapper that is broken on purpose, and of its repaired twin: the tester tested.
///
/// The images `specimens` and `twins` are assembled from `src/test/asm`; they are not in the library.
///
/// @param specimen what the broken wrapper showed
/// @param twin what the repaired one showed
public record SpecimenResult(Verdict specimen, Verdict twin) {

    /// {@return the contracts of all specimens, in the order of the sources}
    ///
    /// @throws dev.trampette.call.ImageException where the images are not there
    public static List<Contract> all() {
        return ImageFile.named("specimens").contracts().stream()
                .filter(contract -> contract.specimen().isPresent()).toList();
    }

    /// Look whether this processor can execute a specimen.
    ///
    /// @param specimen its contract
    /// @return why it cannot, as a part of a sentence; empty when it can
    public static Optional<String> lacks(Contract specimen) {
        return specimen.specimen().filter(it -> it.defect().endsWith(" AVX"))
                .filter(_ -> Vectors.available().compareTo(Vectors.YMM) < 0)
                .map(_ -> "it needs AVX, which this processor has not");
    }

    /// Verify one and its twin.
    ///
    /// @param specimen its contract
    /// @param seed where the random values of both start
    /// @param iterations how often each outcome is tried
    /// @return the two verdicts
    /// @throws dev.trampette.call.ImageException where the images are not there
    public static SpecimenResult of(Contract specimen, long seed, int iterations) {
        Image twins = Image.named("twins");
        return new SpecimenResult(new Verifier(Image.named("specimens"), seed, iterations).verify(specimen),
                new Verifier(twins, seed, iterations).verify(twins.symbol(specimen.symbol()).contract()));
    }

    /// {@return whether the rule that the specimen names is broken}
    public boolean isFound() {
        String rule = of().breaks();
        return specimen.findings().stream().anyMatch(finding -> finding.rule().label().equals(rule));
    }

    /// {@return what the findings of its rule blame, as texts of instructions, in the order in which they were found}
    public List<String> blamed() {
        return specimen.findings().stream().filter(finding -> finding.rule().label().equals(of().breaks()))
                .flatMap(finding -> finding.blamed().stream()).map(it -> it.text().replaceAll("\\s+", " ")).distinct()
                .toList();
    }

    /// {@return whether these are the instructions that are at fault, all of them and no other}
    public boolean isBlameRight() {
        List<String> blamed = blamed();
        return blamed.stream().allMatch(text -> of().blamed().stream().anyMatch(text::startsWith))
                && of().blamed().stream().allMatch(text -> blamed.stream().anyMatch(one -> one.startsWith(text)));
    }

    /// {@return whether the specimen is found by its rule, the right instruction is blamed, and the twin has no
    /// finding}
    public boolean isAsItShould() {
        return isFound() && isBlameRight() && twin.findings().isEmpty();
    }

    private Contract.Specimen of() {
        return specimen.contract().specimen().orElseThrow();
    }
}
