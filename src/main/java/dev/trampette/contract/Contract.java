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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/// What a routine promises: how it is called, what it does with its instruction, and what it leaves alone.
///
/// It is read from text, as a source leaves it in a note of its object (the keys and their meaning are in the head of
/// `src/main/asm/include/contract.inc`), or made by a [Builder]; both give the same.
///
/// ```java
/// Contract.parse("""
///         symbol=checksum
///         arguments=data:in[8] words:u64{0..8}
///         result=u64
///         """)
/// ```
public final class Contract {

    private final String symbol;
    private final Role role;
    private final String design;
    private final boolean verified;
    private final Optional<String> calls;
    private final Optional<Specimen> specimen;
    private final Signature signature;
    private final Optional<Effect> effect;
    private final Promises promises;
    private final List<External> externals;

    private Contract(Builder builder) {
        symbol = builder.symbol;
        role = builder.role;
        design = builder.design;
        verified = builder.verified;
        calls = builder.calls;
        specimen = builder.specimen;
        signature = builder.signature();
        effect = builder.effect();
        promises = new Promises(builder.clobbers, builder.losesVectors, builder.preservesFlags, builder.scrub,
                builder.mask, builder.alignment, builder.stackAlignment);
        externals = List.copyOf(builder.externals);
    }

    /// What a routine is for.
    public enum Role {
        /// One leaf, called by C or Java.
        CALL_SITE,
        /// Shared by call sites.
        ROUTINE;

        /// The name in contracts: `call-site`.
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /// A wrapper that is kept because it is broken.
    ///
    /// @param breaks the rule that must find it
    /// @param defect the class of the defect, `C1` to `C16`
    /// @param source where the defect is from
    public record Specimen(String breaks, String defect, String source) {
    }

    /// Read a contract: `key=value` lines.
    ///
    /// @throws ContractException when the text is not a contract
    public static Contract parse(String text) {
        return new ContractText(text).contract();
    }

    /// Make a contract step by step.
    public static Builder of(String symbol) {
        return new Builder(symbol);
    }

    /// The name of the routine.
    public String symbol() {
        return symbol;
    }

    /// A call site of one leaf, or a routine that call sites share.
    public Role role() {
        return role;
    }

    /// How it is written: `trampoline`, `memory-struct` ...
    public String design() {
        return design;
    }

    /// Whether the leaf's entry in the table was checked against a source.
    public boolean verified() {
        return verified;
    }

    /// The shared routine that a call site goes through.
    public Optional<String> calls() {
        return calls;
    }

    /// Why this is kept, when it is kept because it is broken.
    public Optional<Specimen> specimen() {
        return specimen;
    }

    /// How it is called, and what comes back.
    public Signature signature() {
        return signature;
    }

    /// What it does with its instruction; empty for a function that executes none of ours.
    public Optional<Effect> effect() {
        return effect;
    }

    /// What it promises beyond its convention.
    public Promises promises() {
        return promises;
    }

    /// What it refers to outside of its object, as far as that is said.
    public List<External> externals() {
        return externals;
    }

    /// The mnemonic of its instruction, or an empty text.
    public String mnemonic() {
        return effect.map(does -> does.instruction().name()).orElse("");
    }

    /// The specification's name of its leaf, or an empty text.
    public String leaf() {
        return effect.map(Effect::leaf).orElse("");
    }

    private List<Object> parts() {
        return List.of(symbol, role, design, verified, calls, specimen, signature, effect, promises, externals);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Contract contract && parts().equals(contract.parts());
    }

    @Override
    public int hashCode() {
        return parts().hashCode();
    }

    /// The contract as text, which [#parse] reads.
    @Override
    public String toString() {
        return ContractText.of(this);
    }

    /// A contract in the making. What is not said is as in `contract.inc`: a routine, of the System V convention, that
    /// executes no instruction of ours.
    public static final class Builder {

        private final String symbol;
        private Role role = Role.ROUTINE;
        private String design = "foreign";
        private boolean verified = true;
        private Optional<String> calls = Optional.empty();
        private Optional<Specimen> specimen = Optional.empty();
        private Convention convention = Convention.SYSV;
        private final List<Argument> arguments = new ArrayList<>();
        private Optional<Argument.Type> result = Optional.empty();
        private boolean isVoid;
        private Gpr status = Gpr.RAX;
        private List<Gpr> left = List.of();
        private Optional<Instruction> instruction = Optional.empty();
        private String leaf = "";
        private final Map<Gpr, Source> inputs = new LinkedHashMap<>();
        private List<Gpr> outputs = List.of();
        private final Set<Gpr> written = EnumSet.noneOf(Gpr.class);
        private final Map<String, Integer> writes = new LinkedHashMap<>();
        private final Map<Gpr, Gpr> returned = new LinkedHashMap<>();
        private boolean faults = true;
        private Stored stored = Stored.NEVER;
        private boolean inputsWhenUnreached;
        private boolean carry;
        private Optional<Effect.Retry> retry = Optional.empty();
        private Effect.Refusal refusal = Effect.Refusal.UD2;
        private Effect.Failure failure = Effect.Failure.LINUX;
        private List<Step> steps = List.of();
        private Optional<HypercallInterface> hypercall = Optional.empty();
        private Effect.Entry entry = Effect.Entry.UNKNOWN;
        private List<Long> fields = List.of();
        private Optional<Set<Gpr>> clobbers = Optional.empty();
        private boolean losesVectors;
        private boolean preservesFlags;
        private Promises.Scrub scrub = Promises.Scrub.UNTRUSTED;
        private OptionalLong mask = OptionalLong.empty();
        private int alignment = 1;
        private OptionalInt stackAlignment = OptionalInt.empty();
        private final List<External> externals = new ArrayList<>();
        /// What was said that says something about an instruction, by its key.
        private final Set<String> ofInstruction = new LinkedHashSet<>();

        private Builder(String symbol) {
            this.symbol = symbol;
        }

        /// What the routine is for.
        public Builder role(Role value) {
            role = value;
            return this;
        }

        /// How it is written.
        public Builder design(String value) {
            design = value;
            return this;
        }

        /// Whether the leaf's entry in the table was checked against a source.
        public Builder verified(boolean value) {
            verified = value;
            return this;
        }

        /// The shared routine that it goes through.
        public Builder calls(String routine) {
            calls = Optional.of(routine);
            return this;
        }

        /// Why it is kept although it is broken.
        public Builder specimen(Specimen value) {
            specimen = Optional.of(value);
            return this;
        }

        /// How it is called.
        public Builder convention(Convention value) {
            convention = value;
            return this;
        }

        /// One parameter more.
        public Builder parameter(Argument argument) {
            arguments.add(argument);
            return this;
        }

        /// The type that a function returns that executes no instruction.
        public Builder result(Argument.Type type) {
            result = Optional.of(type);
            return this;
        }

        /// Nothing comes back, neither a result nor a status.
        public Builder returnsNothing() {
            isVoid = true;
            return this;
        }

        /// The register with the status, or the result.
        public Builder status(Gpr register) {
            status = register;
            return this;
        }

        /// The registers in which what came back is left.
        public Builder left(List<Gpr> registers) {
            left = List.copyOf(registers);
            return this;
        }

        /// The instruction that it executes.
        public Builder instruction(Instruction value) {
            instruction = Optional.of(value);
            return this;
        }

        /// The specification's name of the leaf.
        public Builder leaf(String name) {
            leaf = name;
            ofInstruction.add("leaf");
            return this;
        }

        /// Where the value of a register at the instruction is from.
        public Builder input(Gpr register, Source source) {
            inputs.put(register, source);
            ofInstruction.add("in");
            return this;
        }

        /// The registers whose values go to the parameters that are written, and on which status.
        public Builder outputs(List<Gpr> registers, Stored when) {
            outputs = List.copyOf(registers);
            stored = when;
            ofInstruction.add("out");
            return this;
        }

        /// The registers that the other side may write beyond its outputs.
        public Builder written(Set<Gpr> registers) {
            written.addAll(registers);
            ofInstruction.add("written");
            return this;
        }

        /// The instruction itself writes so many elements of an argument when it succeeds.
        public Builder writes(String argument, int elements) {
            writes.put(argument, elements);
            ofInstruction.add("writes");
            return this;
        }

        /// An output comes back in a register.
        ///
        /// @param place where
        /// @param from the register in which the instruction leaves it
        public Builder returned(Gpr place, Gpr from) {
            returned.put(place, from);
            ofInstruction.add("returns");
            return this;
        }

        /// The instruction does not fault, and nobody is prepared for it.
        public Builder neverFaults() {
            faults = false;
            ofInstruction.add("faults");
            return this;
        }

        /// Where SEAMCALL does not reach the module, the outputs are the inputs.
        public Builder inputsWhenUnreached() {
            inputsWhenUnreached = true;
            ofInstruction.add("unreached");
            return this;
        }

        /// CF says after the call whether SEAMCALL reached the module.
        public Builder carry() {
            carry = true;
            ofInstruction.add("carry");
            return this;
        }

        /// A call that comes back with a status is made again.
        ///
        /// @param most so often in all
        public Builder retry(long code, int most) {
            retry = Optional.of(new Effect.Retry(code, most));
            ofInstruction.add("retry");
            return this;
        }

        /// How it ends when TDG.VP.VMCALL itself is refused.
        public Builder refusal(Effect.Refusal value) {
            refusal = value;
            ofInstruction.add("refused");
            return this;
        }

        /// What a VMX instruction that does not succeed becomes.
        public Builder failure(Effect.Failure value) {
            failure = value;
            ofInstruction.add("failed");
            return this;
        }

        /// What is executed, in order, when all succeeds. What follows a failure is not said.
        public Builder executes(List<Step> all) {
            steps = List.copyOf(all);
            instruction = instruction.or(() -> steps.stream().findFirst().map(Step::instruction));
            ofInstruction.add("executes");
            return this;
        }

        /// Whose registers count at VMCALL, VMMCALL or VMGEXIT.
        public Builder hypercall(HypercallInterface value) {
            hypercall = Optional.of(value);
            ofInstruction.add("interface");
            return this;
        }

        /// Where VMLAUNCH and VMRESUME go on.
        public Builder entry(Effect.Entry value) {
            entry = value;
            ofInstruction.add("exit");
            return this;
        }

        /// The fields of a sequence of VMREADs.
        public Builder fields(List<Long> encodings) {
            fields = List.copyOf(encodings);
            ofInstruction.add("fields");
            return this;
        }

        /// The registers that may change: with this, no others may.
        public Builder clobbers(Set<Gpr> registers) {
            clobbers = Optional.of(registers.isEmpty() ? EnumSet.noneOf(Gpr.class) : EnumSet.copyOf(registers));
            return this;
        }

        /// Vectors and masks may change too, as those of a C function may: the routine calls one.
        public Builder losesVectors() {
            losesVectors = true;
            return this;
        }

        /// The arithmetic flags come back as they were.
        public Builder preservesFlags() {
            preservesFlags = true;
            return this;
        }

        /// What of the values that come back may not stay in a register.
        public Builder scrub(Promises.Scrub value) {
            scrub = value;
            ofInstruction.add("scrub");
            return this;
        }

        /// RCX at TDG.VP.VMCALL.
        public Builder mask(long value) {
            mask = OptionalLong.of(value);
            ofInstruction.add("mask");
            return this;
        }

        /// What RSP is a multiple of at the instruction.
        public Builder alignment(int bytes) {
            alignment = bytes;
            ofInstruction.add("alignment");
            return this;
        }

        /// What RSP is a multiple of before it calls a C function, when it is not what its convention says.
        public Builder stackAlignment(int bytes) {
            stackAlignment = OptionalInt.of(bytes);
            return this;
        }

        /// One more function or variable outside of its object.
        public Builder external(External external) {
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

        private Signature signature() {
            List<Parameter> parameters = new ArrayList<>();
            convention.places(arguments).forEach(place ->
                    parameters.add(new Parameter(arguments.get(parameters.size()), place)));
            return new Signature(convention, List.copyOf(parameters), isVoid, result, status, left);
        }

        private Optional<Effect> effect() {
            return instruction.map(executes -> new Effect(executes, leaf, inputs, outputs, written, writes, returned,
                    stored, inputsWhenUnreached, carry, retry, refusal, faults, failure, steps, hypercall, entry,
                    fields));
        }
    }
}
