package dev.trampette.shim;

import static dev.trampette.spec.Gpr.R10;
import static dev.trampette.spec.Gpr.R11;
import static dev.trampette.spec.Gpr.R12;
import static dev.trampette.spec.Gpr.R13;
import static dev.trampette.spec.Gpr.R14;
import static dev.trampette.spec.Gpr.R15;
import static dev.trampette.spec.Gpr.RAX;
import static dev.trampette.spec.Gpr.RBX;
import static dev.trampette.spec.Gpr.RCX;
import static dev.trampette.spec.Gpr.RDI;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.shim.tdx.GhciVmm;
import dev.trampette.shim.tdx.GuestMemory;
import dev.trampette.shim.tdx.Quotes;
import dev.trampette.shim.tdx.Services;
import dev.trampette.shim.tdx.TdxModule;
import dev.trampette.spec.Family;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.LeafTable;
import dev.trampette.spec.Vmcall;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// The sub-functions that take shared buffers: GetQuote, Service and those of a migration TD.
class SharedBufferTest {

    private static final long INVALID_OPERAND = 0x8000000000000000L;
    private static final long ALIGN_ERROR = 0x8000000000000002L;
    private static final long UNSUPPORTED = 0x8000000000000003L;
    private static final long BUFFER = GhciVmm.SHARED | 0x10000;
    private static final long OTHER = GhciVmm.SHARED | 0x20000;

    private final GhciVmm vmm = new GhciVmm();
    private final GuestMemory memory = vmm.memory();

    private long vmcall(long number, Map<Gpr, Long> arguments) {
        Cpu cpu = new Cpu(Instruction.TDCALL).set(RAX, 0).set(RCX, 0xffcc).set(R10, 0).set(R11, number);
        arguments.forEach(cpu::set);
        return cpu.execute(new TdxModule(vmm)).keepsAllBut(EnumSet.of(R10)).get(R10);
    }

    private long getQuote(long gpa, long size) {
        return vmcall(Vmcall.GET_QUOTE, Map.of(R12, gpa, R13, size));
    }

    private void quoteRequest(long gpa, String report) {
        memory.writeLong(gpa, 1).writeInt(gpa + 16, report.length()).write(gpa + 24, report.getBytes(US_ASCII));
    }

    private void quoteIs(long gpa, long status, String quote) {
        assertThat(memory.readLong(gpa + 8)).isEqualTo(status);
        assertThat(new String(memory.read(gpa + 24, memory.readInt(gpa + 20)), US_ASCII)).isEqualTo(quote);
    }

    @Test
    void a_quote_is_made_of_the_report() {
        vmcall(Vmcall.SETUP_EVENT_NOTIFY_INTERRUPT, Map.of(R12, 77L));
        vmm.quotes().sign(report -> ("signed " + new String(report, US_ASCII)).getBytes(US_ASCII));
        quoteRequest(BUFFER, "report");

        assertThat(getQuote(BUFFER, 0x2000)).isZero();
        quoteIs(BUFFER, Quotes.DONE, "signed report");
        assertThat(vmm.injected()).containsExactly(77);
    }

    @Test
    void a_quote_is_in_flight_until_it_is_done() {
        vmm.quotes().sign(report -> report).hold();
        quoteRequest(BUFFER, "a");
        quoteRequest(OTHER, "b");

        assertThat(getQuote(BUFFER, 0x1000)).isZero();
        assertThat(getQuote(OTHER, 0x1000)).isZero();
        quoteIs(BUFFER, Quotes.IN_FLIGHT, "");
        assertThat(vmm.quotes().inFlight()).isEqualTo(2);
        for (int i = 2; i < 16; i++) {
            assertThat(getQuote(OTHER, 0x1000)).isZero();
        }
        assertThat(getQuote(OTHER, 0x1000)).as("RETRY").isOne();

        vmm.quotes().finish();
        quoteIs(BUFFER, Quotes.DONE, "a");
        quoteIs(OTHER, Quotes.DONE, "b");
        assertThat(vmm.quotes().inFlight()).isZero();
        assertThat(vmm.injected()).as("no vector was set up").isEmpty();
    }

    @Test
    void a_quote_can_fail() {
        quoteRequest(BUFFER, "report");
        assertThat(getQuote(BUFFER, 0x1000)).isZero();
        quoteIs(BUFFER, Quotes.UNAVAILABLE, "");
        vmm.quotes().sign(_ -> null);
        assertThat(getQuote(BUFFER, 0x1000)).isZero();
        quoteIs(BUFFER, Quotes.ERROR, "");
        vmm.quotes().sign(_ -> new byte[0x1000 - 23]);
        assertThat(getQuote(BUFFER, 0x1000)).isZero();
        quoteIs(BUFFER, Quotes.ERROR, "");
        vmm.quotes().sign(_ -> {
            throw new IllegalStateException();
        });
        assertThat(getQuote(BUFFER, 0x1000)).isZero();
        quoteIs(BUFFER, Quotes.ERROR, "");
    }

    @Test
    void operands_of_get_quote_are_checked() {
        quoteRequest(BUFFER, "report");
        assertThat(getQuote(BUFFER + 8, 0x1000)).isEqualTo(ALIGN_ERROR);
        assertThat(getQuote(BUFFER, 0)).isEqualTo(INVALID_OPERAND);
        for (long size : new long[] {1, 0xfff, 0x1001, 0x1800, -1, Long.MAX_VALUE}) {
            assertThat(getQuote(BUFFER, size)).isEqualTo(ALIGN_ERROR);
        }
        assertThat(getQuote(BUFFER, -0x1000)).isEqualTo(INVALID_OPERAND);
        assertThat(getQuote(BUFFER, 1L << 40)).isEqualTo(INVALID_OPERAND);
        assertThat(getQuote(BUFFER & ~GhciVmm.SHARED, 0x1000)).isEqualTo(INVALID_OPERAND);
        assertThat(getQuote(2 * GhciVmm.SHARED - 0x1000, 0x2000)).isEqualTo(INVALID_OPERAND);
        memory.writeInt(BUFFER + 16, 0x1000 - 23);
        assertThat(getQuote(BUFFER, 0x1000)).isEqualTo(INVALID_OPERAND);
        memory.writeInt(BUFFER + 16, -1);
        assertThat(getQuote(BUFFER, 0x1000)).isEqualTo(INVALID_OPERAND);
        memory.writeInt(BUFFER + 16, 0).writeLong(BUFFER, 2);
        assertThat(getQuote(BUFFER, 0x1000)).isEqualTo(INVALID_OPERAND);
    }

    private long service(long command, long response, long vector) {
        return vmcall(Vmcall.SERVICE, Map.of(R12, command, R13, response, R14, vector, R15, 0L));
    }

    @Test
    void a_service_is_found_by_guid() {
        byte[] guid = HexFormat.of().parseHex("33221100" + "5544" + "7766" + "8899aabbccddeeff");
        memory.write(BUFFER, guid).writeInt(BUFFER + 16, 27).write(BUFFER + 24, (byte) 1, (byte) 2, (byte) 3);
        memory.writeInt(OTHER + 16, 26);
        assertThat(service(BUFFER, OTHER, 0)).isEqualTo(UNSUPPORTED);

        vmm.services().offer(UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
                data -> new byte[] {(byte) data.length, data[2]});
        assertThat(service(BUFFER, OTHER, 99)).isZero();
        assertThat(memory.read(OTHER, 16)).isEqualTo(guid);
        assertThat(memory.readInt(OTHER + 16)).isEqualTo(26);
        assertThat(memory.readInt(OTHER + 20)).isEqualTo(Services.DONE);
        assertThat(memory.read(OTHER + 24, 3)).containsExactly(3, 3, 0);
        assertThat(vmm.injected()).containsExactly(99);

        memory.writeInt(OTHER + 16, 25);
        assertThat(service(BUFFER, OTHER, 0)).isZero();
        assertThat(memory.readInt(OTHER + 20)).isEqualTo(Services.TOO_LONG);
        memory.write(BUFFER, (byte) 9);
        assertThat(service(BUFFER, OTHER, 0)).isZero();
        assertThat(memory.readInt(OTHER + 20)).isEqualTo(Services.UNKNOWN);

        assertThat(service(BUFFER, OTHER, 31)).isEqualTo(INVALID_OPERAND);
        assertThat(service(BUFFER & ~GhciVmm.SHARED, OTHER, 0)).isEqualTo(INVALID_OPERAND);
        assertThat(service(BUFFER, OTHER + 8, 0)).isEqualTo(ALIGN_ERROR);
        memory.writeInt(BUFFER + 16, 23);
        assertThat(service(BUFFER, OTHER, 0)).isEqualTo(INVALID_OPERAND);
    }

    private long waitForRequest(long gpa, long size, long vector) {
        return vmcall(Vmcall.MIG_TD_WAIT_FOR_REQUEST, Map.of(R12, 0x10001L, R13, size, R14, gpa, R15, vector));
    }

    private long transfer(long leaf, long id, long gpa, long size, long vector) {
        return vmcall(Vmcall.MIG_TD_SEND, Map.of(R12, leaf, R13, id, R14, size, R15, gpa, RBX, vector));
    }

    private void bufferIs(long gpa, long status, String data) {
        assertThat(memory.readLong(gpa)).isEqualTo(status);
        assertThat(new String(memory.read(gpa + 12, memory.readInt(gpa + 8)), US_ASCII)).isEqualTo(data);
    }

    @Test
    void a_request_and_who_waits_for_it_meet_in_any_order() {
        vmm.migration().request("first".getBytes(US_ASCII));
        assertThat(vmm.migration().requestsWaiting()).isOne();
        assertThat(waitForRequest(BUFFER, 0x1000, 40)).isZero();
        bufferIs(BUFFER, 1, "first");

        assertThat(waitForRequest(OTHER, 0x1000, 41)).isZero();
        bufferIs(OTHER, 0, "");
        assertThat(vmm.injected()).containsExactly(40);
        vmm.migration().request("second".getBytes(US_ASCII));
        bufferIs(OTHER, 1, "second");
        assertThat(vmm.injected()).containsExactly(40, 41);
        assertThat(vmm.migration().requestsWaiting()).isZero();
    }

    @Test
    void data_goes_out_and_comes_in_by_request() {
        memory.writeInt(BUFFER + 8, 3).write(BUFFER + 12, "abc".getBytes(US_ASCII));
        assertThat(transfer(0x10003, 7, BUFFER, 15, 50)).isZero();
        assertThat(transfer(0x10003, 7, BUFFER, 0x1000, 0)).isZero();
        assertThat(memory.readLong(BUFFER)).isOne();
        assertThat(vmm.migration().sent(7)).asString(US_ASCII).isEqualTo("abcabc");
        assertThat(vmm.migration().sent(8)).isEmpty();
        assertThat(transfer(0x10003, 7, BUFFER, 14, 50)).as("more data than buffer").isEqualTo(INVALID_OPERAND);

        vmm.migration().deliver(8, "other".getBytes(US_ASCII)).deliver(7, "0123456789".getBytes(US_ASCII));
        assertThat(transfer(0x10004, 7, BUFFER, 12 + 6, 51)).isZero();
        bufferIs(BUFFER, 1, "012345");
        assertThat(transfer(0x10004, 7, BUFFER, 12 + 6, 52)).isZero();
        bufferIs(BUFFER, 1, "6789");
        assertThat(transfer(0x10004, 7, BUFFER, 12 + 6, 53)).isZero();
        bufferIs(BUFFER, 0, "");
        assertThat(vmm.injected()).containsExactly(50, 51, 52);
        vmm.migration().deliver(7, "x".getBytes(US_ASCII));
        bufferIs(BUFFER, 1, "x");
        assertThat(vmm.injected()).containsExactly(50, 51, 52, 53);
    }

    @Test
    void a_result_is_reported_from_rbx_and_rdi() {
        Map<Gpr, Long> report = Map.of(R12, 0x10002L, R13, 7L, R14, 3L, R15, 0x1000L, RBX, BUFFER, RDI, 60L);
        assertThat(vmm.migration().reported(7)).isEmpty();
        assertThat(vmcall(Vmcall.MIG_TD_REPORT_STATUS, report)).isZero();
        assertThat(vmm.migration().reported(7)).contains(3L);
        assertThat(vmm.injected()).containsExactly(60);
        assertThat(memory.readLong(BUFFER)).isOne();
    }

    @Test
    void operands_of_migration_are_checked() {
        for (long leaf : new long[] {0, 3, 0x20003, 0x10000, 0x10005, 0x1010003, 0x100010003L}) {
            assertThat(transfer(leaf, 7, BUFFER, 0x1000, 0)).isEqualTo(INVALID_OPERAND);
        }
        assertThat(transfer(0x10003, 7, BUFFER + 16, 0x1000, 0)).isEqualTo(ALIGN_ERROR);
        assertThat(transfer(0x10004, 7, BUFFER & ~GhciVmm.SHARED, 0x1000, 0)).isEqualTo(INVALID_OPERAND);
        assertThat(transfer(0x10004, 7, BUFFER, 11, 0)).isEqualTo(INVALID_OPERAND);
        assertThat(waitForRequest(BUFFER, 0x1000, 31)).isEqualTo(INVALID_OPERAND);
        assertThat(waitForRequest(BUFFER, Long.MAX_VALUE, 0)).isEqualTo(INVALID_OPERAND);
    }

    @Test
    void memory_crosses_pages_and_keeps_shared_and_private_apart() {
        memory.writeLong(0x1ffc, 0x0807060504030201L);
        assertThat(memory.read(0x1ffa, 12)).containsExactly(0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0);
        assertThat(memory.readInt(0x2000)).isEqualTo(0x08070605);
        assertThat(memory.readLong(GhciVmm.SHARED | 0x1ffc)).isZero();
        assertThat(new TdxModule(vmm).memory()).isSameAs(memory);
    }

    @Test
    void memory_is_read_by_a_length_of_0_or_more() {
        assertThat(memory.read(0x1000, 0)).isEmpty();
        assertThatThrownBy(() -> memory.read(0x1000, -1))
                .isInstanceOf(IllegalArgumentException.class).hasMessageEndingWith("length=-1");
    }

    @Test
    void the_table_has_the_statuses_of_a_buffer() {
        List<Leaf> leaves = LeafTable.of(Family.TDVMCALL).leaves().stream()
                .filter(leaf -> leaf.number() == Vmcall.GET_QUOTE || leaf.number() == Vmcall.SERVICE
                        || leaf.number() == Vmcall.MIG_TD_SEND).toList();

        assertThat(leaves).hasSize(6).allSatisfy(leaf -> assertThat(leaf.statuses())
                .contains("SUCCESS", "INVALID_OPERAND", "ALIGN_ERROR", "SUBFUNC_UNSUPPORTED"));
    }
}
