package dev.trampette.decode;

import dev.trampette.spec.Family;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Leaf;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the instructions of this project read and write. No decoder knows it: which registers matter is a matter of the
/// leaf, and what comes back is the other side's affair.
///
/// Operands that an instruction names are the decoder's. The rest is this (TDX module specification, "TDCALL" and
/// "SEAMCALL"; SDM volume 3C, "VMX Instructions" and "VMFUNC"): the leaf, or the number of a hypercall, is in RAX, and
/// RAX has the answer. VMX instructions write the six arithmetic flags; those behind TDCALL are the other side's, and
/// SEAMCALL says in them whether it reached the module.
public final class Ours {

    private static final Map<String, Instruction> BY_MNEMONIC = Stream.of(Instruction.values())
            .collect(Collectors.toMap(one -> one.name().toLowerCase(Locale.ROOT), Function.identity()));

    private Ours() {
    }

    /// The instruction of ours that has a mnemonic.
    public static Optional<Instruction> of(String mnemonic) {
        return Optional.ofNullable(BY_MNEMONIC.get(mnemonic));
    }

    /// The same operation, as these tables tell it, when it is one of ours.
    static Operation told(Operation it) {
        return of(it.mnemonic()).map(one -> with(it, one, registers(one), registers(one))).orElse(it);
    }

    /// An operation of ours that calls a leaf: what the leaf takes and gives is read and written;
    /// by TDG.VP.VMCALL all that the smallest mask exposes.
    ///
    /// @param it TDCALL or SEAMCALL
    public static Operation told(Operation it, Leaf leaf) {
        Set<Gpr> reads = EnumSet.of(Gpr.RAX, leaf.family().selector());
        reads.addAll(leaf.inputRegisters());
        Set<Gpr> writes = EnumSet.of(Gpr.RAX);
        writes.addAll(leaf.outputRegisters());
        if (leaf.family() == Family.TDVMCALL) {
            reads.addAll(EnumSet.of(Gpr.RCX, Gpr.R10));
            writes.addAll(Gpr.selectedBy(leaf.mask()));
        }
        return with(it, of(it.mnemonic()).orElseThrow(), reads, writes);
    }

    private static Operation with(Operation it, Instruction one, Set<Gpr> reads, Set<Gpr> writes) {
        EnumSet<Gpr> read = EnumSet.copyOf(reads);
        EnumSet<Gpr> written = EnumSet.copyOf(writes);
        if (!isCall(one)) {
            read.addAll(it.reads());
            written.addAll(it.writes());
        }
        return new Operation(it.address(), it.length(), it.mnemonic(), it.text(), read, written, 0,
                one.isHypercall() || one == Instruction.VMFUNC ? 0 : Rflags.ARITHMETIC, it.memory(),
                it.immediates(), it.kind(), it.target());
    }

    /// Whether all that it takes is in registers that it does not name.
    private static boolean isCall(Instruction one) {
        return one.isLeaf() || one.isHypercall() || one == Instruction.SEAMRET || one == Instruction.VMFUNC;
    }

    private static Set<Gpr> registers(Instruction one) {
        return isCall(one) ? EnumSet.of(Gpr.RAX) : EnumSet.noneOf(Gpr.class);
    }
}
