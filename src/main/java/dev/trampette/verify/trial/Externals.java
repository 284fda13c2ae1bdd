package dev.trampette.verify.trial;

import dev.trampette.contract.Contract;
import dev.trampette.contract.External;
import dev.trampette.image.Image;
import dev.trampette.image.Outside;
import dev.trampette.probe.ExternalReply;
import dev.trampette.probe.Report;
import dev.trampette.probe.Script;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Callee;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import dev.trampette.verify.values.Dealer;
import dev.trampette.verify.values.Draws;
import dev.trampette.verify.values.Numbers;
import dev.trampette.verify.values.Origins;
import dev.trampette.verify.values.Round;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a routine uses that is none of its own: variables, and functions, which are undefined symbols of its object, or
/// what its arguments and such variables point to. Each call returns a random value, which is the same in the second
/// call of a case; what is above a narrow one is not.
public final class Externals {

    /// SysV's registers of integer arguments, in the order in which a report has them.
    private static final List<Gpr> REPORTED = Convention.SYSV.integers();
    /// Values of which a caller may think that they mean something.
    private static final long[] MEANINGS = {0, 0, 1, -1};

    private final List<Function> functions = new ArrayList<>();
    /// Where the functions are to which something points.
    private final Map<String, Long> addresses = new HashMap<>();
    private final Variables variables;
    private final List<Gpr> passing;

    /// One of them.
    private static final class Function {

        private final String name;
        private final Callee callee;
        private final boolean isSaid;
        private final ExternalReply reply;
        /// What counts of what comes back, and what may be above it.
        private final long significant;
        private final long[] values = new long[Script.MOST];
        private final long[] above = new long[Script.MOST];

        Function(String name, Callee callee, boolean isSaid, ExternalReply reply) {
            this.name = name;
            this.callee = callee;
            this.isSaid = isSaid;
            this.reply = reply;
            this.significant = callee.result() instanceof Callee.Value(Argument.Type type, _)
                    ? type.significantBits() : 0;
            reply.comesBack(switch (callee.result()) {
                case Callee.Value(Argument.Type type, _) when type.isFloating() -> ExternalReply.Mode.VECTOR;
                case Callee.NoReturn() -> ExternalReply.Mode.ENDS;
                default -> ExternalReply.Mode.RAX;
            });
        }

        void renew(Round round, RandomGenerator random) {
            for (int n = 0; n < values.length; n++) {
                values[n] = callee.result() instanceof Callee.Value value ? value(value, random) & significant : 0;
                above[n] = round.change(random);
                reply.setResult(n, values[n] | (round.isClearAbove() ? 0 : random.nextLong() & ~significant));
            }
        }

        private static long value(Callee.Value result, RandomGenerator random) {
            if (!result.range().isAll()) {
                return Numbers.fixed(result.type(), result.range()).any(random).orElse(0L);
            }
            return switch (result.type()) {
                case F64 -> Double.doubleToRawLongBits(random.nextDouble(-1000, 1000));
                case F32 -> Float.floatToRawIntBits((float) random.nextDouble(-1000, 1000));
                case BOOL -> random.nextInt(2);
                default -> random.nextInt(MEANINGS.length) == 0 ? MEANINGS[random.nextInt(MEANINGS.length)]
                        : random.nextLong();
            };
        }

        void changeAbove() {
            for (int n = 0; n < values.length; n++) {
                reply.setResult(n, reply.result(n) ^ above[n] & ~significant);
            }
        }
    }

    /// @param image whose runtime has their entries
    Externals(Script script, Image image, Contract contract, Outside outside, Arena arena) {
        this.passing = contract.signature().convention().ofCallees().integers();
        Map<String, Callee> said = contract.externals().stream().filter(External.Function.class::isInstance)
                .map(External.Function.class::cast)
                .collect(Collectors.toMap(External.Function::name, External.Function::callee));
        List<Argument> pointers = Stream.concat(contract.signature().arguments().stream(), contract.memory().stream())
                .filter(argument -> argument.callee().isPresent()).toList();
        List<External.Variable> variables = pointers(contract, outside);
        List<ExternalReply> replies = script.externals(outside.functions().size() + pointers.size()
                + variables.size(), arena);
        for (String name : outside.functions()) {
            functions.add(new Function(name, said.getOrDefault(name, outside.callee(name)), said.containsKey(name),
                    replies.get(functions.size())));
        }
        for (Argument pointer : pointers) {
            functions.add(new Function(pointer.name(), pointer.callee().orElseThrow(), true,
                    replies.get(functions.size())));
        }
        for (External.Variable variable : variables) {
            functions.add(new Function("*" + variable.name(), variable.callee().orElseThrow(), isSaid(contract,
                    variable), replies.get(functions.size())));
        }
        int first = outside.functions().size();
        for (int n = first; n < functions.size(); n++) {
            addresses.put(functions.get(n).name, ExternalReply.entry(image, n).address());
        }
        this.variables = new Variables(outside.variables(), name -> addresses.containsKey("*" + name)
                ? OptionalLong.of(addresses.get("*" + name)) : OptionalLong.empty());
    }

    /// The variables that point to functions: those of the contract, and those that the code calls through.
    private static List<External.Variable> pointers(Contract contract, Outside outside) {
        List<External.Variable> said = contract.externals().stream().filter(External.Variable.class::isInstance)
                .map(External.Variable.class::cast).toList();
        Set<String> names = said.stream().map(External::name).collect(Collectors.toSet());
        return Stream.concat(said.stream().filter(variable -> variable.callee().isPresent()
                        && outside.variables().containsKey(variable.name())),
                outside.pointers().stream().filter(name -> !names.contains(name)).sorted()
                        .map(name -> new External.Variable(name, 1, Optional.of(Callee.UNKNOWN)))).toList();
    }

    private static boolean isSaid(Contract contract, External.Variable variable) {
        return contract.externals().contains(variable);
    }

    /// Whether there are any.
    boolean isAny() {
        return !functions.isEmpty();
    }

    /// The address of a function to which an argument points, or memory.
    long address(String name) {
        return addresses.get(name);
    }

    /// The name of the nth.
    public String name(int number) {
        return functions.get(number).name;
    }

    /// Those that were called, and that the contract does not name: a sentence each.
    public List<String> unsaid() {
        return functions.stream().filter(one -> !one.isSaid && one.reply.isCalled()).map(one ->
                one.callee.assumption(one.name)).toList();
    }

    /// New values in what comes back.
    void renew(Round round, Draws random) {
        functions.forEach(one -> one.renew(round, random));
        variables.renew(random);
    }

    /// New values that depend on the case and on the names only.
    ///
    /// @param random begins anew for each name
    void deal(Round round, Dealer random) {
        functions.forEach(one -> one.renew(round, random.of(one.name)));
        variables.deal(random);
    }

    /// Fill the variables as they were before the call.
    void restore() {
        variables.restore();
    }

    /// Change what is above narrow results, or change it back.
    void changeNarrow() {
        functions.stream().filter(one -> one.significant != 0).forEach(Function::changeAbove);
    }

    /// Change what is in RAX behind functions that return nothing, or change it back.
    void changeUnnamed() {
        functions.stream().filter(one -> one.significant == 0).forEach(Function::changeAbove);
    }

    /// Which were called, and with what, as far as it is known how many arguments they take.
    public void observe(List<Report> calls, Observation seen) {
        variables.observe(seen);
        int number = 0;
        for (Report call : calls) {
            Function function = functions.get(call.external());
            String where = "call %d of %s".formatted(++number, function.name);
            seen.put(where, call.external());
            List<Argument.Type> types = function.callee.parameters().orElse(List.of());
            for (int n = 0; n < Math.min(types.size(), passing.size()); n++) {
                seen.put("argument %d in %s".formatted(n + 1, where),
                        call.arguments().get(REPORTED.indexOf(passing.get(n))) & types.get(n).significantBits());
            }
        }
    }

    /// What a finding may name.
    void addTo(Origins origins) {
        functions.forEach(one -> {
            for (int n = 0; n < one.values.length; n++) {
                origins.add("what %s returned".formatted(one.name), one.values[n]);
                origins.add("what %s returned with what is above it".formatted(one.name), one.reply.result(n));
            }
        });
        variables.addTo(origins);
        addresses.forEach((name, address) -> origins.addAddress("the address of " + name, address));
    }
}
