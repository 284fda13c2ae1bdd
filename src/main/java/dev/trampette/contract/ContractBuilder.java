package dev.trampette.contract;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Evidence;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.HypercallInterface;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Place;
import dev.trampette.spec.Range;
import dev.trampette.spec.Source;
import dev.trampette.spec.Stored;
import dev.trampette.spec.Value;
import java.lang.foreign.MemorySegment;
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
import java.util.function.Consumer;

/// A contract in the making. What is not said is as in `contract.inc`: a routine, of the System V convention, that
/// executes no instruction of ours.
public final class ContractBuilder {

    /// The design of a routine that is none of this project's.
    static final String FOREIGN = "foreign";

    String symbol;
    Contract.Role role = Contract.Role.ROUTINE;
    String design = FOREIGN;
    Evidence evidence = Evidence.CHECKED;
    Optional<String> calls = Optional.empty();
    Optional<Contract.Specimen> specimen = Optional.empty();
    Convention convention = Convention.SYSV;
    final List<Value> values = new ArrayList<>();
    OptionalInt fixed = OptionalInt.empty();
    final List<Argument> memory = new ArrayList<>();
    final Map<String, Consumer<MemorySegment>> fills = new LinkedHashMap<>();
    Optional<Value> result = Optional.empty();
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
    boolean isExtended;
    final Set<Promises.Changeable> changes = EnumSet.noneOf(Promises.Changeable.class);
    final Set<Place> zeros = new LinkedHashSet<>();
    final Map<String, Long> ignored = new LinkedHashMap<>();
    boolean allowsVectorState;
    final List<External> externals = new ArrayList<>();
    /// What was said that says something about an instruction, by its key.
    final Set<String> ofInstruction = new LinkedHashSet<>();

    /// More vectors do not carry arguments (psABI 3.2.3).
    private static final int MOST_VECTORS = 8;

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

    /// How many sources the leaf's entry in the table was checked against.
    public ContractBuilder evidence(Evidence value) {
        evidence = value;
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
        return parameter(Value.of(argument));
    }

    /// One parameter more, of any type.
    public ContractBuilder parameter(Value value) {
        values.add(value);
        return this;
    }

    /// Another one in the place of the one of its name; behind `...` one more.
    ///
    /// @throws IllegalArgumentException when there is none
    ContractBuilder refine(Value value) {
        List<String> names = values.stream().map(Value::name).toList();
        int n = names.indexOf(value.name());
        ContractRules.require(n >= 0 || fixed.isPresent(), "no argument %s; there are %s", value.name(),
                String.join(" ", names));
        if (n >= 0) {
            values.set(n, value);
        } else {
            values.add(value);
        }
        return this;
    }

    /// The parameters that follow are those behind the `...` of a prototype.
    public ContractBuilder variadic() {
        fixed = OptionalInt.of(values.size());
        return this;
    }

    /// Memory of the call to which no argument points, but an address among the contents of other memory.
    public ContractBuilder memory(Argument buffer) {
        memory.add(buffer);
        return this;
    }

    /// What a buffer holds is written by the caller, before each case: see [Contract#fill].
    public ContractBuilder fill(String buffer, Consumer<MemorySegment> filler) {
        fills.put(buffer, filler);
        return this;
    }

    /// The type that a function returns that executes no instruction.
    public ContractBuilder result(Argument.Type type) {
        return result(Value.of(new Argument(Signature.RESULT, type, 0)));
    }

    /// What a function returns that executes no instruction.
    public ContractBuilder result(Value value) {
        result = Optional.of(value);
        isVoid = false;
        return this;
    }

    /// Something comes back, and nobody looks at it.
    public ContractBuilder returnsAnything() {
        result = Optional.empty();
        isVoid = false;
        return this;
    }

    /// Nothing comes back, neither a result nor a status.
    public ContractBuilder returnsNothing() {
        result = Optional.empty();
        isVoid = true;
        return this;
    }

    /// What lines of a contract say, over what was said before: an argument of a name that is there is another one
    /// then.
    ///
    /// @throws ContractException when they are no such lines
    public ContractBuilder refine(String lines) {
        new ContractText(lines).into(this);
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

    /// The caller extends narrow integers to 32 bits, by their signs.
    public ContractBuilder extended() {
        isExtended = true;
        return this;
    }

    /// Control bits may be other ones after the call.
    public ContractBuilder changes(Promises.Changeable what) {
        changes.add(what);
        return this;
    }

    /// A register, or 64 bits of a vector, is 0 at the call, and after it.
    public ContractBuilder zero(Place place) {
        zeros.add(place);
        return this;
    }

    /// Bits of an element that is written mean nothing.
    ///
    /// @param element as findings have it: `t[4]`
    public ContractBuilder ignore(String element, long bits) {
        ignored.merge(element, bits, (one, other) -> one | other);
        return this;
    }

    /// Upper halves of vectors may be left in use.
    public ContractBuilder allowVectorState() {
        allowsVectorState = true;
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

    /// @param resolved what it is given
    Signature signature(List<Value> resolved) {
        boolean isInMemory = result.filter(convention::isReturnedInMemory).isPresent();
        List<Value> given = new ArrayList<>(resolved);
        if (isInMemory) {
            given.addFirst(Value.of(inMemory(result.get())));
        }
        List<Parameter> parameters = new ArrayList<>(convention.located(given).stream()
                .map(located -> Parameter.of(located, isExtended)).toList());
        if (fixed.isPresent() && convention.equals(Convention.SYSV)) {
            long vectors = parameters.stream().map(Parameter::place).filter(Place.Vector.class::isInstance)
                    .map(place -> ((Place.Vector) place).number()).distinct().count();
            parameters.add(new Parameter(new Argument(Signature.VECTORS, Argument.Type.U8,
                    Range.of(vectors, MOST_VECTORS)), new Place.Register(Gpr.RAX), 0, 0, false));
        }
        List<Parameter> results = result.filter(_ -> !isInMemory).map(value -> convention.results(value, status)
                .stream().map(located -> Parameter.of(located, false)).toList()).orElse(List.of());
        return new Signature(convention, List.copyOf(resolved), fixed, List.copyOf(parameters), isVoid, result, results,
                status, left);
    }

    /// Where a structure is returned: elements as large as its alignment.
    private static Argument inMemory(Value value) {
        Argument.Type element = Argument.Type.unsigned(value.alignment());
        return new Argument(Signature.RESULT, Argument.Type.OUT, value.bytes() / element.bytes(), element);
    }

    Optional<Effect> effect() {
        return instruction.map(executes -> new Effect(executes, leaf, inputs, outputs, written, writes, returned,
                stored, inputsWhenUnreached, carry, retry, refusal, faults, failure, steps, hypercall, entry,
                fields));
    }
}
