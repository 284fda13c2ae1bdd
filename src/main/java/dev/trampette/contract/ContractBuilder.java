package dev.trampette.contract;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.HypercallInterface;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Source;
import dev.trampette.spec.Stored;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/// A contract in the making. What is not said is as in `contract.inc`: a routine, of the System V convention, that
/// executes no instruction of ours.
public final class ContractBuilder {

    final String symbol;
    Contract.Role role = Contract.Role.ROUTINE;
    String design = "foreign";
    boolean verified = true;
    Optional<String> calls = Optional.empty();
    Optional<Contract.Specimen> specimen = Optional.empty();
    Convention convention = Convention.SYSV;
    final List<Argument> arguments = new ArrayList<>();
    Optional<Argument.Type> result = Optional.empty();
    boolean isVoid;
    Gpr status = Gpr.RAX;
    List<Gpr> left = List.of();
    Optional<Instruction> instruction = Optional.empty();
    String leaf = "";
    final Map<Gpr, Source> inputs = new LinkedHashMap<>();
    List<Gpr> outputs = List.of();
    final Set<Gpr> written = EnumSet.noneOf(Gpr.class);
    final Map<String, Integer> writes = new LinkedHashMap<>();
    final Map<Gpr, Gpr> returned = new LinkedHashMap<>();
    boolean faults = true;
    Stored stored = Stored.NEVER;
    boolean inputsWhenUnreached;
    boolean carry;
    Optional<Effect.Retry> retry = Optional.empty();
    Effect.Refusal refusal = Effect.Refusal.UD2;
    Effect.Failure failure = Effect.Failure.LINUX;
    List<Step> steps = List.of();
    Optional<HypercallInterface> hypercall = Optional.empty();
    Effect.Entry entry = Effect.Entry.UNKNOWN;
    List<Long> fields = List.of();
    Optional<Set<Gpr>> clobbers = Optional.empty();
    boolean losesVectors;
    boolean preservesFlags;
    Promises.Scrub scrub = Promises.Scrub.UNTRUSTED;
    OptionalLong mask = OptionalLong.empty();
    int alignment = 1;
    OptionalInt stackAlignment = OptionalInt.empty();
    final Set<Promises.Clean> clean = EnumSet.noneOf(Promises.Clean.class);
    Optional<Boolean> tracked = Optional.empty();
    final Set<String> secrets = new LinkedHashSet<>();
    boolean isUnordered;
    Optional<String> same = Optional.empty();
    final List<External> externals = new ArrayList<>();
    /// What was said that says something about an instruction, by its key.
    final Set<String> ofInstruction = new LinkedHashSet<>();

    ContractBuilder(String symbol) {
        this.symbol = symbol;
    }

    /// What the routine is for.
    public ContractBuilder role(Contract.Role value) {
        role = value;
        return this;
    }

    /// How it is written.
    public ContractBuilder design(String value) {
        design = value;
        return this;
    }

    /// Whether the leaf's entry in the table was checked against a source.
    public ContractBuilder verified(boolean value) {
        verified = value;
        return this;
    }

    /// The shared routine that it goes through.
    public ContractBuilder calls(String routine) {
        calls = Optional.of(routine);
        return this;
    }

    /// Why it is kept although it is broken.
    public ContractBuilder specimen(Contract.Specimen value) {
        specimen = Optional.of(value);
        return this;
    }

    /// How it is called.
    public ContractBuilder convention(Convention value) {
        convention = value;
        return this;
    }

    /// One parameter more.
    public ContractBuilder parameter(Argument argument) {
        arguments.add(argument);
        return this;
    }

    /// The type that a function returns that executes no instruction.
    public ContractBuilder result(Argument.Type type) {
        result = Optional.of(type);
        return this;
    }

    /// Nothing comes back, neither a result nor a status.
    public ContractBuilder returnsNothing() {
        isVoid = true;
        return this;
    }

    /// The register with the status, or the result.
    public ContractBuilder status(Gpr register) {
        status = register;
        return this;
    }

    /// The registers in which what came back is left.
    public ContractBuilder left(List<Gpr> registers) {
        left = List.copyOf(registers);
        return this;
    }

    /// The instruction that it executes.
    public ContractBuilder instruction(Instruction value) {
        instruction = Optional.of(value);
        return this;
    }

    /// The specification's name of the leaf.
    public ContractBuilder leaf(String name) {
        leaf = name;
        ofInstruction.add("leaf");
        return this;
    }

    /// Where the value of a register at the instruction is from.
    public ContractBuilder input(Gpr register, Source source) {
        inputs.put(register, source);
        ofInstruction.add("in");
        return this;
    }

    /// The registers whose values go to the parameters that are written, and on which status.
    public ContractBuilder outputs(List<Gpr> registers, Stored when) {
        outputs = List.copyOf(registers);
        stored = when;
        ofInstruction.add("out");
        return this;
    }

    /// The registers that the other side may write beyond its outputs.
    public ContractBuilder written(Set<Gpr> registers) {
        written.addAll(registers);
        ofInstruction.add("written");
        return this;
    }

    /// The instruction itself writes so many elements of an argument when it succeeds.
    public ContractBuilder writes(String argument, int elements) {
        writes.put(argument, elements);
        ofInstruction.add("writes");
        return this;
    }

    /// An output comes back in a register.
    ///
    /// @param place where
    /// @param from the register in which the instruction leaves it
    public ContractBuilder returned(Gpr place, Gpr from) {
        returned.put(place, from);
        ofInstruction.add("returns");
        return this;
    }

    /// The instruction does not fault, and nobody is prepared for it.
    public ContractBuilder neverFaults() {
        faults = false;
        ofInstruction.add("faults");
        return this;
    }

    /// Where SEAMCALL does not reach the module, the outputs are the inputs.
    public ContractBuilder inputsWhenUnreached() {
        inputsWhenUnreached = true;
        ofInstruction.add("unreached");
        return this;
    }

    /// CF says after the call whether SEAMCALL reached the module.
    public ContractBuilder carry() {
        carry = true;
        ofInstruction.add("carry");
        return this;
    }

    /// A call that comes back with a status is made again.
    ///
    /// @param most so often in all
    public ContractBuilder retry(long code, int most) {
        retry = Optional.of(new Effect.Retry(code, most));
        ofInstruction.add("retry");
        return this;
    }

    /// How it ends when TDG.VP.VMCALL itself is refused.
    public ContractBuilder refusal(Effect.Refusal value) {
        refusal = value;
        ofInstruction.add("refused");
        return this;
    }

    /// What a VMX instruction that does not succeed becomes.
    public ContractBuilder failure(Effect.Failure value) {
        failure = value;
        ofInstruction.add("failed");
        return this;
    }

    /// What is executed, in order, when all succeeds. What follows a failure is not said.
    public ContractBuilder executes(List<Step> all) {
        steps = List.copyOf(all);
        instruction = instruction.or(() -> steps.stream().findFirst().map(Step::instruction));
        ofInstruction.add("executes");
        return this;
    }

    /// Whose registers count at VMCALL, VMMCALL or VMGEXIT.
    public ContractBuilder hypercall(HypercallInterface value) {
        hypercall = Optional.of(value);
        ofInstruction.add("interface");
        return this;
    }

    /// Where VMLAUNCH and VMRESUME go on.
    public ContractBuilder entry(Effect.Entry value) {
        entry = value;
        ofInstruction.add("exit");
        return this;
    }

    /// The fields of a sequence of VMREADs.
    public ContractBuilder fields(List<Long> encodings) {
        fields = List.copyOf(encodings);
        ofInstruction.add("fields");
        return this;
    }

    /// The registers that may change: with this, no others may.
    public ContractBuilder clobbers(Set<Gpr> registers) {
        clobbers = Optional.of(registers.isEmpty() ? EnumSet.noneOf(Gpr.class) : EnumSet.copyOf(registers));
        return this;
    }

    /// Vectors and masks may change too, as those of a C function may: the routine calls one.
    public ContractBuilder losesVectors() {
        losesVectors = true;
        return this;
    }

    /// The arithmetic flags come back as they were.
    public ContractBuilder preservesFlags() {
        preservesFlags = true;
        return this;
    }

    /// What of the values that come back may not stay in a register.
    public ContractBuilder scrub(Promises.Scrub value) {
        scrub = value;
        ofInstruction.add("scrub");
        return this;
    }

    /// RCX at TDG.VP.VMCALL.
    public ContractBuilder mask(long value) {
        mask = OptionalLong.of(value);
        ofInstruction.add("mask");
        return this;
    }

    /// What RSP is a multiple of at the instruction.
    public ContractBuilder alignment(int bytes) {
        alignment = bytes;
        ofInstruction.add("alignment");
        return this;
    }

    /// What RSP is a multiple of before it calls a C function, when it is not what its convention says.
    public ContractBuilder stackAlignment(int bytes) {
        stackAlignment = OptionalInt.of(bytes);
        return this;
    }

    /// A flag that may be set at the entry is clear where it calls a function outside.
    public ContractBuilder clean(Promises.Clean flag) {
        clean.add(flag);
        return this;
    }

    /// Whether it begins with ENDBR64.
    public ContractBuilder tracked(boolean value) {
        tracked = Optional.of(value);
        return this;
    }

    /// Nothing of an argument may be left after the return.
    public ContractBuilder secret(String argument) {
        secrets.add(argument);
        return this;
    }

    /// The caller has the fence behind streaming stores.
    public ContractBuilder unordered() {
        isUnordered = true;
        return this;
    }

    /// Another function gives the same result, and the same memory, for the same arguments.
    public ContractBuilder same(String function) {
        same = Optional.of(function);
        return this;
    }

    /// One more function or variable outside of its object.
    public ContractBuilder external(External external) {
        externals.add(external);
        return this;
    }

    /// The contract.
    ///
    /// @throws ContractException when it makes no sense
    public Contract build() {
        try {
            ContractRules.require(instruction.isPresent() || ofInstruction.isEmpty(), "%s= without an instruction",
                    String.join("=, ", ofInstruction));
            Contract contract = new Contract(this);
            ContractRules.check(contract);
            return contract;
        } catch (ContractException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new ContractException("not a contract, symbol=%s, %s".formatted(symbol, e.getMessage()), e);
        }
    }

    Signature signature() {
        List<Parameter> parameters = new ArrayList<>();
        convention.places(arguments).forEach(place ->
                parameters.add(new Parameter(arguments.get(parameters.size()), place)));
        return new Signature(convention, List.copyOf(parameters), isVoid, result, status, left);
    }

    Optional<Effect> effect() {
        return instruction.map(executes -> new Effect(executes, leaf, inputs, outputs, written, writes, returned,
                stored, inputsWhenUnreached, carry, retry, refusal, faults, failure, steps, hypercall, entry,
                fields));
    }
}
