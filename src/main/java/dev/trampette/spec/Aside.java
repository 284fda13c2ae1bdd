package dev.trampette.spec;

/// Instructions that stand beside ours in wrappers, and that no process can execute: the bridge of traps answers them.
/// Numbers as in `src/main/asm/include/instructions.inc`.
///
/// Those that read get a random value (SDM volume 2; AMD64 APM volume 3), PVALIDATE and RMPADJUST a return code in EAX;
/// STAC and CLAC change RFLAGS.AC; RDRAND and RDSEED, which a process can execute, get a value of the case too, or 0
/// with CF = 0; the others do nothing that a routine could see.
public enum Aside {
    /// Sets RFLAGS.IF.
    STI("", ""),
    /// Clears RFLAGS.IF.
    CLI("", ""),
    /// Sets RFLAGS.AC: a kernel may touch pages of user space (SMAP).
    STAC("", ""),
    /// Clears RFLAGS.AC.
    CLAC("", ""),
    /// Writes caches back and empties them.
    WBINVD("", ""),
    /// Empties caches, and writes nothing back.
    INVD("", ""),
    /// Forgets the translation of one page.
    INVLPG("", ""),
    /// Forgets translations of a process context.
    INVPCID("", ""),
    /// Stops until an interrupt.
    HLT("", ""),
    /// Reads an MSR into EDX:EAX.
    RDMSR("ecx", ""),
    /// Writes an MSR.
    WRMSR("ecx", "edx:eax"),
    /// Reads a port into AL, AX or EAX.
    IN("the port", ""),
    /// Writes a port.
    OUT("the port", "what is sent"),
    /// Reads a control register.
    MOV_FROM_CR("the register", ""),
    /// Writes a control register.
    MOV_TO_CR("the register", "the value"),
    /// Reads a debug register.
    MOV_FROM_DR("the register", ""),
    /// Writes a debug register.
    MOV_TO_DR("the register", "the value"),
    /// Reads a performance counter into EDX:EAX.
    RDPMC("ecx", ""),
    /// Writes an extended control register, such as XCR0.
    XSETBV("ecx", "edx:eax"),
    /// Exchanges the base of GS with IA32_KERNEL_GS_BASE.
    SWAPGS("", ""),
    /// Clears CR0.TS.
    CLTS("", ""),
    /// Loads GDTR.
    LGDT("", ""),
    /// Loads IDTR.
    LIDT("", ""),
    /// Loads LDTR.
    LLDT("", ""),
    /// Loads the task register.
    LTR("", ""),
    /// Loads the lowest bits of CR0.
    LMSW("", ""),
    /// Watches an address for a store.
    MONITOR("", ""),
    /// Waits for that store.
    MWAIT("", ""),
    /// Validates a page of an SEV-SNP guest, or takes that back.
    PVALIDATE("rax", "edx:ecx"),
    /// Changes the rights of a VMPL to a page of an SEV-SNP guest.
    RMPADJUST("rax", "edx:ecx"),
    /// A random number.
    RDRAND("", ""),
    /// A random number to seed a generator with.
    RDSEED("", "");

    /// The number of the first; those of [Instruction] are smaller.
    public static final int FIRST = 32;

    private final String selector;
    private final String sent;

    Aside(String selector, String sent) {
        this.selector = selector;
        this.sent = sent;
    }

    /// {@return the number that the bridge gives it, from [#FIRST] on}
    public int number() {
        return FIRST + ordinal();
    }

    /// {@return what says which thing is read or written: a register by its name, or words; empty where nothing does}
    public String selector() {
        return selector;
    }

    /// {@return what is written: registers by their names, or words; empty for what writes nothing}
    public String sent() {
        return sent;
    }

    /// The name in text: `MOV to CR`.
    @Override
    public String toString() {
        return name().replace("_FROM_", " from ").replace("_TO_", " to ");
    }
}
