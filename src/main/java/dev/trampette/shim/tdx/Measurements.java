package dev.trampette.shim.tdx;

import static dev.trampette.shim.tdx.TdReportField.ATTRIBUTES;
import static dev.trampette.shim.tdx.TdReportField.CPUSVN;
import static dev.trampette.shim.tdx.TdReportField.MAC;
import static dev.trampette.shim.tdx.TdReportField.REPORTMACSTRUCT_BYTES;
import static dev.trampette.shim.tdx.TdReportField.REPORT_BYTES;
import static dev.trampette.shim.tdx.TdReportField.REPORT_DATA;
import static dev.trampette.shim.tdx.TdReportField.REPORT_TYPE;
import static dev.trampette.shim.tdx.TdReportField.RTMR0;
import static dev.trampette.shim.tdx.TdReportField.SERVTD_HASH;
import static dev.trampette.shim.tdx.TdReportField.TDINFO;
import static dev.trampette.shim.tdx.TdReportField.TEE_INFO_HASH;
import static dev.trampette.shim.tdx.TdReportField.TEE_TCB_INFO;
import static dev.trampette.shim.tdx.TdReportField.TEE_TCB_INFO_HASH;
import static dev.trampette.spec.Gpr.R8;
import static dev.trampette.spec.Gpr.RCX;
import static dev.trampette.spec.Gpr.RDX;

import dev.trampette.shim.Registers;
import dev.trampette.spec.CompletionStatus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;

/// What a TD is measured to be: TDG.MR.RTMR.EXTEND, TDG.MR.REPORT and TDG.MR.VERIFYREPORT (TDX module specification,
/// "Measurement and Attestation").
///
/// The hashes are those of the specification. The MAC of a processor is made with a key that nobody knows; this one is
/// HMAC-SHA-256 with a random key of this JVM, which is the platform: any module in it verifies reports of another.
/// A report of a different CPUSVN is INVALID_CPUSVN before its MAC is looked at.
///
/// The version of the type is 1 for a TD that has service TDs, else 0 (TDX module, `tdg_mr_report.c`). Here it has some
/// when [TdReportField#SERVTD_HASH] is not all zero.
public final class Measurements {

    private static final int TDX_TYPE = 0x81;
    private static final int RTMRS = 4;
    private static final int MAC_BLOCK = 64;

    /// Made for the first MAC.
    private static final class Platform {
        static final byte[] KEY = new byte[MAC_BLOCK];

        static {
            new SecureRandom().nextBytes(KEY);
        }
    }

    /// A report without what belongs to one report.
    private final byte[] state = new byte[REPORT_BYTES];
    private final GuestMemory memory;

    Measurements(GuestMemory memory) {
        this.memory = memory;
    }

    /// Give a field of reports a value: a measurement, an attribute, a version.
    ///
    /// @param field any except those that are made with each report
    /// @param value as many bytes as the field has
    /// @return this
    /// @throws IllegalArgumentException when the field is made with each report, or the value has not its length
    public synchronized Measurements set(TdReportField field, byte... value) {
        if (!field.isState()) {
            throw new IllegalArgumentException("made with each report, field=" + field);
        }
        field.put(state, value);
        return this;
    }

    /// Read a field.
    ///
    /// @param field any
    /// @return a copy of its bytes; zeroes for one that is made with each report
    public synchronized byte[] get(TdReportField field) {
        return field.of(state);
    }

    /// {@return ATTRIBUTES of the TD, as TDG.VP.INFO gives them too}
    long attributes() {
        return ByteBuffer.wrap(get(ATTRIBUTES)).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    /// RTMR = SHA-384(RTMR || 48 bytes at RCX).
    synchronized CompletionStatus extend(Registers registers) {
        long gpa = registers.get(RCX);
        long index = registers.get(RDX);
        if (gpa % 64 != 0 || !GuestMemory.isPrivate(gpa)) {
            return CompletionStatus.OPERAND_INVALID.with(RCX);
        }
        if (index < 0 || index >= RTMRS) {
            return CompletionStatus.OPERAND_INVALID.with(RDX);
        }
        TdReportField rtmr = TdReportField.values()[RTMR0.ordinal() + (int) index];
        rtmr.put(state, hash("SHA-384", rtmr.of(state), memory.read(gpa, rtmr.length())));
        return CompletionStatus.SUCCESS;
    }

    /// Write a report to RCX, with the 64 bytes at RDX in it. Both may be shared.
    synchronized CompletionStatus report(Registers registers) {
        long gpa = registers.get(RCX);
        long data = registers.get(RDX);
        if (gpa % REPORT_BYTES != 0) {
            return CompletionStatus.OPERAND_INVALID.with(RCX);
        }
        if (data % REPORT_DATA.length() != 0 || !isAddress(data)) {
            return CompletionStatus.OPERAND_INVALID.with(RDX);
        }
        if (registers.get(R8) != 0) {
            return CompletionStatus.OPERAND_INVALID.with(R8);
        }
        if (!isAddress(gpa)) {
            return CompletionStatus.OPERAND_INVALID.with(RCX);
        }
        byte[] report = state.clone();
        REPORT_TYPE.put(report, (byte) TDX_TYPE, (byte) 0, version(report), (byte) 0);
        TEE_TCB_INFO_HASH.put(report, hash("SHA-384", TEE_TCB_INFO.of(report)));
        TEE_INFO_HASH.put(report, hash("SHA-384", TDINFO.of(report)));
        REPORT_DATA.put(report, memory.read(data, REPORT_DATA.length()));
        MAC.put(report, mac(report));
        memory.write(gpa, report);
        return CompletionStatus.SUCCESS;
    }

    /// Check the REPORTMACSTRUCT at RCX.
    synchronized CompletionStatus verify(Registers registers) {
        long gpa = registers.get(RCX);
        if (gpa % REPORTMACSTRUCT_BYTES != 0 || !GuestMemory.isPrivate(gpa)) {
            return CompletionStatus.OPERAND_INVALID.with(RCX);
        }
        byte[] report = memory.read(gpa, REPORTMACSTRUCT_BYTES);
        if (!Arrays.equals(CPUSVN.of(report), CPUSVN.of(state))) {
            return CompletionStatus.INVALID_CPUSVN;
        }
        return Arrays.equals(MAC.of(report), mac(report))
                ? CompletionStatus.SUCCESS : CompletionStatus.INVALID_REPORTMACSTRUCT;
    }

    private static byte version(byte[] report) {
        return (byte) (Arrays.equals(SERVTD_HASH.of(report), new byte[SERVTD_HASH.length()]) ? 0 : 1);
    }

    private static boolean isAddress(long gpa) {
        return GuestMemory.isPrivate(gpa) || GuestMemory.isShared(gpa);
    }

    /// HMAC-SHA-256 (RFC 2104) of what is in front of the MAC.
    private static byte[] mac(byte[] report) {
        byte[] inner = new byte[MAC_BLOCK];
        byte[] outer = new byte[MAC_BLOCK];
        for (int i = 0; i < MAC_BLOCK; i++) {
            inner[i] = (byte) (Platform.KEY[i] ^ 0x36);
            outer[i] = (byte) (Platform.KEY[i] ^ 0x5c);
        }
        return hash("SHA-256", outer, hash("SHA-256", inner, Arrays.copyOf(report, MAC.offset())));
    }

    private static byte[] hash(String algorithm, byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
