package dev.trampette.tdx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.call.Result;
import dev.trampette.shim.tdx.HostileVmm;
import dev.trampette.shim.tdx.TdxModule;
import dev.trampette.spec.GhciStatus;
import dev.trampette.spec.Gpr;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The callers against a VMM that writes garbage into every register that it sees: they end, keep what they cut cut,
/// and make a status of every R10.
class HostileVmmCallersTest {

    /// Replay a failure with -Dtrampette.seed=N.
    private static final long SEED = Long.getLong("trampette.seed", ThreadLocalRandom.current().nextLong());
    private static final int ROUNDS = 200;

    private final HostileVmm vmm = new HostileVmm(SEED);

    private TdGuest td(Design design) {
        return TdGuest.of(design, new TdxModule(vmm));
    }

    @ParameterizedTest
    @EnumSource
    void every_call_ends_with_any_status(Design design) {
        TdGuest td = td(design);
        for (int i = 0; i < ROUNDS; i++) {
            assertThat(td.halt(true)).isNotNull();
            assertThat(td.writeMsr(0x10, 1)).isNotNull();
            assertThat(td.readMsr(0x10)).isNotNull();
            assertThat(td.mmioWrite(4, 0x1000, 1)).isNotNull();
            assertThat(td.reportFatalError(1, "hostile")).isNotNull();
            assertThat(td.mapGpa(0x1000, 0x1000)).as("seed " + SEED).isInstanceOf(MapGpa.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_status_near_a_known_one_is_not_that_one(Design design) {
        TdGuest td = td(design);
        for (long code : HostileVmm.UNKNOWN_STATUSES) {
            vmm.statuses(code);
            assertThat(td.readMsr(0x10)).isEqualTo(new Result.Refused<>(new GhciStatus(code)));
            assertThat(td.halt(false)).isEqualTo(new GhciStatus(code));
            assertThat(td.mapGpa(0x1000, 0x1000)).isInstanceOf(MapGpa.Refused.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_short_read_stays_short(Design design) {
        vmm.statuses(0);
        for (int i = 0; i < ROUNDS; i++) {
            assertThat(td(design).mmioRead(1, 0x1000)).as("seed " + SEED).isInstanceOfSatisfying(Result.Ok.class,
                    ok -> assertThat((long) ok.value()).isBetween(0L, 0xffL));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_retry_that_leads_nowhere_ends(Design design) {
        for (long failing : new long[] {0x1000, 0, -1, 0x1001, 0x3000}) {
            vmm.statuses(1).always(Gpr.R11, failing);

            assertThat(td(design).mapGpa(0x1000, 0x2000)).isEqualTo(new MapGpa.NoProgress(failing));
            assertThat(vmm.calls()).isLessThanOrEqualTo(4);
        }
    }
}
