package dev.trampette.verify.inline;

import dev.trampette.call.WrapperCrash;
import dev.trampette.inline.InlineCode;
import dev.trampette.inline.Instance;
import dev.trampette.inline.Location;
import dev.trampette.inline.Operand;
import dev.trampette.probe.AsideExecution;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.Stored;
import dev.trampette.verdict.Rule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One copy of a statement against its constraints.
final class StatementCheck {

    private static final int LEARNT = 48;
    private static final int TRIES = 60;
    private static final long NEAR = 1 << 16;

    private final InlineCode code;
    private final Stage stage;
    private final Kinds kinds;
    private final Found found;
    private final Mend mend;
    private final RandomGenerator random;
    private final Plan plan;
    private final Instance instance;
    private final Set<String> unstable = new HashSet<>();
    /// What it depends on, and in words, as far as that is known.
    private final Map<String, String> guilty = new HashMap<>();
    private Optional<Passage.Executed> first = Optional.empty();
    private boolean isLeafKnown;
    /// Whether the leaf is an input, and may be any.
    private boolean isAnyLeaf;
    /// Whether R11 is the same each time, and R10 is 0.
    private boolean isReasonKnown;
    private List<Answers> answers = List.of(Answers.SUCCESS);
    private long calls;
    /// What the other side has written in the last case.
    private Map<Gpr, Long> written = Map.of();

    StatementCheck(InlineCode code, InlineCode.Copy copy, Stage stage, Kinds kinds, Found found, Mend mend,
            RandomGenerator random) {
        this.code = code;
        this.stage = stage;
        this.kinds = kinds;
        this.found = found;
        this.mend = mend;
        this.random = random;
        this.plan = new Plan(copy, stage, kinds, random);
        this.instance = copy.instance();
    }

    long calls() {
        return calls;
    }

    /// The outcomes of its instruction.
    List<Answers> answers() {
        return answers;
    }

    /// The outputs whose old values matter when nothing but zeros go in: a scan for a bit finds none then.
    List<Integer> scans() {
        if (!stage.scansBits(plan.copy()) || kinds.isSmall() || first.isPresent()) {
            return List.of();
        }
        Setting setting = plan.setting(new Draw(random, Draw.Style.ZERO, false));
        Passage passage = run(setting);
        Map<String, String> effect = effect(setting, passage);
        return passage.isCrash() ? List.of() : plan.parts(setting, true).stream().filter(part ->
                part.what() == Plan.What.OLD && isDifferent(setting, effect, List.of(part)))
                .map(Plan.Part::operand).toList();
    }

    /// Find values with which it comes to an end.
    ///
    /// @return why there are none
    Optional<String> learn() {
        stage.script().clear();
        String why = "";
        for (int tries = 0; tries < LEARNT; tries++) {
            Draw draw = new Draw(random, tries < LEARNT / 2 ? Draw.Style.APART : Draw.Style.ANY, kinds.isSmall());
            List<Operand> inputs = instance.inputs();
            if (kinds.isSmall() && tries % 2 == 1) {
                draw.apart(kinds.first(inputs.get(tries / 2 % inputs.size()).number()));
            }
            Setting setting = plan.setting(draw);
            apart(setting);
            Passage passage = run(setting);
            if (!passage.isCrash() || isEnd(passage.crash().get())) {
                if (passage.executions().isEmpty() && passage.isCrash() && tries < LEARNT - 1) {
                    continue;
                }
                executed(passage, setting);
                return Optional.empty();
            }
            WrapperCrash crash = passage.crash().get();
            why = crash.getMessage();
            mended(crash, setting);
        }
        return Optional.of(why);
    }

    private static boolean isEnd(WrapperCrash crash) {
        return crash.isStop() || crash.kind() == WrapperCrash.Kind.FAULT;
    }

    /// In registers that are no input too: addresses where nothing is, so that an access says which register it is by.
    private void apart(Setting setting) {
        Draw draw = new Draw(random, Draw.Style.APART, false);
        for (Gpr register : Gpr.values()) {
            if (register != Gpr.RSP && plan.inputIn(register).isEmpty() && plan.addressIn(register).isEmpty()
                    && plan.buffer(register).isEmpty() && (register != Gpr.RBP
                    || plan.copy().surrounding().framePointer().isEmpty())) {
                setting.registers[register.ordinal()] = draw.number();
            }
        }
    }

    /// Whether an input has another kind now.
    private boolean mended(WrapperCrash crash, Setting setting) {
        if (crash.address().isEmpty()) {
            return crash.kind() == WrapperCrash.Kind.HANG && kinds.setSmall()
                    || crash.kind() == WrapperCrash.Kind.SIGNAL && kinds.setSmall();
        }
        long address = crash.address().getAsLong();
        for (Gpr register : Gpr.values()) {
            long value = setting.registers[register.ordinal()];
            if (register == Gpr.RSP || Math.abs(value) < NEAR || Math.abs(address - value) >= NEAR) {
                continue;
            }
            Optional<Integer> input = plan.inputIn(register);
            if (input.isPresent() && plan.buffer(register).isEmpty() && kinds.setPointer(input.get())) {
                return true;
            }
            if (input.isEmpty() && plan.addressIn(register).isEmpty() && plan.buffer(register).isEmpty()) {
                found.add(Rule.UNDEFINED_READ, "any", instance.output(register).map(output ->
                        "memory is accessed by the old value of %s: make it %s".formatted(mend.name(output.number()),
                                mend.readWrite(output.number()))).orElse(
                        "memory is accessed by %s, which is no input".formatted(register)));
                return false;
            }
        }
        return kinds.setSmall();
    }

    /// What instruction of ours it executes, and what that can answer.
    private void executed(Passage passage, Setting setting) {
        first = passage.executions().stream().findFirst();
        if (first.isEmpty()) {
            return;
        }
        Passage.Executed one = first.get();
        Draw draw = new Draw(random, Draw.Style.ANY, kinds.isSmall());
        Passage again = run(plan.setting(draw));
        isLeafKnown = one.what().instruction().isLeaf() && again.executions().stream().findFirst().filter(other ->
                Answers.isVmcall(one) ? other.get(Gpr.RCX) == one.get(Gpr.RCX) && Answers.isVmcall(other)
                        : other.get(Gpr.RAX) == one.get(Gpr.RAX)).isPresent();
        isAnyLeaf = !isLeafKnown && code.isOptimized() && Stream.of(Gpr.values()).anyMatch(register ->
                plan.inputIn(register).isPresent() && setting.registers[register.ordinal()] == one.get(Gpr.RAX));
        isReasonKnown = again.executions().stream().findFirst().filter(other ->
                other.get(Gpr.R11) == one.get(Gpr.R11) && other.get(Gpr.R10) == 0).isPresent();
        boolean hasFixUp = stage.hasFixUp(one.what().at());
        boolean isPointed = pointed(one, setting).length > 0 && isOtherSide(one);
        answers = Answers.all(one, hasFixUp, isPointed);
    }

    /// Whether the instruction lets another side run, that has memory.
    private static boolean isOtherSide(Passage.Executed one) {
        return one.what().instruction().isLeaf() || one.what().instruction().isHypercall();
    }

    /// The keys of the buffers whose addresses are in registers at the instruction.
    private int[] pointed(Passage.Executed one, Setting setting) {
        return setting.buffers.keySet().stream().mapToInt(key -> key).filter(key -> {
            long begin = stage.buffer(key).address();
            for (Gpr register : Gpr.values()) {
                if (one.get(register) >= begin && one.get(register) < begin + Stage.ROOM) {
                    return true;
                }
            }
            return false;
        }).limit(4).toArray();
    }

    private Passage run(Setting setting) {
        calls++;
        return stage.run(plan.copy(), setting);
    }

    private Map<String, String> effect(Setting setting, Passage passage) {
        return plan.effect(setting, passage, isLeafKnown);
    }

    private void script(Answers answer, Setting setting) {
        stage.script().clear();
        if (first.isPresent()) {
            written = answer.script(stage.script(), first.get(), isLeafKnown, isAnyLeaf, instance, random);
            stage.allow(setting);
            if (answer == Answers.MEMORY) {
                stage.stores(pointed(first.get(), setting), random);
            }
        }
    }

    /// One case: what it changes, and what it depends on.
    void check(Answers answer, Draw.Style style) {
        Passage passage = null;
        Setting setting = null;
        for (int tries = 0; tries < TRIES && passage == null; tries++) {
            setting = plan.setting(new Draw(random, style, kinds.isSmall()));
            script(answer, setting);
            Passage one = run(setting);
            passage = one.isCrash() && !isEnd(one.crash().get()) ? null : one;
        }
        if (passage == null) {
            return;
        }
        String outcome = first.isPresent() ? answer.toString() : "any";
        if (!passage.isCrash()) {
            new Leavings(code, plan, stage, kinds, found, mend).look(passage, setting, outcome);
        }
        kept(passage, outcome);
        if (!passage.executions().isEmpty()) {
            called(answer, passage.executions().getFirst(), passage, outcome);
        }
        depends(answer, style, passage, setting, outcome);
    }

    /// What is wrong with a call of the other side.
    private void called(Answers answer, Passage.Executed one, Passage passage, String outcome) {
        boolean isVmcall = isLeafKnown && Answers.isVmcall(one);
        if (isVmcall && one.get(Gpr.RAX) != 0) {
            found.add(Rule.SELECTOR, outcome, ("rax at TDCALL is the reason, which is in r11 too, and selects another "
                    + "leaf: 0 is TDG.VP.VMCALL"));
        }
        Optional<Leaf> leaf = isVmcall && isReasonKnown ? Answers.reason(one) : Optional.empty();
        boolean isOfMemory = isVmcall ? leaf.filter(Answers::isOfRegisters).isEmpty()
                : one.what().instruction().isHypercall() && !one.isSystemCall();
        if (isOfMemory && !instance.hasMemory() && !answers.contains(Answers.MEMORY)) {
            found.add(Rule.UNDECLARED_CLOBBER, outcome, "the other side of %s may read and write memory: %s".formatted(
                    one.name(), mend.clobber(List.of("memory"))));
        }
        if (leaf.isPresent() && answer == Answers.SUCCESS && !passage.isCrash()) {
            outputs(leaf.get(), passage, outcome);
        }
    }

    /// An output that has what the call does not give, while none has what it gives.
    private void outputs(Leaf leaf, Passage passage, String outcome) {
        Set<Long> given = new HashSet<>();
        leaf.outputRegisters().forEach(register -> given.add(written.getOrDefault(register, 0L)));
        List<Operand> outputs = instance.outputs().stream().filter(one ->
                one.location() instanceof Location.Register).toList();
        if (given.isEmpty() || leaf.stored() != Stored.SUCCESS
                || outputs.stream().anyMatch(one -> given.contains(value(one, passage)))) {
            return;
        }
        for (Operand output : outputs) {
            written.forEach((register, value) -> {
                if (register != Gpr.R10 && value(output, passage) == value) {
                    found.add(Rule.OUTPUT, outcome, "%s is %s, which %s does not give; it gives %s".formatted(
                            mend.name(output.number()), register, leaf.name(), leaf.outputRegisters().stream()
                                    .map(Gpr::toString).collect(Collectors.joining(", "))));
                }
            });
        }
    }

    private static long value(Operand output, Passage passage) {
        return output.location() instanceof Location.Register(Gpr gpr, _) ? passage.get(gpr) : 0;
    }

    /// What must be said by `volatile`.
    private void kept(Passage passage, String outcome) {
        if (instance.statement().isVolatile()) {
            return;
        }
        passage.executions().stream().<Object>map(Passage.Executed::name).findFirst()
                .or(() -> passage.asides().stream().<Object>map(AsideExecution::what).findFirst())
                .ifPresent(what -> found.add(Rule.ASM_VOLATILE, outcome, ("%s is executed, and the compiler may leave "
                        + "it out, or make one of two: make it asm volatile").formatted(what)));
    }

    /// Change all that it may not depend on, and then part by part.
    private void depends(Answers answer, Draw.Style style, Passage passage, Setting setting, String outcome) {
        Map<String, String> effect = effect(setting, passage);
        Map<String, String> again = effect(setting, run(setting));
        if (differs(effect, again, true)) {
            if (!instance.statement().isVolatile()) {
                found.add(Rule.ASM_VOLATILE, outcome, "what it gives is another value each time, and the compiler may "
                        + "make one of two: make it asm volatile");
            }
        }
        boolean withOld = (style == Draw.Style.ANY || !kinds.isSmall() && !stage.scansBits(plan.copy()))
                && answer.isSuccess() && passage.way() == 0;
        List<Plan.Part> parts = plan.parts(setting, withOld).stream().filter(part -> style == Draw.Style.ANY
                || part.what() != Plan.What.FLAGS).toList();
        List<Plan.Part> unknown = parts.stream().filter(part -> !guilty.containsKey(part.key())).toList();
        if (!isDifferent(setting, effect, unknown)) {
            parts.stream().filter(part -> guilty.containsKey(part.key()) && isDifferent(setting, effect,
                    List.of(part))).forEach(part -> found.add(Rule.UNDEFINED_READ, outcome, guilty.get(part.key())));
            return;
        }
        for (Plan.Part part : unknown) {
            if (isDifferent(setting, effect, List.of(part))) {
                Setting one = changed(setting, List.of(part));
                String read = read(part, effect, effect(one, run(one)));
                guilty.put(part.key(), read);
                found.add(Rule.UNDEFINED_READ, outcome, read);
            }
        }
    }

    /// Whether the effect is another one, each time, when some parts are.
    private boolean isDifferent(Setting setting, Map<String, String> effect, List<Plan.Part> parts) {
        Setting other = changed(setting, parts);
        return differs(effect, effect(other, run(other)), false)
                && !differs(effect, effect(setting, run(setting)), true)
                && differs(effect, effect(other, run(other)), false);
    }

    private static Setting changed(Setting setting, List<Plan.Part> parts) {
        Setting other = setting.copy();
        parts.forEach(part -> part.change().accept(other));
        return other;
    }

    private String read(Plan.Part part, Map<String, String> effect, Map<String, String> seen) {
        String what = effect.entrySet().stream().filter(one -> !one.getValue().equals(seen.get(one.getKey())))
                .map(Map.Entry::getKey).findFirst().map(this::named).orElse("what it does");
        return switch (part.what()) {
            case REGISTER -> "%s depends on %s, which is no input".formatted(what, part.place());
            case VECTOR -> "%s depends on %s, which is no input".formatted(what, part.place());
            case UPPER -> "%s depends on the bits above %s, which has %d".formatted(what, mend.name(part.operand()),
                    instance.operand(part.operand()).bits());
            case OLD -> what.contains(" at ") ? "%s depends on %s, which is no input".formatted(what, part.place())
                    : "the old value of %s matters: make it %s".formatted(mend.name(part.operand()),
                    mend.readWrite(part.operand()));
            case FLAGS -> "%s depends on the flags at its beginning".formatted(what);
            case STACK -> "%s depends on the function's stack, which is no operand".formatted(what);
            case MEMORY -> "%s depends on memory behind %s: %s, or make what is read an operand".formatted(what,
                    mend.name(kinds.pointer(part.operand())), mend.clobber(List.of("memory")));
        };
    }

    private String named(String key) {
        return switch (key) {
            case "way" -> "where it ends";
            case "end" -> "whether it comes to its end";
            default -> key;
        };
    }

    /// Whether two effects differ.
    ///
    /// @param isSame whether they should not: what differs then is never looked at again
    private boolean differs(Map<String, String> one, Map<String, String> other, boolean isSame) {
        Set<String> differ = new TreeSet<>();
        one.forEach((key, value) -> {
            if (!value.equals(other.get(key))) {
                differ.add(key);
            }
        });
        other.keySet().stream().filter(key -> !one.containsKey(key)).forEach(differ::add);
        differ.removeAll(unstable);
        if (isSame) {
            unstable.addAll(differ);
        }
        return !differ.isEmpty();
    }

    /// Whether it depends on what it may not depend on: then nothing can be said of registers that are shared.
    private boolean isDependent(Setting setting, Map<String, String> effect) {
        Setting other = changed(setting, plan.parts(setting, true));
        return differs(effect, effect(other, run(other)), false);
    }

    /// See [Stage#isReadLater].
    void conditional(int output, int input) {
        if (instance.tied(instance.operand(output)).isEmpty()
                && instance.operand(output).location() instanceof Location.Register(Gpr written, _)
                && instance.operand(input).location() instanceof Location.Register(Gpr read, _)
                && stage.isReadLater(plan.copy(), written, read)) {
            found.add(Rule.OPERAND_OVERLAP, "any", overlapping(output, input));
        }
    }

    private String overlapping(int output, int input) {
        boolean isBoth = instance.tied(instance.operand(output)).isPresent();
        return "%s and %s may share a register%s, and %s is written before the other is read: make it %s".formatted(
                mend.name(output), instance.operand(input).location() instanceof Location.Memory
                        ? "the address of " + mend.name(input) : mend.name(input),
                isBoth ? " when their values are equal" : "", "%" + output, mend.early(output));
    }

    /// Compare what an output gives with what it gives when it shares no register with an input.
    ///
    /// @param shared the copy where it does
    /// @param zero an operand that is 0; none when it is negative
    void overlap(StatementCheck shared, int output, int input, int zero) {
        Operand written = instance.operand(output);
        Operand read = instance.operand(input);
        Draw draw = new Draw(random, Draw.Style.ANY, kinds.isSmall());
        if (zero >= 0) {
            draw.zero(kinds.first(zero));
        }
        Optional<Operand> tied = instance.tied(written);
        if (tied.isPresent()) {
            draw.unify(kinds.first(input), kinds.first(tied.get().number()));
            if (kinds.isPointer(input) != kinds.isPointer(tied.get().number())
                    || kinds.constant(input).isPresent() || kinds.constant(tied.get().number()).isPresent()
                    || kinds.isPointer(input) || read.mask() != tied.get().mask()) {
                return;
            }
        }
        Setting setting = plan.setting(draw);
        script(Answers.SUCCESS, setting);
        Passage apart = run(setting);
        if (apart.isCrash()) {
            return;
        }
        Map<String, String> wanted = effect(setting, apart);
        differs(wanted, effect(setting, run(setting)), true);
        if (isDependent(setting, wanted)) {
            return;
        }
        Setting together = shared.plan.setting(draw);
        shared.isLeafKnown = isLeafKnown;
        Map<String, String> seen = shared.effect(together, shared.run(together));
        if (differs(wanted, seen, false) && differs(wanted, shared.effect(together,
                shared.run(shared.plan.setting(draw))), false)) {
            found.add(Rule.OPERAND_OVERLAP, first.isPresent() ? "success" : "any", overlapping(output, input));
        }
    }
}
