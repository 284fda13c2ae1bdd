package dev.trampette.generate;

import dev.trampette.spec.Gpr;
import java.util.ArrayList;
import java.util.List;

/// Values that go to registers all at once: put into an order in which no source is lost.
final class Moves {

    /// One value.
    private record Move(Gpr destination, Operand source, String comment) {
    }

    private final List<Move> pending = new ArrayList<>();

    /// A value goes to a register.
    Moves to(Gpr destination, Operand source, String comment) {
        pending.add(new Move(destination, source, comment));
        return this;
    }

    /// Emit them. RAX must be free: it breaks cycles. Constants come last; where several zeroes are wanted, the first
    /// is made and the others are copies of it, as compilers do.
    void emit(Nasm nasm) {
        emitReads(nasm);
        Gpr zero = null;
        for (Move move : pending) {
            boolean isZero = move.source instanceof Operand.Constant constant && constant.value() == 0;
            if (isZero && zero != null) {
                nasm.code("mov", move.destination + ", " + zero, move.comment);
            } else {
                move.source.load(nasm, move.destination, move.comment);
                zero = isZero ? move.destination : zero;
            }
        }
        pending.clear();
    }

    private void emitReads(Nasm nasm) {
        List<Move> reads = new ArrayList<>(pending.stream().filter(move -> move.source.reads() != null).toList());
        pending.removeAll(reads);
        while (!reads.isEmpty()) {
            Move next = reads.stream().filter(move -> isFree(move, reads)).findFirst().orElse(null);
            if (next == null) {
                Gpr blocked = reads.getFirst().destination;
                nasm.code("mov", "rax, " + blocked, "out of the way");
                reads.replaceAll(move -> move.source.reads() == blocked ? throughRax(move) : move);
            } else {
                next.source.load(nasm, next.destination, next.comment);
                reads.remove(next);
            }
        }
    }

    /// Whether nothing else still reads what a move overwrites.
    private static boolean isFree(Move move, List<Move> reads) {
        return reads.stream().noneMatch(other -> other != move && other.source.reads() == move.destination);
    }

    private static Move throughRax(Move move) {
        Operand source = switch (move.source) {
            case Operand.Register register -> new Operand.Register(Gpr.RAX, register.type());
            case Operand.Element element -> new Operand.Element(Gpr.RAX, element.index());
            case Operand.Constant constant -> constant;
        };
        return new Move(move.destination, source, move.comment);
    }
}
