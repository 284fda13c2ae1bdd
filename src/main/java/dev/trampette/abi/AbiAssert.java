package dev.trampette.abi;

import dev.trampette.contract.Contract;
import dev.trampette.verify.Verifier;
import dev.trampette.verify.question.CheckedCall;
import dev.trampette.verify.question.Subjects;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/// For tests of native code: does a function keep its calling convention, and its own contract?
///
/// ```java
/// SymbolLookup library = SymbolLookup.libraryLookup(path, Arena.global());
/// AbiAssert.that(library, "checksum")
///         .contract("arguments=data:in[8] words:u64{0..8} result=u64")
///         .holds();
/// ```
///
/// Each of 1,000 cases gives random arguments, and random values to every register, flag, vector and word of the stack
/// that the function may not depend on; it calls twice, the second time with other values in the latter. Where all
/// arguments are in general-purpose registers, another 50,000 pairs of calls follow, in five batches: pointers, and
/// arguments with a range, are the same in all of a batch. A slow function gets as many as there is time for. What is
/// looked at, and what is not, is in SOUNDNESS.md.
///
/// A function that crashes, runs for ever or loses the stack fails the assertion, and the JVM goes on. But a crash
/// inside the C library may leave a lock locked: [AbiCheck#isolated] runs the function in a process of its own.
public final class AbiAssert {

    /// How many cases a function is tried with.
    public static final int CASES = 1000;

    /// The system property with the seed of the random values: a failure says it.
    public static final String SEED_PROPERTY = Verifier.SEED_PROPERTY;

    private AbiAssert() {
    }

    /// Begin a check of a function.
    ///
    /// @param function the address of machine code
    /// @return the check, to be refined
    public static AbiCheck that(MemorySegment function) {
        return new AbiCheck(new Subjects.Address(function));
    }

    /// Begin a check of a function of a library, which findings call by its name.
    ///
    /// @param library where it is
    /// @param symbol its name
    /// @return the check, to be refined
    /// @throws java.util.NoSuchElementException when the library has none of this name
    public static AbiCheck that(SymbolLookup library, String symbol) {
        return new AbiCheck(new Subjects.Address(symbol, library.findOrThrow(symbol)));
    }

    /// Begin a check of a routine of an object, or of a source. Its real instructions (TDCALL, VMREAD ...) are answered
    /// by a script.
    ///
    /// @param object an object, an archive, a shared object, a source in assembly or C
    /// @param symbol the routine
    /// @return the check, to be refined
    public static AbiCheck that(Path object, String symbol) {
        return new AbiCheck(new Subjects.File(object, symbol));
    }

    /// A function keeps its contract.
    ///
    /// @param function the address of machine code
    /// @param contract what it promises
    /// @throws AssertionError when it does not; the message lists the findings
    /// @throws dev.trampette.call.ImageException on another platform than Linux on x86-64
    public static void assertHolds(MemorySegment function, Contract contract) {
        that(function).contract(contract).holds();
    }

    /// A routine of an object, or of a source, keeps its contract. The code runs in this process.
    ///
    /// @param object an object, an archive, a shared object, a source in assembly or C
    /// @param symbol the routine
    /// @param contract what it promises
    /// @throws AssertionError when it does not; the message lists the findings
    /// @throws dev.trampette.call.ObjectException when the object cannot be used
    /// @throws dev.trampette.call.ImageException on another platform than Linux on x86-64
    public static void assertHolds(Path object, String symbol, Contract contract) {
        that(object, symbol).contract(contract).holds();
    }

    /// The same, with the random values of a run before.
    ///
    /// @param function the address of machine code
    /// @param contract what it promises
    /// @param seed the seed that a failure said
    /// @throws AssertionError when it does not; the message lists the findings
    /// @throws dev.trampette.call.ImageException on another platform than Linux on x86-64
    public static void assertHolds(MemorySegment function, Contract contract, long seed) {
        that(function).contract(contract).seed(seed).holds();
    }

    /// Call a function once, with these arguments, and look at what it leaves: all that its convention asks of it,
    /// with random values in all that is no argument. The function is called as a downcall handle calls it, so a test
    /// that calls it anyway can call it here.
    ///
    /// ```java
    /// long sum = (long) AbiAssert.call(function, FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_INT), data, 8);
    /// ```
    ///
    /// @param function the address of a C function
    /// @param descriptor what it is given and what it returns; numbers and pointers
    /// @param arguments a value for each
    /// @return what it returned, as the handle would give it; null for nothing
    /// @throws AssertionError when it breaks a rule of its convention, or does not return
    /// @throws IllegalArgumentException when the arguments are not those of the descriptor
    /// @throws dev.trampette.call.ImageException on another platform than Linux on x86-64
    public static Object call(MemorySegment function, FunctionDescriptor descriptor, Object... arguments) {
        return new CheckedCall(function, descriptor, seed()).with(arguments);
    }

    /// The seed that the user has given, or another one each time.
    static long seed() {
        return Long.getLong(SEED_PROPERTY, ThreadLocalRandom.current().nextLong());
    }
}
