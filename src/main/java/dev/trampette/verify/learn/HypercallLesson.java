package dev.trampette.verify.learn;

import dev.trampette.call.WrapperCrash;
import dev.trampette.contract.ContractBuilder;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.HypercallInterface;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Source;
import dev.trampette.spec.Stored;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What a wrapper of VMCALL, VMMCALL or VMGEXIT does: whose interface it is for, as far as its registers tell.
final class HypercallLesson {

    private static final long ERROR = -38;
    /// The registers that any interface has an argument in.
    private static final Set<Gpr> CANDIDATES = EnumSet.of(Gpr.RAX, Gpr.RBX, Gpr.RCX, Gpr.RDX, Gpr.RSI, Gpr.RDI, Gpr.RBP,
            Gpr.R8, Gpr.R9, Gpr.R10);

    private final Learner learner;
    private final ContractBuilder builder;
    private final Convention convention;
    /// What the routine itself put into a register, and where it is from.
    private final Map<Gpr, Source> moved = new LinkedHashMap<>();

    HypercallLesson(Learner learner, ContractBuilder builder, Convention convention) {
        this.learner = learner;
        this.builder = builder;
        this.convention = convention;
    }

    void learn(Shown first, Shown second) {
        int executions = first.executions().size();
        if (executions != 1 || second.executions().size() != 1) {
            throw new LearningException(learner.symbol(), "it makes %d hypercalls".formatted(executions));
        }
        for (Gpr register : CANDIDATES) {
            if (!learner.used().isUntouched(register, first, second)) {
                learner.used().source(register, first, second).ifPresent(source -> moved.put(register, source));
            }
        }
        Instruction instruction = first.executions().getFirst().what().instruction();
        Optional<HypercallInterface> known = interfaceOf(instruction);
        boolean isFunction = instruction == Instruction.VMFUNC;
        known.ifPresent(builder::hypercall);
        if (known.isEmpty() && !isFunction) {
            learner.assume("nobody knows which hypervisor it is for: one "
                + "that answers in RAX and keeps all else; say interface= with one of " + HypercallInterface.labels());
        }
        known.map(this::inputs).orElseGet(() -> List.copyOf(moved.keySet())).forEach(register ->
                learner.used().source(register, first, second).ifPresent(source -> builder.input(register, source)));
        answers(known.map(HypercallInterface::results).orElse(isFunction ? List.of() : List.of(Gpr.RAX)));
    }

    /// A number of the hypervisor's own, or a register that no other interface has.
    private Optional<HypercallInterface> interfaceOf(Instruction instruction) {
        if (instruction == Instruction.VMGEXIT) {
            return Optional.of(HypercallInterface.GHCB);
        }
        if (instruction == Instruction.VMFUNC) {
            return Optional.empty();
        }
        if (new Source.Constant(HypercallInterface.VMWARE_MAGIC).equals(moved.get(Gpr.RAX))) {
            return Optional.of(HypercallInterface.VMWARE);
        }
        if (moved.containsKey(Gpr.RAX)) {
            return moved.containsKey(Gpr.RBX) ? Optional.of(HypercallInterface.KVM)
                    : moved.containsKey(Gpr.R10) ? Optional.of(HypercallInterface.XEN) : Optional.empty();
        }
        boolean isOther = moved.get(Gpr.RBX) instanceof Source.Parameter || moved.containsKey(Gpr.R10);
        return !isOther && (convention.equals(Convention.MS_X64) || moved.containsKey(Gpr.RCX))
                ? Optional.of(HypercallInterface.HYPER_V) : Optional.empty();
    }

    /// The number, and the arguments up to the last that the routine put there itself. One that is in its own register
    /// may be an argument of the hypercall, or of no use.
    private List<Gpr> inputs(HypercallInterface known) {
        List<Gpr> inputs = new ArrayList<>(known.number().stream().toList());
        List<Gpr> arguments = known.arguments();
        int last = convention.equals(Convention.MS_X64) ? arguments.size() : 0;
        for (int n = last; n < arguments.size(); n++) {
            last = moved.containsKey(arguments.get(n)) ? n + 1 : last;
        }
        inputs.addAll(arguments.subList(0, last));
        return inputs;
    }

    /// What becomes of the result.
    private void answers(List<Gpr> results) {
        Map<Gpr, Long> values = new EnumMap<>(Gpr.class);
        results.forEach(register -> values.put(register, learner.random().nextLong()));
        Shown any = learner.again(answer -> values.forEach(answer::write));
        Map<Gpr, Long> success = new EnumMap<>(values);
        results.stream().findFirst().ifPresent(status -> success.put(status, 0L));
        Shown succeeded = learner.again(answer -> success.forEach(answer::write));
        Map<Gpr, Long> error = new EnumMap<>(values);
        results.stream().findFirst().ifPresent(status -> error.put(status, ERROR));
        Shown failed = learner.again(answer -> error.forEach(answer::write));
        if (any.executions().size() != 1 || failed.executions().size() != 1) {
            throw new LearningException(learner.symbol(), "it makes the hypercall again on some results");
        }
        int out = outputs(values, any, succeeded, failed);
        boolean isStoring = Stream.of(any, succeeded, failed).anyMatch(shown ->
                !Arrays.deepEquals(shown.memory(), shown.written()));
        learner.parameters(builder, out < 0 && isStoring ? Argument.Type.INOUT : Argument.Type.IN, out);
        if (results.isEmpty()) {
            builder.returnsNothing();
            return;
        }
        if (any.isCrash(WrapperCrash.Kind.PANIC)) {
            learner.assume("it stops when the hypercall does not succeed");
            return;
        }
        long returned = any.after(Gpr.RAX);
        long result = values.get(results.getFirst());
        if (returned != result) {
            if (returned == (result & 0xffffffffL) || returned == (int) result) {
                builder.result(Argument.Type.U32);
            } else {
                builder.returnsNothing();
                learner.assume("what it returns is not the result of the hypercall: nobody looks at it");
            }
        }
    }

    /// The registers whose values are behind an argument, and on which result.
    ///
    /// @return the argument, or -1
    private int outputs(Map<Gpr, Long> values, Shown any, Shown succeeded, Shown failed) {
        for (int n = 0; n < any.written().length; n++) {
            List<Gpr> onSuccess = stored(values, succeeded.written()[n], Gpr.RAX);
            List<Gpr> onFailure = stored(values, failed.written()[n], Gpr.RAX);
            List<Gpr> onAny = stored(values, any.written()[n], null);
            List<Gpr> outputs = onAny.isEmpty() ? onSuccess : onAny;
            if (!outputs.isEmpty()) {
                if (!isAll(n, outputs.size(), any, succeeded, failed)) {
                    return -1;
                }
                builder.outputs(outputs, onAny.isEmpty() && onFailure.isEmpty() ? Stored.SUCCESS
                        : onSuccess.isEmpty() && !outputs.equals(List.of(Gpr.RAX)) ? Stored.FAILURE : Stored.ALWAYS);
                return n;
            }
        }
        return -1;
    }

    /// Whether nothing is written but the first words behind an argument.
    private static boolean isAll(int argument, int words, Shown... calls) {
        for (Shown shown : calls) {
            for (int n = 0; n < shown.written().length; n++) {
                int from = n == argument ? words : 0;
                if (!Arrays.equals(shown.written()[n], from, shown.written()[n].length, shown.memory()[n], from,
                        shown.memory()[n].length)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static List<Gpr> stored(Map<Gpr, Long> values, long[] words, Gpr without) {
        List<Gpr> registers = new ArrayList<>();
        for (long word : words) {
            Optional<Gpr> register = values.entrySet().stream().filter(entry -> entry.getKey() != without
                    && entry.getValue() == word).map(Map.Entry::getKey).findFirst();
            if (register.isEmpty()) {
                break;
            }
            registers.add(register.get());
        }
        return registers;
    }
}
