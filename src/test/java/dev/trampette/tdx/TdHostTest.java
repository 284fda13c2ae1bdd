package dev.trampette.tdx;

import static dev.trampette.spec.CompletionStatus.INTERRUPTED_RESUMABLE;
import static dev.trampette.spec.CompletionStatus.OPERAND_BUSY;
import static dev.trampette.spec.CompletionStatus.RND_NO_ENTROPY;
import static dev.trampette.spec.CompletionStatus.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.call.Result;
import dev.trampette.shim.Registers;
import dev.trampette.shim.Shim;
import dev.trampette.shim.tdx.SeamModule;
import dev.trampette.spec.CompletionStatus;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Tdh;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The callers of a host, in every design, against a module that is busy, has no entropy, or stops in the middle.
class TdHostTest {

    private static final long RESUME = 1L << 63;

    private final SeamModule module = SeamModule.ready();
    private final List<Map<Gpr, Long>> calls = new ArrayList<>();
    private final Shim recording = this::execute;

    private void execute(Registers registers) {
        Map<Gpr, Long> seen = new EnumMap<>(Gpr.class);
        for (Gpr register : Gpr.values()) {
            seen.put(register, registers.get(register));
        }
        calls.add(seen);
        module.execute(registers);
    }

    private TdHost host(Design design) {
        return TdHost.of(design, recording);
    }

    private List<Long> seen(Gpr register) {
        return calls.stream().map(call -> call.get(register)).toList();
    }

    @ParameterizedTest
    @EnumSource
    void a_module_without_entropy_is_asked_again_with_the_same_inputs(Design design) {
        module.scriptNext(Tdh.SYS_RD, 3, RND_NO_ENTROPY, Map.of(Gpr.RDX, -1L))
                .script(Tdh.SYS_RD, SUCCESS, Map.of(Gpr.R8, 5L, Gpr.RDX, 8L));

        assertThat(host(design).readField(7)).isEqualTo(new Result.Ok<>(5L));
        assertThat(seen(Gpr.RDX)).containsExactly(7L, 7L, 7L, 7L);
    }

    @ParameterizedTest
    @EnumSource
    void no_entropy_for_ever_is_given_up(Design design) {
        module.script(Tdh.SYS_RD, RND_NO_ENTROPY, Map.of());

        assertThat(host(design).readField(7)).isEqualTo(new Result.Refused<>(RND_NO_ENTROPY));
        assertThat(calls).hasSize(TdHost.MOST_TRIES);
    }

    @ParameterizedTest
    @EnumSource
    void a_key_that_could_not_be_made_is_tried_again(Design design) {
        module.scriptNext(Tdh.MNG_KEY_CONFIG, 2, CompletionStatus.KEY_GENERATION_FAILED, Map.of())
                .scriptNext(Tdh.MNG_KEY_CONFIG, 2, RND_NO_ENTROPY, Map.of());

        assertThat(host(design).configureKey(0x1000)).isEqualTo(SUCCESS);
        assertThat(seen(Gpr.RCX)).containsExactly(0x1000L, 0x1000L, 0x1000L, 0x1000L, 0x1000L);
    }

    /// The outputs of a call that failed are in the registers of the inputs.
    @ParameterizedTest
    @EnumSource
    void a_lock_is_waited_for_and_inputs_are_loaded_again(Design design) {
        module.scriptNext(Tdh.MNG_WR, 3, OPERAND_BUSY.with(128), Map.of())
                .script(Tdh.MNG_WR, SUCCESS, Map.of(Gpr.R8, 77L));

        assertThat(host(design).writeField(0x1000, 5, 6, -1).oldValue()).isEqualTo(77);
        assertThat(seen(Gpr.R8)).containsExactly(6L, 6L, 6L, 6L);
    }

    @ParameterizedTest
    @EnumSource
    void a_lock_that_stays_is_given_up(Design design) {
        module.script(Tdh.MEM_PAGE_AUG, OPERAND_BUSY, Map.of()).script(Tdh.MEM_PAGE_REMOVE, OPERAND_BUSY, Map.of());

        assertThat(host(design).augment(1, 2, 3).status()).isEqualTo(OPERAND_BUSY);
        assertThat(host(design).remove(1, 2).status()).isEqualTo(OPERAND_BUSY);
        assertThat(calls).hasSize(2 * TdHost.MOST_TRIES);
    }

    @ParameterizedTest
    @EnumSource
    void a_range_that_is_blocked_already_is_no_reason_to_ask_again(Design design) {
        CompletionStatus already = CompletionStatus.GPA_RANGE_ALREADY_BLOCKED.with(1);
        module.script(Tdh.MEM_RANGE_BLOCK, already, Map.of(Gpr.RCX, 9L));

        assertThat(host(design).block(1, 2)).isEqualTo(new Seamcall.MemRangeBlock(already, 9, 0));
        assertThat(calls).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void a_page_that_was_reclaimed_is_written_back(Design design) {
        module.scriptNext(Tdh.PHYMEM_PAGE_RECLAIM, 1, OPERAND_BUSY, Map.of())
                .scriptNext(Tdh.PHYMEM_PAGE_WBINVD, 2, OPERAND_BUSY, Map.of());

        assertThat(host(design).reclaim(0x5000, 0xf005000)).isEqualTo(SUCCESS);
        assertThat(seen(Gpr.RCX)).containsExactly(0x5000L, 0x5000L, 0xf005000L, 0xf005000L, 0xf005000L);
    }

    /// It begins anew after a lock, and goes on after an interrupt.
    @ParameterizedTest
    @EnumSource
    void caches_are_written_back_to_the_end(Design design) {
        module.scriptNext(Tdh.PHYMEM_CACHE_WB, 2, OPERAND_BUSY, Map.of())
                .scriptNext(Tdh.PHYMEM_CACHE_WB, 2, INTERRUPTED_RESUMABLE, Map.of())
                .scriptNext(Tdh.PHYMEM_CACHE_WB, 1, RND_NO_ENTROPY, Map.of());

        assertThat(host(design).writeBackCaches()).isEqualTo(SUCCESS);
        assertThat(seen(Gpr.RCX)).containsExactly(0L, 0L, 0L, 1L, 1L, 1L);
    }

    @ParameterizedTest
    @EnumSource
    void a_region_is_initialised_part_by_part(Design design) {
        for (long next : new long[] {0x40000000L, 0x80000000L, 0xc0000000L}) {
            module.scriptNext(Tdh.SYS_TDMR_INIT, 1, SUCCESS, Map.of(Gpr.RDX, next));
        }

        assertThat(host(design).initialiseRegion(0, 0xc0000000L))
                .isEqualTo(new Seamcall.SysTdmrInit(SUCCESS, 0xc0000000L));
        assertThat(seen(Gpr.RCX)).containsExactly(0L, 0L, 0L);
    }

    @ParameterizedTest
    @EnumSource
    void a_region_that_does_not_move_on_is_given_up(Design design) {
        module.script(Tdh.SYS_TDMR_INIT, SUCCESS, Map.of(Gpr.RDX, 0x40000000L));

        assertThat(host(design).initialiseRegion(0, 0xc0000000L).next()).isEqualTo(0x40000000L);
        assertThat(calls).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void extensions_are_fed_and_started_and_the_module_is_disabled(Design design) {
        module.scriptNext(Tdh.EXT_MEM_ADD, 1, INTERRUPTED_RESUMABLE, Map.of(Gpr.RCX, 0x20L))
                .scriptNext(Tdh.EXT_MEM_ADD, 1, OPERAND_BUSY, Map.of(Gpr.RCX, 0x28L))
                .scriptNext(Tdh.EXT_MEM_ADD, 1, INTERRUPTED_RESUMABLE, Map.of(Gpr.RCX, 0x30L))
                .scriptNext(Tdh.EXT_INIT, 3, INTERRUPTED_RESUMABLE, Map.of())
                .scriptNext(Tdh.SYS_DISABLE, 4, INTERRUPTED_RESUMABLE, Map.of());
        TdHost host = host(design);

        assertThat(host.addExtensionMemory(0x18).status()).isEqualTo(SUCCESS);
        assertThat(seen(Gpr.RCX)).as("what is left").containsExactly(0x18L, 0x20L, 0x28L, 0x30L);
        assertThat(host.initialiseExtensions()).isEqualTo(SUCCESS);
        assertThat(host.disable()).isEqualTo(SUCCESS);
        assertThat(seen(Gpr.RAX).subList(4, calls.size())).containsExactly(Tdh.EXT_INIT, Tdh.EXT_INIT, Tdh.EXT_INIT,
                Tdh.EXT_INIT, Tdh.SYS_DISABLE, Tdh.SYS_DISABLE, Tdh.SYS_DISABLE, Tdh.SYS_DISABLE, Tdh.SYS_DISABLE);
    }

    /// Success need not be 0: three entries of the list failed.
    @ParameterizedTest
    @EnumSource
    void a_list_goes_on_where_it_was_and_its_success_counts(Design design) {
        module.scriptNext(Tdh.EXPORT_BLOCKW, 1, INTERRUPTED_RESUMABLE, Map.of(Gpr.RCX, 0x40L))
                .script(Tdh.EXPORT_BLOCKW, SUCCESS.with(3), Map.of(Gpr.RCX, 0x80L));

        Seamcall.ExportBlockw done = host(design).blockWrites(0x10, 0x1000);

        assertThat(done).isEqualTo(new Seamcall.ExportBlockw(SUCCESS.with(3), 0x80));
        assertThat(done.status().isSuccess()).isTrue();
        assertThat(done.status().details()).isEqualTo(3);
        assertThat(seen(Gpr.RCX)).containsExactly(0x10L, 0x40L);
    }

    @ParameterizedTest
    @EnumSource
    void an_export_is_told_that_it_goes_on(Design design) {
        module.scriptNext(Tdh.EXPORT_STATE_TD, 1, OPERAND_BUSY, Map.of())
                .scriptNext(Tdh.EXPORT_STATE_TD, 2, INTERRUPTED_RESUMABLE, Map.of(Gpr.RDX, 1L))
                .script(Tdh.EXPORT_STATE_TD, SUCCESS, Map.of(Gpr.RDX, 4L));

        assertThat(host(design).exportState(0x1000, 0x2000, 0x3000, 6).pages()).isEqualTo(4);
        assertThat(seen(Gpr.R10)).containsExactly(6L, 6L, RESUME | 6, RESUME | 6);
        assertThat(seen(Gpr.RCX)).containsOnly(0x1000L);
    }

    @ParameterizedTest
    @EnumSource
    void pages_that_were_taken_do_not_go_in_again(Design design) {
        module.scriptNext(Tdh.MEM_SEPT_ADD_VERSION_1, 1, INTERRUPTED_RESUMABLE, Map.of(Gpr.RCX, 0x10L, Gpr.RDX, 0x20L,
                        Gpr.R8, -1L, Gpr.R9, -1L, Gpr.R10, 5L, Gpr.R11, 6L))
                .scriptNext(Tdh.MEM_SEPT_ADD_VERSION_1, 1, OPERAND_BUSY, Map.of(Gpr.RCX, 1L, Gpr.RDX, 2L,
                        Gpr.R8, -1L, Gpr.R9, -1L, Gpr.R10, -1L, Gpr.R11, 6L));

        assertThat(host(design).addSept(0x10, 0x20, 3, 4, 5, 6).status()).isEqualTo(SUCCESS);
        assertThat(seen(Gpr.R8)).containsExactly(3L, -1L, -1L);
        assertThat(seen(Gpr.R10)).containsExactly(5L, 5L, -1L);
        assertThat(seen(Gpr.R11)).containsExactly(6L, 6L, 6L);
        assertThat(seen(Gpr.RCX)).as("the GPA, not what came back").containsOnly(0x10L);
    }

    /// The mark is there before the module runs, is set for each call anew, and what was opened is closed.
    @Test
    void each_call_stands_in_a_bracket_of_its_own() {
        List<String> order = new ArrayList<>();
        CacheBracket bracket = new CacheBracket() {
            @Override
            public void open() {
                order.add("open");
            }

            @Override
            public void close() {
                order.add("close");
            }
        };
        module.scriptNext(Tdh.SYS_DISABLE, 1, INTERRUPTED_RESUMABLE, Map.of())
                .scriptNext(Tdh.SYS_DISABLE, 1, RND_NO_ENTROPY, Map.of());
        TdHost host = TdHost.of(Seamcall.of(Design.TRAMPOLINE, registers -> {
            order.add("call");
            module.execute(registers);
        }), bracket);

        assertThat(host.disable()).isEqualTo(SUCCESS);
        assertThat(order).containsExactly("open", "call", "close", "open", "call", "close", "open", "call", "close");
    }
}
