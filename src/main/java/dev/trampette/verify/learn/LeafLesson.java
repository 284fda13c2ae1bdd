package dev.trampette.verify.learn;

import dev.trampette.call.WrapperCrash;
import dev.trampette.contract.ContractBuilder;
import dev.trampette.contract.Effect;
import dev.trampette.contract.Promises;
import dev.trampette.contract.Step;
import dev.trampette.probe.Reply;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/// What a wrapper of TDCALL or SEAMCALL does. What a leaf has for registers is in the tables; of one that is not there
/// the other side writes what the wrapper is made for: see [#written].
final class LeafLesson {

    private static final long FAILURE = 0xC000_0000_0000_0000L;
    private static final long RETRY = 1;
    /// What the leaves have in common: a wrapper that keeps something of its own here loses it.
    private static final Set<Gpr> COMMON = EnumSet.of(Gpr.RCX, Gpr.RDX, Gpr.R8, Gpr.R9, Gpr.R10, Gpr.R11);
    /// So many registers that are cleared are no accident.
    private static final int CLEARED = 3;

    private final Learner learner;
    private final ContractBuilder builder;
    /// What the other side writes.
    private final Map<Gpr, Long> poison = new EnumMap<>(Gpr.class);
    private final Map<Gpr, Source> inputs = new LinkedHashMap<>();
    private Family family;
    /// The mask, when it is always the same.
    private OptionalLong fixed = OptionalLong.empty();

    LeafLesson(Learner learner, ContractBuilder builder) {
        this.learner = learner;
        this.builder = builder;
    }

    void learn(Shown first, Shown second) {
        boolean isTdcall = first.executions().getFirst().what().instruction() == Instruction.TDCALL;
        boolean isVmcall = isTdcall && isZero(learner.used().source(Gpr.RAX, first, second));
        family = isVmcall ? Family.TDVMCALL : Family.of(first.executions().getFirst().what().instruction(),
                learner.used().source(Gpr.RAX, first, second).orElse(null) instanceof Source.Constant(long rax) ? rax
                        : 0);
        Optional<Leaf> leaf = leaf(family, first, second);
        leaf.ifPresentOrElse(known -> builder.leaf(known.title()), () -> learner.assume(
                "the leaf is in no table: all that reaches the instruction is its input"));
        inputs(leaf, first, second);
        boolean isMaskKnown = !isVmcall || mask(first, second);
        written(leaf, first, second);
        if (leaf.filter(Leaf::scrub).isPresent() && !isVmcall) {
            builder.written(EnumSet.of(Gpr.RBP));
            learner.assume("a guest runs behind the leaf: it may have written RBP");
        }
        boolean isOne = isMaskKnown && first.executions().size() == 1 && second.executions().size() == 1
                && retries() == 1;
        if (!isOne || !outputs(leaf)) {
            steps();
            return;
        }
        inputs.forEach(builder::input);
        fixed.ifPresent(builder::mask);
        cleared(leaf.isEmpty());
        if (isVmcall) {
            refusal();
        } else if (!isTdcall) {
            noModule();
        }
    }

    private static boolean isZero(Optional<Source> source) {
        return source.equals(Optional.of(new Source.Constant(0)));
    }

    /// The entry of the number at the instruction, with the constants that are there.
    private Optional<Leaf> leaf(Family family, Shown first, Shown second) {
        return learner.used().source(family.selector(), first, second).flatMap(source ->
                LeafTable.of(family).leaves().stream().filter(leaf -> leaf.unwrapped().isEmpty())
                        .filter(leaf -> source.equals(new Source.Constant(leaf.number())))
                        .filter(leaf -> leaf.inputs().stream().filter(input -> input.value().isPresent())
                                .allMatch(input -> learner.used().source(input.register(), first, second)
                                        .equals(Optional.of(new Source.Constant(input.value().getAsLong())))))
                        .findFirst());
    }

    private void inputs(Optional<Leaf> leaf, Shown first, Shown second) {
        Set<Gpr> registers = EnumSet.of(family.selector());
        registers.addAll(leaf.map(Leaf::inputRegisters).orElseGet(() -> family == Family.TDVMCALL
                ? Gpr.selectedBy(first.executions().getFirst().get(Gpr.RCX) & Leaf.LEGAL_MASK)
                : EnumSet.complementOf(EnumSet.of(Gpr.RSP, Gpr.RBP))));
        for (Gpr register : registers) {
            Optional<Source> source = learner.used().source(register, first, second);
            boolean isSelector = register == family.selector();
            if (source.isPresent() && (isSelector || !isZero(source))) {
                inputs.put(register, source.get());
            } else if (source.isEmpty() && leaf.isPresent()) {
                learner.assume("%s is an input of the leaf, and nobody knows where its value is from"
                        .formatted(register));
            }
        }
        if (leaf.isEmpty()) {
            leftovers();
            learner.used().forgetNumbers();        // of a narrow argument, all 64 bits of it are left there
            inputs.keySet().forEach(register -> learner.used().source(register, first, second));
        }
    }

    /// An argument that is in its own register, and was moved to another one too, is only left there.
    private void leftovers() {
        inputs.entrySet().removeIf(input -> input.getKey() != family.selector()
                && learner.used().isPlaceOf(input.getKey(), input.getValue())
                && inputs.entrySet().stream().anyMatch(other -> other.getKey() != input.getKey()
                        && other.getValue().equals(input.getValue())));
    }

    /// Whether the mask is always the same.
    private boolean mask(Shown first, Shown second) {
        if (learner.used().source(Gpr.RCX, first, second).orElse(null) instanceof Source.Constant(long mask)) {
            fixed = OptionalLong.of(mask);
            return true;
        }
        learner.assume("the mask in RCX is the caller's: what it exposes is too");
        return false;
    }

    /// Of a leaf that nobody knows: a VMM writes what it sees. A module writes the registers that the leaves have in
    /// common, those that the wrapper loads, and those that it stores.
    private void written(Optional<Leaf> leaf, Shown first, Shown second) {
        Set<Gpr> registers = EnumSet.noneOf(Gpr.class);
        if (family == Family.TDVMCALL) {
            registers.addAll(Gpr.selectedBy(first.executions().getFirst().get(Gpr.RCX) & Leaf.LEGAL_MASK));
            registers.remove(Gpr.R10);
        } else if (leaf.isPresent()) {
            registers.addAll(leaf.get().outputRegisters());
        } else {
            registers.addAll(COMMON);
            inputs.forEach((register, source) -> {
                if (!(source instanceof Source.Constant) && !learner.used().isPlaceOf(register, source)) {
                    registers.add(register);
                }
            });
        }
        registers.remove(Gpr.RAX);
        registers.forEach(register -> poison.put(register, learner.random().nextLong()));
        if (family != Family.TDVMCALL && leaf.isEmpty()) {
            storedBeyond();
        }
        if (family != Family.TDVMCALL) {
            builder.written(poison.keySet());
        }
    }

    /// Registers that are stored although they are neither loaded nor lost by a C function; and those without which the
    /// wrapper does not come back.
    private void storedBeyond() {
        for (Gpr register : EnumSet.complementOf(EnumSet.of(Gpr.RAX, Gpr.RSP, Gpr.RBP))) {
            if (!poison.containsKey(register)) {
                long value = learner.random().nextLong();
                Shown shown = learner.again(answer -> {
                    answer(answer, 0);
                    answer.write(register, value);
                });
                if (!shown.returned()) {
                    learner.assume("the leaf does not write %s, in which something is kept%s".formatted(register,
                            writers(register)));
                } else if (shown.holds(value)) {
                    poison.put(register, value);
                }
            }
        }
    }

    /// The leaves that are known to write it.
    private String writers(Gpr register) {
        List<String> titles = LeafTable.of(family).leaves().stream()
                .filter(leaf -> leaf.outputRegisters().contains(register)).map(Leaf::title).toList();
        return titles.isEmpty() ? "" : "; %s does".formatted(String.join(" or ", titles));
    }

    /// How often the instruction is executed when the VMM says RETRY.
    private int retries() {
        return family != Family.TDVMCALL ? 1
                : Math.max(1, learner.again(answer -> answer(answer, RETRY)).executions().size());
    }

    /// What is stored where, on which status; and whether that and the status can be said in a contract.
    private boolean outputs(Optional<Leaf> leaf) {
        Shown success = learner.again(answer -> answer(answer, 0));
        long code = FAILURE | learner.random().nextInt() & 0xffffffffL;
        Shown failure = learner.again(answer -> answer(answer, code));
        if (failure.returned() && failure.after(Gpr.RAX) != code) {
            return false;
        }
        int out = -1;
        List<Gpr> outputs = new ArrayList<>();
        for (int n = 0; n < success.written().length && out < 0; n++) {
            List<Gpr> onFailure = stored(failure, n, code);
            outputs = onFailure.isEmpty() ? stored(success, n, 0) : onFailure;
            out = outputs.isEmpty() ? -1 : n;
        }
        boolean onSuccess = out >= 0 && !stored(success, out, 0).isEmpty();
        boolean onFailure = out >= 0 && !stored(failure, out, code).isEmpty();
        if (!isAllOf(success, onSuccess ? out : -1, outputs) || !isAllOf(failure, onFailure ? out : -1, outputs)) {
            return false;
        }
        if (out >= 0) {
            outputs = leaf.isEmpty() ? asLoaded(outputs, Used.name(out)) : asListed(outputs, leaf.get());
            boolean isLost = !onFailure && leaf.filter(known -> known.stored() == Stored.FAILURE).isPresent();
            if (isLost) {
                learner.assume("the leaf has an output where it fails");
            }
            builder.outputs(outputs, onSuccess && onFailure || isLost ? Stored.ALWAYS : onSuccess ? Stored.SUCCESS
                    : Stored.FAILURE);
            if (family == Family.TDVMCALL) {
                unreached(out, outputs);
            }
        }
        learner.influences(names(inputs.keySet())::contains);
        learner.parameters(builder, Argument.Type.IN, out);
        return true;
    }

    /// Whether nothing else is written.
    private static boolean isAllOf(Shown shown, int out, List<Gpr> outputs) {
        for (int n = 0; n < shown.written().length; n++) {
            for (int word = n == out ? outputs.size() : 0; word < shown.written()[n].length; word++) {
                if (shown.written()[n][word] != shown.memory()[n][word]) {
                    return false;
                }
            }
        }
        return true;
    }

    /// Where most words of a structure are loaded to the register that is stored there, all are.
    private List<Gpr> asLoaded(List<Gpr> stored, String structure) {
        List<Optional<Gpr>> loaded = new ArrayList<>();
        for (int n = 0; n < stored.size(); n++) {
            Source source = new Source.Element(structure, n);
            loaded.add(inputs.entrySet().stream().filter(input -> input.getValue().equals(source))
                    .map(Map.Entry::getKey).findFirst());
        }
        List<Gpr> likely = new ArrayList<>(stored);
        long same = 0;
        for (int n = 0; n < stored.size(); n++) {
            same += loaded.get(n).equals(Optional.of(stored.get(n))) ? 1 : 0;
            likely.set(n, loaded.get(n).orElse(stored.get(n)));
        }
        boolean isStructure = same >= CLEARED && 2 * same > stored.size();
        if (!isStructure && family == Family.TDVMCALL) {
            inputs.values().removeIf(source -> source instanceof Source.Element(String name, int n)
                    && name.equals(structure) && n < stored.size() && !inputsOf(stored.get(n)).contains(source));
        }
        return isStructure ? likely : stored;
    }

    /// What a VMM sees it may write, and an output is what the table says: a register that is none is stored in the
    /// place of an output that is not stored.
    private List<Gpr> asListed(List<Gpr> stored, Leaf leaf) {
        List<Gpr> missing = new ArrayList<>(leaf.outputRegisters());
        missing.removeAll(stored);
        missing.remove(Gpr.RAX);
        missing.remove(Gpr.R10);
        List<Gpr> likely = new ArrayList<>(stored);
        for (int n = 0; n < stored.size() && !missing.isEmpty(); n++) {
            Gpr register = stored.get(n);
            if (family == Family.TDVMCALL && register != Gpr.R10 && !leaf.outputRegisters().contains(register)) {
                likely.set(n, missing.removeFirst());
                learner.assume("%s is an output of the leaf, and %s is none".formatted(likely.get(n), register));
            }
        }
        return likely;
    }

    private List<Source> inputsOf(Gpr register) {
        return Optional.ofNullable(inputs.get(register)).stream().toList();
    }

    private void answer(Reply answer, long status) {
        boolean isVmcall = family == Family.TDVMCALL;
        answer.write(Gpr.RAX, isVmcall ? 0 : status);
        poison.forEach(answer::write);
        if (isVmcall) {
            answer.write(Gpr.R10, status);
        }
    }

    /// The outputs are the inputs when TDG.VP.VMCALL is refused.
    private void unreached(int argument, List<Gpr> outputs) {
        Shown unreached = learner.again(answer -> answer.write(Gpr.RAX, FAILURE | 1));
        boolean isInput = unreached.returned();
        for (int n = 0; isInput && n < outputs.size(); n++) {
            isInput = unreached.written()[argument][n] == unreached.executions().getFirst().get(outputs.get(n));
        }
        if (isInput) {
            builder.inputsWhenUnreached();
        }
    }

    /// The registers whose values are behind an argument, from the first word on.
    ///
    /// @param code what the status was
    private List<Gpr> stored(Shown shown, int argument, long code) {
        List<Gpr> registers = new ArrayList<>();
        for (int n = 0; n < shown.written()[argument].length; n++) {
            long word = shown.written()[argument][n];
            boolean isStatus = word == code && shown.memory()[argument][n] != code;
            Optional<Gpr> register = isStatus ? Optional.of(family == Family.TDVMCALL ? Gpr.R10 : Gpr.RAX)
                    : poison.entrySet().stream().filter(entry -> entry.getValue() == word).map(Map.Entry::getKey)
                            .findFirst();
            if (register.isEmpty()) {
                break;
            }
            registers.add(register.get());
        }
        return registers;
    }

    /// A wrapper that clears registers in which something came back clears all of them: it is made for values of
    /// somebody untrusted. What a leaf in the tables has is known.
    private void cleared(boolean isUnknown) {
        if (!isUnknown) {
            return;
        }
        Shown failure = learner.again(answer -> answer(answer, FAILURE | 1));
        Set<Gpr> volatiles = EnumSet.noneOf(Gpr.class);
        volatiles.addAll(poison.keySet());
        if (family == Family.TDVMCALL) {
            volatiles.add(Gpr.R10);
        }
        volatiles.retainAll(learner.lost());
        long zeroes = volatiles.stream().filter(register -> failure.after(register) == 0).count();
        int least = family == Family.TDVMCALL ? 1 : CLEARED;
        if (failure.returned() && zeroes >= least && 2 * zeroes >= volatiles.size()) {
            builder.scrub(Promises.Scrub.REGISTERS);
            learner.assume("registers are cleared, so nothing that came back may stay in one");
        }
    }

    /// What is returned when SEAMCALL finds no module is the routine's own, as long as it is no success.
    private void noModule() {
        Shown one = learner.again(answer -> answer.flags(Registers.CF));
        Shown other = learner.again(answer -> answer.flags(Registers.CF));
        long status = one.after(Gpr.RAX);
        if (one.returned() && other.returned() && status == other.after(Gpr.RAX) && status != 0) {
            builder.failure(new Effect.Failure(true, OptionalLong.of(status), OptionalLong.empty(),
                    OptionalLong.empty()));
        }
    }

    /// The instructions one by one: what comes of the answers is not said.
    private void steps() {
        List<Step> steps = new Steps(learner).list(this::kept);
        builder.executes(steps);
        Optional<Argument.Type> result = learner.result();
        result.ifPresent(builder::result);
        learner.influences(names(inputs.keySet())::contains);
        learner.parameters(builder, steps, learner.again(answer -> answer(answer, 0)));
        if (result.isEmpty()) {
            learner.assume("nothing comes back in RAX; result=void says that no failure need be told");
        }
        learner.assume("what is returned and stored on which status is as it should be");
    }

    /// The registers that count: those of the leaf, of one that nobody knows those that a VMM sees, or those that were
    /// loaded.
    private Map<String, Source> kept(Map<String, Source> operands, Shown.Executed executed) {
        boolean isVmcall = executed.what().instruction() == Instruction.TDCALL && executed.get(Gpr.RAX) == 0;
        Map<String, Source> kept = new LinkedHashMap<>(operands);
        if (isVmcall) {
            boolean isFixed = operands.get(Gpr.RCX.toString()) instanceof Source.Constant;
            kept.keySet().retainAll(names(isFixed ? Gpr.selectedBy(executed.get(Gpr.RCX) & Leaf.LEGAL_MASK
                    | Gpr.RAX.maskBit() | Gpr.RCX.maskBit()) : EnumSet.allOf(Gpr.class)));
            kept.entrySet().removeIf(operand -> !operand.getKey().equals(Gpr.RAX.toString())
                    && operand.getValue().equals(new Source.Constant(0)));
        } else {
            kept.keySet().retainAll(names(inputs.keySet()));
        }
        return kept;
    }

    private static Set<String> names(Set<Gpr> registers) {
        return registers.stream().map(Gpr::toString).collect(Collectors.toSet());
    }

    private void refusal() {
        long code = FAILURE | 1;
        Shown refused = learner.again(answer -> answer.write(Gpr.RAX, code));
        if (refused.crash().filter(WrapperCrash::isStop).isPresent()) {
            return;
        }
        builder.refusal(refused.after(Gpr.RAX) == code ? Effect.Refusal.RAX : Effect.Refusal.RETURNED);
        learner.assume("a call that is refused returns");
    }
}
