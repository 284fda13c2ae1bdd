package dev.trampette.tdx;

import static dev.trampette.spec.Gpr.R11;
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
import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.contract.Contract;
import dev.trampette.contract.Effect;
import dev.trampette.image.Image;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The contracts against the GHCI, written down a second time: a wrapper that keeps a wrong contract is wrong.
class GhciConformanceTest {

    private static final Set<Gpr> ALL = Set.of(RDX, RBX, RSI, RDI, R8, R9, Gpr.R10, R11, R12, R13, R14, R15);

    /// A leaf as the GHCI has it.
    private record Leaf(String symbol, String name, long number, Set<Gpr> inputs, List<Gpr> outputs,
            Stored stored, long minimalMask) {
    }

    private static final List<Leaf> LEAVES = List.of(
            new Leaf("cpuid", "Instruction.CPUID", 10, Set.of(R12, R13), List.of(R12, R13, R14, R15),
                    Stored.SUCCESS, 0xfc00),
            new Leaf("hlt", "Instruction.HLT", 12, Set.of(R12), List.of(), Stored.NEVER, 0x1c00),
            new Leaf("rdmsr", "Instruction.RDMSR", 31, Set.of(R12), List.of(R11), Stored.SUCCESS, 0x1c00),
            new Leaf("wrmsr", "Instruction.WRMSR", 32, Set.of(R12, R13), List.of(), Stored.NEVER, 0x3c00),
            new Leaf("request_mmio_read", "VE.RequestMMIO (read)", 48, Set.of(R12, R13, R14), List.of(R11),
                    Stored.SUCCESS, 0x7c00),
            new Leaf("request_mmio_write", "VE.RequestMMIO (write)", 48, Set.of(R12, R13, R14, R15), List.of(),
                    Stored.NEVER, 0xfc00),
            new Leaf("map_gpa", "MapGPA", 0x10001, Set.of(R12, R13), List.of(R11), Stored.FAILURE, 0x3c00),
            new Leaf("report_fatal_error", "ReportFatalError", 0x10003,
                    Set.of(R12, R13, R14, R15, RBX, RDI, RSI, R8, R9, RDX), List.of(), Stored.NEVER, 0xffcc));

    private record Written(Design design, Leaf leaf) {
    }

    static List<Written> every_leaf_in_every_design() {
        List<Written> all = new ArrayList<>();
        for (Design design : Design.values()) {
            LEAVES.forEach(leaf -> all.add(new Written(design, leaf)));
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("every_leaf_in_every_design")
    void a_contract_says_what_the_ghci_says(Written written) {
        Leaf leaf = written.leaf;
        Contract contract = Image.shim().symbol(written.design.callSite(leaf.symbol)).contract();
        Effect effect = contract.effect().orElseThrow();

        assertThat(effect.leaf()).isEqualTo(leaf.name);
        assertThat(contract.design()).isEqualTo(written.design.label());
        assertThat(effect.number()).hasValue(leaf.number);
        assertThat(effect.inputs().keySet()).filteredOn(register -> register != R11)
                .containsExactlyInAnyOrderElementsOf(leaf.inputs);
        assertThat(effect.outputs()).isEqualTo(leaf.outputs);
        assertThat(effect.stored()).isEqualTo(leaf.stored);
    }

    @ParameterizedTest
    @MethodSource("every_leaf_in_every_design")
    void a_mask_exposes_what_the_leaf_needs_and_only_the_one_routine_designs_more(Written written) {
        long mask = Image.shim().symbol(written.design.callSite(written.leaf.symbol)).contract().promises().mask()
                .orElseThrow();

        long legal = ALL.stream().mapToLong(Gpr::maskBit).sum();
        assertThat(mask & ~legal).isZero();
        assertThat(mask & written.leaf.minimalMask).isEqualTo(written.leaf.minimalMask);
        switch (written.design) {
            case INLINE, PER_LEAF -> assertThat(mask).isEqualTo(written.leaf.minimalMask);
            case TRAMPOLINE -> assertThat(mask).isEqualTo(written.leaf.minimalMask | 0xfc00);
            case MEMORY_STRUCT -> assertThat(mask).isEqualTo(legal);
        }
    }
}
