package dev.trampette.call;

/// A wrapper ran into its UD2: the panic of its design, when RAX is not 0 after TDG.VP.VMCALL.
///
/// That happens when the TDX module refuses the call itself. There is no status to return, so the designs stop.
public final class WrapperPanic extends WrapperCrash {

    private static final long serialVersionUID = 1L;

    /// A panic, for those who have called the wrapper.
    ///
    /// @param place where it happened, as `symbol+0x1f`
    /// @param rip the address of the place
    public WrapperPanic(String place, long rip) {
        super(Kind.PANIC, "the wrapper panicked (UD2)", place, rip);
    }
}
