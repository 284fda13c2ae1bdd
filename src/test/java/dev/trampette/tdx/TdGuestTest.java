package dev.trampette.tdx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.call.Result;
import dev.trampette.call.WrapperPanic;
import dev.trampette.shim.Shim;
import dev.trampette.shim.tdx.GhciVmm;
import dev.trampette.shim.tdx.GhciVmm.FatalError;
import dev.trampette.shim.tdx.TdxModule;
import dev.trampette.shim.tdx.Vmm;
import dev.trampette.spec.GhciStatus;
import dev.trampette.spec.Gpr;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The callers of the typed API, in every design, against a VMM that keeps state.
class TdGuestTest {

    private static final long SHARED = GhciVmm.SHARED;

    private final GhciVmm vmm = new GhciVmm();

    private TdGuest td(Design design) {
        return TdGuest.of(design, new TdxModule(vmm));
    }

    @ParameterizedTest
    @EnumSource
    void cpuid_returns_its_four_registers_in_order(Design design) {
        vmm.cpuid(0x40000001, 7, 0x11111111, 0x22222222, 0x33333333, 0x44444444);

        assertThat(td(design).cpuid(0x40000001, 7))
                .isEqualTo(new Result.Ok<>(new Cpuid(0x11111111, 0x22222222, 0x33333333, 0x44444444)));
    }

    @ParameterizedTest
    @EnumSource
    void cpuid_outside_the_hypervisor_range_does_not_ask_the_vmm(Design design) {
        Shim nobody = registers -> {
            throw new AssertionError("the VMM was asked");
        };

        for (int leaf : new int[] {0, 1, 0x3fffffff, 0x50000000, 0x80000000, -1}) {
            assertThat(TdGuest.of(design, nobody).cpuid(leaf, 0)).isEqualTo(new Result.Ok<>(new Cpuid(0, 0, 0, 0)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void cpuid_cuts_what_a_vmm_puts_into_upper_halves(Design design) {
        TdGuest td = TdGuest.of(design, new TdxModule(registers -> {
            registers.set(Gpr.R10, 0);
            registers.set(Gpr.R12, 0xdeadbeef00000001L);
            registers.set(Gpr.R13, 0xdeadbeef00000002L);
            registers.set(Gpr.R14, 0xdeadbeef00000003L);
            registers.set(Gpr.R15, 0xdeadbeef00000004L);
        }));

        assertThat(td.cpuid(0x40000000, 0)).isEqualTo(new Result.Ok<>(new Cpuid(1, 2, 3, 4)));
    }

    @ParameterizedTest
    @EnumSource
    void msrs_keep_what_is_written(Design design) {
        vmm.msr(0xc0000080, 0x500);

        assertThat(td(design).readMsr(0xc0000080)).isEqualTo(new Result.Ok<>(0x500L));
        assertThat(td(design).writeMsr(0xc0000080, 0x8000000000000d01L)).isEqualTo(GhciStatus.SUCCESS);
        assertThat(td(design).readMsr(0xc0000080)).isEqualTo(new Result.Ok<>(0x8000000000000d01L));
    }

    @ParameterizedTest
    @EnumSource
    void an_msr_that_is_not_there_is_refused(Design design) {
        assertThat(td(design).readMsr(0x1234)).isEqualTo(new Result.Refused<>(GhciStatus.INVALID_OPERAND));
        assertThat(td(design).writeMsr(0x1234, 1)).isEqualTo(GhciStatus.INVALID_OPERAND);
    }

    @ParameterizedTest
    @EnumSource
    void halt_tells_whether_interrupts_are_blocked(Design design) {
        List<Long> blocked = new ArrayList<>();
        TdGuest td = TdGuest.of(design, new TdxModule(registers -> {
            blocked.add(registers.get(Gpr.R12));
            registers.set(Gpr.R10, 0);
        }));

        assertThat(td.halt(true)).isEqualTo(GhciStatus.SUCCESS);
        assertThat(td.halt(false)).isEqualTo(GhciStatus.SUCCESS);
        assertThat(blocked).containsExactly(1L, 0L);
    }

    @ParameterizedTest
    @EnumSource
    void mmio_reads_what_was_written_at_every_size(Design design) {
        TdGuest td = td(design);
        for (int size : new int[] {1, 2, 4, 8}) {
            long gpa = SHARED | 0xfee00000L + 0x100 * size;
            long value = 0xf1e2d3c4b5a69788L;
            assertThat(td.mmioWrite(size, gpa, value)).isEqualTo(GhciStatus.SUCCESS);
            long expected = size == 8 ? value : value & (1L << 8 * size) - 1;
            assertThat(td.mmioRead(size, gpa)).isEqualTo(new Result.Ok<>(expected));
            assertThat(td.mmioRead(1, gpa + size)).isEqualTo(new Result.Ok<>(0L));
        }
    }

    @ParameterizedTest
    @EnumSource
    void mmio_cuts_a_value_to_its_size(Design design) {
        TdGuest td = TdGuest.of(design, new TdxModule(registers -> {
            registers.set(Gpr.R10, 0);
            registers.set(Gpr.R11, -1);
        }));

        assertThat(td.mmioRead(1, SHARED)).isEqualTo(new Result.Ok<>(0xffL));
        assertThat(td.mmioRead(4, SHARED)).isEqualTo(new Result.Ok<>(0xffffffffL));
    }

    @ParameterizedTest
    @EnumSource
    void mmio_at_a_private_address_is_refused(Design design) {
        assertThat(td(design).mmioRead(4, 0x1000)).isEqualTo(new Result.Refused<>(GhciStatus.INVALID_OPERAND));
        assertThatThrownBy(() -> td(design).mmioRead(3, SHARED)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("size=3");
    }

    @ParameterizedTest
    @EnumSource
    void map_gpa_follows_retry_to_the_end(Design design) {
        vmm.mapGpaSlice(0x3000);

        assertThat(td(design).mapGpa(SHARED | 0x10000, 0x8000)).isEqualTo(new MapGpa.Mapped(3));
        assertThat(vmm.isShared(0x10000)).isTrue();
        assertThat(vmm.isShared(0x17000)).isTrue();
        assertThat(vmm.isShared(0x18000)).isFalse();

        assertThat(td(design).mapGpa(0x12000, 0x1000)).isEqualTo(new MapGpa.Mapped(1));
        assertThat(vmm.isShared(0x12000)).isFalse();
        assertThat(vmm.isShared(0x11000)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void map_gpa_says_where_it_failed(Design design) {
        assertThat(td(design).mapGpa(0x10800, 0x1000))
                .isEqualTo(new MapGpa.Refused(GhciStatus.ALIGN_ERROR, 0x10800));
        assertThat(td(design).mapGpa(SHARED - 0x1000, 0x2000))
                .isEqualTo(new MapGpa.Refused(GhciStatus.INVALID_OPERAND, SHARED - 0x1000));
    }

    @ParameterizedTest
    @EnumSource
    void map_gpa_gives_up_when_a_vmm_makes_no_progress(Design design) {
        for (long next : new long[] {0x10000, 0xf000, 0x18000, 0x10001, 0x17fff, 0, -1}) {
            TdGuest td = TdGuest.of(design, new TdxModule(retryAt(next)));
            assertThat(td.mapGpa(0x10000, 0x8000)).isEqualTo(new MapGpa.NoProgress(next));
        }
    }

    @ParameterizedTest
    @EnumSource
    void map_gpa_bears_a_vmm_that_stands_still_for_a_moment(Design design) {
        List<Long> asked = new ArrayList<>();
        TdGuest td = TdGuest.of(design, new TdxModule(registers -> {
            asked.add(registers.get(Gpr.R12));
            boolean done = asked.size() == 6;
            registers.set(Gpr.R10, done ? 0 : GhciStatus.RETRY.code());
            registers.set(Gpr.R11, asked.size() < 3 ? 0x10000 : 0x12000);
        }));

        assertThat(td.mapGpa(0x10000, 0x8000)).isEqualTo(new MapGpa.Mapped(6));
        assertThat(asked).containsExactly(0x10000L, 0x10000L, 0x10000L, 0x12000L, 0x12000L, 0x12000L);
    }

    private static Vmm retryAt(long gpa) {
        return registers -> {
            registers.set(Gpr.R10, GhciStatus.RETRY.code());
            registers.set(Gpr.R11, gpa);
        };
    }

    @ParameterizedTest
    @EnumSource
    void a_fatal_error_arrives_with_its_message(Design design) {
        String longMessage = "0123456789abcdef".repeat(4);
        assertThat(td(design).reportFatalError(0, "attempted to kill init")).isEqualTo(GhciStatus.SUCCESS);
        assertThat(td(design).reportFatalError(-1, longMessage + "this is cut off")).isEqualTo(GhciStatus.SUCCESS);
        assertThat(td(design).reportFatalError(7, "größer")).isEqualTo(GhciStatus.SUCCESS);
        assertThat(td(design).reportFatalError(8, "")).isEqualTo(GhciStatus.SUCCESS);

        assertThat(vmm.console()).containsExactly(
                new FatalError(0, 0, "attempted to kill init"),
                new FatalError(0xffffffffL, 0, longMessage),
                new FatalError(7, 0, "größer"),
                new FatalError(8, 0, ""));
    }

    @ParameterizedTest
    @EnumSource
    void confined_calls_are_for_one_thread(Design design) throws Exception {
        vmm.msr(0x10, 42);
        TdGuest confined = td(design).confined();
        List<Throwable> thrown = new ArrayList<>();
        Thread other = Thread.ofVirtual().unstarted(() -> confined.readMsr(0x10).orThrow());
        other.setUncaughtExceptionHandler((_, e) -> thrown.add(e));
        other.start();
        other.join();

        assertThat(confined.readMsr(0x10)).isEqualTo(new Result.Ok<>(42L));
        assertThat(thrown).singleElement().isInstanceOf(WrongThreadException.class);
    }

    @ParameterizedTest
    @EnumSource
    void rax_not_0_is_a_panic(Design design) {
        TdGuest td = TdGuest.of(design, registers -> registers.set(Gpr.RAX, 0xC000010000000001L));

        assertThatThrownBy(() -> td.readMsr(0x10)).isInstanceOf(WrapperPanic.class).hasMessageContaining("UD2");
    }

    @ParameterizedTest
    @EnumSource
    void every_call_reaches_the_null_stub(Design design) {
        TdGuest td = TdGuest.ofNullStub(design);

        assertThat(td.halt(true)).isEqualTo(GhciStatus.SUCCESS);
        assertThat(td.readMsr(0x10)).isEqualTo(new Result.Ok<>(0x1fL)); // R11 as it went in
        assertThat(td.writeMsr(0x10, 1)).isEqualTo(GhciStatus.SUCCESS);
        assertThat(td.cpuid(0x40000005, 6)).isEqualTo(new Result.Ok<>(new Cpuid(0x40000005, 6, 0, 0)));
        assertThat(td.mmioRead(8, 1)).isEqualTo(new Result.Ok<>(0x30L));
        assertThat(td.mmioWrite(8, 1, 2)).isEqualTo(GhciStatus.SUCCESS);
        assertThat(td.mapGpa(0, 0x1000)).isEqualTo(new MapGpa.Mapped(1));
        assertThat(td.reportFatalError(1, "x")).isEqualTo(GhciStatus.SUCCESS);
    }
}
