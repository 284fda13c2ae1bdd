package dev.trampette.contract;

import static dev.trampette.contract.ContractText.CALLER;
import static dev.trampette.contract.ContractText.EXTENDED;
import static dev.trampette.contract.ContractText.FAILURES;
import static dev.trampette.contract.ContractText.NO;
import static dev.trampette.contract.ContractText.NONE;
import static dev.trampette.contract.ContractText.VECTORS;
import static dev.trampette.contract.ContractText.VECTOR_STATE;
import static dev.trampette.contract.ContractText.VOID;
import static dev.trampette.contract.ContractText.YES;

import dev.trampette.spec.Evidence;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.HypercallInterface;
import dev.trampette.spec.Source;
import dev.trampette.spec.Stored;
import dev.trampette.spec.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Writes a contract as the lines that [ContractText] reads.
final class ContractLines {

    private ContractLines() {
    }

    /// A contract as text: what is as it would be anyway is left out.
    static String of(Contract contract) {
        Map<String, Object> lines = new LinkedHashMap<>();
        Signature signature = contract.signature();
        lines.put("symbol", contract.symbol());
        lines.put("role", contract.role().label());
        lines.put("design", contract.design());
        lines.put("convention", signature.convention());
        contract.effect().ifPresent(effect -> {
            lines.put("instruction", effect.instruction());
            lines.put("leaf", effect.leaf());
        });
        lines.put("verified", contract.evidence() == Evidence.CHECKED ? "" : contract.evidence());
        lines.put("arguments", arguments(signature, Value::toString));
        lines.put("memory", words(contract.memory()));
        contract.effect().ifPresent(effect -> effect(effect, lines));
        lines.put("result", signature.isVoid() ? VOID : signature.returned().map(Value::type).orElse(""));
        lines.put("status", signature.status() == Gpr.RAX ? "" : signature.status());
        lines.put("left", words(signature.left()));
        Promises promises = contract.promises();
        promises.clobbers().ifPresent(registers -> lines.put("clobbers", words(registers)
                + (promises.losesVectors() ? " " + VECTORS : registers.isEmpty() ? " " : "")));
        lines.put("preserves", promises.preservesFlags() ? "flags" : "");
        lines.put("scrub", switch (promises.scrub()) {
            case UNTRUSTED -> "";
            case ALL -> YES;
            case REGISTERS -> "registers";
            case NONE -> NO;
        });
        lines.put("mask", promises.mask().isPresent() ? "0x%x".formatted(promises.mask().getAsLong()) : "");
        lines.put("alignment", promises.alignment() == 1 ? "" : promises.alignment());
        lines.put("stack", promises.stackAlignment().isPresent() ? promises.stackAlignment().getAsInt() : "");
        lines.put("clean", words(promises.clean().stream().map(Promises.Clean::label).toList()));
        lines.put("ibt", promises.tracked().map(tracked -> tracked ? YES : NO).orElse(""));
        lines.put("secret", words(promises.secrets()));
        lines.put("same", contract.same().orElse(""));
        lines.put("ordering", promises.isUnordered() ? CALLER : "");
        lines.put("narrow", promises.isExtended() ? EXTENDED : "");
        lines.put("changes", words(promises.changes().stream().map(Promises.Changeable::label).toList()));
        lines.put("zero", words(promises.zeros()));
        lines.put("ignore", words(promises.ignored().entrySet().stream().map(ContractLines::ignored).toList()));
        lines.put("allow", promises.allowsVectorState() ? VECTOR_STATE : "");
        lines.put("external", words(contract.externals()));
        lines.put("calls", contract.calls().orElse(""));
        contract.specimen().ifPresent(specimen -> {
            lines.put("breaks", specimen.breaks());
            lines.put("class", specimen.defect());
            lines.put("source", specimen.source());
            lines.put("blamed", String.join("; ", specimen.blamed()));
        });
        return lines.entrySet().stream().filter(line -> !line.getValue().toString().isEmpty())
                .map(line -> "%s=%s\n".formatted(line.getKey(), line.getValue())).collect(Collectors.joining());
    }

    /// What is given, in order, and `...` before what is variable.
    static String arguments(Signature signature, Function<Value, String> text) {
        List<String> words = new ArrayList<>(signature.values().stream().map(text).toList());
        signature.fixed().ifPresent(fixed -> words.add(fixed, ArgumentText.VARIADIC));
        return String.join(" ", words);
    }

    private static String ignored(Map.Entry<String, Long> element) {
        long bits = element.getValue();
        int low = Long.numberOfTrailingZeros(bits);
        return bits == -1 ? element.getKey() : "%s:%d..%d".formatted(element.getKey(), low,
                low + Long.bitCount(bits) - 1);
    }

    private static void effect(Effect effect, Map<String, Object> lines) {
        lines.put("in", words(effect.inputs().entrySet().stream()
                .map(input -> input.getKey() + ":" + input.getValue()).toList()));
        lines.put("out", words(effect.outputs()));
        lines.put("written", words(effect.written()));
        lines.put("writes", words(effect.writes().entrySet().stream()
                .map(one -> "%s[%d]".formatted(one.getKey(), one.getValue())).toList()));
        lines.put("returns", words(effect.returned().entrySet().stream()
                .map(one -> one.getKey() + ":" + one.getValue()).toList()));
        lines.put("faults", effect.faults() ? "" : "none");
        lines.put("stored", effect.stored() == Stored.NEVER ? "" : effect.stored().label());
        lines.put("unreached", effect.inputsWhenUnreached() ? "input" : "");
        lines.put("carry", effect.carry() ? "unreached" : "");
        lines.put("retry", effect.retry().map(retry -> "0x%x:%d".formatted(retry.status(), retry.most())).orElse(""));
        lines.put("refused", effect.refusal() == Effect.Refusal.UD2 ? "" : effect.refusal().label());
        lines.put("interface", effect.hypercall().map(HypercallInterface::label).orElse(""));
        lines.put("exit", effect.entry().exit().orElse(""));
        lines.put("handler", effect.entry().handler().orElse(effect.failure().isReported() ? "" : NONE));
        lines.put("failed", failed(effect.failure()));
        lines.put("executes", words(effect.steps()));
        lines.put("fields", words(effect.fields().stream().map("0x%x"::formatted).toList()));
    }

    private static String words(Collection<?> words) {
        return words.stream().map(Object::toString).collect(Collectors.joining(" "));
    }

    private static String failed(Effect.Failure failure) {
        List<OptionalLong> all = List.of(failure.invalid(), failure.valid(), failure.fault());
        return IntStream.range(0, FAILURES.size()).filter(n -> all.get(n).isPresent())
                .mapToObj(n -> "%s:%s".formatted(FAILURES.get(n), new Source.Constant(all.get(n).getAsLong())))
                .collect(Collectors.joining(" "));
    }
}
