package dev.trampette.spec;

import java.util.Map;

/// What a VMM answers in R10 to TDG.VP.VMCALL (GHCI, "TDG.VP.VMCALL<Leaf> status codes").
///
/// Any 64-bit value can come; the ones with a name have a constant here. 1 is RETRY and is not negative, so a
/// signed test takes it for success.
///
/// @param code the value of R10
public record GhciStatus(long code) {

    public static final GhciStatus SUCCESS = new GhciStatus(0);
    public static final GhciStatus RETRY = new GhciStatus(1);
    public static final GhciStatus INVALID_OPERAND = new GhciStatus(0x8000000000000000L);
    public static final GhciStatus GPA_INUSE = new GhciStatus(0x8000000000000001L);
    public static final GhciStatus ALIGN_ERROR = new GhciStatus(0x8000000000000002L);
    public static final GhciStatus SUBFUNC_UNSUPPORTED = new GhciStatus(0x8000000000000003L);

    private static final Map<Long, String> NAMES = Map.of(
            SUCCESS.code, "SUCCESS",
            RETRY.code, "RETRY",
            INVALID_OPERAND.code, "INVALID_OPERAND",
            GPA_INUSE.code, "GPA_INUSE",
            ALIGN_ERROR.code, "ALIGN_ERROR",
            SUBFUNC_UNSUPPORTED.code, "SUBFUNC_UNSUPPORTED");

    /// Whether R10 is 0.
    public boolean isSuccess() {
        return code == 0;
    }

    /// The name in the specification, or `UNKNOWN`.
    public String name() {
        return NAMES.getOrDefault(code, "UNKNOWN");
    }

    @Override
    public String toString() {
        return "%s (0x%x)".formatted(name(), code);
    }
}
