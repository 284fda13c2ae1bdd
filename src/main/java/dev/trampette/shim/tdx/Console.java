package dev.trampette.shim.tdx;

import static dev.trampette.spec.Gpr.R12;
import static dev.trampette.spec.Gpr.R13;
import static dev.trampette.spec.Gpr.R14;
import static dev.trampette.spec.Gpr.R15;
import static dev.trampette.spec.Gpr.R8;
import static dev.trampette.spec.Gpr.R9;
import static dev.trampette.spec.Gpr.RBX;
import static dev.trampette.spec.Gpr.RDI;
import static dev.trampette.spec.Gpr.RDX;
import static dev.trampette.spec.Gpr.RSI;

import dev.trampette.shim.tdx.GhciVmm.FatalError;
import dev.trampette.spec.GhciStatus;
import dev.trampette.spec.Gpr;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// What TDs reported as fatal: ReportFatalError (GHCI). It returns, as a real VMM would not.
final class Console {

    /// The order of the 64 message bytes.
    private static final Gpr[] MESSAGE = {R14, R15, RBX, RDI, RSI, R8, R9, RDX};

    private final List<FatalError> errors = new CopyOnWriteArrayList<>();

    List<FatalError> errors() {
        return List.copyOf(errors);
    }

    GhciStatus report(ExposedRegisters r) {
        errors.add(new FatalError(r.get(R12), r.get(R13), message(r)));
        return GhciStatus.SUCCESS;
    }

    /// The text ends at a NUL, or after byte 63.
    private static String message(ExposedRegisters r) {
        ByteBuffer bytes = ByteBuffer.allocate(MESSAGE.length * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (Gpr register : MESSAGE) {
            bytes.putLong(r.get(register));
        }
        String text = new String(bytes.array(), StandardCharsets.UTF_8);
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }
}
