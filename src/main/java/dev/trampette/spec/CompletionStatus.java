package dev.trampette.spec;

/// What the TDX module answers in RAX (TDX module specification, "Function Completion Status").
///
/// ```
///   63    62      61    60        47    40 39     32 31          0
///   error non-rec fatal host-hint class    name      details (operand, level, exit reason)
/// ```
public final class CompletionStatus {

    /// TDX_SUCCESS.
    public static final long SUCCESS = 0;

    /// TDX_OPERAND_INVALID; the number of the operand is in bits 31:0.
    public static final long OPERAND_INVALID = 0xC000010000000000L;

    private CompletionStatus() {
    }
}
