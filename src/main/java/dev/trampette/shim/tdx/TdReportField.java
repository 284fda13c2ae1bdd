package dev.trampette.shim.tdx;

import java.util.Arrays;

/// The fields of a TDREPORT, as TDG.MR.REPORT writes it (TDX module specification, "TDREPORT_STRUCT").
///
/// ```
///   0    16     32        80       128         192      224  256          495      512                          1024
///   +----+------+---------+--------+-----------+--------+----+------------+--------+------------------------------+
///   |type|CPUSVN|hash of  |hash of |report data|reserved|MAC |TEE_TCB_INFO|reserved| TDINFO: attributes, XFAM,    |
///   |    |      |TCB info |TDINFO  |           |        |    |            |        | MRTD, ..., RTMR0-3, ...      |
///   +----+------+---------+--------+-----------+--------+----+------------+--------+------------------------------+
///   |<------------------ REPORTMACSTRUCT ------------------->|
/// ```
public enum TdReportField {
    /// Type 0x81 (TDX), subtype 0, version (1 with service TDs, else 0) and a reserved byte.
    REPORT_TYPE(0, 4, false),
    /// The security version of the processor.
    CPUSVN(16, 16, true),
    /// SHA-384 of [#TEE_TCB_INFO].
    TEE_TCB_INFO_HASH(32, 48, false),
    /// SHA-384 of [#TDINFO].
    TEE_INFO_HASH(80, 48, false),
    /// What the TD wants to be bound to the report.
    REPORT_DATA(128, 64, false),
    /// Over everything in front of it.
    MAC(224, 32, false),
    /// All of TEE_TCB_INFO: which module this is.
    TEE_TCB_INFO(256, 239, true),
    /// All of TDINFO: which TD this is.
    TDINFO(512, 512, true),
    /// ATTRIBUTES of the TD.
    ATTRIBUTES(512, 8, true),
    /// Extended features that the TD may use.
    XFAM(520, 8, true),
    /// Measurement of the initial contents of the TD.
    MRTD(528, 48, true),
    /// What software made of the configuration.
    MRCONFIGID(576, 48, true),
    /// Whose TD it is.
    MROWNER(624, 48, true),
    /// The owner's configuration.
    MROWNERCONFIG(672, 48, true),
    /// Run-time measurement register 0.
    RTMR0(720, 48, true),
    /// Run-time measurement register 1.
    RTMR1(768, 48, true),
    /// Run-time measurement register 2.
    RTMR2(816, 48, true),
    /// Run-time measurement register 3.
    RTMR3(864, 48, true),
    /// Hash of the service TDs; zero when there are none.
    SERVTD_HASH(912, 48, true);

    /// The size of a TDREPORT in bytes.
    public static final int REPORT_BYTES = 1024;
    /// The size of its first part, REPORTMACSTRUCT, in bytes.
    public static final int REPORTMACSTRUCT_BYTES = 256;

    private final int offset;
    private final int length;
    private final boolean state;

    TdReportField(int offset, int length, boolean state) {
        this.offset = offset;
        this.length = length;
        this.state = state;
    }

    /// {@return where it begins, in bytes from the start of the report}
    public int offset() {
        return offset;
    }

    /// {@return its size in bytes}
    public int length() {
        return length;
    }

    /// Whether it belongs to the TD or the platform, and is not made with each report.
    boolean isState() {
        return state;
    }

    /// Take its bytes out of a report.
    ///
    /// @param report a TDREPORT, [#REPORT_BYTES] long
    /// @return a copy, [#length] long
    public byte[] of(byte[] report) {
        return Arrays.copyOfRange(report, offset, offset + length);
    }

    void put(byte[] report, byte... value) {
        if (value.length != length) {
            throw new IllegalArgumentException("%s has %d bytes, bytes=%d".formatted(this, length, value.length));
        }
        System.arraycopy(value, 0, report, offset, length);
    }
}
