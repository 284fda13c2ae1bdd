package dev.trampette.report;

import dev.trampette.cost.Instructions;
import dev.trampette.cost.SiteSize;
import dev.trampette.image.Contract;
import dev.trampette.report.Description.Line;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Stored;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What a wrapper promises, in words; how much memory it takes, and its code.
public final class WrapperDescription {

    private final Contract contract;
    private final List<Line> lines = new ArrayList<>();

    private WrapperDescription(Contract contract) {
        this.contract = contract;
    }

    /// A wrapper of the hardware image.
    public static Description of(Contract contract) {
        WrapperDescription wrapper = new WrapperDescription(contract);
        wrapper.promises();
        wrapper.sizes();
        wrapper.code();
        return new Description(contract.symbol(), switch (contract.role()) {
            case CALL_SITE -> "call site of design " + contract.design();
            case ROUTINE -> "routine of design %s, which call sites share".formatted(contract.design());
        }, wrapper.lines);
    }

    /// The lines about the promises of a contract.
    static List<Line> promises(Contract contract) {
        WrapperDescription wrapper = new WrapperDescription(contract);
        wrapper.promises();
        return wrapper.lines;
    }

    private void promises() {
        add("convention", switch (contract.convention()) {
            case SYSV -> "a C function of the System V AMD64 ABI";
            case MS_X64 -> "a C function of the Microsoft x64 convention";
            case TRAMPOLINE -> "a trampoline: arguments and results are in registers of its own choice";
            case STACK -> "arguments on the stack, and all registers come back as they were";
            case REGISTERS -> "inline assembly: named registers in, named registers out";
        });
        contract.arguments().forEach(argument -> add("argument", argument.name() + ": " + words(argument)));
        if (!contract.instruction().isEmpty()) {
            add("executes", contract.instruction() + (contract.leaf().isEmpty() ? "" : ", leaf " + contract.leaf()));
        }
        contract.inputs().forEach((register, source) -> add("inputs", "%-4s = %s".formatted(register, source)));
        contract.mask().ifPresent(mask -> add("mask", "0x%x = %s".formatted(mask, names(Gpr.selectedBy(mask)))));
        if (contract.alignment() > 1) {
            add("alignment", "RSP is a multiple of %d at the instruction".formatted(contract.alignment()));
        }
        if (!contract.fields().isEmpty()) {
            add("fields", contract.fields().stream().map("0x%04x"::formatted).collect(Collectors.joining(" ")));
        }
        contract.retry().ifPresent(retry -> add("retry", "on 0x%x the call is made again, %s in all"
                .formatted(retry.status(), Count.of(retry.most(), "time"))));
        results();
    }

    private void results() {
        contract.result().ifPresent(type -> add("returns", type.label()));
        if (!contract.instruction().isEmpty()) {
            add("returns", "in " + contract.after().status());
        }
        if (contract.stored() != Stored.NEVER) {
            add("stores", "%s, %s".formatted(names(contract.outputs()), switch (contract.stored()) {
                case SUCCESS -> "on success";
                case FAILURE -> "when the status is not 0";
                default -> "whatever the status is";
            }) + (contract.inputsWhenUnreached() ? "; the inputs, where the module is not reached" : ""));
        }
        if (!contract.after().left().isEmpty()) {
            add("leaves", names(contract.after().left()) + " as they came back");
        }
        if (contract.after().carry()) {
            add("carry", "CF = 1 where the module is not reached, else 0");
        }
        if (contract.scrub()) {
            add("scrubs", "no value that comes back stays in another register");
        }
        if (contract.convention().isC()) {
            add("preserves", names(contract.convention().calleeSaved()) + " rsp");
        } else {
            add("preserves", "every register and vector that is not named here");
        }
        contract.after().clobbers().filter(clobbers -> !clobbers.isEmpty())
                .ifPresent(clobbers -> add("clobbers", names(clobbers)));
        if (!contract.verified()) {
            add("verified", "no: nobody checked the entry in the table against a source");
        }
    }

    private void sizes() {
        SiteSize size = SiteSize.of(contract.symbol());
        add("size", Count.of(size.callSite(), "byte") + Instructions.of(contract.symbol()).map(instructions -> ", "
                + Count.of(instructions, "instruction")).orElse(""));
        contract.calls().ifPresent(shared -> add("calls", "%s, which takes %s once".formatted(shared,
                Count.of(size.shared(), "byte"))));
    }

    private void code() {
        Optional<List<String>> listing = Instructions.listing(contract.symbol());
        listing.ifPresentOrElse(code -> code.forEach(line -> lines.add(Line.code("code", line))),
                () -> add("code", "not shown: objdump is not installed (binutils)"));
    }

    private void add(String label, String text) {
        lines.add(new Line(label, text));
    }

    private static String words(Argument argument) {
        String range = argument.range().isAll() ? "" : argument.toString().replaceFirst("[^{]*", ", ");
        return switch (argument.type()) {
            case BOOL -> "a bool, 8 bits";
            case U8, U16, U32, U64 -> argument.type().label().substring(1) + " bits";
            case F32 -> "a float";
            case F64 -> "a double";
            case OUT -> "pointer to %s that %s written".formatted(Count.of(argument.length(), "word"),
                    argument.length() == 1 ? "is" : "are");
            case INOUT -> "pointer to %s that %s read and written".formatted(Count.of(argument.length(), "word"),
                    argument.length() == 1 ? "is" : "are");
            case IN -> "pointer to %s that %s read".formatted(Count.of(argument.length(), "word"),
                    argument.length() == 1 ? "is" : "are");
            case STRING -> "pointer to a text of at most %s, the 0 included".formatted(
                    Count.of(argument.length(), "byte"));
        } + range;
    }

    private static String names(Collection<Gpr> registers) {
        return registers.stream().map(Gpr::toString).collect(Collectors.joining(" "));
    }
}
