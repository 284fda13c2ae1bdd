package dev.trampette.shim.tdx;

import static dev.trampette.spec.Gpr.R10;
import static dev.trampette.spec.Gpr.R11;
import static dev.trampette.spec.Gpr.R12;
import static dev.trampette.spec.Gpr.R13;
import static dev.trampette.spec.Gpr.R14;

import dev.trampette.spec.GhciStatus;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Vmcall;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A VMM that keeps its promises: it answers the sub-functions of the GHCI and keeps state.
///
/// - CPUID: the leaves that were given with [#cpuid]; a leaf that is not there answers zeroes.
/// - HLT, WBINVD: count.
/// - RDMSR, WRMSR: the registers that were given with [#msr]; any other is INVALID_OPERAND.
/// - RequestMMIO: bytes at shared addresses, little-endian; a private address is INVALID_OPERAND. IO: bytes at ports.
/// - MapGPA: which 4 KiB pages are shared; RETRY with the address to go on from after each slice of
///   [#mapGpaSlice] bytes, ALIGN_ERROR, INVALID_OPERAND.
/// - GetQuote: [Quotes]. Service: [Services]. MigTD: [Migration]. They read and write [#memory].
/// - SetupEventNotifyInterrupt: the vector is remembered, and [#injected] are the interrupts that it would have sent.
/// - ReportFatalError: a console of what was reported. It returns, as a real VMM would not.
/// - GetTdVmCallInfo: leaf 0 is zeroes, leaf 1 says that SetupEventNotifyInterrupt is there; GetQuote has no bit.
///
/// MWAIT, MONITOR, PCONFIG and unknown numbers are SUBFUNC_UNSUPPORTED. [#script] has any number answer anything.
///
/// Thread-safe, for a TD has many VCPUs; two of them that access the same MMIO bytes at once may see each other's
/// halves.
public final class GhciVmm implements Vmm {

    /// The Shared bit of a guest physical address with GPAW = 52 (TDX module specification, "GPAW").
    public static final long SHARED = 1L << 51;

    private static final long EVENT_NOTIFY = 1 << 1;

    /// One ReportFatalError.
    ///
    /// @param code R12: bits 31:0 the error code, bit 63 set when `stringGpa` is valid
    /// @param stringGpa R13: where more text is
    /// @param message up to 64 bytes of text
    public record FatalError(long code, long stringGpa, String message) {
    }

    private record Answer(GhciStatus status, Map<Gpr, Long> outputs) {
    }

    /// Replaced, not changed: every hypercall looks here first.
    private volatile Map<Long, Answer> scripted = Map.of();
    private final GuestMemory memory = new GuestMemory();
    private final Processor processor = new Processor();
    private final Mmio mmio = new Mmio();
    private final SharedPages pages = new SharedPages();
    private final Console console = new Console();
    private final Notifications notifications = new Notifications();
    private final Quotes quotes = new Quotes(memory, notifications);
    private final Services services = new Services(memory, notifications);
    private final Migration migration = new Migration(memory, notifications);

    /// A VMM without CPUID leaves, model-specific registers, quotes or services.
    public GhciVmm() {
    }

    /// Say what Instruction.CPUID answers.
    ///
    /// @param leaf EAX of the instruction
    /// @param subleaf ECX of the instruction
    /// @param eax the answer's EAX, in R12
    /// @param ebx the answer's EBX, in R13
    /// @param ecx the answer's ECX, in R14
    /// @param edx the answer's EDX, in R15
    /// @return this
    public GhciVmm cpuid(int leaf, int subleaf, int eax, int ebx, int ecx, int edx) {
        processor.cpuid(leaf, subleaf, eax, ebx, ecx, edx);
        return this;
    }

    /// Give the TD a model-specific register.
    ///
    /// @param index ECX of RDMSR
    /// @param value what RDMSR answers until a WRMSR replaces it
    /// @return this
    public GhciVmm msr(int index, long value) {
        processor.msr(index, value);
        return this;
    }

    /// Let a device hold a value at a port and the ones behind it.
    ///
    /// @param port the number of the first, 0 to 0xffff
    /// @param size 1, 2 or 4 bytes
    /// @param value little-endian; what is wider than the size is cut off
    /// @return this
    public GhciVmm port(int port, int size, int value) {
        mmio.port(port, size, value);
        return this;
    }

    /// Say how much one MapGPA converts before it answers RETRY.
    ///
    /// @param bytes 4 KiB or a multiple; 2 MiB, as KVM has it, unless set
    /// @return this
    /// @throws IllegalArgumentException unless they are 4 KiB or a multiple
    public GhciVmm mapGpaSlice(long bytes) {
        if (bytes <= 0 || bytes % GuestMemory.PAGE != 0) {
            throw new IllegalArgumentException("a slice is one or more pages of 4 KiB, bytes=" + bytes);
        }
        pages.slice(bytes);
        return this;
    }

    /// Answer a sub-function so from now on. It goes by number alone: what the registers say beside it is not looked
    /// at, so that the read and the write of RequestMMIO or IO answer alike, and so do the four leaves of MigTD.
    ///
    /// @param number R11, such as [Vmcall#PCONFIG]
    /// @param status R10 of the answer
    /// @param outputs registers to write, where they are exposed
    /// @return this
    public synchronized GhciVmm script(long number, GhciStatus status, Map<Gpr, Long> outputs) {
        Map<Long, Answer> more = new HashMap<>(scripted);
        more.put(number, new Answer(status, Map.copyOf(outputs)));
        scripted = more;
        return this;
    }

    /// Read a model-specific register, as WRMSR left it.
    ///
    /// @param index ECX of RDMSR
    /// @return its value, or 0 when there is none
    public long msr(int index) {
        return processor.msr(index);
    }

    /// Read a port and the ones behind it, as the TD left them.
    ///
    /// @param port the number of the first, 0 to 0xffff
    /// @param size 1, 2 or 4 bytes
    /// @return the value, little-endian and zero-extended; all-ones where nothing was written
    public int port(int port, int size) {
        return (int) mmio.port(port, size);
    }

    /// Ask what MapGPA has left of a page.
    ///
    /// @param gpa any address in the page; its Shared bit does not matter
    /// @return whether the page is shared
    public boolean isShared(long gpa) {
        return pages.isShared(gpa);
    }

    /// {@return how many times a VCPU was halted}
    public long halts() {
        return processor.halts();
    }

    /// {@return how many times caches were written back: WBINVD or WBNOINVD}
    public long flushes() {
        return processor.flushes();
    }

    /// {@return what was reported as fatal, oldest first}
    public List<FatalError> console() {
        return console.errors();
    }

    /// {@return the vector of SetupEventNotifyInterrupt, 32 to 255; 0 before there was one}
    public int eventVector() {
        return notifications.vector();
    }

    /// {@return the vectors of the interrupts that the TD would have got, oldest first}
    public List<Integer> injected() {
        return notifications.injected();
    }

    @Override
    public GuestMemory memory() {
        return memory;
    }

    /// {@return who answers GetQuote}
    public Quotes quotes() {
        return quotes;
    }

    /// {@return who answers Service}
    public Services services() {
        return services;
    }

    /// {@return who answers the sub-functions of a migration TD}
    public Migration migration() {
        return migration;
    }

    @Override
    public void vmcall(ExposedRegisters registers) {
        GhciStatus status = registers.get(R10) == 0
                ? answer(registers, registers.get(R11))
                : GhciStatus.INVALID_OPERAND; // vendor-specific calls: none here
        registers.set(R10, status.code());
    }

    private GhciStatus answer(ExposedRegisters r, long number) {
        Map<Long, Answer> answers = scripted;
        Answer answer = answers.isEmpty() ? null : answers.get(number);
        if (answer != null) {
            answer.outputs.forEach(r::set);
            return answer.status;
        }
        return number >>> 32 == 0 ? dispatch(r, (int) number) : GhciStatus.SUBFUNC_UNSUPPORTED;
    }

    /// Under 325 bytes of code (`FreqInlineSize`), so that it is inlined into the upcall: 3 ns.
    private GhciStatus dispatch(ExposedRegisters r, int number) {
        return switch (number) {
            case (int) Vmcall.CPUID -> processor.cpuid(r);
            case (int) Vmcall.HLT -> processor.halt();
            case (int) Vmcall.RDMSR -> processor.readMsr(r);
            case (int) Vmcall.WRMSR -> processor.writeMsr(r);
            case (int) Vmcall.WBINVD -> processor.flush(r);
            case (int) Vmcall.IO_READ -> mmio.io(r);
            case (int) Vmcall.REQUEST_MMIO_READ -> mmio.requestMmio(r);
            case (int) Vmcall.MAP_GPA -> pages.map(r);
            case (int) Vmcall.GET_QUOTE -> quotes.request(r);
            case (int) Vmcall.REPORT_FATAL_ERROR -> console.report(r);
            case (int) Vmcall.SETUP_EVENT_NOTIFY_INTERRUPT -> notifications.setUp(r);
            case (int) Vmcall.SERVICE -> services.call(r);
            case (int) Vmcall.MIG_TD_SEND -> migration.call(r);
            case (int) Vmcall.GET_TD_VM_CALL_INFO -> info(r);
            default -> GhciStatus.SUBFUNC_UNSUPPORTED;
        };
    }

    private static GhciStatus info(ExposedRegisters r) {
        long leaf = r.get(R12);
        if (leaf >>> 1 != 0) {
            return GhciStatus.INVALID_OPERAND;
        }
        r.set(R11, leaf * EVENT_NOTIFY);
        r.set(R12, 0);
        r.set(R13, 0);
        r.set(R14, 0);
        return GhciStatus.SUCCESS;
    }
}
