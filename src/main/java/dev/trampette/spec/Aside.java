package dev.trampette.spec;

/// Instructions that stand beside ours in wrappers, and that no process can execute: the bridge of traps answers them.
/// Numbers as in `src/main/asm/include/instructions.inc`.
///
/// Those that read get a random value (SDM volume 2; AMD64 APM volume 3), PVALIDATE and RMPADJUST a return code in EAX;
/// STAC and CLAC change RFLAGS.AC; RDRAND and RDSEED, which a process can execute, get a value of the case too, or 0
/// with CF = 0; the others do nothing that a routine could see.
public enum Aside {
    STI("", ""),
    CLI("", ""),
    STAC("", ""),
    CLAC("", ""),
    WBINVD("", ""),
    INVD("", ""),
    INVLPG("", ""),
    INVPCID("", ""),
    HLT("", ""),
    RDMSR("ecx", ""),
    WRMSR("ecx", "edx:eax"),
    IN("the port", ""),
    OUT("the port", "what is sent"),
    MOV_FROM_CR("the register", ""),
    MOV_TO_CR("the register", "the value"),
    MOV_FROM_DR("the register", ""),
    MOV_TO_DR("the register", "the value"),
    RDPMC("ecx", ""),
    XSETBV("ecx", "edx:eax"),
    SWAPGS("", ""),
    CLTS("", ""),
    LGDT("", ""),
    LIDT("", ""),
    LLDT("", ""),
    LTR("", ""),
    LMSW("", ""),
    MONITOR("", ""),
    MWAIT("", ""),
    PVALIDATE("rax", "edx:ecx"),
    RMPADJUST("rax", "edx:ecx"),
    RDRAND("", ""),
    RDSEED("", "");

    /// The number of the first.
    public static final int FIRST = 32;

    private final String selector;
    private final String sent;

    Aside(String selector, String sent) {
        this.selector = selector;
        this.sent = sent;
    }

    /// The number that the bridge gives it.
    public int number() {
        return FIRST + ordinal();
    }

    /// What says which thing is read or written, or an empty text.
    public String selector() {
        return selector;
    }

    /// What is written, or an empty text.
    public String sent() {
        return sent;
    }

    /// The name in text: `MOV to CR`.
    @Override
    public String toString() {
        return name().replace("_FROM_", " from ").replace("_TO_", " to ");
    }
}
