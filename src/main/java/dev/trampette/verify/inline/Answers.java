package dev.trampette.verify.inline;

import dev.trampette.inline.Instance;
import dev.trampette.probe.Reply;
import dev.trampette.probe.Script;
import dev.trampette.shim.Registers;
import dev.trampette.spec.CompletionStatus;
import dev.trampette.spec.Family;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.LeafTable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/// What an instruction of ours in a statement can answer.
enum Answers {
    SUCCESS,
    /// The call is answered, and the answer is no.
    ERROR,
    /// TDCALL itself is refused, SEAMCALL ends with an error: RAX.
    REFUSED,
    /// The other side has written to memory whose address it was given.
    MEMORY,
    /// CF = 1; of SEAMCALL: there is no module.
    VMFAIL_INVALID,
    /// ZF = 1.
    VMFAIL_VALID,
    UD,
    GP;

    /// The registers that RCX may select.
    static final long LEGAL = Leaf.LEGAL_MASK;

    private static final Set<Gpr> MODULE = EnumSet.of(Gpr.RCX, Gpr.RDX, Gpr.R8, Gpr.R9, Gpr.R10, Gpr.R11);
    private static final Set<Gpr> UNKNOWN = EnumSet.of(Gpr.RCX, Gpr.RDX, Gpr.R8, Gpr.R9, Gpr.R10, Gpr.R11, Gpr.R12,
            Gpr.R13, Gpr.R14, Gpr.R15);
    private static final Set<String> REGISTERS = Set.of("GetTdVmCallInfo", "Instruction.CPUID", "Instruction.RDMSR");

    /// Whether it is TDG.VP.VMCALL, or is meant to be: the reason has not been taken out of RAX.
    static boolean isVmcall(Passage.Executed one) {
        return one.what().instruction() == Instruction.TDCALL && (one.get(Gpr.RAX) == 0
                || one.get(Gpr.R10) == 0 && one.get(Gpr.R11) == one.get(Gpr.RAX)
                && (one.get(Gpr.RCX) & Gpr.R10.maskBit()) != 0 && (one.get(Gpr.RCX) & ~LEGAL) == 0);
    }

    /// The call of the GHCI.
    static Optional<Leaf> reason(Passage.Executed one) {
        return LeafTable.of(Family.TDVMCALL).leaves().stream()
                .filter(leaf -> leaf.number() == one.get(Gpr.R11)).findFirst();
    }

    /// Whether a call is over registers alone, and nobody writes to memory meanwhile.
    static boolean isOfRegisters(Leaf leaf) {
        return REGISTERS.contains(leaf.name());
    }

    /// Those that the first instruction can give.
    ///
    /// @param hasFixUp whether the code goes on when it faults
    /// @param isPointed whether the other side gets an address
    static List<Answers> all(Passage.Executed first, boolean hasFixUp, boolean isPointed) {
        List<Answers> all = new ArrayList<>(List.of(SUCCESS));
        switch (first.what().instruction()) {
            case TDCALL -> all.addAll(List.of(ERROR, REFUSED));
            case SEAMCALL -> all.addAll(List.of(REFUSED, VMFAIL_INVALID));
            case VMCALL, VMMCALL, VMGEXIT, VMFUNC -> all.add(ERROR);
            case VMPTRST -> {
            }
            default -> all.addAll(List.of(VMFAIL_INVALID, VMFAIL_VALID));
        }
        if (isPointed) {
            all.add(MEMORY);
        }
        if (hasFixUp) {
            all.addAll(List.of(UD, GP));
        }
        return all;
    }

    /// Whether outputs have what they are for.
    boolean isSuccess() {
        return this == SUCCESS || this == MEMORY;
    }

    /// Write the script, and say which registers are written.
    ///
    /// @param isLeafKnown whether RAX at it is the same each time, and RCX too
    /// @param isAny whether any leaf may be meant
    Map<Gpr, Long> script(Script script, Passage.Executed first, boolean isLeafKnown, boolean isAny,
            Instance instance, RandomGenerator random) {
        script.clear();
        Reply reply = script.answer(0);
        if (this == UD || this == GP) {
            reply.fault(this == UD ? Registers.UD : Registers.GP);
            return Map.of();
        }
        reply.flags(switch (this) {
            case VMFAIL_INVALID -> Registers.CF;
            case VMFAIL_VALID -> Registers.ZF;
            default -> first.what().instruction().isHypercall() || first.what().instruction() == Instruction.TDCALL
                    ? random.nextLong() : 0;
        });
        reply.stores(this == MEMORY);
        switch (first.what().instruction()) {
            case TDCALL, SEAMCALL -> {
                return leaf(reply, first, isLeafKnown, isAny, instance, random);
            }
            case VMCALL, VMMCALL, VMGEXIT -> {
                reply.write(Gpr.RAX, this == ERROR || first.isSystemCall() ? random.nextLong() : 0);
                if (first.isSystemCall()) {
                    reply.write(Gpr.RCX, random.nextLong());
                    reply.write(Gpr.R11, random.nextLong());
                }
            }
            case VMREAD, VMPTRST -> {
                if (isSuccess()) {
                    reply.operand(random.nextLong());
                }
            }
            default -> {
            }
        }
        return Map.of();
    }

    private Map<Gpr, Long> leaf(Reply reply, Passage.Executed first, boolean isLeafKnown, boolean isAny,
            Instance instance, RandomGenerator random) {
        Map<Gpr, Long> values = new EnumMap<>(Gpr.class);
        if (this == VMFAIL_INVALID) {
            return values;
        }
        reply.write(Gpr.RAX, this == REFUSED ? CompletionStatus.OPERAND_INVALID.code() : 0);
        if (this == REFUSED && isLeafKnown && isVmcall(first)) {
            return values;
        }
        if (!isLeafKnown) {
            UNKNOWN.stream().filter(register -> isAny && MODULE.contains(register)
                    || instance.gprs().contains(register) || instance.output(register).isPresent()).forEach(register ->
                            reply.write(register, random.nextLong()));
        } else if (isVmcall(first)) {
            Gpr.selectedBy(first.get(Gpr.RCX) & LEGAL).forEach(register -> values.put(register,
                    register == Gpr.R10 && this != ERROR ? 0 : random.nextLong()));
            values.forEach(reply::expose);
        } else {
            written(first).forEach(register -> reply.write(register, random.nextLong()));
        }
        return values;
    }

    /// The registers that a leaf of the module writes.
    private static Set<Gpr> written(Passage.Executed first) {
        Family family = Family.of(first.what().instruction(), first.get(Gpr.RAX));
        Optional<Leaf> leaf = LeafTable.of(family).leaves().stream().filter(one ->
                Instruction.leaf(one.number()) == Instruction.leaf(first.get(Gpr.RAX))).findFirst();
        return leaf.map(Leaf::outputRegisters).orElse(MODULE);
    }

    /// The name in reports: `vmfail-valid`.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
