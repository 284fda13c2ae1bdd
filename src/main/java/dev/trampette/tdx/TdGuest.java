package dev.trampette.tdx;

import dev.trampette.call.CheckReturnValue;
import dev.trampette.call.Result;
import dev.trampette.shim.Shim;
import dev.trampette.spec.GhciStatus;
import java.lang.foreign.Arena;

/// What a guest kernel does with its hypercalls, through wrappers of one [Design]: the callers, with the checks and the
/// retries around the bare calls of [TdVmcall].
///
/// A call gives what the VMM answered: a [GhciStatus] where there is no output, else a [Result] that holds the output
/// or the status, or for MapGPA a [MapGpa]. RAX other than 0 is no answer: the wrapper panics, and the caller gets a
/// [dev.trampette.call.WrapperPanic].
///
/// Instances can be shared by threads; every thread has its own memory for outputs. A thread that makes many calls
/// takes a [#confined] instance for itself and saves the look-up: in a `static final` field, a call then costs what the
/// downcall costs. Compiled, and with results that do not escape, no call allocates anything; a message that is not
/// ASCII is the exception.
@CheckReturnValue
public sealed interface TdGuest permits BoundTdGuest {

    /// {@return calls that a shim answers, under the guard, for as long as the JVM runs}
    ///
    /// @param design how the wrappers are written
    /// @param shim who answers, on the thread that calls
    /// @throws dev.trampette.call.ImageException on another platform, or when the image is not usable
    static TdGuest of(Design design, Shim shim) {
        return of(design, shim, Arena.global());
    }

    /// {@return the same, for as long as an arena lives}
    ///
    /// @param design how the wrappers are written
    /// @param shim who answers, on the thread that calls
    /// @param arena it stays the caller's; no call may come when it is closed, or be under way
    /// @throws dev.trampette.call.ImageException on another platform, or when the image is not usable
    static TdGuest of(Design design, Shim shim, Arena arena) {
        return BoundTdGuest.bind(Binding.toShim(design, shim, arena));
    }

    /// {@return calls that nobody answers: the instruction is a stub that leaves every register as it is but RAX, which
    /// is 0} They time a design from Java.
    ///
    /// @param design how the wrappers are written
    /// @throws dev.trampette.call.ImageException on another platform, or when the image is not usable
    static TdGuest ofNullStub(Design design) {
        return BoundTdGuest.bind(Binding.toNullStub(design));
    }

    /// {@return the same calls for the current thread alone} Any other thread that calls gets a [WrongThreadException].
    TdGuest confined();

    /// Instruction.HLT: stop the VCPU until an interrupt.
    ///
    /// @param interruptBlocked whether RFLAGS.IF is 0
    /// @return what the VMM answered in R10
    GhciStatus halt(boolean interruptBlocked);

    /// Instruction.RDMSR.
    ///
    /// @param msr the index of the register, 32 bits without sign
    /// @return all 64 bits of the register, or why not
    Result<Long, GhciStatus> readMsr(int msr);

    /// Instruction.WRMSR.
    ///
    /// @param msr the index of the register, 32 bits without sign
    /// @param value all 64 bits of it
    /// @return what the VMM answered in R10
    GhciStatus writeMsr(int msr, long value);

    /// Instruction.CPUID. A VMM is asked about 0x40000000 to 0x4FFFFFFF only, the leaves of hypervisors; any other leaf
    /// is answered here, with zeroes, as a processor answers a leaf that it does not have.
    ///
    /// @param leaf EAX of the instruction
    /// @param subleaf ECX of the instruction; a leaf without sub-leaves has no use for it
    /// @return the four registers, or why the VMM gave none
    Result<Cpuid, GhciStatus> cpuid(int leaf, int subleaf);

    /// #VE.RequestMMIO, read.
    ///
    /// @param size 1, 2, 4 or 8 bytes
    /// @param gpa a shared guest physical address: the VMM refuses a private one
    /// @return the value, zeroes above its size, or why there is none
    /// @throws IllegalArgumentException for another size
    Result<Long, GhciStatus> mmioRead(int size, long gpa);

    /// #VE.RequestMMIO, write.
    ///
    /// @param size 1, 2, 4 or 8 bytes
    /// @param gpa a shared guest physical address: the VMM refuses a private one
    /// @param value what is written; bits above the size are not sent
    /// @return what the VMM answered in R10
    /// @throws IllegalArgumentException for another size
    GhciStatus mmioWrite(int size, long gpa, long value);

    /// MapGPA: make pages shared, or private. RETRY is followed to the end, from the address in R11; at the same
    /// address up to three times in a row, as Linux has it.
    ///
    /// @param start a guest physical address, a multiple of 4 KiB, its Shared bit set to share and clear to take back
    /// @param size in bytes, a multiple of 4 KiB
    /// @return how it ended: the whole range, a refusal, or no progress
    MapGpa mapGpa(long start, long size);

    /// ReportFatalError: the TD gives up. A VMM does not return from it.
    ///
    /// @param code 32 bits without sign; 0 is a panic in Linux
    /// @param message text, of which the first 64 bytes of UTF-8 are sent, and zeroes behind it
    /// @return what one answered in R10 that returned nevertheless
    GhciStatus reportFatalError(int code, String message);
}
