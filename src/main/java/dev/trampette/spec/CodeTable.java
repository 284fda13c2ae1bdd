package dev.trampette.spec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// A table of statuses or error numbers.
///
/// @param codes the entries, in the order of the table
/// @param operands names of the operands of a completion status that are no general-purpose registers, by number; none
///                 in other tables
public record CodeTable(List<Code> codes, Map<Long, String> operands) {

    /// One status or error.
    ///
    /// @param name the name in the specification, without its prefix: upper case
    /// @param value its number; of a completion status with the details clear
    /// @param evidence how many sources it was checked against
    /// @param text what it means, or an empty text
    public record Code(String name, long value, Evidence evidence, String text) {
    }

    /// {@return the statuses that the leaves of a family answer}
    ///
    /// @param family of the leaves
    static CodeTable of(Family family) {
        return switch (family) {
            case TDVMCALL -> ghciStatuses();
            case TDG, TDH -> completionStatuses();
            case SEAMLDR -> loaderStatuses();
        };
    }

    /// {@return what a VMM answers to TDG.VP.VMCALL in R10 (GHCI)}
    public static CodeTable ghciStatuses() {
        return read(Yaml.shipped("ghci-status.yaml"));
    }

    /// {@return what the TDX module answers in RAX (TDX module specification, "Function Completion Status")}
    public static CodeTable completionStatuses() {
        return read(Yaml.shipped("completion-status.yaml"));
    }

    /// {@return what the P-SEAMLDR answers in RAX}
    public static CodeTable loaderStatuses() {
        return read(Yaml.shipped("seamldr-status.yaml"));
    }

    /// {@return why a VMX instruction failed (SDM volume 3C, "VM Instruction Error Numbers")}
    public static CodeTable vmInstructionErrors() {
        return read(Yaml.shipped("vm-instruction-errors.yaml"));
    }

    /// {@return the table in a text: YAML, as LEAVES.md beside the shipped tables describes it}
    ///
    /// @param file how to call it in messages
    /// @param text its content
    /// @throws TableException at the first entry that is wrong
    static CodeTable read(String file, String text) {
        return read(Yaml.parse(file, text));
    }

    private static CodeTable read(Yaml table) {
        Map<String, Yaml> members = table.members("operands", "codes");
        List<Code> codes = new ArrayList<>();
        Map<Long, String> numbers = new HashMap<>();
        Map<String, Long> names = new HashMap<>();
        for (Yaml entry : table.required(members, "codes").items()) {
            Map<String, Yaml> keys = entry.members("name", "code", "verified", "text");
            Code code = new Code(entry.required(keys, "name").name(), entry.required(keys, "code").number(),
                    Evidence.of(keys), keys.containsKey("text") ? keys.get("text").text() : "");
            if (!code.name.matches("[A-Z][A-Z0-9_]*")) {
                throw entry.error("not a name of a status: " + code.name);
            }
            if (names.put(code.name, code.value) != null) {
                throw entry.error("the name " + code.name + " is used twice");
            }
            String other = numbers.put(code.value, code.name);
            if (other != null) {
                throw entry.error("the code 0x%x of %s is the one of %s".formatted(code.value, code.name, other));
            }
            codes.add(code);
        }
        Map<Long, String> operands = new LinkedHashMap<>();
        if (members.containsKey("operands")) {
            members.get("operands").members().forEach((name, node) -> {
                if (operands.put(node.number(), name) != null) {
                    throw node.error("the operand number %d is used twice".formatted(node.number()));
                }
            });
        }
        return new CodeTable(List.copyOf(codes), operands);
    }

    /// {@return the names of all entries}
    Set<String> names() {
        return codes.stream().map(Code::name).collect(Collectors.toSet());
    }

    /// {@return the entry with a number; empty when there is none}
    ///
    /// @param value all 64 bits; those of a completion status with the details clear
    public Optional<Code> find(long value) {
        return codes.stream().filter(code -> code.value == value).findFirst();
    }

    /// {@return the entry with a name; empty when there is none}
    ///
    /// @param name in upper case, as the table has it
    public Optional<Code> find(String name) {
        return codes.stream().filter(code -> code.name.equals(name)).findFirst();
    }
}
