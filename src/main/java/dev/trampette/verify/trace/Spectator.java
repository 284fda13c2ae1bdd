package dev.trampette.verify.trace;

import dev.trampette.call.WrapperCrash;
import dev.trampette.contract.Contract;
import dev.trampette.contract.Effect;
import dev.trampette.contract.Signature;
import dev.trampette.contract.Step;
import dev.trampette.probe.AsideExecution;
import dev.trampette.probe.Execution;
import dev.trampette.probe.Report;
import dev.trampette.shim.Bridge;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.HypercallInterface;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Place;
import dev.trampette.spec.Source;
import dev.trampette.verify.trace.Profile.Kind;
import dev.trampette.verify.trace.Profile.Seen;
import dev.trampette.verify.trial.Case;
import dev.trampette.verify.trial.Observation;
import dev.trampette.verify.trial.Trial;
import dev.trampette.verify.values.Pairing;
import dev.trampette.verify.values.Places;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Looks at a call that is over, and judges nothing: what reached the instruction, how the call ended, what came back,
/// and what was stored. An address is named by what it is the address of, for it is another one in each process.
final class Spectator {

    /// What the places of calls of functions outside begin with.
    static final String CALL = "call ";

    private final Trial trial;
    private final Pairing pairing;
    private final List<Pairing.Partner> partners;
    private final List<String> names;
    private final Contract contract;
    private List<Seen> seen = List.of();
    private Case over;

    Spectator(Trial trial, Pairing pairing) {
        this.trial = trial;
        this.pairing = pairing;
        this.partners = pairing.partners();
        this.names = partners.stream().map(Pairing.Partner::name).toList();
        this.contract = trial.contract();
    }

    /// All that was seen.
    List<Seen> look(Case c, Optional<WrapperCrash> crash) {
        seen = new ArrayList<>();
        over = c;
        if (contract.effect().isPresent()) {
            int recorded = trial.script().recorded();
            for (int n = 0; n < recorded; n++) {
                instruction(trial.script().execution(n), n);
            }
            put("executions of the instruction", Kind.REACHES, Long.toString(trial.script().executions()));
        }
        calls();
        ends(crash);
        if (crash.isEmpty()) {
            returned();
            stored();
        }
        return seen;
    }

    private void put(String place, Kind kind, String text) {
        seen.add(new Seen(place, kind, true, text, ""));
    }

    private void put(String place, Kind kind, boolean isNamed, long value) {
        Optional<String> address = trial.arguments().address(value, names).or(() -> over.area(value));
        seen.add(new Seen(place, kind, isNamed, address.orElseGet(() -> "0x%x".formatted(value)),
                address.isPresent() ? "" : over.origin(value)));
    }

    private void instruction(Execution execution, int n) {
        String which = "the instruction" + (n == 0 ? "" : ", time " + (n + 1));
        Bridge.Execution decoded = trial.target().bridge().decode(execution.registers());
        Instruction instruction = decoded.instruction();
        put(which, Kind.REACHES, instruction.toString());
        if (!instruction.isLeaf() && !instruction.isHypercall() && !instruction.isEntry()) {
            if (execution.isThere()) {
                execution.operands(decoded).forEach((operand, value) ->
                        put("%s at %s".formatted(operand, which), Kind.REACHES, true, value));
            }
            return;
        }
        Registers at = execution.registers();
        boolean isVmcall = instruction.isVmcall(at.get(Gpr.RAX));
        Set<Gpr> named = named(instruction, isVmcall, at, n);
        for (Gpr register : EnumSet.complementOf(EnumSet.of(Gpr.RSP))) {
            String place = "%s at %s".formatted(register, which);
            if (!isVmcall) {
                put(place, Kind.REACHES, named.contains(register), at.get(register));
            } else if (register == Gpr.RCX) {
                seen.add(new Seen(place, Kind.REACHES, true, "0x%x".formatted(at.get(register)), "exposes "
                        + Mask.text(at.get(register))));
            } else if (named.contains(register)) {
                put(place, Kind.EXPOSED, true, at.get(register));
            }
        }
    }

    /// What the contract says something of, and what a VMM sees.
    private Set<Gpr> named(Instruction instruction, boolean isVmcall, Registers at, int n) {
        Effect effect = contract.effect().orElseThrow();
        Set<Gpr> named = EnumSet.noneOf(Gpr.class);
        effect.inputs().forEach((register, source) -> {
            if (!isLeftThere(effect, register, source)) {
                named.add(register);
            }
        });
        effect.hypercall().flatMap(HypercallInterface::number).ifPresent(named::add);
        if (!effect.steps().isEmpty()) {
            Step step = effect.steps().get(Math.min(n, effect.steps().size() - 1));
            EnumSet.allOf(Gpr.class).stream().filter(register -> step.operands().containsKey(register.toString()))
                    .forEach(named::add);
        }
        if (instruction.isLeaf()) {
            named.add(Gpr.RAX);
        }
        if (isVmcall) {
            named.addAll(EnumSet.of(Gpr.R10, Gpr.R11));
            named.addAll(Gpr.selectedBy(at.get(Gpr.RCX)));
        }
        return named;
    }

    /// Whether an argument is where the convention has put it, and no table says that the other side looks there: of
    /// two routines with two conventions that says nothing. What one of them has moved there counts for both.
    private boolean isLeftThere(Effect effect, Gpr register, Source source) {
        boolean isTwo = !pairing.own().signature().convention().equals(pairing.other().signature().convention());
        return isTwo && effect.leaf().isEmpty() && contract.signature().parameters().stream().anyMatch(parameter ->
                source.equals(new Source.Parameter(parameter.name()))
                        && parameter.place().equals(new Place.Register(register)));
    }

    private void calls() {
        int number = 0;
        for (AsideExecution aside : trial.probe().asides()) {
            String which = "%s, %d".formatted(aside.what(), ++number);
            put("register or port of " + which, Kind.REACHES, true, aside.selector());
            put("what goes out by " + which, Kind.REACHES, true, aside.sent());
        }
        int told = 0;
        for (Report report : trial.script().reports()) {
            if (!report.isExternal()) {
                put("what an error handler is told" + (told == 0 ? "" : ", time " + (told + 1)), Kind.REACHES,
                        report.error().toString());
                told++;
            }
        }
        Observation outside = new Observation();
        trial.externals().observe(trial.script().externalCalls(), outside);
        outside.forEach((place, value) -> {
            if (place.startsWith(CALL)) {
                put(shared(place), Kind.REACHES, "made");
            } else {
                put(shared(place), place.endsWith("]") ? Kind.STORED : Kind.REACHES, true, value);
            }
        });
    }

    /// A pointer to a function has the name that it has for both.
    private String shared(String place) {
        String named = place;
        for (int n = 0; n < partners.size(); n++) {
            Argument argument = contract.signature().parameters().get(n).argument();
            if (argument.callee().isPresent() && place.endsWith(" of " + argument.name())) {
                named = place.substring(0, place.length() - argument.name().length()) + names.get(n);
            }
        }
        return named;
    }

    private void ends(Optional<WrapperCrash> crash) {
        seen.add(crash.map(it -> switch (it.kind()) {
            case END -> new Seen("how it ends", Kind.ENDS, true, "in " + trial.externals().name(it.external()), "");
            case PANIC -> new Seen("how it ends", Kind.ENDS, true, "with UD2", it.place());
            case HANG, BUDGET, STEPS -> new Seen("how it ends", Kind.ENDS, true, "not at all", it.getMessage());
            default -> new Seen("how it ends", Kind.ENDS, true, "in a crash", it.getMessage());
        }).orElseGet(() -> new Seen("how it ends", Kind.ENDS, true, "it returns", "")));
    }

    private void returned() {
        Signature signature = contract.signature();
        Registers after = trial.probe().after();
        long bits = pairing.resultBits();
        if (pairing.hasSameParts()) {
            signature.results().forEach(part -> put("the result in " + part.place(), Kind.RETURNED, true,
                    part.taken(Places.after(trial.probe(), part.place()))));
        } else if (bits != 0) {
            put("the result", Kind.RETURNED, true, bits & (signature.result().filter(Argument.Type::isFloating)
                    .isPresent() ? trial.probe().stateAfter().vector(0, 0) : after.get(signature.status())));
        }
        contract.effect().ifPresent(effect -> effect.returned().keySet().forEach(register ->
                put(register + " as an output", Kind.RETURNED, true, after.get(register))));
        signature.left().forEach(register -> put(register + " after the call", Kind.RETURNED, true,
                after.get(register)));
        if (contract.effect().filter(Effect::carry).isPresent()) {
            put("CF after the call", Kind.RETURNED, Long.toString(after.rflags() & Registers.CF));
        }
    }

    private void stored() {
        trial.arguments().written((argument, offset, _, after) -> {
            Pairing.Partner partner = partners.get(argument);
            boolean isWords = partner.argument().element().bytes() == Long.BYTES;
            put(isWords ? "%s[%d]".formatted(partner.name(), offset / Long.BYTES)
                    : "%s, at byte %d".formatted(partner.name(), offset), Kind.STORED, true, after);
        });
    }
}
