package dev.trampette.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.support.TableDefect;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What a table can have wrong is one message each, with file and line; and the shipped tables are whole.
class LeafTableTest {

    @ParameterizedTest
    @FieldSource("dev.trampette.support.TableDefect#ALL")
    void a_defect_is_one_line_with_its_place(TableDefect defect) {
        assertThatThrownBy(() -> LeafTable.read("table.yaml", defect.text())).isInstanceOf(TableException.class)
                .hasMessageStartingWith("table.yaml:" + defect.message())
                .hasMessageNotContaining("\n");
    }

    @Test
    void without_a_defect_there_is_no_message() {
        LeafTable table = LeafTable.read("table.yaml",
                TableDefect.HEAD + TableDefect.LEAF + "    in:\n      r12: {name: a}\n");

        assertThat(table.leaves()).singleElement().satisfies(leaf -> {
            assertThat(leaf.mask()).isEqualTo(0x1c00);
            assertThat(leaf.line()).isEqualTo(4);
        });
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "tdvmcall, Instruction.CPUID, -, cpuid, cpuid, Cpuid, CPUID",
        "tdvmcall, VE.RequestMMIO, read, request_mmio_read, requestMmioRead, RequestMmioRead, REQUEST_MMIO_READ",
        "tdvmcall, MapGPA, -, map_gpa, mapGpa, MapGpa, MAP_GPA",
        "tdvmcall, MigTD.WaitForRequest, -, mig_td_wait_for_request, migTdWaitForRequest, MigTdWaitForRequest, "
                + "MIG_TD_WAIT_FOR_REQUEST",
        "tdg, TDG.MEM.PAGE.ACCEPT, -, tdg_mem_page_accept, memPageAccept, MemPageAccept, MEM_PAGE_ACCEPT",
        "tdh, TDH.MNG.RD, version 1, tdh_mng_rd_version_1, mngRdVersion1, MngRdVersion1, MNG_RD_VERSION_1"
    })
    void names_derive_by_one_rule(String family, String name, String variant, String symbol, String method, String type,
            String constant) {
        String entry = "  - name: %s%n    number: 1%n%s".formatted(name,
                variant == null ? "" : "    variant: " + variant);
        Leaf leaf = LeafTable.read("table.yaml", "family: %s%nleaves:%n%s".formatted(family, entry)).leaves()
                .getFirst();

        assertThat(List.of(leaf.symbol(), leaf.methodName(), leaf.typeName(), leaf.constantName()))
                .containsExactly(symbol, method, type, constant);
    }

    @ParameterizedTest
    @CsvSource({"TDVMCALL, 21", "TDG, 32", "TDH, 87", "SEAMLDR, 5"})
    void a_family_has_its_leaves(Family family, int atLeast) {
        Set<String> names = LeafTable.of(family).leaves().stream().map(Leaf::name).collect(Collectors.toSet());

        assertThat(names).hasSizeGreaterThanOrEqualTo(atLeast);
    }

    static List<Leaf> shipped() {
        return LeafTable.all();
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void a_status_of_a_leaf_is_in_its_table(Leaf leaf) {
        CodeTable codes = CodeTable.of(leaf.family());

        assertThat(leaf.statuses()).allSatisfy(status -> assertThat(codes.find(status)).isPresent());
    }

    static List<Leaf> all() {
        return Stream.concat(LeafTable.all().stream(), LeafTable.FURTHER.stream()
                .flatMap(table -> LeafTable.named(table).leaves().stream())).toList();
    }

    /// Versions of the module are one source: who copies from himself confirms nothing.
    @ParameterizedTest
    @MethodSource("all")
    void what_is_checked_has_two_sources(Leaf leaf) {
        Set<String> sources = leaf.sources().stream()
                .map(source -> source.startsWith("Intel TDX module") ? "Intel TDX module" : source)
                .collect(Collectors.toSet());

        if (leaf.evidence() == Evidence.CHECKED) {
            assertThat(sources).hasSizeGreaterThanOrEqualTo(2);
        } else if (leaf.evidence() == Evidence.ONE_SOURCE) {
            assertThat(sources).isNotEmpty();
        }
    }

    @Test
    void all_fields_are_there() {
        assertThat(VmcsTable.shipped().fields()).hasSize(181);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "- {name: A, encoding: 0x0001}                              | 2: not an encoding, bits 31:15, 12 and 0",
        "- {name: A, encoding: 0x1000}                              | 2: not an encoding",
        "- {name: A, encoding: 0x100000000}                         | 2: not an encoding",
        "- {encoding: 0x0000}                                       | 2: no name",
        "- {name: a-b, encoding: 0x0000}                            | 2: not a name of a field: a-b",
        "[{name: A, encoding: 0x0000}, {name: A, encoding: 0x0002}] | 2: the name A is used twice",
        "[{name: A, encoding: 0x0000}, {name: B, encoding: 0x0000}] | 2: the encoding 0x0 of B is the one of A"
    })
    void a_defect_of_a_field_is_one_line(String fields, String message) {
        assertThatThrownBy(() -> VmcsTable.read("fields.yaml", "fields:\n  " + fields + "\n"))
                .isInstanceOf(TableException.class).hasMessageStartingWith("fields.yaml:" + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "- {name: A}                              | 2: no code",
        "- {name: a b, code: 1}                   | 2: not a name of a status: a b",
        "- {name: A, code: x}                     | 2: not a number: x",
        "[{name: A, code: 1}, {name: B, code: 1}] | 2: the code 0x1 of B is the one of A",
        "[{name: A, code: 1}, {name: A, code: 2}] | 2: the name A is used twice"
    })
    void a_defect_of_a_status_is_one_line(String codes, String message) {
        assertThatThrownBy(() -> CodeTable.read("codes.yaml", "codes:\n  " + codes + "\n"))
                .isInstanceOf(TableException.class).hasMessageStartingWith("codes.yaml:" + message);
    }
}
