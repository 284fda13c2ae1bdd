package dev.trampette.cost;

import dev.trampette.call.WrapperCrash;
import dev.trampette.decode.Operation;
import dev.trampette.image.Image;
import dev.trampette.image.Landmarks;
import dev.trampette.image.Listing;
import dev.trampette.probe.Probe;
import dev.trampette.probe.Recording;
import dev.trampette.probe.Script;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/// How many machine instructions a call site executes, counted in single steps: from its first to its RET, all that it
/// calls included, and the stub that stands for its instruction; and how often they read and write memory.
public final class Executed {

    private static final int MOST = 1 << 14;
    private static final int MEMORY = 256;

    private final Probe probe;
    private final Recording recording;
    private final MemorySegment memory;

    /// What one call does.
    ///
    /// @param instructions executed
    /// @param loads memory operands that were read, the stack's among them
    /// @param stores memory operands that were written, the stack's among them
    public record Counts(long instructions, long loads, long stores) {
    }

    /// @param arena how long it can be used
    public Executed(Arena arena) {
        this.probe = new Probe(Script.of(Image.shim(), arena), arena);
        this.recording = new Recording(MOST, arena);
        this.memory = arena.allocate(MEMORY, 64);
        probe.setSteps(MOST);
        probe.record(Optional.of(recording));
    }

    /// The counts of one call; empty when it does not return. Every number is 1, every pointer is memory.
    ///
    /// @param symbol a C function of the null image; without a contract, it takes one pointer
    public Optional<Counts> of(String symbol) {
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
            return Optional.of(counts(recording.steps().stream().map(Recording.Step::rip).toList()));
        } catch (WrapperCrash e) {
            return Optional.empty();
        }
    }

    /// @param places the instructions, and where the call returned to
    private static Counts counts(List<Long> places) {
        List<Long> executed = places.subList(0, places.size() - 1);
        Listing listing = Listing.of(executed, Landmarks.IMAGES);
        List<Operation> operations = executed.stream().map(rip -> listing.at(rip).orElseThrow()).toList();
        return new Counts(executed.size(), operations.stream().mapToLong(Operation::loads).sum(),
                operations.stream().mapToLong(Operation::stores).sum());
    }
}
