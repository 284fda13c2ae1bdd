package dev.trampette.verify.question;

import dev.trampette.contract.Contract;
import dev.trampette.image.Code;
import dev.trampette.image.Image;
import dev.trampette.verdict.Finding;
import dev.trampette.verdict.Rule;
import dev.trampette.verdict.Verdict;
import dev.trampette.verify.Reference;
import dev.trampette.verify.Verifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a check asks: it can be asked here, or in another process.
///
/// @param subject the routine
/// @param contract what it promises
/// @param other a function that does the same
/// @param time how long it may take
/// @param cases how many
/// @param seed where the random values start
public record Question(Subjects subject, Contract contract, Optional<Subjects.Address> other, Duration time, int cases,
        long seed) {

    private static final int OWN_WORDS = 4;
    private static final int SUBJECT_WORDS = 3;

    /// Ask it here.
    ///
    /// @param verifier made of what the question says
    /// @param model knows what must come out
    public Verdict ask(Verifier verifier, Optional<Reference> model) {
        return subject.during(contract, (target, same) -> {
            Optional<Reference> reference = model.or(() -> other.map(Subjects.Address::function)
                    .map(function -> new Code("the other function", function)).or(() -> same).map(Reference::of));
            return reference.map(verifier::against).orElse(verifier).verify(target);
        });
    }

    /// A verifier for it.
    public Verifier verifier() {
        return new Verifier(Image.shim(), seed, cases).within(time);
    }

    /// What is wrong with the process, and not with a call that somebody looked at.
    Finding finding(Rule rule, String where) {
        return new Finding(contract.symbol(), rule, List.of("return"), where, Optional.empty(), Optional.empty());
    }

    /// The question for another process.
    List<String> words() {
        List<String> words = new ArrayList<>(List.of(contract.toString(), Long.toString(time.toMillis()),
                Integer.toString(cases), Long.toString(seed)));
        words.addAll(subject.words());
        other.ifPresent(it -> words.addAll(it.words()));
        return words;
    }

    /// What [#words] has written.
    static Question read(List<String> words) {
        List<String> subjects = words.subList(OWN_WORDS, words.size());
        return new Question(Subjects.read(subjects), Contract.parse(words.get(0)),
                subjects.size() == SUBJECT_WORDS ? Optional.empty()
                        : Optional.of(Subjects.Address.read(subjects.subList(SUBJECT_WORDS, subjects.size()))),
                Duration.ofMillis(Long.parseLong(words.get(1))), Integer.parseInt(words.get(2)),
                Long.parseLong(words.get(3)));
    }
}
