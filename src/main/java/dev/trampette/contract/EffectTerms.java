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

    /// Say which instruction it executes.
    ///
    /// @param value one of ours
    /// @return this
    public ContractBuilder instruction(Instruction value) {
        instruction = Optional.of(value);
        return self();
    }

    /// Name the leaf.
    ///
    /// @param name the specification's: `TDG.MR.REPORT`
    /// @return this
    public ContractBuilder leaf(String name) {
        leaf = name;
        ofInstruction.add("leaf");
        return self();
    }

    /// Say where the value of a register at the instruction is from: the key `in`.
    ///
    /// @param register at the instruction
    /// @param source an argument, an element of one, or a number
    /// @return this
    public ContractBuilder input(Gpr register, Source source) {
        inputs.put(register, source);
        ofInstruction.add("in");
        return self();
    }

    /// Say which registers are stored to the parameters that are written: the keys `out` and `stored`.
    ///
    /// @param registers in the order of the elements
    /// @param when the status on which they are stored
    /// @return this
    public ContractBuilder outputs(List<Gpr> registers, Stored when) {
        outputs = List.copyOf(registers);
        stored = when;
        ofInstruction.add("out");
        return self();
    }

    /// Say what the other side may write beyond its outputs, where nobody knows what the leaf does.
    ///
    /// @param registers are added to those that were said before
    /// @return this
    public ContractBuilder written(Set<Gpr> registers) {
        written.addAll(registers);
        ofInstruction.add("written");
        return self();
    }

    /// Let the instruction itself write to memory when it succeeds.
    ///
    /// @param argument the name of a pointer
    /// @param elements how many of its elements, from the first on
    /// @return this
    public ContractBuilder writes(String argument, int elements) {
        writes.put(argument, elements);
        ofInstruction.add("writes");
        return self();
    }

    /// An output comes back in a register: the key `returns`.
    ///
    /// @param place in which it comes back
    /// @param from the register in which the instruction leaves it
    /// @return this
    public ContractBuilder returned(Gpr place, Gpr from) {
        returned.put(place, from);
        ofInstruction.add("returns");
        return self();
    }

    /// The instruction does not fault, and nobody is prepared for it: `faults=none`.
    ///
    /// @return this
    public ContractBuilder neverFaults() {
        faults = false;
        ofInstruction.add("faults");
        return self();
    }

    /// Where SEAMCALL does not reach the module, the outputs are the inputs: `unreached=input`.
    ///
    /// @return this
    public ContractBuilder inputsWhenUnreached() {
        inputsWhenUnreached = true;
        ofInstruction.add("unreached");
        return self();
    }

    /// CF says after the call whether SEAMCALL reached the module: `carry=unreached`.
    ///
    /// @return this
    public ContractBuilder carry() {
        carry = true;
        ofInstruction.add("carry");
        return self();
    }

    /// A call that comes back with a status is made again, with the same inputs.
    ///
    /// @param code the status, all 64 bits
    /// @param most so often in all, the first call included
    /// @return this
    public ContractBuilder retry(long code, int most) {
        retry = Optional.of(new Effect.Retry(code, most));
        ofInstruction.add("retry");
        return self();
    }

    /// Say how it ends when TDG.VP.VMCALL itself is refused: the key `refused`.
    ///
    /// @param value UD2, when it is not said
    /// @return this
    public ContractBuilder refusal(Effect.Refusal value) {
        refusal = value;
        ofInstruction.add("refused");
        return self();
    }

    /// Say what becomes of a VMX instruction that does not succeed: the keys `failed` and `handler`.
    ///
    /// @param value as Linux has it, when it is not said
    /// @return this
    public ContractBuilder failure(Effect.Failure value) {
        failure = value;
        ofInstruction.add("failed");
        return self();
    }

    /// Say what is executed when all succeeds. What follows a failure is not said.
    ///
    /// @param all in order; the first is the instruction, when that is not said
    /// @return this
    public ContractBuilder executes(List<Step> all) {
        steps = List.copyOf(all);
        instruction = instruction.or(() -> steps.stream().findFirst().map(Step::instruction));
        ofInstruction.add("executes");
        return self();
    }

    /// Say whose registers count at VMCALL, VMMCALL or VMGEXIT: the key `interface`.
    ///
    /// @param value a hypervisor's; when it is not said, RAX alone is an answer
    /// @return this
    public ContractBuilder hypercall(HypercallInterface value) {
        hypercall = Optional.of(value);
        ofInstruction.add("interface");
        return self();
    }

    /// Say where VMLAUNCH and VMRESUME go on: the keys `exit` and `handler`.
    ///
    /// @param value after a VM exit, and when the entry fails
    /// @return this
    public ContractBuilder entry(Effect.Entry value) {
        entry = value;
        ofInstruction.add("exit");
        return self();
    }

    /// Name the fields of a sequence of VMREADs.
    ///
    /// @param encodings in order
    /// @return this
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
