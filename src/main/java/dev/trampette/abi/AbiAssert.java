package dev.trampette.abi;

import dev.trampette.call.ObjectTraps;
import dev.trampette.contract.Contract;
import dev.trampette.contract.External;
import dev.trampette.image.Code;
import dev.trampette.image.Image;
import dev.trampette.image.Outside;
import dev.trampette.image.Target;
import dev.trampette.object.ForeignObject;
import dev.trampette.shim.Bridge;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// For tests of native code: does a function keep its calling convention, and its own contract?
///
/// ```java
/// MemorySegment function = SymbolLookup.libraryLookup(path, Arena.global()).findOrThrow("checksum");
/// AbiAssert.assertHolds(function, Contract.parse("""
///         symbol=checksum
///         arguments=data:in[8] words:u64{0..8}
///         result=u64
///         """));
/// ```
///
/// Each of 1,000 cases gives random arguments, and random values to every register, flag, vector and word of the stack
/// that the function may not depend on; it calls twice, the second time with other values in the latter. Where all
/// arguments are in general-purpose registers, another 50,000 pairs of calls follow, in ten batches: pointers, and
/// arguments with a range, are the same in all of a batch. What is looked at, and what is not, is in SOUNDNESS.md.
///
/// A function that crashes, runs for ever or loses the stack fails the assertion, and the JVM goes on. But a crash
/// inside the C library may leave a lock locked.
public final class AbiAssert {

    /// How many cases a function is tried with.
    public static final int CASES = 1000;

    /// The system property with the seed of the random values: a failure says it.
    public static final String SEED_PROPERTY = "trampette.seed";

    private AbiAssert() {
    }

    /// A function keeps its contract.
    ///
    /// @param function the address of machine code
    /// @param contract what it promises
    /// @throws AssertionError when it does not; the message lists the findings
    /// @throws dev.trampette.image.ImageException on another platform than Linux on x86-64
    public static void assertHolds(MemorySegment function, Contract contract) {
        assertHolds(function, contract, seed());
    }

    /// A routine of an object, or of a source, keeps its contract. Its real instructions (TDCALL, VMREAD ...) are
    /// answered by a script. The code runs in this process: `./trampette verify FILE` runs it in one of its own.
    ///
    /// @param object an object, an archive, a shared object, a source in assembly or C
    /// @param symbol the routine
    /// @param contract what it promises
    /// @throws AssertionError when it does not; the message lists the findings
    /// @throws dev.trampette.object.ObjectException when the object cannot be used
    /// @throws dev.trampette.image.ImageException on another platform than Linux on x86-64
    public static void assertHolds(Path object, String symbol, Contract contract) {
        try (ForeignObject loaded = ForeignObject.load(List.of(object), List.of(),
                External.variables(contract.externals()))) {
            Bridge bridge = ObjectTraps.install(loaded);
            Outside outside = ObjectTraps.attach(loaded, Image.shim(), External.functions(contract.externals()));
            assertHolds(new Target(loaded.code(symbol), contract, bridge, loaded::reset, outside, loaded), seed(),
                    loaded::locate);
        }
    }

    /// The same, with the random values of a run before.
    ///
    /// @param seed the seed that a failure said
    /// @throws AssertionError when it does not; the message lists the findings
    /// @throws dev.trampette.image.ImageException on another platform than Linux on x86-64
    public static void assertHolds(MemorySegment function, Contract contract, long seed) {
        assertHolds(Target.throughGate(new Code(contract.symbol(), function), contract), seed,
                UnaryOperator.identity());
    }

    private static long seed() {
        return Long.getLong(SEED_PROPERTY, ThreadLocalRandom.current().nextLong());
    }

    private static void assertHolds(Target target, long seed, UnaryOperator<String> named) {
        Contract contract = target.contract();
        Verdict verdict = new Verifier(Image.shim(), seed, CASES).verify(target).withPlaces(named);
        if (!verdict.holds()) {
            throw new AssertionError("%s is %s%n%s%n%d calls, replay with -D%s=%d".formatted(contract.symbol(), verdict,
                    verdict.findings().stream().map(Finding::toString).collect(Collectors.joining("\n")),
                    verdict.calls(), SEED_PROPERTY, seed));
        }
    }
}
