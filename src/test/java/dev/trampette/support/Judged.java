package dev.trampette.support;

import dev.trampette.contract.Contract;
import dev.trampette.image.Code;
import dev.trampette.image.Image;
import dev.trampette.image.Target;
import dev.trampette.verdict.Verdict;
import dev.trampette.verify.Verifier;
import java.lang.foreign.MemorySegment;

/// What the verifier says of code in this process.
public final class Judged {

    private Judged() {
    }

    public static Verdict of(MemorySegment function, String contract) {
        return of(function, Contract.parse(contract), 1, 20);
    }

    public static Verdict of(MemorySegment function, Contract contract, long seed, int iterations) {
        return new Verifier(Image.shim(), seed, iterations).verify(Target.throughGate(
                new Code(contract.symbol(), function), contract));
    }
}
