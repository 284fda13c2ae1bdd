package dev.trampette.verify;

import dev.trampette.contract.Contract;
import dev.trampette.contract.Effect;
import dev.trampette.contract.Model;
import dev.trampette.contract.Parameter;
import dev.trampette.image.Code;
import dev.trampette.image.Image;
import dev.trampette.image.Target;
import dev.trampette.spec.Convention;
import dev.trampette.verdict.UncheckedException;
import dev.trampette.verdict.Verdict;
import dev.trampette.verify.kinds.EntryCheck;
import dev.trampette.verify.kinds.FunctionCheck;
import dev.trampette.verify.kinds.HandlerCheck;
import dev.trampette.verify.kinds.HypercallCheck;
import dev.trampette.verify.kinds.LeafCheck;
import dev.trampette.verify.kinds.OperationCheck;
import dev.trampette.verify.kinds.StepsCheck;
import dev.trampette.verify.kinds.VmreadCheck;
import dev.trampette.verify.kinds.VmxCheck;
import dev.trampette.verify.trial.Check;
import dev.trampette.verify.trial.Trial;
import dev.trampette.verify.walk.ConstantRule;
import dev.trampette.verify.walk.EntryRule;
import dev.trampette.verify.walk.Looker;
import dev.trampette.verify.walk.Reached;
import dev.trampette.verify.walk.SecretRule;
import dev.trampette.verify.walk.StackRule;
import dev.trampette.verify.walk.StatusRule;
import dev.trampette.verify.walk.StreamRule;
import dev.trampette.verify.walk.UnwindRule;
import dev.trampette.verify.walk.VariadicRule;
import dev.trampette.verify.walk.WindowRule;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Holds the routines of an image against their contracts: every wrapper, on every outcome.
///
/// Each case gives everything that a routine can find a random value of its own, so that nothing can stand in for
/// anything else, and calls it twice: the second time with other values in all that the contract does not name. What
/// the contract does name must come out the same. Then a batch of many more such pairs, made and looked at in assembly,
/// looks for what a call may change at all. The same seed gives the same cases.
public final class Verifier {

    /// How often each outcome is looked at in full, when nobody says.
    public static final int ITERATIONS = 20;

    /// How often when there are hundreds of routines that were made by one rule.
    public static final int ITERATIONS_OF_MANY = 10;

    /// The system property with the seed of the random values, for those who are given none.
    public static final String SEED_PROPERTY = "trampette.seed";

    private final Image image;
    private final long seed;
    private final int iterations;
    private final Optional<Duration> limit;
    private final Optional<Reference> reference;
    private final Supplier<ProcessWatch> watches;

    /// A verifier without a limit of time, and without a model.
    ///
    /// @param image the shim image, or one that was assembled like it
    /// @param seed where the random values start
    /// @param iterations how often each outcome is tried
    public Verifier(Image image, long seed, int iterations) {
        this(image, seed, iterations, Optional.empty(), Optional.empty(), ProcessWatch::ofStreams);
    }

    private Verifier(Image image, long seed, int iterations, Optional<Duration> limit, Optional<Reference> reference,
            Supplier<ProcessWatch> watches) {
        this.image = image;
        this.seed = seed;
        this.iterations = iterations;
        this.limit = limit;
        this.reference = reference;
        this.watches = watches;
    }

    /// Limit the time: a slow routine gets fewer cases, and the verdict says how many.
    ///
    /// @param time for each routine
    /// @return another verifier
    public Verifier within(Duration time) {
        return new Verifier(image, seed, iterations, Optional.of(time), reference, watches);
    }

    /// Hold functions against a model.
    ///
    /// @param model says what they must return
    /// @return another verifier
    public Verifier against(Model model) {
        return against(Reference.of(model));
    }

    /// Hold functions against another one: the one that `same=` names, when it is not of the image.
    ///
    /// @param function is given the same arguments
    /// @return another verifier
    public Verifier against(Code function) {
        return against(Reference.of(function));
    }

    public Verifier against(Reference knows) {
        return new Verifier(image, seed, iterations, limit, Optional.of(knows), watches);
    }

    /// The same, in a process that is there for it.
    ///
    /// @param watching what is looked at of the process
    public Verifier watched(Supplier<ProcessWatch> watching) {
        return new Verifier(image, seed, iterations, limit, reference, watching);
    }

    /// {@return the wrappers that can be verified: all call sites and what they share, in the order of the sources}
    public List<Contract> wrappers() {
        return image.contracts();
    }

    /// Run all cases of one wrapper of the image.
    ///
    /// @param contract that of the wrapper
    /// @return what they showed
    /// @throws UncheckedException when it wraps an instruction that no check knows, or nobody says how much a pointer
    ///         points to, and it cannot be learnt
    public Verdict verify(Contract contract) {
        return verify(image.target(contract));
    }

    /// Run all cases of any machine code that keeps its contract, or not.
    ///
    /// @param target the code, and its contract
    /// @return what they showed
    /// @throws UncheckedException when it wraps an instruction that no check knows, or nobody says how much a pointer
    ///         points to, and it cannot be learnt
    public Verdict verify(Target target) {
        Sizes sizes = Sizes.of(image, target, seed);
        Target sized = target.with(sizes.contract());
        try (Arena arena = Arena.ofConfined(); ProcessWatch watch = watches.get()) {
            Trial trial = new Trial(image, sized, seed, arena);
            return new Run<>(trial, check(trial), lookers(), new Reached(trial), reference(target), new Budget(limit),
                    watch, arena).all(iterations).assuming(sizes.assumed());
        }
    }

    private Optional<Reference> reference(Target target) {
        return reference.or(() -> target.contract().same().map(image::code).map(Reference::of));
    }

    /// Those who look at the steps of a few calls.
    private static List<Looker> lookers() {
        return List.of(new EntryRule(), new StackRule(), new UnwindRule(), new StreamRule(), new WindowRule(),
                new StatusRule(), new SecretRule(), new ConstantRule(), new VariadicRule());
    }

    public static Check<?> check(Trial trial) {
        Contract contract = trial.contract();
        if (contract.signature().convention() == Convention.STACK) {
            return new HandlerCheck(trial);
        }
        return contract.effect().<Check<?>>map(effect -> check(trial, effect))
                .orElseGet(() -> new FunctionCheck(trial));
    }

    private static Check<?> check(Trial trial, Effect effect) {
        if (!effect.steps().isEmpty()) {
            return new StepsCheck(trial);
        }
        return switch (effect.instruction()) {
            case VMREAD -> trial.contract().signature().parameters().stream().anyMatch(Parameter::isPointer)
                    ? new VmxCheck(trial)
                    : new VmreadCheck(trial);
            case VMWRITE, VMCLEAR, VMPTRLD, INVEPT, INVVPID -> new VmxCheck(trial);
            case TDCALL, SEAMCALL -> new LeafCheck(trial);
            case VMXON, VMXOFF, VMPTRST -> new OperationCheck(trial);
            case VMCALL, VMMCALL, VMGEXIT, VMFUNC -> new HypercallCheck(trial);
            case VMLAUNCH, VMRESUME -> new EntryCheck(trial);
            case SEAMRET -> throw new UncheckedException(trial.contract().symbol(), effect.instruction());
        };
    }
}
