package dev.trampette.cli.foreign;

import dev.trampette.call.MissingToolException;
import dev.trampette.call.ObjectException;
import dev.trampette.child.Confinement;
import dev.trampette.contract.Contract;
import dev.trampette.contract.ContractException;
import dev.trampette.contract.ContractFile;
import dev.trampette.contract.External;
import dev.trampette.image.Code;
import dev.trampette.image.Image;
import dev.trampette.image.Outside;
import dev.trampette.image.Pages;
import dev.trampette.image.Target;
import dev.trampette.inline.DumpException;
import dev.trampette.object.CodeSymbol;
import dev.trampette.object.ForeignObject;
import dev.trampette.shim.Bridge;
import dev.trampette.spec.Convention;
import dev.trampette.trap.ObjectTraps;
import dev.trampette.trap.Reachable;
import dev.trampette.verdict.UncheckedException;
import dev.trampette.verdict.Verdict;
import dev.trampette.verify.Sizes;
import dev.trampette.verify.Verifier;
import dev.trampette.verify.learn.Completion;
import dev.trampette.verify.learn.Learner;
import dev.trampette.verify.learn.LearningException;
import dev.trampette.verify.learn.Learnt;
import dev.trampette.verify.trace.OutcomeException;
import dev.trampette.verify.trace.Trace;
import dev.trampette.verify.trace.Tracer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The process in which foreign code runs: it loads an object, and takes its routines one by one. What it finds goes
/// to the parent as it comes, for the code may end the process at any time.
public final class Child {

    private static final int USAGE = 2;
    private static final int ENVIRONMENT = 3;

    private final Request request;
    private final PrintStream out;

    private Child(Request request, PrintStream out) {
        this.request = request;
        this.out = out;
    }

    /// Reads a [Request] from standard input, and which routines are meant when it has told what there is.
    ///
    /// @param arguments the parent's process number
    public static void main(String[] arguments) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        if (Confinement.begin(Long.parseLong(arguments[0]))) {
            run(in, System.out);
        }
    }

    /// @param in where a request comes from, and which routines are meant
    /// @param out where the results go
    public static void run(BufferedReader in, PrintStream out) throws IOException {
        new Child(Request.read(in.readLine()), out).run(in);
    }

    private void run(BufferedReader in) throws IOException {
        try {
            Optional<ContractFile> contracts = request.contracts()
                    .map(text -> ContractFile.read(request.contractFile(), text));
            load(contracts, in);
        } catch (MissingToolException e) {
            tell(new Message.Failed(e.detail(), e.getMessage(), ENVIRONMENT));
        } catch (ObjectException e) {
            tell(new Message.Failed(e.detail(), e.getMessage(), USAGE));
        } catch (ContractException | OutcomeException | DumpException e) {
            tell(new Message.Failed(List.of(), e.getMessage(), USAGE));
        }
    }

    /// What is verified when nothing is named. Of a library that is what somebody has described: nobody would learn
    /// anything of the rest.
    private List<String> meant(ForeignObject object, Optional<ContractFile> contracts) {
        List<String> all = object.symbols().stream().map(CodeSymbol::name).toList();
        if (!object.isShared() || contracts.isEmpty()) {
            return all;
        }
        List<String> described = all.stream().filter(contracts.get().symbols()::contains).toList();
        if (described.isEmpty()) {
            throw new ContractException("no routine of %s has a contract, --contract=%s"
                    .formatted(String.join(" ", request.files()), request.contractFile()));
        }
        return described;
    }

    private void load(Optional<ContractFile> contracts, BufferedReader in) throws IOException {
        if (request.task() == Task.STATEMENTS) {
            try (Statements statements = Statements.of(request)) {
                statements.requireAny();
                tell(new Message.Symbols(statements.names(), List.of(), statements.names()));
                String chosen = in.readLine();
                verify(statements, chosen == null ? List.of() : Request.readChosen(chosen));
            }
            return;
        }
        try (Statements statements = request.task() == Task.VERIFY ? Statements.of(request) : Statements.NONE;
                ForeignObject object = ForeignObject.load(request.files().stream().map(Path::of).toList(),
                request.compilerFlags(), variables(contracts))) {
            tell(new Message.Symbols(both(object.symbols().stream().map(CodeSymbol::name).toList(), statements),
                    object.variables(), both(meant(object, contracts), statements)));
            String chosen = in.readLine();
            if (chosen == null) {
                return;
            }
            Bridge bridge = ObjectTraps.install(object);
            List<String> all = Request.readChosen(chosen);
            for (String symbol : all) {
                if (statements.names().contains(symbol)) {
                    continue;
                }
                if (!isThere(object.code(symbol)) || Confinement.isFull()) {
                    return;
                }
                tell(new Message.Begins(symbol));
                tell(new Message.Ended(attempt(symbol, () -> verify(object, bridge, symbol, contracts))
                        .withPlaces(object::locate)));
            }
            verify(statements, all);
        }
    }

    private static List<String> both(List<String> routines, Statements statements) {
        return Stream.concat(routines.stream(), statements.names().stream()).toList();
    }

    /// The asm statements come behind all routines.
    private void verify(Statements statements, List<String> chosen) {
        for (String name : chosen) {
            if (statements.names().contains(name)) {
                if (Confinement.isFull()) {
                    return;
                }
                tell(new Message.Begins(name));
                tell(new Message.Ended(attempt(name, () -> statements.verify(name))));
            }
        }
    }

    /// What comes of a routine. What goes wrong in the lab itself is no fault of the routine's.
    static Outcome attempt(String symbol, Supplier<Outcome> verification) {
        try {
            return verification.get();
        } catch (LearningException | UncheckedException e) {
            return Outcome.refused(symbol, e.getMessage());
        } catch (ObjectException | ContractException | OutcomeException e) {
            throw e;
        } catch (RuntimeException | AssertionError e) {
            return Outcome.refused(symbol, "%s: an error of the lab, not of the routine: %s%s".formatted(symbol, e,
                    Stream.of(e.getStackTrace()).filter(frame -> frame.getClassName().startsWith("dev.trampette."))
                            .findFirst().map(frame -> " at %s:%d".formatted(frame.getFileName(),
                                    frame.getLineNumber())).orElse("")).replace('\n', ' '));
        }
    }

    /// What the contracts say of undefined symbols that are variables: that is needed before anything is loaded.
    private Map<String, Integer> variables(Optional<ContractFile> contracts) {
        Map<String, Integer> variables = new LinkedHashMap<>();
        contracts.ifPresent(file -> file.symbols().stream().flatMap(symbol -> file.contract(symbol).stream())
                .forEach(contract -> variables.putAll(External.variables(contract.externals()))));
        Contract lines = with(Contract.of("any").build(), request.lines().stream()
                .filter(line -> line.startsWith("external=")).toList());
        variables.putAll(External.variables(lines.externals()));
        return variables;
    }

    /// A routine before may have unmapped it, or taken the memory; then the parent goes on with a new child.
    private static boolean isThere(Code code) {
        return Pages.isMapped(code.entry().address(), 1);
    }

    private Outcome verify(ForeignObject object, Bridge bridge, String symbol, Optional<ContractFile> contracts) {
        Code code = object.code(symbol);
        object.reset();
        Optional<Contract> said = contracts.flatMap(file -> file.contract(symbol)).or(() -> object.contracts().stream()
                .filter(contract -> contract.symbol().equals(symbol)).findFirst());
        Optional<String> refusal = refusal(object, code, said.isPresent());
        if (refusal.isPresent()) {
            return Outcome.refused(symbol, refusal.get());
        }
        Learnt learnt = said.map(contract -> completed(object, code, bridge, contract)).orElseGet(() ->
                learn(object, code, bridge, Convention.labelled(request.convention()).orElseThrow()));
        Contract contract = with(tracked(object, learnt.contract()), request.lines());
        object.reset();
        Outside outside = ObjectTraps.attach(object, Image.shim(), External.functions(contract.externals()));
        Target given = new Target(code, contract, bridge, object::reset, outside, object);
        Sizes sizes = request.task() == Task.VERIFY ? new Sizes(contract, List.of())
                : Sizes.of(Image.shim(), given, request.seed());
        Target target = given.with(sizes.contract());
        if (request.task() == Task.VERIFY && said.isEmpty() && !saysArguments() && contract.effect().isEmpty()) {
            return Doubts.outcome(verdict(object, target), learnt.assumptions());
        }
        Verdict verdict = request.task() != Task.VERIFY ? new Verdict(sizes.contract(), 0, List.of())
                : verdict(object, target);
        Optional<Trace> trace = request.task() != Task.TRACE ? Optional.empty()
                : Optional.of(new Tracer(Image.shim(), request.seed()).trace(target, request.tracing()));
        List<String> assumptions = new ArrayList<>(learnt.assumptions());
        if (saysArguments()) {
            assumptions.remove(Learner.ANY_ARGUMENTS);
        }
        assumptions.addAll(sizes.assumed());
        assumptions.addAll(verdict.assumed());
        return new Outcome(symbol, Optional.of(verdict), assumptions, Optional.empty(), trace);
    }

    private Verdict verdict(ForeignObject object, Target target) {
        return target.contract().same().map(function -> verifier().against(object.code(function)))
                .orElseGet(this::verifier).verify(target);
    }

    private Verifier verifier() {
        return new Verifier(Image.shim(), request.seed(), request.iterations());
    }

    /// Where the object says that indirect branches are tracked, its routines promise it.
    private static Contract tracked(ForeignObject object, Contract contract) {
        return object.isTracked() && contract.promises().tracked().isEmpty()
                ? with(contract, List.of("ibt=yes")) : contract;
    }

    /// Why a routine is not run at all. Who gives a contract knows what its system calls do.
    private static Optional<String> refusal(ForeignObject object, Code code, boolean isDescribed) {
        return Reachable.unanswerable(object, code).map(place -> "%s: it can come to %s, which nobody answers"
                        .formatted(code.symbol(), place))
                .or(() -> isDescribed ? Optional.empty() : Reachable.systemCall(object, code).map(place ->
                        "%s: it can come to %s: a hypercall of Xen, or a system call, which needs --contract FILE"
                                .formatted(code.symbol(), place)));
    }

    /// What nobody has said; where lines say the arguments, a routine that cannot be learnt is a function with these.
    private Learnt learn(ForeignObject object, Code code, Bridge bridge, Convention convention) {
        try {
            return Learner.learn(Image.shim(), code, bridge, object::reset, convention, request.seed(),
                    ObjectTraps.attach(object, Image.shim(), Set.of()));
        } catch (LearningException e) {
            if (!saysArguments()) {
                throw e;
            }
            return new Learnt(Contract.of(code.symbol()).convention(convention).build(), List.of());
        }
    }

    /// What is said; of a wrapper of which nobody says what it does with its instruction, what was learnt of that too.
    private Learnt completed(ForeignObject object, Code code, Bridge bridge, Contract said) {
        boolean isWrapper = bridge instanceof Bridge.Trap trap && !trap.sites().isEmpty();
        if (!isWrapper || !Completion.isOpen(said)) {
            return new Learnt(said, List.of());
        }
        try {
            Learnt learnt = learn(object, code, bridge, said.signature().convention());
            return learnt.contract().effect().isEmpty() ? new Learnt(said, List.of())
                    : new Learnt(Completion.of(said, learnt.contract()), learnt.assumptions());
        } catch (LearningException | ContractException e) {
            return new Learnt(said, List.of("what it does with its instruction is not looked at: it cannot be learnt"));
        }
    }

    private boolean saysArguments() {
        return request.lines().stream().anyMatch(line -> line.startsWith("arguments="));
    }

    /// A contract with lines that replace its own.
    static Contract with(Contract contract, List<String> lines) {
        Map<String, String> all = contract.lines();
        lines.forEach(line -> all.put(line.substring(0, line.indexOf('=')), line));
        try {
            return Contract.parse(String.join("\n", all.values()));
        } catch (ContractException e) {
            throw new ContractException("-D %s: %s".formatted(String.join(" -D ", lines), e.getMessage()), e);
        }
    }

    /// On a line of its own, whatever the code has written before.
    private void tell(Message message) {
        out.println("\n" + message.line());
        out.flush();
    }
}
