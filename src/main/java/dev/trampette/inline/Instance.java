package dev.trampette.inline;

import dev.trampette.spec.Gpr;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A copy of an asm statement in compiled code.
///
/// @param statement which
/// @param function where it is
/// @param operands outputs, and inputs behind them
/// @param gprs the general-purpose registers among the clobbers
/// @param vectors the vectors among them, by number
/// @param masks the mask registers among them
/// @param hasX87 whether registers of x87 or MMX are among them
/// @param hasMemory whether memory is
/// @param labels the compiler's numbers of the labels to which it may jump
public record Instance(Statement statement, String function, List<Operand> operands, Set<Gpr> gprs,
        Set<Integer> vectors, Set<Integer> masks, boolean hasX87, boolean hasMemory, List<Integer> labels) {

    /// The same, as a copy of another statement.
    Instance of(Statement other) {
        return new Instance(other, function, operands, gprs, vectors, masks, hasX87, hasMemory, labels);
    }

    /// An operand by its number.
    public Operand operand(int number) {
        return operands.get(number);
    }

    /// The operands that are read.
    public List<Operand> inputs() {
        return operands.stream().filter(operand -> !operand.isOutput()).toList();
    }

    /// The operands that are written.
    public List<Operand> outputs() {
        return operands.stream().filter(Operand::isOutput).toList();
    }

    /// An output that is in a register.
    public Optional<Operand> output(Gpr register) {
        return outputs().stream().filter(one -> is(one, register)).findFirst();
    }

    /// An input that is in a register.
    public Optional<Operand> input(Gpr register) {
        return inputs().stream().filter(one -> is(one, register)).findFirst();
    }

    private static boolean is(Operand operand, Gpr register) {
        return operand.location() instanceof Location.Register(Gpr gpr, _) && gpr == register;
    }

    /// What is read where output is written: the number of the input that is tied to an output.
    public Optional<Operand> tied(Operand output) {
        return inputs().stream().filter(one -> one.tied() == output.number()).findFirst();
    }

    /// Registers that only serve as an address.
    public Map<Gpr, Operand> bases() {
        Map<Gpr, Operand> bases = new EnumMap<>(Gpr.class);
        operands.forEach(one -> {
            if (one.location() instanceof Location.Memory memory) {
                memory.base().ifPresent(base -> bases.putIfAbsent(base, one));
            }
        });
        return bases;
    }
}
