package dev.trampette.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What a table can have wrong is one message each, with file and line; and the shipped tables are whole.
class LeafTableTest {

    private static final String HEAD = "family: tdvmcall\nsources: {LG: Linux}\nleaves:\n";
    private static final String LEAF = "  - name: Made.Up\n    number: 0x70\n";

    /// A defect.
    ///
    /// @param what its name
    /// @param text the table
    /// @param message what is said about it, from the line on
    private record Defect(String what, String text, String message) {
        @Override
        public String toString() {
            return what;
        }
    }

    static final List<Defect> DEFECTS = List.of(
            new Defect("no YAML", HEAD + "  - name: [", "4: not YAML: expected"),
            new Defect("empty", "", "1: empty"),
            new Defect("not a mapping", "- 1\n", "1: a mapping is expected here"),
            new Defect("no family", "leaves: []\n", "1: no family"),
            new Defect("unknown family", "family: tdx\nleaves: []\n", "1: no such family: tdx"),
            new Defect("unknown key", HEAD + LEAF + "    colour: red\n", "6: unknown key colour"),
            new Defect("missing name", HEAD + "  - number: 0x70\n", "4: no name"),
            new Defect("empty name", HEAD + "  - name: ''\n    number: 0x70\n", "4: no name"),
            new Defect("name of another family", "family: tdg\nleaves:\n" + LEAF, "3: not the name of a leaf"),
            new Defect("missing number", HEAD + "  - name: Made.Up\n", "4: no number"),
            new Defect("not a number", HEAD + "  - name: Made.Up\n    number: many\n", "5: not a number: many"),
            new Defect("number too big", HEAD + "  - name: Made.Up\n    number: 0x10000000000000000\n",
                    "5: not a number"),
            new Defect("unknown register", HEAD + LEAF + "    in:\n      r16: {name: a}\n",
                    "7: unknown register r16"),
            new Defect("32-bit register", HEAD + LEAF + "    in:\n      ecx: {name: a}\n", "7: unknown register ecx"),
            new Defect("register twice", HEAD + LEAF + "    in:\n      r12: {name: a}\n      r12: {name: b}\n",
                    "8: r12 is there twice"),
            new Defect("RSP", HEAD + LEAF + "    in:\n      rsp: {name: a}\n", "7: rsp cannot carry an argument"),
            new Defect("RCX of a hypercall", HEAD + LEAF + "    out:\n      rcx: {name: a}\n",
                    "7: rcx cannot carry an argument"),
            new Defect("input without name", HEAD + LEAF + "    in:\n      r12: {type: u32}\n", "7: no name"),
            new Defect("name of an argument twice",
                    HEAD + LEAF + "    in:\n      r12: {name: a}\n      r13: {name: a}\n", "8: the name a is used"),
            new Defect("bad argument name", HEAD + LEAF + "    in:\n      r12: {name: 1st}\n",
                    "7: not a name of an argument: 1st"),
            new Defect("unknown type", HEAD + LEAF + "    in:\n      r12: {name: a, type: u16}\n",
                    "7: unknown type u16"),
            new Defect("constant with a name", HEAD + LEAF + "    in:\n      r12: {name: a, value: 1}\n",
                    "7: a value is a constant"),
            new Defect("array with a gap",
                    HEAD + LEAF + "    in:\n      r12: {name: 'a[0]'}\n      r13: {name: 'a[2]'}\n",
                    "7: the array of a[2] is not whole"),
            new Defect("input outside the mask", HEAD + LEAF + "    mask: 0x0c00\n    in:\n      r12: {name: a}\n",
                    "6: input r12 is outside the mask 0xc00"),
            new Defect("output outside the mask", HEAD + LEAF + "    mask: 0x0c00\n    out:\n      r13: {name: a}\n",
                    "6: output r13 is outside the mask 0xc00"),
            new Defect("mask too wide", HEAD + LEAF + "    mask: 0xfc00\n", "6: the mask 0xfc00 is not the registers"),
            new Defect("mask in another family", "family: tdg\nleaves:\n  - name: TDG.MADE.UP\n    number: 60\n"
                    + "    mask: 0x0c00\n", "5: a mask belongs to TDG.VP.VMCALL"),
            new Defect("number clash", HEAD + LEAF + "  - name: Another\n    number: 0x70\n",
                    "6: the number 0x70 of Another is the one of Made.Up, line 4"),
            new Defect("name clash", HEAD + LEAF + "  - name: Made.Up\n    number: 0x71\n",
                    "6: the name Made.Up is the one of line 4"),
            new Defect("leaf too big", "family: tdh\nleaves:\n  - name: TDH.MADE.UP\n    number: 0x10000\n",
                    "4: a leaf is in bits 15:0 of RAX"),
            new Defect("version too big",
                    "family: tdh\nleaves:\n  - name: TDH.MADE.UP\n    number: 1\n    version: 256\n",
                    "5: a version is in bits 23:16 of RAX"),
            new Defect("version of a sub-function", HEAD + LEAF + "    version: 1\n", "6: a sub-function"),
            new Defect("stored without outputs", HEAD + LEAF + "    stored: always\n", "6: stored, but there is no"),
            new Defect("unknown stored", HEAD + LEAF + "    stored: never\n    out:\n      r12: {name: a}\n",
                    "6: not when outputs are stored: never"),
            new Defect("not a flag", HEAD + LEAF + "    verified: maybe\n", "6: neither true nor false: maybe"),
            new Defect("unknown source", HEAD + LEAF + "    source: [XX]\n", "6: unknown source XX"),
            new Defect("seven arguments", HEAD + LEAF + "    in:\n      r12: {name: a}\n      r13: {name: b}\n"
                    + "      r14: {name: c}\n      r15: {name: d}\n      rbx: {name: e}\n      rsi: {name: f}\n"
                    + "      rdi: {name: g}\n", "4: Made.Up takes 7 arguments, most: 6"));

    @ParameterizedTest
    @FieldSource("DEFECTS")
    void a_defect_is_one_line_with_its_place(Defect defect) {
        assertThatThrownBy(() -> LeafTable.read("table.yaml", defect.text)).isInstanceOf(TableException.class)
                .hasMessageStartingWith("table.yaml:" + defect.message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void without_a_defect_there_is_no_message() {
        LeafTable table = LeafTable.read("table.yaml", HEAD + LEAF + "    in:\n      r12: {name: a}\n");

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
        Leaf leaf = LeafTable.read("table.yaml", "family: %s%nleaves:%n  - name: %s%n    number: 1%n%s".formatted(family,
                name, variant == null ? "" : "    variant: " + variant)).leaves().getFirst();

        assertThat(List.of(leaf.symbol(), leaf.methodName(), leaf.typeName(), leaf.constantName()))
                .containsExactly(symbol, method, type, constant);
    }

    @ParameterizedTest
    @CsvSource({"TDVMCALL, 20", "TDG, 24", "TDH, 43"})
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
        CodeTable codes = leaf.family() == Family.TDVMCALL ? CodeTable.ghciStatuses() : CodeTable.completionStatuses();

        assertThat(leaf.statuses()).allSatisfy(status -> assertThat(codes.find(status)).isPresent());
    }

    @Test
    void all_fields_are_there() {
        assertThat(VmcsTable.shipped().fields()).hasSize(181);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "- {name: A, encoding: 0x0001}                              | 2: not an encoding, bits 31:15, 12 and 0 are 0: 0x1",
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
