package dev.trampette.verify.learn;

import dev.trampette.call.WrapperCrash;
import dev.trampette.contract.Contract;
import dev.trampette.contract.ContractBuilder;
import dev.trampette.contract.Effect;
import dev.trampette.contract.External;
import dev.trampette.contract.Step;
import dev.trampette.image.Code;
import dev.trampette.image.Image;
import dev.trampette.image.Outside;
import dev.trampette.probe.Reply;
import dev.trampette.probe.Script;
import dev.trampette.shim.Bridge;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Callee;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Range;
import dev.trampette.verdict.UncheckedException;
import dev.trampette.verify.learn.Shown.Executed;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Learns the contract of a routine that nobody has described, by calling it: which arguments are pointers and to how
/// much, which is in which register at the instruction, what is stored, how a failure comes back. What it does on
/// success is taken for what it promises; what it does with everything else is left to the verifier.
public final class Learner {

    /// Places of arguments that are tried, of a function that may be anything.
    static final int PLACES = 10;
    /// More arguments than a wrapper has.
    static final int PARAMETERS = 6;
    /// What is taken for granted of a function whose arguments nobody has said.
    public static final String ANY_ARGUMENTS =
            "whatever is in the registers of the first %d arguments is an argument".formatted(PARAMETERS);
    /// A status that is an error everywhere.
    private static final long ERROR = 0xC000_0000_0000_0000L;
    /// Calls that tell chance from what is always so.
    private static final int REPEATS = 6;

    private final Outside outside;
    private final Code code;
    private final Convention convention;
    private final RandomGenerator random;
    private final Experiment experiment;
    private final List<String> assumptions = new ArrayList<>();
    private final Used used;
    /// Whether the first instruction has its status in RAX.
    private boolean isLeaf;
    /// Whether the code has none of ours: then it is a function, whatever its calls come to.
    private final boolean hasNoInstruction;
    /// Whether how much a pointer points to is learnt later, with all that the arguments may be.
    private boolean isUnsized;
    /// Whether a function takes arguments in vectors too.
    private boolean isVectorial;
    /// Whether numbers are lengths, and no pointer is there from which that could be learnt.
    private boolean isCounting;
    /// Whether a VMM answers it.
    private boolean isVmcall;

    private Learner(Image runtime, Code code, Bridge bridge, Runnable reset, Convention convention, long seed,
            Outside outside, Arena arena) {
        this.outside = outside;
        this.code = code;
        this.convention = convention;
        this.hasNoInstruction = bridge instanceof Bridge.Trap trap && trap.sites().isEmpty();
        this.random = new SplittableRandom(seed ^ code.symbol().hashCode());
        this.experiment = new Experiment(runtime, code, bridge, reset, convention, PLACES, random, outside, arena);
        this.used = new Used(experiment, convention);
    }

    /// Learn a C function.
    ///
    /// @param runtime whose probe calls it
    /// @param bridge how its instruction is reached
    /// @throws LearningException when its calls do not tell enough
    /// @throws UncheckedException when it wraps an instruction that no check knows
    public static Learnt learn(Image runtime, Code code, Bridge bridge, Convention convention, long seed) {
        return learn(runtime, code, bridge, () -> { }, convention, seed, Outside.NONE);
    }

    /// Learn a C function of an object.
    ///
    /// @param runtime whose probe calls it
    /// @param bridge how its instruction is reached
    /// @param reset gives the variables of the object the values that they had when it was loaded
    /// @param outside what it may call
    /// @throws LearningException when its calls do not tell enough
    /// @throws UncheckedException when it wraps an instruction that no check knows
    public static Learnt learn(Image runtime, Code code, Bridge bridge, Runnable reset, Convention convention,
            long seed, Outside outside) {
        if (!convention.isC()) {
            throw new LearningException(code.symbol(), ("convention=%s has no places for arguments; write one "
                    + "(--contract FILE, or -D arguments=...)").formatted(convention));
        }
        try (Arena arena = Arena.ofConfined()) {
            return new Learner(runtime, code, bridge, reset, convention, seed, outside, arena).learn();
        }
    }

    private Learnt learn() {
        Shown peeked = experiment.call(_ -> { });
        Optional<Executed> any = peeked.executions().stream().findFirst();
        isLeaf = any.filter(executed -> executed.what().instruction().isLeaf()).isPresent();
        isVmcall = any.filter(executed -> executed.what().instruction() == Instruction.TDCALL
                && executed.get(Gpr.RAX) == 0).isPresent();
        Shown first = experiment.call(this::succeed);
        experiment.renew();
        Shown second = experiment.call(this::succeed);
        ContractBuilder builder = Contract.of(code.symbol()).convention(convention);
        boolean isEntry = Stream.of(first, second).flatMap(shown -> shown.executions().stream())
                .anyMatch(execution -> execution.what().instruction().isEntry());
        if (isEntry) {
            new EntryLesson(this, builder).learn();
        } else if (hasNoInstruction && first.executions().isEmpty() && second.executions().isEmpty()) {
            if (!first.returned() || !second.returned()) {
                requireTarget(first, second);
                experiment.lengthen(this::succeed);
                experiment.call(this::succeed).requireOwnCrash(code.symbol());
            }
            plain(builder);
        } else {
            first.requireOwnCrash(code.symbol());
            second.requireOwnCrash(code.symbol());
            requireTarget(first, second);
            learn(builder, first, second);
        }
        calls(builder);
        return new Learnt(isVectorial ? withVectors(builder.build()) : builder.build(), List.copyOf(assumptions));
    }

    private void learn(ContractBuilder builder, Shown first, Shown second) {
        if (first.executions().isEmpty()) {
            plain(builder);
        } else {
            Executed at = first.executions().getFirst();
            Instruction instruction = at.what().instruction();
            builder.instruction(instruction);
            switch (instruction) {
                case TDCALL, SEAMCALL -> new LeafLesson(this, builder).learn(first, second);
                case VMXON, VMXOFF -> new OperationLesson(this, builder).learn(first);
                case VMCALL, VMMCALL, VMGEXIT, VMFUNC ->
                    new HypercallLesson(this, builder, convention).learn(first, second);
                case SEAMRET -> throw new UncheckedException(code.symbol(), instruction);
                default -> new VmxLesson(this, builder).learn(first);
            }
            if (experiment.call(script -> script.answer(0).fault(Registers.UD)).isCrash(WrapperCrash.Kind.FAULT)) {
                builder.neverFaults();
                if (!instruction.isHypercall()) {
                    assumptions.add("the instruction does not fault: no fix-up is known");
                }
            }
        }
    }

    /// The functions that it called.
    private void calls(ContractBuilder builder) {
        for (int n = 0; n < PARAMETERS; n++) {
            if (experiment.isFunction(n)) {
                assumptions.add(Callee.UNKNOWN.assumption(Used.name(n)));
            }
        }
        if (outside.stackAlignment() != Convention.STACK_ALIGNMENT && experiment.isCalling()) {
            builder.stackAlignment(outside.stackAlignment());
            assumptions.add("the object is of a kernel: RSP is a multiple of %d where it calls"
                    .formatted(outside.stackAlignment()));
        }
        for (String name : experiment.called()) {
            Callee callee = outside.callee(name);
            builder.external(new External.Function(name, callee));
            assumptions.add(callee.assumption(name));
        }
    }

    /// A routine that goes where its arguments say, and not to one of them, goes nowhere.
    private void requireTarget(Shown first, Shown second) {
        OptionalLong target = second.target();
        if (target.isPresent() && !target.equals(first.target())
                && target.equals(experiment.call(this::succeed).target())) {
            throw new LearningException(code.symbol(), "it calls an address that it computes from its arguments");
        }
    }

    /// All succeeds: CF and ZF clear, and RAX = 0 where the status is there; what is read is random.
    void succeed(Script script) {
        for (int n = 0; n < Script.MOST; n++) {
            success(script.answer(n));
        }
    }

    private void success(Reply reply) {
        reply.operand(random.nextLong());
        if (isLeaf) {
            reply.write(Gpr.RAX, 0);
        }
    }

    /// All succeed, but for one.
    Shown failing(int step, Consumer<Reply> failure) {
        return experiment.call(script -> {
            succeed(script);
            failure.accept(script.answer(step));
        });
    }

    /// A function without an instruction of ours: its convention, and what it may touch.
    private void plain(ContractBuilder builder) {
        for (int n = 0; n < PARAMETERS; n++) {
            used.isNumber(n);
        }
        influences(PLACES, _ -> true);
        isVectorial = convention == Convention.SYSV && usesVectors();
        isUnsized = hasNoInstruction;
        isCounting = isUnsized && experiment.isLengthened() && IntStream.range(0, PLACES).noneMatch(n ->
                experiment.words(n) > 0);
        if (isCounting) {
            assumptions.add("numbers are small");
        }
        parameters(builder, Argument.Type.INOUT, -1);
        assumptions.add(ANY_ARGUMENTS);
    }

    private boolean usesVectors() {
        Consumer<Script> answers = steady();
        Shown one = experiment.call(answers);
        Shown other = experiment.call(answers);
        experiment.renewVectors();
        return !experiment.call(answers).isLike(one, other, _ -> true);
    }

    /// How many nobody knows.
    private static Contract withVectors(Contract contract) {
        Map<String, String> lines = contract.lines();
        String vectors = IntStream.range(0, Experiment.VECTORS).mapToObj("xmm%d:v128"::formatted)
                .collect(Collectors.joining(" "));
        lines.merge("arguments", "arguments=" + vectors, (said, _) -> said + " " + vectors);
        return Contract.parse(String.join("\n", lines.values()));
    }

    RandomGenerator random() {
        return random;
    }

    Used used() {
        return used;
    }

    Experiment experiment() {
        return experiment;
    }

    void assume(String sentence) {
        assumptions.add(sentence);
    }

    /// Whether a VMM answers the instruction.
    boolean isVmcall() {
        return isVmcall;
    }

    String symbol() {
        return code.symbol();
    }

    /// The parameters that were used, and those before them.
    ///
    /// @param pointer what a pointer is of which nothing is known
    /// @param out the one that outputs are stored to, or -1
    void parameters(ContractBuilder builder, Argument.Type pointer, int out) {
        parameters(builder, n -> n == out ? Argument.Type.OUT : pointer);
    }

    private void parameters(ContractBuilder builder, IntFunction<Argument.Type> pointer) {
        for (int n = 0; n < PARAMETERS && experiment.hasAsides(); n++) {
            used.isNumber(n);
        }
        int last = PLACES - 1;
        while (last >= 0 && experiment.words(last) == 0 && !experiment.isFunction(last)
                && !used.isAsNumber(last)) {
            last--;
        }
        for (int n = 0; n <= last; n++) {
            int words = experiment.words(n);
            Argument argument = experiment.isFunction(n) ? new Argument(Used.name(n), Callee.UNKNOWN)
                    : words == 0 ? new Argument(Used.name(n), used.type(n),
                            isCounting ? Range.of(0, Experiment.SMALL) : Range.ALL)
                    : (isUnsized ? new Argument(Used.name(n), pointer.apply(n), 0, Argument.Type.U8)
                    : new Argument(Used.name(n), pointer.apply(n), words)).aligned(experiment.alignment(n));
            builder.parameter(words > 0 && experiment.isNullable(n, outcomes()) ? argument.nullable() : argument);
        }
    }

    /// Success, and failures of the first instruction.
    private List<Consumer<Script>> outcomes() {
        List<Consumer<Script>> outcomes = new ArrayList<>(List.of(this::succeed));
        for (long flags : new long[] {Registers.CF, Registers.ZF}) {
            outcomes.add(script -> {
                succeed(script);
                script.answer(0).flags(flags);
                if (isLeaf) {
                    script.answer(0).write(isVmcall ? Gpr.R10 : Gpr.RAX, ERROR);
                }
            });
        }
        return outcomes;
    }

    /// The type of the result: the widest part of RAX that comes out the same whenever the arguments and the answers
    /// are; empty when none does.
    Optional<Argument.Type> result() {
        return steady(0, _ -> { });
    }

    /// The widest part of RAX that is steady when all succeed, but for one.
    Optional<Argument.Type> steady(int step, Consumer<Reply> answer) {
        Consumer<Script> all = steady();
        Consumer<Script> answers = script -> {
            all.accept(script);
            answer.accept(script.answer(step));
        };
        long differs = 0;
        long one = experiment.call(answers).after(Gpr.RAX);
        for (int n = 0; n < REPEATS; n++) {
            differs |= one ^ experiment.call(answers).after(Gpr.RAX);
        }
        long unsteady = differs;
        return List.of(Argument.Type.U64, Argument.Type.U32, Argument.Type.U16, Argument.Type.U8).stream()
                .filter(type -> (unsteady & type.significantBits()) == 0).findFirst();
    }

    /// All succeeds, and each call has the same answers.
    private Consumer<Script> steady() {
        long[] values = new long[Script.MOST];
        for (int n = 0; n < values.length; n++) {
            values[n] = random.nextLong();
        }
        return script -> {
            for (int n = 0; n < values.length; n++) {
                success(script.answer(n));
                script.answer(n).operand(values[n]);
            }
        };
    }

    /// The arguments that something depends on, although none of them is seen as it is: they are combined, or decide.
    ///
    /// @param operands those that count
    void influences(Predicate<String> operands) {
        influences(PARAMETERS, operands);
    }

    private void influences(int places, Predicate<String> operands) {
        Consumer<Script> answers = steady();
        Shown one = experiment.call(answers);
        Shown other = experiment.call(answers);
        for (int n = 0; n < places; n++) {
            if (experiment.words(n) == 0 && !used.isAsNumber(n)) {
                experiment.renew(n);
                if (!experiment.call(answers).isLike(one, other, operands)) {
                    used.isNumber(n);
                }
                one = experiment.call(answers);
                other = experiment.call(answers);
            }
        }
    }

    /// The type of each pointer of a routine whose instructions are listed: written, read by an instruction, or both.
    void parameters(ContractBuilder builder, List<Step> steps, Shown shown) {
        parameters(builder, n -> {
            boolean isWritten = !Arrays.equals(shown.memory()[n], shown.written()[n]);
            boolean isRead = steps.stream().flatMap(step -> step.operands().values().stream())
                    .anyMatch(source -> source.parameter().equals(Used.name(n)));
            return !isWritten ? Argument.Type.IN : isRead ? Argument.Type.INOUT : Argument.Type.OUT;
        });
    }

    /// The registers that a C function may lose, RAX apart.
    Set<Gpr> lost() {
        Set<Gpr> lost = EnumSet.copyOf(convention.lost());
        lost.remove(Gpr.RAX);
        return lost;
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
