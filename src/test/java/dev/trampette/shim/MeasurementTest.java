package dev.trampette.shim;

import static dev.trampette.spec.Gpr.R8;
import static dev.trampette.spec.Gpr.RAX;
import static dev.trampette.spec.Gpr.RCX;
import static dev.trampette.spec.Gpr.RDX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.shim.tdx.GhciVmm;
import dev.trampette.shim.tdx.GuestMemory;
import dev.trampette.shim.tdx.TdReportField;
import dev.trampette.shim.tdx.TdxModule;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Tdg;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Measurement registers and reports, against hashes that are computed here.
class MeasurementTest {

    private static final long RCX_INVALID = 0xC000010000000001L;
    private static final long RDX_INVALID = 0xC000010000000002L;
    private static final long R8_INVALID = 0xC000010000000008L;
    private static final long DATA = 0x2040;
    private static final long REPORT = 0x4400;

    private final Random random = new Random(Cpu.SEED);
    private final TdxModule module = new TdxModule(_ -> {
    });
    private final GuestMemory memory = module.memory();

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] sha384(byte[]... parts) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-384");
        for (byte[] part : parts) {
            digest.update(part);
        }
        return digest.digest();
    }

    private long call(long leaf, long rcx, long rdx, long r8) {
        return new Cpu(Instruction.TDCALL).set(RAX, leaf).set(RCX, rcx).set(RDX, rdx).set(R8, r8).execute(module)
                .keepsAllBut(Set.of()).get(RAX);
    }

    private long extend(long gpa, long index) {
        return call(Tdg.MR_RTMR_EXTEND, gpa, index, 0);
    }

    private byte[] report() {
        assertThat(call(Tdg.MR_REPORT, REPORT, DATA, 0)).isZero();
        return memory.read(REPORT, 1024);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void a_register_is_extended_by_hash_of_old_and_new(int index) throws Exception {
        TdReportField rtmr = TdReportField.valueOf("RTMR" + index);
        byte[] expected = new byte[48];
        for (int i = 0; i < 3; i++) {
            byte[] data = bytes(48);
            memory.write(DATA, data);
            assertThat(extend(DATA, index)).isZero();
            expected = sha384(expected, data);
            assertThat(module.measurements().get(rtmr)).isEqualTo(expected);
        }
        for (int other = 0; other < 4; other++) {
            if (other != index) {
                assertThat(module.measurements().get(TdReportField.valueOf("RTMR" + other))).containsOnly(0);
            }
        }
        assertThat(rtmr.of(report())).isEqualTo(expected);
    }

    @Test
    void extending_checks_address_then_index() {
        assertThat(extend(DATA + 32, 9)).isEqualTo(RCX_INVALID);
        assertThat(extend(DATA | GhciVmm.SHARED, 0)).isEqualTo(RCX_INVALID);
        assertThat(extend(1L << 52, 0)).isEqualTo(RCX_INVALID);
        assertThat(extend(DATA, 4)).isEqualTo(RDX_INVALID);
        assertThat(extend(DATA, -1)).isEqualTo(RDX_INVALID);
        assertThat(extend(DATA, 1L << 32)).isEqualTo(RDX_INVALID);
        assertThat(module.measurements().get(TdReportField.TDINFO)).containsOnly(0);
    }

    @Test
    void many_vcpus_extend_one_register() throws Exception {
        byte[] data = bytes(48);
        memory.write(DATA, data);
        try (var vcpus = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 400; i++) {
                vcpus.submit(() -> extend(DATA, 0));
            }
        }
        byte[] expected = new byte[48];
        for (int i = 0; i < 400; i++) {
            expected = sha384(expected, data);
        }
        assertThat(module.measurements().get(TdReportField.RTMR0)).isEqualTo(expected);
    }

    @Test
    void a_report_has_the_shape_of_the_specification() throws Exception {
        byte[] mrtd = bytes(48);
        byte[] owner = bytes(48);
        byte[] tcb = bytes(239);
        byte[] data = bytes(64);
        module.measurements().set(TdReportField.MRTD, mrtd).set(TdReportField.MROWNER, owner)
                .set(TdReportField.TEE_TCB_INFO, tcb).set(TdReportField.CPUSVN, bytes(16));
        memory.write(DATA, data);
        byte[] report = report();

        assertThat(Arrays.copyOf(report, 16)).isEqualTo(Arrays.copyOf(new byte[] {(byte) 0x81}, 16));
        assertThat(Arrays.copyOfRange(report, 32, 80)).isEqualTo(sha384(tcb));
        assertThat(Arrays.copyOfRange(report, 80, 128)).isEqualTo(sha384(Arrays.copyOfRange(report, 512, 1024)));
        assertThat(Arrays.copyOfRange(report, 128, 192)).isEqualTo(data);
        assertThat(Arrays.copyOfRange(report, 192, 224)).containsOnly(0);
        assertThat(Arrays.copyOfRange(report, 256, 495)).isEqualTo(tcb);
        assertThat(Arrays.copyOfRange(report, 495, 512)).containsOnly(0);
        assertThat(Arrays.copyOfRange(report, 528, 576)).isEqualTo(mrtd);
        assertThat(Arrays.copyOfRange(report, 624, 672)).isEqualTo(owner);
        assertThat(Arrays.copyOfRange(report, 960, 1024)).containsOnly(0);
        assertThat(memory.read(REPORT - 64, 64)).containsOnly(0);
        assertThat(memory.read(REPORT + 1024, 64)).containsOnly(0);
    }

    @Test
    void the_version_of_a_report_tells_of_service_tds() {
        assertThat(TdReportField.REPORT_TYPE.of(report())).containsExactly(0x81, 0, 0, 0);

        byte[] hash = new byte[48];
        hash[47] = 1;
        module.measurements().set(TdReportField.SERVTD_HASH, hash);
        assertThat(TdReportField.REPORT_TYPE.of(report())).containsExactly(0x81, 0, 1, 0);
        assertThat(call(Tdg.MR_VERIFYREPORT, REPORT, 0, 0)).isZero();
    }

    @Test
    void reporting_checks_its_operands_in_order() {
        assertThat(call(Tdg.MR_REPORT, REPORT + 512, DATA + 1, 1)).isEqualTo(RCX_INVALID);
        assertThat(call(Tdg.MR_REPORT, REPORT, DATA + 32, 1)).isEqualTo(RDX_INVALID);
        assertThat(call(Tdg.MR_REPORT, REPORT, 1L << 52, 1)).isEqualTo(RDX_INVALID);
        assertThat(call(Tdg.MR_REPORT, 1L << 52, DATA, 1)).isEqualTo(R8_INVALID);
        assertThat(call(Tdg.MR_REPORT, REPORT, DATA, 1L << 40)).isEqualTo(R8_INVALID);
        assertThat(call(Tdg.MR_REPORT, 1L << 52, DATA, 0)).isEqualTo(RCX_INVALID);
        assertThat(memory.read(REPORT, 1024)).containsOnly(0);
        assertThat(call(Tdg.MR_REPORT, REPORT | GhciVmm.SHARED, DATA | GhciVmm.SHARED, 0)).isZero();
        assertThat(memory.readLong(REPORT | GhciVmm.SHARED)).isEqualTo(0x81);
    }

    @Test
    void a_report_verifies_until_a_bit_of_it_is_changed() {
        memory.write(DATA, bytes(64));
        byte[] report = report();
        assertThat(call(Tdg.MR_VERIFYREPORT, REPORT, 0, 0)).isZero();

        for (int i = 0; i < 256; i++) {
            byte[] changed = report.clone();
            changed[i] ^= (byte) (1 << random.nextInt(8));
            memory.write(REPORT, changed);
            assertThat(call(Tdg.MR_VERIFYREPORT, REPORT, 0, 0)).as("byte %d, seed=%d", i, Cpu.SEED)
                    .isEqualTo(i >= 16 && i < 32 ? 0xC000100000000000L : 0xC000100100000000L);
        }
        memory.write(REPORT, report);
        assertThat(call(Tdg.MR_VERIFYREPORT, REPORT, 0, 0)).isZero();
    }

    @Test
    void a_td_verifies_the_report_of_another() {
        TdxModule other = new TdxModule(_ -> {
        });
        memory.write(DATA, bytes(64));
        other.memory().write(0x100, Arrays.copyOf(report(), 256));

        assertThat(new Cpu(Instruction.TDCALL).set(RAX, Tdg.MR_VERIFYREPORT).set(RCX, 0x100).execute(other).get(RAX))
                .isZero();
    }

    @Test
    void verifying_checks_the_address() {
        report();
        assertThat(call(Tdg.MR_VERIFYREPORT, REPORT + 128, 0, 0)).isEqualTo(RCX_INVALID);
        assertThat(call(Tdg.MR_VERIFYREPORT, REPORT | GhciVmm.SHARED, 0, 0)).isEqualTo(RCX_INVALID);
    }

    @Test
    void what_is_made_with_each_report_cannot_be_set() {
        assertThatThrownBy(() -> module.measurements().set(TdReportField.MAC, new byte[32]))
                .isInstanceOf(IllegalArgumentException.class).hasMessageEndingWith("field=MAC");
        assertThatThrownBy(() -> module.measurements().set(TdReportField.MRTD, new byte[32]))
                .isInstanceOf(IllegalArgumentException.class).hasMessageEndingWith("bytes=32");
    }
}
