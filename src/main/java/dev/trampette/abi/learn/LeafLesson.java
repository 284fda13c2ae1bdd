package dev.trampette.abi.learn;

import dev.trampette.call.Reply;
import dev.trampette.call.WrapperCrash;
import dev.trampette.contract.Contract;
import dev.trampette.contract.Effect;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Family;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.LeafTable;
import dev.trampette.spec.Source;
import dev.trampette.spec.Stored;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// What a wrapper of TDCALL or SEAMCALL does. What a leaf has for registers is in the tables; of one that is not there
/// the other side may write all.
final class LeafLesson {

    /// A status of 0 cannot be told from other zeroes.
    private static final long NO_STATUS = -1;
    private static final long FAILURE = 0xC000_0000_0000_0000L;

    private final Learner learner;
    private final Contract.Builder builder;
    /// What the other side writes.
    private final Map<Gpr, Long> poison = new EnumMap<>(Gpr.class);

    LeafLesson(Learner learner, Contract.Builder builder) {
        this.learner = learner;
        this.builder = builder;
    }

    void learn(Shown first, Shown second) {
        boolean isTdcall = first.executions().getFirst().what().instruction() == Instruction.TDCALL;
        boolean isVmcall = isTdcall && isZero(learner.source(Gpr.RAX, first, second));
        Family family = isVmcall ? Family.TDVMCALL : isTdcall ? Family.TDG : Family.TDH;
        Optional<Leaf> leaf = leaf(family, first, second);
        leaf.ifPresentOrElse(known -> builder.leaf(known.title()), () ->
                learner.assume("the leaf is in no table: all that reaches the instruction is its input, and every "
                        + "register may be its output"));
        inputs(family, leaf, first, second);
        if (isVmcall) {
            mask(first, second);
        } else if (leaf.filter(Leaf::scrub).isPresent()) {
            builder.written(EnumSet.of(Gpr.RBP));
            learner.assume("a guest runs behind the leaf: it may have written RBP");
        }
        written(family, leaf, first);
        outputs(family);
    }

    private static boolean isZero(Optional<Source> source) {
        return source.equals(Optional.of(new Source.Constant(0)));
    }

    /// The entry of the number at the instruction, with the constants that are there.
    private Optional<Leaf> leaf(Family family, Shown first, Shown second) {
        return learner.source(family.selector(), first, second).flatMap(source ->
                LeafTable.of(family).leaves().stream().filter(leaf -> leaf.unwrapped().isEmpty())
                        .filter(leaf -> source.equals(new Source.Constant(leaf.number())))
                        .filter(leaf -> leaf.inputs().stream().filter(input -> input.value().isPresent())
                                .allMatch(input -> learner.source(input.register(), first, second)
                                        .equals(Optional.of(new Source.Constant(input.value().getAsLong())))))
                        .findFirst());
    }

    private void inputs(Family family, Optional<Leaf> leaf, Shown first, Shown second) {
        Set<Gpr> registers = EnumSet.of(family.selector());
        registers.addAll(leaf.map(Leaf::inputRegisters).orElseGet(() -> family == Family.TDVMCALL
                ? Gpr.selectedBy(first.executions().getFirst().get(Gpr.RCX) & Leaf.LEGAL_MASK)
                : EnumSet.complementOf(EnumSet.of(Gpr.RSP, Gpr.RBP))));
        for (Gpr register : registers) {
            Optional<Source> source = learner.source(register, first, second);
            boolean isSelector = register == family.selector();
            if (source.isPresent() && (isSelector || !isZero(source))) {
                builder.input(register, source.get());
            } else if (source.isEmpty() && leaf.isPresent()) {
                learner.assume("%s is an input of the leaf, and nobody knows where its value is from"
                        .formatted(register));
            }
        }
    }

    private void mask(Shown first, Shown second) {
        if (learner.source(Gpr.RCX, first, second).orElse(null) instanceof Source.Constant(long mask)) {
            builder.mask(mask);
        } else {
            throw new LearningException(learner.symbol(), "the RCX mask is another one in each call");
        }
    }

    private void written(Family family, Optional<Leaf> leaf, Shown first) {
        Set<Gpr> registers;
        if (family == Family.TDVMCALL) {
            registers = Gpr.selectedBy(first.executions().getFirst().get(Gpr.RCX) & Leaf.LEGAL_MASK);
            registers.remove(Gpr.R10);
        } else if (leaf.isPresent()) {
            registers = EnumSet.noneOf(Gpr.class);
            registers.addAll(leaf.get().outputRegisters());
        } else {
            registers = EnumSet.complementOf(EnumSet.of(Gpr.RAX, Gpr.RSP, Gpr.RBP));
        }
        registers.forEach(register -> poison.put(register, learner.random().nextLong()));
        if (family != Family.TDVMCALL) {
            builder.written(registers);
        }
    }

    /// What is stored where, on which status; where the status is, and what becomes of a refusal.
    private void outputs(Family family) {
        boolean isVmcall = family == Family.TDVMCALL;
        Gpr status = isVmcall ? Gpr.R10 : Gpr.RAX;
        Shown success = learner.again(answer -> answer(answer, isVmcall, 0));
        long code = FAILURE | learner.random().nextInt() & 0xffffffffL;
        Shown failure = learner.again(answer -> answer(answer, isVmcall, code));
        int out = -1;
        List<Gpr> outputs = new ArrayList<>();
        for (int n = 0; n < success.written().length && out < 0; n++) {
            List<Gpr> onFailure = stored(failure, n, code);
            outputs = onFailure.isEmpty() ? stored(success, n, NO_STATUS) : onFailure;
            out = outputs.isEmpty() ? -1 : n;
        }
        if (out >= 0) {
            boolean onSuccess = !stored(success, out, NO_STATUS).isEmpty();
            boolean onFailure = !stored(failure, out, code).isEmpty();
            builder.outputs(outputs, onSuccess && onFailure ? Stored.ALWAYS : onSuccess ? Stored.SUCCESS
                    : Stored.FAILURE);
        }
        if (out >= 0 && isInput(family, out, outputs)) {
            builder.inputsWhenUnreached();
        }
        learner.parameters(builder, Argument.Type.IN, out);
        status(failure, status, code);
        if (isVmcall) {
            refusal();
        }
    }

    private void answer(Reply answer, boolean isVmcall, long status) {
        answer.write(Gpr.RAX, isVmcall ? 0 : status);
        poison.forEach(answer::write);
        if (isVmcall) {
            answer.write(Gpr.R10, status);
        }
    }

    /// Whether the outputs are the inputs when SEAMCALL does not reach the module, or TDG.VP.VMCALL is refused.
    private boolean isInput(Family family, int argument, List<Gpr> outputs) {
        Shown unreached = learner.again(answer -> {
            if (family == Family.TDVMCALL) {
                answer.write(Gpr.RAX, FAILURE | 1);
            } else {
                answer.flags(Registers.CF);
            }
        });
        return family != Family.TDG && unreached.returned() && IntStream.range(0, outputs.size()).allMatch(n ->
                unreached.written()[argument][n] == unreached.executions().getFirst().get(outputs.get(n)));
    }

    /// The registers whose values are behind an argument, from the first word on.
    ///
    /// @param code what the status was
    private List<Gpr> stored(Shown shown, int argument, long code) {
        List<Gpr> registers = new ArrayList<>();
        for (long word : shown.written()[argument]) {
            Optional<Gpr> register = word == code ? Optional.of(Gpr.R10) : poison.entrySet().stream()
                    .filter(entry -> entry.getValue() == word).map(Map.Entry::getKey).findFirst();
            if (register.isEmpty()) {
                break;
            }
            registers.add(register.get());
        }
        return registers;
    }

    private void status(Shown failure, Gpr from, long code) {
        if (!failure.returned() || failure.after(Gpr.RAX) == code) {
            return;
        }
        Shown again = learner.again(answer -> answer(answer, from == Gpr.R10, code + 1));
        boolean isAlways = failure.after(Gpr.RAX) == again.after(Gpr.RAX);
        if (!isAlways) {
            builder.returnsNothing();
            learner.assume("the status does not come back in RAX");
        }
    }

    private void refusal() {
        long code = FAILURE | 1;
        Shown refused = learner.again(answer -> answer.write(Gpr.RAX, code));
        if (refused.isCrash(WrapperCrash.Kind.PANIC)) {
            return;
        }
        builder.refusal(refused.after(Gpr.RAX) == code ? Effect.Refusal.RAX : Effect.Refusal.RETURNED);
        learner.assume("a call that is refused returns");
    }
}
