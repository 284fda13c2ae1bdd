package dev.trampette.verify.trial;

import dev.trampette.call.WrapperCrash;
import dev.trampette.contract.Contract;
import dev.trampette.decode.Decoder;
import dev.trampette.decode.Operation;
import dev.trampette.image.Code;
import dev.trampette.image.Image;
import dev.trampette.image.Target;
import dev.trampette.probe.Probe;
import dev.trampette.probe.Recording;
import dev.trampette.probe.Script;
import dev.trampette.probe.State;
import dev.trampette.shim.Bridge;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Place;
import dev.trampette.verdict.UncheckedException;
import dev.trampette.verify.values.Dealer;
import dev.trampette.verify.values.Draws;
import dev.trampette.verify.values.Origins;
import dev.trampette.verify.values.Pairing;
import dev.trampette.verify.values.Places;
import dev.trampette.verify.values.Round;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One routine under the probe, with what it finds and what answers it: called once, or in a batch.
public final class Trial {

    /// Places of the stack that are tried.
    private static final int DEPTHS = 256;
    /// Machine instructions of a call that is stepped.
    private static final long STEPS = 20_000;

    private final Contract contract;
    private final Set<Gpr> preserved;
    private final Target target;
    private final Draws random;
    private final Script script;
    private final Probe probe;
    private final boolean tellsDirty;
    private final Externals externals;
    private final Arguments arguments;
    private final BatchPlan batches;
    private final Surroundings surroundings;
    private final Filling.Choice fillings;
    private final Leftovers leftovers;
    private final Lookout lookout;
    private final long[] interrupt = new long[Probe.INTERRUPT_WORDS];
    /// What instructions beside ours read.
    private final long[] asides = new long[Probe.ASIDES];
    /// The instructions for which traps stand: an object may have many, and they stay.
    private Map<Long, Operation> trapped;
    /// What RSP is a multiple of at the call.
    private final int stackUnit;
    /// Those that called the gate, decoded.
    private final Map<Long, Operation> called = new HashMap<>();
    private Round round;
    private long busy;
    private long made;

    /// @param image whose runtime probes
    /// @param target the routine
    /// @param seed where the random values start; each routine has its own
    public Trial(Image image, Target target, long seed, Arena arena) {
        this(image, target, new Draws(seed ^ target.contract().symbol().hashCode()), arena);
    }

    /// @param image whose runtime probes
    /// @param target the routine
    public Trial(Image image, Target target, Draws random, Arena arena) {
        this.target = target;
        this.contract = target.contract();
        contract.signature().unsized().stream().findFirst().ifPresent(pointer -> {
            throw new UncheckedException("%s: how much does %s point to? arguments=%s:in[N] says it"
                    .formatted(contract.symbol(), pointer, pointer));
        });
        this.preserved = StateRules.preserved(contract);
        this.random = random;
        this.script = Script.of(image, arena);
        this.probe = new Probe(script, arena);
        probe.setBridge(target.bridge(), arena);
        this.lookout = new Lookout(target, probe);
        this.tellsDirty = probe.tellsDirty();
        this.externals = new Externals(script, image, contract, target.outside(), arena);
        this.stackUnit = contract.signature().convention().isC() ? contract.signature().stackAlignment() : Long.BYTES;
        this.arguments = new Arguments(contract, externals::address, arena);
        this.batches = new BatchPlan(contract, arguments, preserved);
        this.surroundings = new Surroundings(probe, arguments, !contract.promises().allowsVectorState()
                && !contract.signature().hasUpperHalves());
        this.fillings = Filling.choice(arguments);
        this.leftovers = new Leftovers(script, contract, externals.isAny(), probe.available().registers() * State.LANES,
                probe.available().masks());
    }

    public Target target() {
        return target;
    }

    public Contract contract() {
        return contract;
    }

    /// The registers that must come back as they were, but for RSP.
    Set<Gpr> preserved() {
        return preserved;
    }

    public Script script() {
        return script;
    }

    public Probe probe() {
        return probe;
    }

    public Arguments arguments() {
        return arguments;
    }

    /// The functions that it calls and that are none of its own.
    public Externals externals() {
        return externals;
    }

    /// Other modes of rounding and precision, or back.
    public void exchangeModes() {
        surroundings.exchangeModes();
    }

    /// Change all that the contract does not name, or change it back.
    public void changeUnnamed() {
        surroundings.changeUnnamed();
        leftovers.change();
        externals.changeUnnamed();
    }

    /// Change what stands above narrow arguments, and above narrow results of functions that are called, or change it
    /// back.
    public void changeNarrow() {
        surroundings.changeNarrow();
        externals.changeNarrow();
    }

    /// Let 0 be above narrow arguments.
    ///
    /// @return what puts back what was there
    public Runnable clearNarrow() {
        return surroundings.clearNarrow();
    }

    /// Give what the contract does not name, or a part of it, a value that random ones never are, until [#empty].
    public void fill(Filling filling) {
        surroundings.fill(filling);
        if (filling.part() == Filling.Part.ALL) {
            leftovers.fill(filling.value());
        }
    }

    /// Take back what was there before [#fill].
    public void empty() {
        surroundings.empty();
        leftovers.empty();
    }

    /// Put another value into the place of an argument.
    public void give(Place place, long value) {
        surroundings.exchangeArguments(() -> Places.set(probe, place, value));
    }

    /// Whether a word of the caller's frame is an argument.
    boolean isNamed(int word) {
        return surroundings.isNamed(word);
    }

    /// What a word of the caller's frame held before the call.
    long frame(int word) {
        return surroundings.frame(word);
    }

    /// The values that random ones never are, for all that is not named.
    public Filling.Choice fillings() {
        return fillings;
    }

    /// Whether XINUSE can be asked for dirty upper halves.
    boolean tellsDirty() {
        return tellsDirty;
    }

    public Round round() {
        return round;
    }

    public Draws random() {
        return random;
    }

    /// A new case: new values in everything, and a script that answers nothing yet.
    public void renew(Round round) {
        this.round = round;
        lookout.begin();
        probe.setDepth(random.nextInt(DEPTHS) * stackUnit);
        surroundings.renew(round, random);
        if (round.isWithFlags()) {
            probe.before().setRflags(probe.before().rflags() | contract.promises().cleanBits());
        }
        leftovers.renew(round, random);
        random.isFor(Draws.Use.ANSWER);
        externals.renew(round, random);
        random.isFor(Draws.Use.OTHER);
        script.clear();
        for (int word = 0; word < Script.RED_ZONE_WORDS; word++) {
            script.setRedZone(word, random.nextLong());
        }
        Arrays.setAll(interrupt, _ -> random.nextLong());
        random.isFor(Draws.Use.ANSWER);
        Arrays.setAll(asides, n -> round.bits(n, asides.length, random));
        random.isFor(Draws.Use.OTHER);
        probe.setAsideValues(asides);
    }

    /// Give the case values, in all that a contract names, that depend on names only.
    ///
    /// @param partners one for each argument
    /// @param random begins anew for each name
    public void deal(Round values, List<Pairing.Partner> partners, Dealer random) {
        surroundings.exchangeArguments(() -> arguments.deal(probe, values, partners, random));
        externals.deal(values, random);
        Draws ofAsides = random.of("what instructions beside ours read");
        Arrays.setAll(asides, _ -> ofAsides.nextLong());
        probe.setAsideValues(asides);
    }

    /// Give the case the values of somebody's arguments.
    public void give(long[] values) {
        surroundings.exchangeArguments(() -> arguments.give(probe, round, values));
    }

    /// A new case, with a script that answers.
    public <T> void renew(Round round, Check<T> check, T outcome) {
        renew(round);
        random.isFor(Draws.Use.ANSWER);
        check.script(outcome);
        random.isFor(Draws.Use.OTHER);
    }

    /// Let operands be where a routine may have them: on the stack, behind its pointers, in its own data.
    public void allowOperands() {
        script.allow(0, probe.stack());
        script.allow(1, probe.frame());
        int window = arguments.allow(script, 2);
        for (MemorySegment data : target.bridge().data()) {
            if (window < Script.MOST_WINDOWS) {
                script.allow(window++, data);
            }
        }
    }

    /// Call the routine, with memory and stack as they were at the beginning of the case.
    ///
    /// @throws dev.trampette.call.WrapperCrash when it did not return
    public void call() {
        call(target.code());
    }

    /// Call another routine in the same way.
    ///
    /// @throws dev.trampette.call.WrapperCrash when it did not return
    public void call(Code code) {
        restore();
        surroundings.load();
        script.rewind();
        if (lookout.isDue(code)) {
            lookout.call(code);
            return;
        }
        long begin = System.nanoTime();
        try {
            probe.call(code);
        } finally {
            busy += System.nanoTime() - begin;
            made++;
        }
    }

    /// How long a call takes, on the average of all that were made one by one, in nanoseconds.
    public double meanTime() {
        return made == 0 ? 0 : (double) busy / made;
    }

    /// The same with the registers and the stack of the call before, which a batch has chosen.
    ///
    /// @throws dev.trampette.call.WrapperCrash when it did not return
    public void callAgain() {
        restore();
        script.rewind();
        probe.call(target.code());
    }

    /// Memory as it was at the beginning of the case.
    public void restore() {
        target.reset().run();
        externals.restore();
        arguments.restore();
    }

    /// The same, step by step, and the steps are kept.
    ///
    /// @throws dev.trampette.call.WrapperCrash when it did not return
    public void record(Recording recording) {
        record(recording, this::call);
    }

    /// The same with the registers and the stack of the call before, which a batch has chosen.
    ///
    /// @throws dev.trampette.call.WrapperCrash when it did not return
    public void recordAgain(Recording recording) {
        record(recording, this::callAgain);
    }

    private void record(Recording recording, Runnable call) {
        probe.setSteps(recording.most());
        probe.record(Optional.of(recording));
        try {
            call.run();
        } finally {
            probe.setSteps(0);
            probe.record(Optional.empty());
        }
    }

    /// Whether a batch can tell what is broken.
    public boolean isBatchable() {
        return batches.isPossible();
    }

    /// The bytes below RSP that are the routine's own: where an instruction of ours is, and in a kernel, none are.
    public int redZone() {
        return contract.effect().isPresent() || target.outside().stackAlignment() < Convention.STACK_ALIGNMENT ? 0
                : contract.signature().convention().redZone();
    }

    /// Call the routine step by step, and overwrite the stack below RSP after each, as an interrupt may: all of it but
    /// the red zone.
    ///
    /// @return whether it came to its end within the steps that are allowed
    /// @throws dev.trampette.call.WrapperCrash when it did not return for another reason
    public boolean isInterrupted() {
        probe.setSteps(STEPS);
        probe.setInterrupts(redZone(), interrupt);
        try {
            call();
            return true;
        } catch (WrapperCrash crash) {
            if (crash.kind() == WrapperCrash.Kind.STEPS) {
                return false;
            }
            throw crash;
        } finally {
            probe.setSteps(0);
            probe.setInterrupts(-1, interrupt);
        }
    }

    /// Many calls that assembly makes and looks at, beginning with the case as it is.
    ///
    /// @param executions how often the instruction must be executed in each call, or -1
    /// @param mayBeDirty whether upper halves of vectors may be left in use
    /// @return how many calls held, twice the cases when all did
    /// @throws dev.trampette.call.WrapperCrash when a call did not return
    public long batch(int executions, long cases, boolean mayBeDirty) {
        restore();
        surroundings.load();
        probe.before().setRflags(probe.before().rflags() & Registers.ARITHMETIC_FLAGS);
        try {
            return probe.batch(target.code(), batches.batch(random.nextLong(), executions, mayBeDirty), cases);
        } finally {
            arguments.read(probe);          // of the last call, whether it came back or not
        }
    }

    /// The place of an instruction, with its line where that is known.
    public String place(long rip) {
        return target.landmarks().locate(rip).filter(place -> !place.startsWith("0x"))
                .orElseGet(() -> probe.locate(rip));
    }

    /// The instructions of ours by their addresses, whatever stands in their places; those of the gate when they were
    /// executed in the last call.
    public Map<Long, Operation> instructions() {
        if (trapped != null) {
            return trapped;
        }
        Map<Long, Operation> instructions = new HashMap<>();
        if (target.bridge() instanceof Bridge.Trap trap) {
            trapped = instructions;
            trap.sites().forEach(site -> instructions.put(site.address(),
                    Decoder.ours(site.address(), site.length(), site.text())));
            trap.random().forEach(site -> instructions.put(site.address(),
                    Decoder.ours(site.address(), site.length(), site.text())));
        } else {
            for (int n = 0; n < script.recorded(); n++) {
                Registers at = script.execution(n).registers();
                instructions.put(at.rip(), called.computeIfAbsent(at.rip(), _ -> Decoder.ours(at.rip(),
                        (int) (at.next() - at.rip()), at.instruction().toString().toLowerCase(Locale.ROOT))));
            }
        }
        return instructions;
    }

    /// What a function was called with, a line each; nothing for code with an instruction of ours, whose findings name
    /// the values.
    List<String> situation() {
        if (contract.effect().isPresent()) {
            return List.of();
        }
        List<String> lines = new ArrayList<>(arguments.situation(probe));
        if (probe.stateBefore().mxcsr() != State.MXCSR_DEFAULT) {
            lines.add("MXCSR and x87 set to round towards 0");
        }
        return lines;
    }

    /// What a finding may name.
    void addTo(Origins origins) {
        arguments.addTo(origins, probe);
        surroundings.addTo(origins);
        leftovers.addTo(origins);
        externals.addTo(origins);
        origins.addArea("the routine's code", target.code().entry().address(),
                Math.max(target.code().bytes().byteSize(), 1));
        for (int word = 0; word < Script.RED_ZONE_WORDS; word++) {
            origins.addRedZone("what an interrupt left at [rsp - %d]".formatted(128 - word * 8), script.redZone(word));
        }
        for (int n = 0; n < asides.length; n++) {
            origins.add("what the processor read beside the instruction, %d".formatted(n + 1), asides[n]);
        }
        for (long word : interrupt) {
            origins.addRedZone("what an interrupt left below rsp", word);
        }
        for (int n = 0; n < script.recorded(); n++) {
            target.bridge().below(script.execution(n).registers()).ifPresent(below ->
                    origins.addRedZone("the return address of the instruction's CALL", below));
        }
    }
}
