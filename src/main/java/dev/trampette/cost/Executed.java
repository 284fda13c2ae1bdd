package dev.trampette.cost;

import dev.trampette.call.Probe;
import dev.trampette.call.Script;
import dev.trampette.call.WrapperCrash;
import dev.trampette.image.Image;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.OptionalLong;

/// How many machine instructions a call site executes, counted in single steps: from its first to its RET, all that it
/// calls included, and the stub that stands for its instruction.
public final class Executed {

    private static final long MOST = 1 << 16;
    private static final int MEMORY = 256;

    /// The instructions of a function that returns 0: what else is counted then is the probe's.
    private static final int EMPTY_CALL = 2;

    private final Probe probe;
    private final MemorySegment memory;
    private final long own;

    /// @param arena how long it can be used
    public Executed(Arena arena) {
        this.probe = new Probe(Script.of(Image.shim(), arena), arena);
        this.memory = arena.allocate(MEMORY, 64);
        probe.setSteps(MOST);
        probe.call(Image.nullStub().address("empty_call"));
        this.own = probe.stepped() - EMPTY_CALL;
    }

    /// The instructions of one call; empty when it does not return. Every number is 1, every pointer is memory.
    ///
    /// @param symbol a C function of the null image; without a contract, it takes one pointer
    public OptionalLong of(String symbol) {
        List<Argument> arguments = Image.nullStub().file().findContract(symbol)
                .map(contract -> contract.signature().arguments()).orElse(List.of());
        List<Gpr> registers = Convention.SYSV.integers();
        probe.before().set(registers.getFirst(), memory.address());
        for (int i = 0; i < arguments.size(); i++) {
            probe.before().set(registers.get(i), switch (arguments.get(i).type()) {
                case IN, OUT -> memory.address();
                default -> 1;
            });
        }
        try {
            probe.call(Image.nullStub().code(symbol));
            return OptionalLong.of(probe.stepped() - own);
        } catch (WrapperCrash e) {
            return OptionalLong.empty();
        }
    }
}
