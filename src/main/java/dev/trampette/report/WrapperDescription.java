package dev.trampette.report;

import dev.trampette.contract.Contract;
import dev.trampette.contract.Effect;
import dev.trampette.contract.Promises;
import dev.trampette.contract.Signature;
import dev.trampette.cost.Instructions;
import dev.trampette.cost.SiteSize;
import dev.trampette.report.Description.Line;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Convention;
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
        Signature signature = contract.signature();
        add("convention", signature.convention().text());
        signature.parameters().forEach(parameter -> add("argument", "%s: %s, in %s".formatted(parameter.name(),
                words(parameter.argument()), parameter.place())));
        contract.effect().ifPresent(this::effect);
        Promises promises = contract.promises();
        promises.mask().ifPresent(mask -> add("mask", "0x%x = %s".formatted(mask, names(Gpr.selectedBy(mask)))));
        if (promises.alignment() > 1) {
            add("alignment", "RSP is a multiple of %d at the instruction".formatted(promises.alignment()));
        }
        results(signature);
        preserves(signature.convention(), promises);
        switch (contract.evidence()) {
            case CHECKED -> {
            }
            case ONE_SOURCE -> add("verified", "one source has the leaf; nothing confirms it");
            case NONE -> add("verified", "no: nobody checked the entry in the table against a source");
        }
    }

    private void effect(Effect effect) {
        add("executes", effect.instruction() + (effect.leaf().isEmpty() ? "" : ", leaf " + effect.leaf()));
        effect.inputs().forEach((register, source) -> add("inputs", "%-4s = %s".formatted(register, source)));
        if (!effect.fields().isEmpty()) {
            add("fields", effect.fields().stream().map("0x%04x"::formatted).collect(Collectors.joining(" ")));
        }
        effect.retry().ifPresent(retry -> add("retry", "on 0x%x the call is made again, %s in all"
                .formatted(retry.status(), Count.of(retry.most(), "time"))));
        if (effect.stored() != Stored.NEVER) {
            add("stores", "%s, %s".formatted(names(effect.outputs()), switch (effect.stored()) {
                case SUCCESS -> "on success";
                case FAILURE -> "when the status is not 0";
                default -> "whatever the status is";
            }) + (effect.inputsWhenUnreached() ? "; the inputs, where the module is not reached" : ""));
        }
        protocol(effect);
        if (effect.carry()) {
            add("carry", "CF = 1 where the module is not reached, else 0");
        }
    }

    private void protocol(Effect effect) {
        if (contract.promises().mask().isPresent()) {
            add("refused", switch (effect.refusal()) {
                case UD2 -> "RAX is not 0 after the instruction: UD2";
                case RETURNED -> "RAX is not 0 after the instruction: something else than 0 is returned";
                case RAX -> "RAX is not 0 after the instruction: it is returned";
            });
        }
        if (!effect.failure().isReported()) {
            add("failure", "no error handler is called");
        }
    }

    private void results(Signature signature) {
        signature.returned().ifPresent(value -> add("returns", value.type() + (signature.isReturnedInMemory()
                ? ", in memory" : ", in " + signature.results().stream().map(part -> part.place().toString()).distinct()
                        .collect(Collectors.joining(" and ")))));
        if (contract.effect().isPresent() && signature.convention().leavesStatus() && !signature.isVoid()) {
            add("returns", "in " + signature.status());
        }
        if (!signature.left().isEmpty()) {
            add("leaves", names(signature.left()) + " as they came back");
        }
        if (contract.promises().scrubsAll()) {
            add("scrubs", "no value that comes back stays in another register");
        }
    }

    private void preserves(Convention convention, Promises promises) {
        add("preserves", convention.isC() ? names(convention.preserved()) + " rsp"
                : "every register that is not named here" + (promises.losesVectors() ? "" : ", and every vector"));
        promises.clobbers().filter(clobbers -> !clobbers.isEmpty())
                .ifPresent(clobbers -> add("clobbers", names(clobbers)));
        if (promises.preservesFlags()) {
            add("preserves", "the arithmetic flags");
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
            case I8, I16, I32, I64 -> argument.type().label().substring(1) + " bits with a sign";
            case F32 -> "a float";
            case F64 -> "a double";
            case F80 -> "a long double";
            case SCRATCH -> "pointer to %s written for nobody".formatted(elements(argument));
            case OUT -> "pointer to %s written".formatted(elements(argument));
            case INOUT -> "pointer to %s read and written".formatted(elements(argument));
            case IN -> "pointer to %s read".formatted(elements(argument));
            case STRING -> "pointer to a text of at most %s, the 0 included".formatted(elements(argument)
                    .replaceFirst(" that (is|are)$", ""));
        } + range;
    }

    private static String elements(Argument argument) {
        String of = switch (argument.element()) {
            case U8 -> "byte";
            case U64 -> "word";
            default -> "element";
        };
        String each = of.equals("element") ? " of " + Count.of(argument.element().bytes(), "byte") : "";
        return argument.memory().count().isFixed()
                ? Count.of(argument.length(), of) + each + (argument.length() == 1 ? " that is" : " that are")
                : "%s %ss%s that are".formatted(argument.memory().count(), of, each);
    }

    private static String names(Collection<Gpr> registers) {
        return registers.stream().map(Gpr::toString).collect(Collectors.joining(" "));
    }
}
