package dev.trampette.shim;

import static dev.trampette.spec.Gpr.R8;
import static dev.trampette.spec.Gpr.RAX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.shim.tdx.SeamModule;
import dev.trampette.shim.tdx.SeamModule.State;
import dev.trampette.spec.CompletionStatus;
import dev.trampette.spec.Family;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.LeafTable;
import dev.trampette.spec.Seamldr;
import dev.trampette.spec.Tdh;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What SEAMCALL does to registers and flags, for every leaf of the table.
class SeamModuleTest {

    private static final long NOT_READY = 0xC000050500000000L;
    private static final long SHUTDOWN = 0xC000050600000000L;
    private static final Set<Long> ONCE = Set.of(Tdh.SYS_INIT, Tdh.SYS_INIT_VERSION_1, Tdh.SYS_CONFIG,
            Tdh.SYS_CONFIG_VERSION_1, Tdh.SYS_KEY_CONFIG);

    static List<Leaf> leaves() {
        return LeafTable.of(Family.TDH).leaves();
    }

    private static Cpu seamcall(long rax) {
        return new Cpu(Instruction.SEAMCALL).set(RAX, rax);
    }

    private static Cpu reached(SeamModule module, long rax) {
        Cpu cpu = seamcall(rax).execute(module);
        assertThat(cpu.flags()).isZero();
        assertThat(cpu.fault()).isEqualTo(-1);
        return cpu;
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void a_leaf_succeeds_with_zeroes_in_its_outputs(Leaf leaf) {
        Cpu cpu = reached(SeamModule.ready(), leaf.number());

        Set<Gpr> written = Cpu.written(leaf, false);
        cpu.keepsAllBut(ONCE.contains(leaf.number()) ? Set.of() : written);
        assertThat(cpu.get(RAX)).isEqualTo(ONCE.contains(leaf.number()) ? NOT_READY : 0);
        if (!ONCE.contains(leaf.number())) {
            written.forEach(register -> assertThat(cpu.get(register)).isZero());
        }
    }

    @Test
    void a_td_that_is_not_entered_leaves_all_registers_alone() {
        SeamModule module = SeamModule.ready().script(Tdh.VP_ENTER, CompletionStatus.OPERAND_BUSY, Map.of());

        assertThat(reached(module, Tdh.VP_ENTER).keepsAllBut(Set.of()).get(RAX)).isEqualTo(0x8000020000000000L);
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void a_refusal_writes_rax_alone(Leaf leaf) {
        for (CompletionStatus refusal : List.of(CompletionStatus.SYS_SHUTDOWN, CompletionStatus.SYS_NOT_READY,
                CompletionStatus.OPERAND_INVALID.with(RAX))) {
            SeamModule module = stateFor(leaf).script(leaf.number(), refusal, Map.of());

            assertThat(reached(module, leaf.number()).keepsAllBut(Set.of()).get(RAX)).isEqualTo(refusal.code());
        }
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void a_leaf_answers_what_it_was_told(Leaf leaf) {
        Random random = new Random(Cpu.SEED);
        CompletionStatus status = new CompletionStatus(random.nextLong());
        Map<Gpr, Long> outputs = new EnumMap<>(Gpr.class);
        leaf.outputRegisters().forEach(register -> outputs.put(register, random.nextLong()));
        SeamModule module = stateFor(leaf).script(leaf.number(), status, outputs);

        Cpu cpu = reached(module, leaf.number()).keepsAllBut(Cpu.written(leaf, true));

        assertThat(cpu.get(RAX)).isEqualTo(status.code());
        outputs.forEach((register, value) -> assertThat(cpu.get(register)).isEqualTo(value));
    }

    private static SeamModule stateFor(Leaf leaf) {
        return new SeamModule(leaf.name().equals("TDH.SYS.INIT") ? State.LOADED
                : leaf.name().equals("TDH.SYS.CONFIG") ? State.LP_INITIALIZED
                : leaf.number() == Tdh.SYS_KEY_CONFIG ? State.CONFIGURED : State.READY);
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void without_a_module_cf_is_set_and_nothing_is_written(Leaf leaf) {
        Cpu cpu = seamcall(leaf.number()).execute(SeamModule.ready().loaded(false)).keepsAll();

        assertThat(cpu.flags()).isEqualTo(Registers.CF);
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void a_host_that_cannot_gets_a_fault(Leaf leaf) {
        Cpu outside = seamcall(leaf.number()).execute(SeamModule.ready().vmxOperation(false).enabled(false));
        assertThat(outside.keepsAll().keepsFlags().fault()).isEqualTo(Registers.UD);

        Cpu disabled = seamcall(leaf.number()).execute(SeamModule.ready().enabled(false).loaded(false));
        assertThat(disabled.keepsAll().keepsFlags().fault()).isEqualTo(Registers.GP);
    }

    @ParameterizedTest
    @EnumSource(names = "SEAMCALL", mode = EnumSource.Mode.EXCLUDE)
    void other_instructions_are_undefined_here(Instruction instruction) {
        Cpu cpu = new Cpu(instruction).execute(SeamModule.ready()).keepsAll().keepsFlags();

        assertThat(cpu.fault()).isEqualTo(Registers.UD);
    }

    @Test
    void leaves_and_versions_that_are_not_in_the_table_are_refused() {
        Set<Long> known = leaves().stream().map(Leaf::number).collect(Collectors.toSet());
        SeamModule module = SeamModule.ready();
        for (long version = 0; version < 256; version = version * 2 + 1) {
            for (long leaf = 0; leaf < 0x10000; leaf = leaf < 0x80 ? leaf + 1 : leaf * 2 + 1) {
                if (!known.contains(leaf | version << 16)) {
                    refused(module, leaf | version << 16);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void reserved_bits_of_rax_are_refused(Leaf leaf) {
        for (State state : State.values()) {
            for (int bit = 24; bit < 63; bit++) {
                refused(new SeamModule(state), leaf.number() | 1L << bit);
            }
        }
    }

    private static void refused(SeamModule module, long rax) {
        assertThat(reached(module, rax).keepsAllBut(Set.of()).get(RAX)).as("rax 0x%x", rax)
                .isEqualTo(0xC000010000000000L);
    }

    @Test
    void the_loader_has_its_leaves_in_every_state() {
        for (State state : State.values()) {
            SeamModule module = new SeamModule(state);
            for (Leaf leaf : LeafTable.of(Family.SEAMLDR).leaves()) {
                assertThat(reached(module, leaf.number()).keepsAllBut(leaf.outputRegisters()).get(RAX)).isZero();
            }
            assertThat(reached(module, Seamldr.INFO | 0x10000).keepsAllBut(Set.of()).get(RAX))
                    .isEqualTo(0x8000000000000000L);
            assertThat(module.state()).isEqualTo(state);
        }
        SeamModule module = new SeamModule().scriptNext(Seamldr.INSTALL, 1,
                new CompletionStatus(0x8000000000030001L), Map.of());
        assertThat(reached(module, Seamldr.INSTALL).get(RAX)).isEqualTo(0x8000000000030001L);
        assertThat(reached(module, Seamldr.INSTALL).get(RAX)).isZero();
    }

    @Test
    void a_module_is_initialised_in_order() {
        SeamModule module = new SeamModule();
        List<Long> order = List.of(Tdh.SYS_INIT, Tdh.SYS_LP_INIT, Tdh.SYS_CONFIG, Tdh.SYS_KEY_CONFIG);
        for (int done = 0; done < order.size(); done++) {
            assertThat(module.state()).isEqualTo(State.values()[done]);
            assertThat(reached(module, Tdh.MNG_CREATE).get(RAX)).isEqualTo(NOT_READY);
            assertThat(reached(module, Tdh.SYS_SHUTDOWN).get(RAX)).isEqualTo(NOT_READY);
            assertThat(reached(module, Tdh.SYS_RD).get(RAX)).isZero();
            for (long later : order.subList(done + 1, order.size())) {
                assertThat(reached(module, later).keepsAllBut(Set.of()).get(RAX)).isEqualTo(NOT_READY);
            }
            assertThat(reached(module, order.get(done)).get(RAX)).isZero();
        }
        assertThat(module.state()).isEqualTo(State.READY);
        assertThat(reached(module, Tdh.SYS_LP_INIT).get(RAX)).as("once for each processor").isZero();
        assertThat(reached(module, Tdh.MNG_CREATE).get(RAX)).isZero();
    }

    @Test
    void a_leaf_that_fails_leaves_the_state_alone() {
        SeamModule module = new SeamModule().scriptNext(Tdh.SYS_INIT, 3, CompletionStatus.RND_NO_ENTROPY, Map.of());
        for (int i = 0; i < 3; i++) {
            assertThat(reached(module, Tdh.SYS_INIT).get(RAX)).isEqualTo(0x8000020300000000L);
            assertThat(module.state()).isEqualTo(State.LOADED);
        }
        assertThat(reached(module, Tdh.SYS_INIT).get(RAX)).isZero();
        assertThat(module.state()).isEqualTo(State.INITIALIZED);
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void after_shutdown_one_leaf_is_left(Leaf leaf) {
        SeamModule module = SeamModule.ready();
        assertThat(reached(module, Tdh.SYS_SHUTDOWN).get(RAX)).isZero();

        assertThat(reached(module, leaf.number()).keepsAllBut(Set.of()).get(RAX))
                .isEqualTo(leaf.number() == Tdh.SYS_LP_SHUTDOWN ? 0 : SHUTDOWN);
    }

    @Test
    void the_shutdown_of_one_processor_does_nothing() {
        SeamModule module = SeamModule.ready();
        assertThat(reached(module, Tdh.SYS_LP_SHUTDOWN).get(RAX)).isZero();

        assertThat(module.state()).isEqualTo(State.READY);
    }

    @Test
    void a_script_is_checked_against_the_table() {
        assertThatThrownBy(() -> new SeamModule().script(0x7777, CompletionStatus.SUCCESS, Map.of()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageEndingWith("leaf=0x7777");
        assertThatThrownBy(() -> new SeamModule().script(Tdh.MNG_CREATE, CompletionStatus.SUCCESS, Map.of(R8, 1L)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageEndingWith("outputs=[r8]");
        assertThatThrownBy(() -> new SeamModule().scriptNext(Tdh.SYS_INIT, 0, CompletionStatus.SUCCESS, Map.of()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageEndingWith("times=0");
    }
}
