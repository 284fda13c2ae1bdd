package dev.trampette.shim;

import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Place;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// How the instruction of a routine reaches a shim: what stands in the code instead of it, and what that leaves behind.
public sealed interface Bridge {

    /// The instruction is a CALL of the gate, and behind it a NOP that says which instruction this is.
    Bridge GATE_CALL = new GateCall();

    /// There is no instruction of ours.
    Bridge NONE = new None();

    /// One execution of an instruction.
    ///
    /// @param instruction which it is
    /// @param register the register in ModRM.reg: the field of VMREAD and VMWRITE, the type of INVEPT and INVVPID
    /// @param operand the operand in ModRM.rm; of one in memory the base register alone
    /// @param address the operand's effective address, when it is in memory; else 0
    /// @param at where the instruction is
    record Execution(Instruction instruction, Gpr register, Place operand, long address, long at) {
    }

    /// Read what the bridge left beside the registers; every bridge leaves the same.
    ///
    /// @param at the registers at the instruction, while the shim runs
    /// @return which instruction this is, and its operands
    /// @throws IllegalStateException when there is no instruction of ours in the routine
    default Execution decode(Registers at) {
        Gpr operand = at.operand();
        return new Execution(at.instruction(), at.field(),
                at.isMemoryOperand() ? new Place.Memory(operand, 0, 8) : new Place.Register(operand),
                at.isMemoryOperand() ? at.memoryOperand() : 0, at.rip());
    }

    /// {@return memory of the code's own, in which an operand may be; empty where no operand is}
    default List<MemorySegment> data() {
        return List.of();
    }

    /// Say what the bridge itself writes into the word below RSP.
    ///
    /// @param at the registers at the instruction
    /// @return the word; empty when the bridge leaves the stack alone
    OptionalLong below(Registers at);

    /// The instruction is a CALL of the gate; see [#GATE_CALL].
    record GateCall() implements Bridge {

        /// The bytes of the CALL.
        private static final int CALL_SIZE = 5;

        @Override
        public OptionalLong below(Registers at) {
            return OptionalLong.of(at.rip() + CALL_SIZE);
        }
    }

    /// The instruction is real, and a trap stands in its place, or it traps by itself.
    ///
    /// @param sites where instructions of ours are
    /// @param random where RDRAND and RDSEED are
    /// @param fixUps where the code goes on when one of them faults
    /// @param labels the addresses of symbols, where a VM exit may go on
    /// @param data the sections of the object in which variables are
    record Trap(List<TrapSite> sites, List<RandomSite> random, List<FixUp> fixUps, Map<String, Long> labels,
            List<MemorySegment> data) implements Bridge {

        /// The lists are copied.
        public Trap {
            sites = List.copyOf(sites);
            random = List.copyOf(random);
            fixUps = List.copyOf(fixUps);
            labels = Map.copyOf(labels);
            data = List.copyOf(data);
        }

        /// Without symbols and variables.
        ///
        /// @param sites where instructions of ours are
        /// @param fixUps where the code goes on when one of them faults
        public Trap(List<TrapSite> sites, List<FixUp> fixUps) {
            this(sites, List.of(), fixUps, Map.of(), List.of());
        }

        /// A trap leaves the stack alone.
        @Override
        public OptionalLong below(Registers at) {
            return OptionalLong.empty();
        }
    }

    /// Nothing leads to a shim; see [#NONE].
    record None() implements Bridge {

        @Override
        public Execution decode(Registers at) {
            throw new IllegalStateException("no instruction, and it was executed at 0x%x".formatted(at.rip()));
        }

        @Override
        public OptionalLong below(Registers at) {
            return OptionalLong.empty();
        }
    }
}
