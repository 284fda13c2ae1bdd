package dev.trampette.contract;

import dev.trampette.spec.Gpr;
import dev.trampette.spec.HypercallInterface;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Source;
import dev.trampette.spec.Stored;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The terms of a contract that say what a routine does with its instruction.
abstract sealed class EffectTerms extends SignatureTerms permits ContractBuilder {

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
    /// What was said that says something about an instruction, by its key.
    final Set<String> ofInstruction = new LinkedHashSet<>();

    /// The instruction that it executes.
    public ContractBuilder instruction(Instruction value) {
        instruction = Optional.of(value);
        return self();
    }

    /// The specification's name of the leaf.
    public ContractBuilder leaf(String name) {
        leaf = name;
        ofInstruction.add("leaf");
        return self();
    }

    /// Where the value of a register at the instruction is from.
    public ContractBuilder input(Gpr register, Source source) {
        inputs.put(register, source);
        ofInstruction.add("in");
        return self();
    }

    /// The registers whose values go to the parameters that are written, and on which status.
    public ContractBuilder outputs(List<Gpr> registers, Stored when) {
        outputs = List.copyOf(registers);
        stored = when;
        ofInstruction.add("out");
        return self();
    }

    /// The registers that the other side may write beyond its outputs.
    public ContractBuilder written(Set<Gpr> registers) {
        written.addAll(registers);
        ofInstruction.add("written");
        return self();
    }

    /// The instruction itself writes so many elements of an argument when it succeeds.
    public ContractBuilder writes(String argument, int elements) {
        writes.put(argument, elements);
        ofInstruction.add("writes");
        return self();
    }

    /// An output comes back in a register.
    ///
    /// @param place where
    /// @param from the register in which the instruction leaves it
    public ContractBuilder returned(Gpr place, Gpr from) {
        returned.put(place, from);
        ofInstruction.add("returns");
        return self();
    }

    /// The instruction does not fault, and nobody is prepared for it.
    public ContractBuilder neverFaults() {
        faults = false;
        ofInstruction.add("faults");
        return self();
    }

    /// Where SEAMCALL does not reach the module, the outputs are the inputs.
    public ContractBuilder inputsWhenUnreached() {
        inputsWhenUnreached = true;
        ofInstruction.add("unreached");
        return self();
    }

    /// CF says after the call whether SEAMCALL reached the module.
    public ContractBuilder carry() {
        carry = true;
        ofInstruction.add("carry");
        return self();
    }

    /// A call that comes back with a status is made again.
    ///
    /// @param most so often in all
    public ContractBuilder retry(long code, int most) {
        retry = Optional.of(new Effect.Retry(code, most));
        ofInstruction.add("retry");
        return self();
    }

    /// How it ends when TDG.VP.VMCALL itself is refused.
    public ContractBuilder refusal(Effect.Refusal value) {
        refusal = value;
        ofInstruction.add("refused");
        return self();
    }

    /// What a VMX instruction that does not succeed becomes.
    public ContractBuilder failure(Effect.Failure value) {
        failure = value;
        ofInstruction.add("failed");
        return self();
    }

    /// What is executed, in order, when all succeeds. What follows a failure is not said.
    public ContractBuilder executes(List<Step> all) {
        steps = List.copyOf(all);
        instruction = instruction.or(() -> steps.stream().findFirst().map(Step::instruction));
        ofInstruction.add("executes");
        return self();
    }

    /// Whose registers count at VMCALL, VMMCALL or VMGEXIT.
    public ContractBuilder hypercall(HypercallInterface value) {
        hypercall = Optional.of(value);
        ofInstruction.add("interface");
        return self();
    }

    /// Where VMLAUNCH and VMRESUME go on.
    public ContractBuilder entry(Effect.Entry value) {
        entry = value;
        ofInstruction.add("exit");
        return self();
    }

    /// The fields of a sequence of VMREADs.
    public ContractBuilder fields(List<Long> encodings) {
        fields = List.copyOf(encodings);
        ofInstruction.add("fields");
        return self();
    }

    Optional<Effect> effect() {
        return instruction.map(executes -> new Effect(executes, leaf, inputs, outputs, written, writes, returned,
                stored, inputsWhenUnreached, carry, retry, refusal, faults, failure, steps, hypercall, entry,
                fields));
    }
}
