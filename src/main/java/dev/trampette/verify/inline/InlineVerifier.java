package dev.trampette.verify.inline;

import dev.trampette.contract.Contract;
import dev.trampette.image.Outside;
import dev.trampette.inline.InlineCode;
import dev.trampette.inline.Location;
import dev.trampette.inline.Statement;
import dev.trampette.inline.Variant;
import dev.trampette.shim.Bridge;
import dev.trampette.verdict.Rule;
import dev.trampette.verdict.UncheckedException;
import dev.trampette.verdict.Verdict;
import dev.trampette.verify.Verifier;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/// Holds the asm statements of sources against their constraints.
///
/// Every copy that the compiler made of a statement is run where it lies, with its inputs in the places that the
/// compiler chose and random values in all else; and copies of our own, whose operands are in other registers.
public final class InlineVerifier implements AutoCloseable {

    /// Cases of each outcome, for a copy, in a run of the usual length.
    private static final int CASES = 9;
    private static final int LEAST = 3;
    /// Copies of one statement that the compiler made and that are looked at.
    private static final int MOST_COPIES = 12;
    private static final int OVERLAPS = 4;

    private final InlineCode.Loaded loaded;
    private final long seed;
    private final int cases;
    private final Arena arena = Arena.ofConfined();
    private final Stage stage;
    private final Map<String, List<Statement>> statements = new LinkedHashMap<>();

    /// @param bridge how the instructions of the object are reached
    /// @param outside what it calls and does not have
    /// @param seed where random values start
    /// @param iterations how thoroughly: [Verifier#ITERATIONS] is usual
    public InlineVerifier(InlineCode.Loaded loaded, Bridge bridge, Outside outside, long seed, int iterations) {
        this.loaded = loaded;
        this.seed = seed;
        this.cases = Math.max(LEAST, CASES * iterations / Verifier.ITERATIONS);
        this.stage = new Stage(loaded.object(), bridge, outside, new SplittableRandom(seed), arena);
        name(loaded.code()).forEach((name, all) -> statements.put(name, all));
    }

    /// The statements by what they are called, `foo.h:41 (TDVMCALL)`: all uses of a macro together.
    public static Map<String, List<Statement>> name(InlineCode code) {
        Map<List<Object>, List<Statement>> same = new LinkedHashMap<>();
        code.statements().keySet().forEach(statement -> same.computeIfAbsent(List.of(
                code.origins().get(statement).name(), statement.template(), statement.constraints()),
                _ -> new ArrayList<>()).add(statement));
        Map<String, List<Statement>> named = new LinkedHashMap<>();
        same.forEach((key, all) -> {
            String name = (String) key.getFirst();
            for (int n = 2; named.containsKey(name); n++) {
                name = key.getFirst() + "#" + n;
            }
            named.put(name, all);
        });
        return named;
    }

    /// Hold one against its constraints.
    ///
    /// @throws UncheckedException when it cannot be run, with the reason
    public Verdict verify(String name) {
        List<Statement> all = statements.get(name);
        InlineCode code = loaded.code();
        List<InlineCode.Copy> copies = all.stream().flatMap(statement -> code.statements().get(statement).stream())
                .toList();
        List<InlineCode.Copy> compiled = copies.stream().filter(copy -> copy.variant() instanceof Variant.Compiled)
                .limit(MOST_COPIES).toList();
        InlineCode.Copy model = InlineCode.model(compiled);
        InlineCode.Origin origin = code.origins().get(all.getFirst());
        refusal(model).ifPresent(why -> {
            throw new UncheckedException("%s: %s".formatted(name, why));
        });
        SplittableRandom random = new SplittableRandom(seed ^ name.hashCode());
        Found found = new Found(name);
        Kinds kinds = new Kinds(model, origin.pointers());
        Mend mend = new Mend(model.instance(), origin.names(), origin.place());
        long calls = 0;
        Optional<String> why = Optional.empty();
        List<StatementCheck> ran = new ArrayList<>();
        for (InlineCode.Copy copy : compiled) {
            StatementCheck check = new StatementCheck(code, copy, stage, copy == model ? kinds : kinds.of(copy), found,
                    mend, random);
            why = check.learn();
            if (why.isEmpty()) {
                cases(check);
                scans(check, origin, mend, found);
                ran.add(check);
            }
            calls += check.calls();
        }
        if (ran.isEmpty() && !found.has(Rule.UNDEFINED_READ)) {
            throw new UncheckedException("%s: it cannot be run: %s".formatted(name, why.orElse("nothing is there")));
        }
        calls += rearranged(code, copies, kinds, found, mend, random);
        return new Verdict(Contract.of(name).build(), calls, found.findings(registers ->
                "%s %s changed: %s".formatted(String.join(", ", registers), registers.size() == 1 ? "is" : "are",
                        mend.clobber(registers))), found.assumed(), Optional.empty());
    }

    /// A scan for a bit that finds none leaves its output as it was: a defect where the variable had a value; else
    /// whoever uses the statement knows that there is a bit.
    private static void scans(StatementCheck check, InlineCode.Origin origin, Mend mend, Found found) {
        for (int output : check.scans()) {
            if (origin.hasValue(output)) {
                found.add(Rule.UNDEFINED_READ, "any", "the old value of %s matters when no bit is set: make it %s"
                        .formatted(mend.name(output), mend.readWrite(output)));
            } else {
                found.assume("a bit is set; without one %s keeps its old value".formatted(mend.name(output)));
            }
        }
    }

    private void cases(StatementCheck check) {
        for (int n = 0; n < cases; n++) {
            for (Answers answer : check.answers()) {
                check.check(answer, n % 3 == 2 ? Draw.Style.EDGES : Draw.Style.ANY);
            }
        }
    }

    /// The copies with registers of our choice.
    private long rearranged(InlineCode code, List<InlineCode.Copy> copies, Kinds kinds, Found found, Mend mend,
            SplittableRandom random) {
        long calls = 0;
        Optional<StatementCheck> apart = Optional.empty();
        for (InlineCode.Copy copy : copies) {
            StatementCheck check = new StatementCheck(code, copy, stage, kinds, found, mend, random);
            if (copy.variant() instanceof Variant.Apart && check.learn().isEmpty()) {
                cases(check);
                apart = apart.or(() -> Optional.of(check));
            } else if (copy.variant() instanceof Variant.Shared(int output, int input) && apart.isPresent()) {
                for (int n = 0; n < OVERLAPS + copy.instance().operands().size(); n++) {
                    apart.get().overlap(check, output, input, n - OVERLAPS);
                }
                apart.get().conditional(output, input);
            }
            calls += check.calls();
        }
        return calls;
    }

    /// Why a statement is not run at all.
    private Optional<String> refusal(InlineCode.Copy copy) {
        return copy.instance().operands().stream().filter(operand -> operand.location() instanceof Location.Other
                && !operand.constraint().equals("=X") && !operand.isOutput())
                .map(operand -> "nothing can be given to %%%d, which is %s".formatted(operand.number(),
                        ((Location.Other) operand.location()).what())).findFirst()
                .or(() -> stage.unanswerable(copy));
    }

    /// The statements, by what they are called.
    public List<String> names() {
        return List.copyOf(statements.keySet());
    }

    @Override
    public void close() {
        arena.close();
    }
}
