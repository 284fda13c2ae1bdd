package dev.trampette.contract;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Evidence;
import dev.trampette.spec.Value;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a routine promises: how it is called, what it does with its instruction, and what it leaves alone.
///
/// It is read from text, as a source leaves it in a note of its object (the keys and their meaning are in the head of
/// `src/main/asm/include/contract.inc`), or made by a [ContractBuilder]; both give the same.
///
/// ```java
/// Contract.parse("""
///         symbol=checksum
///         arguments=data:in[8] words:u64{0..8}
///         result=u64
///         """)
/// ```
public final class Contract {

    private final Said said;
    private final Map<String, Consumer<MemorySegment>> fills;

    /// All that is in the text.
    private record Said(String symbol, Role role, String design, Evidence evidence, Optional<String> calls,
            Optional<Specimen> specimen, Signature signature, Optional<Effect> effect, Promises promises,
            List<External> externals, Optional<String> same, List<Argument> memory) {
    }

    Contract(ContractBuilder builder) {
        List<Argument> scalars = builder.values.stream().flatMap(value -> value.members().stream())
                .filter(member -> member.number() == 0).map(Value.Member::argument).toList();
        List<Argument> resolved = Extents.resolved(Stream.concat(scalars.stream(), builder.memory.stream()).toList());
        Map<String, Argument> byName = resolved.stream().collect(Collectors.toMap(Argument::name, it -> it,
                (one, _) -> one));
        Signature signature = builder.signature(builder.values.stream().map(value -> value.with(argument ->
                byName.get(argument.name()))).toList());
        Promises promises = new Promises(builder.clobbers, builder.losesVectors, builder.preservesFlags, builder.scrub,
                builder.mask, builder.alignment, builder.stackAlignment, builder.clean, builder.tracked,
                builder.secrets, builder.isUnordered, builder.isExtended, builder.changes, builder.zeros,
                ignored(builder, signature), builder.allowsVectorState);
        said = new Said(builder.symbol, builder.role, builder.design, builder.evidence, builder.calls,
                builder.specimen, signature, builder.effect(), promises, List.copyOf(builder.externals),
                builder.same, resolved.subList(scalars.size(), resolved.size()));
        fills = Map.copyOf(builder.fills);
    }

    /// What is said to mean nothing; and the padding of a structure that is returned in memory.
    private static Map<String, Long> ignored(ContractBuilder builder, Signature signature) {
        Map<String, Long> ignored = new LinkedHashMap<>(builder.ignored);
        if (signature.isReturnedInMemory()) {
            Argument memory = signature.arguments().getFirst();
            List<Long> padding = builder.result.orElseThrow().padding();
            int bytes = memory.element().bytes();
            for (int n = 0; n < memory.length(); n++) {
                long bits = padding.get(n * bytes / Long.BYTES) >>> n * bytes % Long.BYTES * Byte.SIZE
                        & memory.element().significantBits();
                if (bits != 0) {
                    ignored.put("%s[%d]".formatted(memory.name(), n), bits);
                }
            }
        }
        return ignored;
    }

    private Contract(Said said, Map<String, Consumer<MemorySegment>> fills) {
        this.said = said;
        this.fills = Map.copyOf(fills);
    }

    /// What a routine is for.
    public enum Role {
        /// One leaf, called by C or Java.
        CALL_SITE,
        /// Shared by call sites.
        ROUTINE;

        /// {@return the name in contracts: `call-site`}
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /// A wrapper that is kept because it is broken.
    ///
    /// @param breaks the label of the rule that must find it: `leak-out`
    /// @param defect the class of the defect, `C1` to `C16`; ` AVX` follows where a processor without AVX cannot
    ///        execute it
    /// @param source where the defect is from, in words for readers
    /// @param blamed the instructions that a finding of that rule must blame, as their texts begin; empty when it is
    ///        about something that no instruction has done
    public record Specimen(String breaks, String defect, String source, List<String> blamed) {
    }

    /// Read a contract.
    ///
    /// @param text `key=value` lines, of which the first may be a C prototype; comments and empty lines are left out
    /// @return the contract; a key that is missing means what a builder has before anything is said
    /// @throws ContractException when the text is not a contract
    public static Contract parse(String text) {
        return new ContractText(text).contract();
    }

    /// Read a contract that need not say the name of its routine, and may have all in one line.
    ///
    /// @param symbol the name, where the text has none
    /// @param text `key=value` with blanks or line ends between, or a C prototype, whose name is that of the routine
    /// @return the contract
    /// @throws ContractException when the text is not a contract
    public static Contract named(String symbol, String text) {
        if (text.isBlank()) {
            throw new ContractException(("not a contract, symbol=%s, it is empty: arguments= says what is given, "
                    + "result= what comes back, and a C prototype both").formatted(symbol));
        }
        String lines = ContractText.inLines(text);
        boolean isNamed = lines.lines().anyMatch(line -> line.matches("\\s*symbol\\s*=.*|[^=]*\\(.*"));
        return parse(isNamed ? lines : "symbol=%s\n%s".formatted(symbol, lines));
    }

    /// {@return its text by the keys, a line each, `key=value`: together what [#parse] reads}
    public Map<String, String> lines() {
        Map<String, String> lines = new LinkedHashMap<>();
        toString().lines().forEach(line -> lines.put(line.substring(0, line.indexOf('=')), line));
        return lines;
    }

    /// Make a contract step by step.
    ///
    /// @param symbol the name of the routine, as the object has it
    /// @return a builder of a SysV function without parameters, that executes no instruction
    public static ContractBuilder of(String symbol) {
        return new ContractBuilder(symbol);
    }

    /// Begin with how Java calls the function. An address points to so much as its layout says; where that says
    /// nothing, [ContractBuilder#refine] does.
    ///
    /// @param symbol the name of the routine, as the object has it
    /// @param descriptor the arguments, which are called as their layouts are, or `a0`, `a1` ...; and the result
    /// @return a builder of a SysV function with those parameters
    /// @throws ContractException when a layout is not the layout of a C type
    public static ContractBuilder of(String symbol, FunctionDescriptor descriptor) {
        return Layouts.of(symbol, descriptor);
    }

    /// The same with other arguments in the places of those of their names.
    ///
    /// @param arguments replace those with their names; others are ignored
    /// @return another contract; what is not in the text is lost, except who fills buffers
    /// @throws ContractException when they make no sense
    public Contract with(List<Argument> arguments) {
        Map<String, String> lines = lines();
        lines.put("arguments", "arguments=" + ContractLines.arguments(signature(), value -> arguments.stream()
                .filter(one -> one.name().equals(value.name())).findFirst().map(Argument::toString)
                .orElseGet(value::toString)));
        return new Contract(parse(String.join("\n", lines.values())).said, fills);
    }

    /// {@return the name of the routine}
    public String symbol() {
        return said.symbol;
    }

    /// {@return whether it is a call site of one leaf, or a routine that call sites share}
    public Role role() {
        return said.role;
    }

    /// {@return how it is written: `trampoline`, `memory-struct` ...; `foreign` when nobody has said}
    public String design() {
        return said.design;
    }

    /// {@return whether it is none of this project's designs} Those clear what a refusal leaves in an output; nobody
    /// has promised that of others.
    public boolean isForeign() {
        return said.design.equals(ContractBuilder.FOREIGN);
    }

    /// {@return how many sources the leaf's entry in the table was checked against}
    public Evidence evidence() {
        return said.evidence;
    }

    /// {@return the symbol of the shared routine that a call site goes through; empty when it has the instruction
    /// itself}
    public Optional<String> calls() {
        return said.calls;
    }

    /// {@return why this is kept although it is broken; empty for what should hold}
    public Optional<Specimen> specimen() {
        return said.specimen;
    }

    /// {@return how it is called, and what comes back}
    public Signature signature() {
        return said.signature;
    }

    /// {@return what it does with its instruction; empty for a function that executes none of ours}
    public Optional<Effect> effect() {
        return said.effect;
    }

    /// {@return the symbol of a function that gives the same result, and the same memory, for the same arguments; empty
    /// when nobody has named one}
    public Optional<String> same() {
        return said.same;
    }

    /// {@return what it promises beyond its convention}
    public Promises promises() {
        return said.promises;
    }

    /// {@return what it refers to outside of its object, as far as that is said}
    public List<External> externals() {
        return said.externals;
    }

    /// {@return buffers to which no argument points: their addresses are among the contents of other memory}
    public List<Argument> memory() {
        return said.memory;
    }

    /// {@return all buffers: those of the arguments, and then those of [#memory]}
    public List<Argument> buffers() {
        return Stream.concat(signature().arguments().stream(), memory().stream()).filter(Argument::isPointer).toList();
    }

    /// The same contract, with a buffer that the caller fills: a handle, a structure with pointers, a table of them.
    /// Its address is a multiple of 16, unless the contract has `align`. This is no part of the text.
    ///
    /// @param buffer the name of a pointer among the arguments, or of a buffer of [#memory]
    /// @param filler is given the memory itself, where it lies in the case, once before each case; what it has written
    ///        is there again before each call
    /// @return another contract
    /// @throws ContractException when there is no such buffer
    public Contract fill(String buffer, Consumer<MemorySegment> filler) {
        Map<String, Consumer<MemorySegment>> more = new LinkedHashMap<>(fills);
        more.put(buffer, filler);
        Contract contract = new Contract(said, more);
        ContractRules.fills(contract);
        return contract;
    }

    /// {@return who fills buffers, by the names of these}
    public Map<String, Consumer<MemorySegment>> fills() {
        return fills;
    }

    /// {@return the mnemonic of its instruction, `TDCALL`; an empty text when it executes none of ours}
    public String mnemonic() {
        return effect().map(does -> does.instruction().name()).orElse("");
    }

    /// {@return the specification's name of its leaf, `TDG.MR.REPORT`; an empty text when it has none}
    public String leaf() {
        return effect().map(Effect::leaf).orElse("");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Contract contract && said.equals(contract.said) && fills.equals(contract.fills);
    }

    @Override
    public int hashCode() {
        return Objects.hash(said, fills);
    }

    /// The contract as text, which [#parse] reads.
    @Override
    public String toString() {
        return ContractLines.of(this);
    }
}
