package dev.trampette.abi;

import dev.trampette.contract.Contract;
import dev.trampette.contract.Model;
import dev.trampette.probe.Upcalls;
import dev.trampette.verdict.Finding;
import dev.trampette.verdict.Verdict;
import dev.trampette.verify.Reference;
import dev.trampette.verify.question.Isolation;
import dev.trampette.verify.question.Question;
import dev.trampette.verify.question.Subjects;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// A check of one function, as [AbiAssert#that] begins it: what it promises, how many cases, how much time.
///
/// ```java
/// AbiAssert.that(function)
///         .contract("arguments=acc:u64 next:u64 result=u64")
///         .against(given -> given.value("next") + given.value("acc") - (given.value("acc") >>> 32))
///         .within(Duration.ofSeconds(5))
///         .holds();
/// ```
public final class AbiCheck {

    /// The time for a function when nobody says another. Most take less than a second.
    public static final Duration TIME = Duration.ofSeconds(10);

    private final Subjects subject;
    private Contract contract;
    private Optional<Model> model = Optional.empty();
    private Optional<MemorySegment> other = Optional.empty();
    private Duration time = TIME;
    private int cases = AbiAssert.CASES;
    private long seed = AbiAssert.seed();
    private boolean isIsolated;

    AbiCheck(Subjects subject) {
        this.subject = subject;
        this.contract = Contract.of(subject.name()).build();
    }

    /// What the function promises. Without a contract it takes nothing, and nobody looks at what it returns.
    ///
    /// @param promises a contract
    /// @return this
    public AbiCheck contract(Contract promises) {
        contract = promises;
        return this;
    }

    /// The same as text: `key=value` words, in one line or in several.
    ///
    /// @param text a contract; `symbol=` may be left out
    /// @return this
    /// @throws dev.trampette.contract.ContractException when the text is no contract
    public AbiCheck contract(String text) {
        return contract(Contract.named(subject.name(), text));
    }

    /// How Java calls the function, which says what it takes and returns.
    ///
    /// @param descriptor of its handle
    /// @return this
    /// @throws dev.trampette.contract.ContractException when a layout is not the layout of a C type
    public AbiCheck contract(FunctionDescriptor descriptor) {
        return contract(Contract.of(subject.name(), descriptor).build());
    }

    /// Let the test fill a buffer: see [Contract#fill]. It comes behind [#contract].
    ///
    /// @param buffer the name of the pointer
    /// @param filler is given its memory before each case
    /// @return this
    /// @throws dev.trampette.contract.ContractException when there is no such buffer
    public AbiCheck fill(String buffer, Consumer<MemorySegment> filler) {
        return contract(contract.fill(buffer, filler));
    }

    /// What the function must do, in Java: its result, and what it writes, is compared in each case.
    ///
    /// @param what it must do
    /// @return this
    public AbiCheck against(Model what) {
        model = Optional.of(what);
        other = Optional.empty();
        return this;
    }

    /// Another function that does the same: a slower one, or that of the release before.
    ///
    /// @param function the address of machine code that is called in the same way
    /// @return this
    public AbiCheck against(MemorySegment function) {
        Upcalls.refuse(function);
        other = Optional.of(function);
        model = Optional.empty();
        return this;
    }

    /// How long it may take: a slow function gets fewer cases, and the verdict says how many. At least one case is
    /// made.
    ///
    /// @param limit the time, [#TIME] when nobody says another
    /// @return this
    public AbiCheck within(Duration limit) {
        time = limit;
        return this;
    }

    /// How many cases are made.
    ///
    /// @param number at least 1, [AbiAssert#CASES] when nobody says another
    /// @return this
    public AbiCheck cases(int number) {
        if (number < 1) {
            throw new IllegalArgumentException("at least one case is made, cases=" + number);
        }
        cases = number;
        return this;
    }

    /// Where the random values start: the number that a failure said.
    ///
    /// @param number any
    /// @return this
    public AbiCheck seed(long number) {
        seed = number;
        return this;
    }

    /// Run the function in a process of its own, with a Java that ends with it: so nothing that it does can end this
    /// one, and what ends that one is a finding. A function at an address must be of a shared object, which is loaded
    /// there anew; what was called before in this process has not been called in that one.
    ///
    /// @return this
    public AbiCheck isolated() {
        isIsolated = true;
        return this;
    }

    /// The function keeps its contract.
    ///
    /// @return what the cases have shown, and what they have not
    /// @throws AssertionError when it does not; the message lists the findings
    /// @throws dev.trampette.call.ObjectException when an object cannot be used
    /// @throws dev.trampette.call.ImageException on another platform than Linux on x86-64
    public Verdict holds() {
        Verdict verdict = verdict();
        if (!verdict.holds()) {
            throw new AssertionError(message(verdict));
        }
        return verdict;
    }

    /// What the cases show, whether the function keeps its contract or not.
    ///
    /// @return the verdict
    public Verdict verdict() {
        if (isIsolated && !contract.fills().isEmpty()) {
            throw new IllegalArgumentException("isolated() and fill(\"%s\") exclude each other: what fills a buffer is "
                    .formatted(contract.fills().keySet().iterator().next()) + "here, and the function is not");
        }
        Question question = new Question(subject, contract, other.map(Subjects.Address::new), time, cases, seed);
        return isIsolated ? new Isolation(question, model).verdict()
                : question.ask(question.verifier(), model.map(Reference::of));
    }

    private String message(Verdict verdict) {
        return "%s is %s%n%s%n%s%d calls, replay with -D%s=%d".formatted(verdict.contract().symbol(), verdict,
                verdict.findings().stream().map(Finding::toString).collect(Collectors.joining("\n")),
                verdict.assumed().stream().map("taken for granted: %s%n"::formatted).collect(Collectors.joining()),
                verdict.calls(), AbiAssert.SEED_PROPERTY, seed);
    }
}
