package dev.trampette.support;

import java.util.List;

/// What can be wrong with a table of leaves.
///
/// @param what its name
/// @param text the table
/// @param message how the message about it begins, from the line on
public record TableDefect(String what, String text, String message) {

    /// The head of a table without a defect.
    public static final String HEAD = "family: tdvmcall\nsources: {LG: Linux}\nleaves:\n";
    /// An entry without a defect.
    public static final String LEAF = "  - name: Made.Up\n    number: 0x70\n";

    /// One of each kind.
    public static final List<TableDefect> ALL = List.of(
            new TableDefect("evidence", HEAD + LEAF + "    verified: two sources\n",
                    "6: neither true, false nor one source: two sources"),
            new TableDefect("loader without bit 63", "family: seamldr\nleaves:\n"
                    + "  - name: SEAMLDR.UP\n    number: 5\n", "4: a leaf of the P-SEAMLDR has bit 63 of RAX: 0x5"),
            new TableDefect("loader with a version", "family: seamldr\nleaves:\n  - name: SEAMLDR.UP\n"
                    + "    number: 0x8000000000000005\n    version: 1\n", "5: a leaf of the P-SEAMLDR has no version"),
            new TableDefect("count of a VMM", HEAD + LEAF + "    count: entries\n", "6: a success counts in RAX"),
            new TableDefect("count and success", "family: tdh\nleaves:\n  - name: TDH.UP\n    number: 5\n"
                    + "    count: entries\n    stored: success\n    out:\n      rcx: {name: a}\n",
                    "6: a success that counts is not 0"),
            new TableDefect("no YAML", HEAD + "  - name: [", "4: not YAML: expected"),
            new TableDefect("empty", "", "1: empty"),
            new TableDefect("not a mapping", "- 1\n", "1: a mapping is expected here"),
            new TableDefect("no family", "leaves: []\n", "1: no family"),
            new TableDefect("unknown family", "family: tdx\nleaves: []\n", "1: no such family: tdx"),
            new TableDefect("unknown key", HEAD + LEAF + "    colour: red\n", "6: unknown key colour"),
            new TableDefect("missing name", HEAD + "  - number: 0x70\n", "4: no name"),
            new TableDefect("empty name", HEAD + "  - name: ''\n    number: 0x70\n", "4: no name"),
            new TableDefect("name of another family", "family: tdg\nleaves:\n" + LEAF, "3: not the name of a leaf"),
            new TableDefect("missing number", HEAD + "  - name: Made.Up\n", "4: no number"),
            new TableDefect("not a number", HEAD + "  - name: Made.Up\n    number: many\n", "5: not a number: many"),
            new TableDefect("number too big", HEAD + "  - name: Made.Up\n    number: 0x10000000000000000\n",
                    "5: not a number"),
            new TableDefect("unknown register", HEAD + LEAF + "    in:\n      r16: {name: a}\n",
                    "7: unknown register r16"),
            new TableDefect("32-bit register",
                    HEAD + LEAF + "    in:\n      ecx: {name: a}\n", "7: unknown register ecx"),
            new TableDefect("register twice", HEAD + LEAF + "    in:\n      r12: {name: a}\n      r12: {name: b}\n",
                    "8: r12 is there twice"),
            new TableDefect("RSP", HEAD + LEAF + "    in:\n      rsp: {name: a}\n", "7: rsp cannot carry an argument"),
            new TableDefect("RCX of a hypercall", HEAD + LEAF + "    out:\n      rcx: {name: a}\n",
                    "7: rcx cannot carry an argument"),
            new TableDefect("input without name", HEAD + LEAF + "    in:\n      r12: {type: u32}\n", "7: no name"),
            new TableDefect("name of an argument twice",
                    HEAD + LEAF + "    in:\n      r12: {name: a}\n      r13: {name: a}\n", "8: the name a is used"),
            new TableDefect("bad argument name", HEAD + LEAF + "    in:\n      r12: {name: 1st}\n",
                    "7: not a name of an argument: 1st"),
            new TableDefect("unknown type", HEAD + LEAF + "    in:\n      r12: {name: a, type: u16}\n",
                    "7: unknown type u16"),
            new TableDefect("constant with a name", HEAD + LEAF + "    in:\n      r12: {name: a, value: 1}\n",
                    "7: a value is a constant"),
            new TableDefect("array with a gap",
                    HEAD + LEAF + "    in:\n      r12: {name: 'a[0]'}\n      r13: {name: 'a[2]'}\n",
                    "7: the array of a[2] is not whole"),
            new TableDefect("input outside the mask", HEAD + LEAF + "    mask: 0x0c00\n    in:\n      r12: {name: a}\n",
                    "6: input r12 is outside the mask 0xc00"),
            new TableDefect("output outside the mask",
                    HEAD + LEAF + "    mask: 0x0c00\n    out:\n      r13: {name: a}\n",
                    "6: output r13 is outside the mask 0xc00"),
            new TableDefect("mask too wide",
                    HEAD + LEAF + "    mask: 0xfc00\n", "6: the mask 0xfc00 is not the registers"),
            new TableDefect("mask in another family", "family: tdg\nleaves:\n  - name: TDG.MADE.UP\n    number: 60\n"
                    + "    mask: 0x0c00\n", "5: a mask belongs to TDG.VP.VMCALL"),
            new TableDefect("number clash", HEAD + LEAF + "  - name: Another\n    number: 0x70\n",
                    "6: the number 0x70 of Another is the one of Made.Up, line 4"),
            new TableDefect("name clash", HEAD + LEAF + "  - name: Made.Up\n    number: 0x71\n",
                    "6: the name Made.Up is the one of line 4"),
            new TableDefect("leaf too big", "family: tdh\nleaves:\n  - name: TDH.MADE.UP\n    number: 0x10000\n",
                    "4: a leaf is in bits 15:0 of RAX"),
            new TableDefect("version too big",
                    "family: tdh\nleaves:\n  - name: TDH.MADE.UP\n    number: 1\n    version: 256\n",
                    "5: a version is in bits 23:16 of RAX"),
            new TableDefect("version of a sub-function", HEAD + LEAF + "    version: 1\n", "6: a sub-function"),
            new TableDefect("stored without outputs",
                    HEAD + LEAF + "    stored: always\n", "6: stored, but there is no"),
            new TableDefect("unknown stored", HEAD + LEAF + "    stored: never\n    out:\n      r12: {name: a}\n",
                    "6: not when outputs are stored: never"),
            new TableDefect("not a flag", HEAD + LEAF + "    verified: maybe\n", 
                    "6: neither true, false nor one source: maybe"),
            new TableDefect("unknown source", HEAD + LEAF + "    source: [XX]\n", "6: unknown source XX"),
            new TableDefect("bad leaf name", HEAD + "  - name: TDG.VP.INFO\n    number: 0x70\n",
                    "4: not the name of a leaf"),
            new TableDefect("name without words", HEAD + "  - name: Instruction\n    number: 0x70\n",
                    "4: not the name of a leaf"),
            new TableDefect("name that Java has", HEAD + "  - name: Instruction.INT\n    number: 0x70\n",
                    "4: the name Instruction.INT becomes int, which is taken"),
            new TableDefect("bad variant", HEAD + LEAF + "    variant: read/write\n", "6: not a variant: read/write"),
            new TableDefect("number as an input", HEAD + LEAF + "    in:\n      r11: {name: a}\n",
                    "7: r11 is the number of the sub-function"),
            new TableDefect("R10 of a hypercall", HEAD + LEAF + "    in:\n      r10: {name: a}\n",
                    "7: r10 cannot carry an argument"),
            new TableDefect("output called status", HEAD + LEAF + "    out:\n      r12: {name: status}\n",
                    "7: not a name of an argument: status"),
            new TableDefect("same name in Java", HEAD + LEAF + "    in:\n      r12: {name: 'a[0]'}\n"
                    + "      r13: {name: a0}\n", "8: the name a0 is used twice"),
            new TableDefect("endless index", HEAD + LEAF + "    in:\n      r12: {name: 'a[99999999999]'}\n",
                    "7: not a name of an argument"),
            new TableDefect("output array with a gap", HEAD + LEAF + "    out:\n      r12: {name: 'a[1]'}\n",
                    "7: the array of a[1] is not whole"),
            new TableDefect("two lines",
                    HEAD + LEAF + "    notes:\n      - \"one\\ntwo\"\n", "7: one line is expected"),
            new TableDefect("backslash at the end", HEAD + LEAF + "    in:\n      r12: {name: a, text: b\\}\n",
                    "7: one line is expected"),
            new TableDefect("unknown status", HEAD + LEAF + "    status: [FINE]\n", "6: unknown status FINE"),
            new TableDefect("kept, but no input", HEAD + LEAF + "    out:\n      r12: {name: a, kept: true}\n",
                    "7: r12 is no input"),
            new TableDefect("scrub of a hypercall", HEAD + LEAF + "    scrub: false\n", "6: what a VMM leaves"),
            new TableDefect("seven arguments", HEAD + LEAF + "    in:\n      r12: {name: a}\n      r13: {name: b}\n"
                    + "      r14: {name: c}\n      r15: {name: d}\n      rbx: {name: e}\n      rsi: {name: f}\n"
                    + "      rdi: {name: g}\n", "4: Made.Up takes 7 arguments, most: 6"));

    @Override
    public String toString() {
        return what;
    }
}
