package dev.trampette.abi.learn;

import dev.trampette.abi.UncheckedException;
import dev.trampette.abi.learn.Shown.Executed;
import dev.trampette.call.Reply;
import dev.trampette.call.Script;
import dev.trampette.call.WrapperCrash;
import dev.trampette.contract.Contract;
import dev.trampette.contract.Effect;
import dev.trampette.image.Code;
import dev.trampette.image.Image;
import dev.trampette.shim.Bridge;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Source;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// Learns the contract of a routine that nobody has described, by calling it: which arguments are pointers and to how
/// much, which is in which register at the instruction, what is stored, how a failure comes back. What it does on
/// success is taken for what it promises; what it does with everything else is left to the verifier.
public final class Learner {

    /// More arguments than a wrapper has.
    static final int PARAMETERS = 6;

    private final Code code;
    private final Convention convention;
    private final RandomGenerator random;
    private final Experiment experiment;
    private final List<String> assumptions = new ArrayList<>();
    private final Map<Integer, Argument.Type> numbers = new LinkedHashMap<>();

    private Learner(Image runtime, Code code, Bridge bridge, Convention convention, long seed, Arena arena) {
        this.code = code;
        this.convention = convention;
        this.random = new SplittableRandom(seed ^ code.symbol().hashCode());
        this.experiment = new Experiment(runtime, code, bridge, convention, PARAMETERS, random, arena);
    }

    /// Learn a C function.
    ///
    /// @param runtime whose probe calls it
    /// @param bridge how its instruction is reached
    /// @throws LearningException when its calls do not tell enough
    /// @throws UncheckedException when it wraps an instruction that no check knows
    public static Learnt learn(Image runtime, Code code, Bridge bridge, Convention convention, long seed) {
        try (Arena arena = Arena.ofConfined()) {
            return new Learner(runtime, code, bridge, convention, seed, arena).learn();
        }
    }

    private Learnt learn() {
        Shown first = experiment.call(Learner::succeed);
        experiment.renew();
        Shown second = experiment.call(Learner::succeed);
        Contract.Builder builder = Contract.of(code.symbol()).convention(convention);
        boolean isEntry = Stream.of(first, second).flatMap(shown -> shown.executions().stream())
                .anyMatch(execution -> execution.what().instruction().isEntry());
        if (isEntry) {
            new EntryLesson(this, builder).learn();
        } else if (first.executions().isEmpty()) {
            plain(builder, first, second);
        } else {
            Executed at = first.executions().getFirst();
            Instruction instruction = at.what().instruction();
            builder.instruction(instruction);
            switch (instruction) {
                case TDCALL, SEAMCALL -> new LeafLesson(this, builder).learn(first, second);
                case VMXON, VMXOFF, VMPTRST -> new OperationLesson(this, builder).learn(first);
                case VMCALL, VMMCALL, VMGEXIT, VMFUNC ->
                    new HypercallLesson(this, builder, convention).learn(first, second);
                case SEAMRET -> throw new UncheckedException(code.symbol(), instruction);
                default -> new VmxLesson(this, builder).learn(first, second);
            }
            if (experiment.call(script -> script.answer(0).fault(Registers.UD)).isCrash(WrapperCrash.Kind.FAULT)) {
                builder.neverFaults();
                if (!instruction.isHypercall()) {
                    assumptions.add("the instruction does not fault: no fix-up is known");
                }
            }
        }
        return new Learnt(builder.build(), List.copyOf(assumptions));
    }

    /// All succeeds, whatever the instruction is: RAX = 0, CF and ZF clear.
    private static void succeed(Script script) {
        script.answer(0).write(Gpr.RAX, 0);
    }

    /// A function without an instruction of ours: its convention, and what it may touch.
    private void plain(Contract.Builder builder, Shown first, Shown second) {
        if (!first.returned() || !second.returned()) {
            throw new LearningException(code.symbol(), "it does not return: "
                    + first.crash().or(second::crash).orElseThrow().getMessage());
        }
        for (int n = 0; n < PARAMETERS; n++) {
            numbers.put(n, Argument.Type.U64);
        }
        parameters(builder, Argument.Type.INOUT, -1);
        assumptions.add("whatever is in the registers of the first %d arguments is an argument".formatted(PARAMETERS));
    }

    RandomGenerator random() {
        return random;
    }

    Experiment experiment() {
        return experiment;
    }

    void assume(String sentence) {
        assumptions.add(sentence);
    }

    String symbol() {
        return code.symbol();
    }

    /// Where the value of a register at the instruction is from, by two calls with other arguments; empty when nobody
    /// knows.
    Optional<Source> source(Gpr register, Shown first, Shown second) {
        long one = first.executions().getFirst().get(register);
        long other = second.executions().getFirst().get(register);
        for (int n = 0; n < PARAMETERS; n++) {
            if (experiment.words(n) > 0 && one == first.arguments()[n]) {
                return Optional.empty();
            }
        }
        if (one == other) {
            return Optional.of(new Source.Constant(one));
        }
        for (Argument.Type type : List.of(Argument.Type.U64, Argument.Type.U32, Argument.Type.U16, Argument.Type.U8)) {
            long mask = type.significantBits();
            for (int n = 0; n < PARAMETERS; n++) {
                if (experiment.words(n) == 0 && one == (first.arguments()[n] & mask)
                        && other == (second.arguments()[n] & mask)) {
                    numbers.merge(n, type, (a, b) -> a.compareTo(b) > 0 ? a : b);
                    return Optional.of(new Source.Parameter(name(n)));
                }
            }
        }
        return element(one, other, first, second);
    }

    private Optional<Source> element(long one, long other, Shown first, Shown second) {
        for (int n = 0; n < PARAMETERS; n++) {
            for (int word = 0; word < Math.min(first.memory()[n].length, second.memory()[n].length); word++) {
                if (first.memory()[n][word] == one && second.memory()[n][word] == other) {
                    return Optional.of(new Source.Element(name(n), word));
                }
            }
        }
        return Optional.empty();
    }

    /// The parameters that were used, and those before them.
    ///
    /// @param pointer what a pointer is of which nothing is known
    /// @param out the one that outputs are stored to, or -1
    void parameters(Contract.Builder builder, Argument.Type pointer, int out) {
        for (int n = 0; n < PARAMETERS && experiment.hasAsides(); n++) {
            isNumber(n);
        }
        int last = PARAMETERS - 1;
        while (last >= 0 && experiment.words(last) == 0 && !numbers.containsKey(last)) {
            last--;
        }
        for (int n = 0; n <= last; n++) {
            int words = experiment.words(n);
            builder.parameter(words == 0 ? new Argument(name(n), numbers.getOrDefault(n, Argument.Type.U64), 0)
                    : new Argument(name(n), n == out ? Argument.Type.OUT : pointer, words));
        }
    }

    /// An argument is used, as a number.
    void isNumber(int argument) {
        numbers.put(argument, Argument.Type.U64);
    }

    /// Whether the argument is there that the convention passes there.
    boolean isUntouched(Gpr register, Shown first, Shown second) {
        int argument = convention.integers().indexOf(register);
        return argument >= 0 && first.executions().getFirst().get(register) == first.arguments()[argument]
                && second.executions().getFirst().get(register) == second.arguments()[argument];
    }

    static String name(int argument) {
        return "a" + argument;
    }

    /// Call it once more with other values, and an answer.
    Shown again(Consumer<Reply> answer) {
        experiment.renew();
        return experiment.call(script -> answer.accept(script.answer(0)));
    }

    /// A value that comes out the same, whatever the arguments are.
    static OptionalLong constant(long one, long other) {
        return one == other ? OptionalLong.of(one) : OptionalLong.empty();
    }

    /// What is returned, when it is the same in two calls.
    static OptionalLong result(Shown one, Shown other) {
        return one.returned() && other.returned() ? constant(one.after(Gpr.RAX), other.after(Gpr.RAX))
                : OptionalLong.empty();
    }

    static Effect.Failure unreported(OptionalLong invalid, OptionalLong valid, OptionalLong fault) {
        return new Effect.Failure(false, invalid, valid, fault);
    }
}
