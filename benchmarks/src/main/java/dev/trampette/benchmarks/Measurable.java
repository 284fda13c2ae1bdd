package dev.trampette.benchmarks;

import dev.trampette.image.CodeCopy;
import dev.trampette.image.Image;
import dev.trampette.object.ForeignObject;
import dev.trampette.shim.TrapSite;
import dev.trampette.trap.ObjectTraps;
import dev.trampette.trap.Successes;
import dev.trampette.trap.TrapSites;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/// A routine that the loop can call, with a success that does nothing in the place of each instruction of ours. Its
/// code is copied to another place again and again, except that of a shared object.
public final class Measurable {

    private static final int ALIGNMENT = 16;

    private final MemorySegment entry;
    private final Optional<CodeCopy> copy;
    private final Consumer<CodeCopy> change;
    private final int unit;

    private Measurable(MemorySegment entry, Optional<CodeCopy> copy, Consumer<CodeCopy> change, int unit) {
        this.entry = entry;
        this.copy = copy;
        this.change = change;
        this.unit = unit;
    }

    /// A shipped wrapper, with the bytes of the hardware image.
    public static Measurable ofImage(String symbol) {
        Image image = Image.hardware();
        MemorySegment code = image.code();
        byte[] original = image.file().wrappers();          // a verifier may have put traps into memory
        List<TrapSite> sites = TrapSites.find(original, code.address(), image.contracts().stream()
                .map(contract -> image.address(contract.symbol()).address()).toList());
        return new Measurable(image.address(symbol), Optional.of(CodeCopy.of(image)), moved -> {
            MemorySegment there = moved.at(code.address(), code.byteSize());
            there.copyFrom(MemorySegment.ofArray(original));
            Successes.replace(sites, there, code.address());
        }, ALIGNMENT);
    }

    /// A routine of an object, whose instructions are changed for good.
    public static Measurable of(ForeignObject object, String symbol) {
        ObjectTraps.succeed(object);
        List<MemorySegment> parts = object.parts();
        return new Measurable(object.code(symbol).entry(), parts.isEmpty() ? Optional.empty()
                : Optional.of(CodeCopy.of(parts)), _ -> { }, Math.clamp(object.alignment(), ALIGNMENT,
                CodeCopy.OFFSETS));
    }

    /// Take it to another place.
    ///
    /// @return its entry there
    MemorySegment move(Random random) {
        copy.ifPresent(code -> code.move(unit * random.nextInt(CodeCopy.OFFSETS / unit), change));
        return copy.map(code -> code.at(entry.address(), 0)).orElse(entry);
    }
}
