package dev.trampette.verify.values;

import dev.trampette.contract.Contract;
import dev.trampette.contract.ContractException;
import dev.trampette.contract.Effect;
import dev.trampette.contract.Parameter;
import dev.trampette.contract.Signature;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Gpr;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// One of two routines that are compared, beside the other: which arguments are the same for both, and which answers
/// both must be given.
///
/// @param own the contract of the one
/// @param other that of the other
/// @param isFirst whether the one is the first, whose names count
public record Pairing(Contract own, Contract other, boolean isFirst) {

    /// What an argument is beside the other routine's.
    ///
    /// @param name the name that it has for both
    /// @param number its place among the arguments of the first routine
    /// @param argument what values are tried
    /// @param significant the bits that count for both
    /// @param isNullable whether it is a pointer that may be NULL for one of them
    /// @param isShared whether the other routine has it too
    public record Partner(String name, int number, Argument argument, long significant, boolean isNullable,
            boolean isShared) {
    }

    /// {@return for each argument of the one, in order, that of the same name, else that at the same place}
    public List<Partner> partners() {
        List<Argument> mine = own.signature().arguments();
        List<Argument> first = isFirst ? mine : other.signature().arguments();
        List<Argument> second = isFirst ? other.signature().arguments() : mine;
        int[] matched = matched(first, second);
        List<Partner> partners = new ArrayList<>();
        for (int n = 0; n < mine.size(); n++) {
            int number = isFirst ? n : matched[n];
            int theirs = isFirst ? indexOf(matched, n) : number;
            if (theirs < 0) {
                Argument alone = mine.get(n);
                partners.add(new Partner(isFirst ? alone.name() : alone.name() + " of B", n, alone,
                        alone.type().significantBits(), alone.isNullable(), false));
            } else {
                Argument a = first.get(number);
                Argument b = second.get(isFirst ? theirs : n);
                partners.add(new Partner(a.name(), number, a, a.type().significantBits()
                        & b.type().significantBits(), a.isNullable() || b.isNullable(), true));
            }
        }
        return partners;
    }

    /// For each argument of the second routine the one of the first, or -1.
    private static int[] matched(List<Argument> first, List<Argument> second) {
        int[] matched = new int[second.size()];
        Set<Integer> free = IntStream.range(0, first.size()).boxed().collect(Collectors.toSet());
        for (int n = 0; n < matched.length; n++) {
            String name = second.get(n).name();
            matched[n] = first.stream().map(Argument::name).toList().indexOf(name);
            free.remove(matched[n]);
        }
        for (int n = 0; n < matched.length; n++) {
            if (matched[n] < 0 && free.remove(n)) {
                matched[n] = n;
            }
        }
        return matched;
    }

    private static int indexOf(int[] values, int value) {
        for (int n = 0; n < values.length; n++) {
            if (values[n] == value) {
                return n;
            }
        }
        return -1;
    }

    /// The bits of a result that count for both; 0 when one of them has none.
    public long resultBits() {
        return resultBits(own) & resultBits(other);
    }

    /// Whether both return the same, of several parts.
    public boolean hasSameParts() {
        return own.signature().results().size() > 1
                && own.signature().returned().equals(other.signature().returned());
    }

    private static long resultBits(Contract contract) {
        Signature signature = contract.signature();
        boolean isThere = !signature.isVoid() && signature.convention().leavesStatus()
                && (contract.effect().isPresent() || signature.result().filter(type ->
                        type != Argument.Type.F80).isPresent());
        return isThere ? signature.significantBits() : 0;
    }

    /// {@return the contract of the one, with the answers that the other is made for} Those are a fault, when one of
    /// them has a fix-up; a call that is to be made again; registers that a leaf of the TDX module may write.
    public Contract contract() {
        if (own.effect().isEmpty() || other.effect().isEmpty()) {
            return own;
        }
        Map<String, String> lines = own.lines();
        Effect theirs = other.effect().get();
        if (theirs.faults()) {
            lines.remove("faults");
        }
        theirs.retry().ifPresent(retry -> lines.putIfAbsent("retry", "retry=0x%x:%d".formatted(retry.status(),
                retry.most())));
        theirs.hypercall().ifPresent(one -> lines.putIfAbsent("interface", "interface=" + one.label()));
        Set<Gpr> written = written();
        if (!written.isEmpty()) {
            lines.put("written", "written=" + written.stream().map(Gpr::toString).collect(Collectors.joining(" ")));
        }
        try {
            return Contract.parse(String.join("\n", lines.values()));
        } catch (ContractException e) {
            return own;
        }
    }

    /// What the TDX module may write for either.
    private Set<Gpr> written() {
        Set<Gpr> written = EnumSet.noneOf(Gpr.class);
        for (Contract contract : List.of(own, other)) {
            Effect effect = contract.effect().orElseThrow();
            if (!effect.instruction().isLeaf() || contract.promises().mask().isPresent()) {
                return Collections.emptySet();
            }
            written.addAll(effect.outputs());
            written.addAll(effect.returned().values());
            written.addAll(effect.written());
            written.addAll(contract.signature().left());
        }
        written.remove(Gpr.RAX);
        return written;
    }

    /// Whether the nth answer means the same for both: then it can be an end of what is possible, as the verifier tries
    /// them in turn.
    public boolean hasSameAnswers() {
        return own.effect().isPresent() && other.effect().isPresent()
                && own.effect().get().outputs().equals(other.effect().get().outputs())
                && own.effect().get().steps().size() == other.effect().get().steps().size();
    }

    /// {@return which arguments were matched although their names differ: those of the one by those of the first}
    public Map<String, String> renamed() {
        Map<String, String> renamed = new LinkedHashMap<>();
        List<Parameter> parameters = own.signature().parameters();
        List<Partner> partners = partners();
        for (int n = 0; n < partners.size(); n++) {
            Partner partner = partners.get(n);
            if (partner.isShared() && !partner.name().equals(parameters.get(n).name())) {
                renamed.put(partner.name(), parameters.get(n).name());
            }
        }
        return renamed;
    }
}
