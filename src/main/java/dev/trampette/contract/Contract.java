package dev.trampette.contract;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

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
    private final Optional<String> same;

    Contract(ContractBuilder builder) {
        symbol = builder.symbol;
        role = builder.role;
        design = builder.design;
        verified = builder.verified;
        calls = builder.calls;
        specimen = builder.specimen;
        signature = builder.signature();
        effect = builder.effect();
        promises = new Promises(builder.clobbers, builder.losesVectors, builder.preservesFlags, builder.scrub,
                builder.mask, builder.alignment, builder.stackAlignment, builder.clean, builder.tracked,
                builder.secrets, builder.isUnordered);
        externals = List.copyOf(builder.externals);
        same = builder.same;
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
    /// @param blamed the instructions that a finding of that rule must blame, as their texts begin; empty when it is
    ///        about something that no instruction has done
    public record Specimen(String breaks, String defect, String source, List<String> blamed) {
    }

    /// Read a contract: `key=value` lines.
    ///
    /// @throws ContractException when the text is not a contract
    public static Contract parse(String text) {
        return new ContractText(text).contract();
    }

    /// Read a contract that need not say the name of its routine, and may have all in one line.
    ///
    /// @param symbol the name, where the text has none
    /// @throws ContractException when the text is not a contract
    public static Contract named(String symbol, String text) {
        String lines = ContractText.inLines(text);
        return parse(lines.lines().anyMatch(line -> line.startsWith("symbol=")) ? lines : "symbol=%s\n%s".formatted(
                symbol, lines));
    }

    /// Its text by the keys, a line each: what [#parse] reads.
    public Map<String, String> lines() {
        Map<String, String> lines = new LinkedHashMap<>();
        toString().lines().forEach(line -> lines.put(line.substring(0, line.indexOf('=')), line));
        return lines;
    }

    /// Make a contract step by step.
    public static ContractBuilder of(String symbol) {
        return new ContractBuilder(symbol);
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

    /// The function that gives the same result, and the same memory, for the same arguments.
    public Optional<String> same() {
        return same;
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
        return List.of(symbol, role, design, verified, calls, specimen, signature, effect, promises, externals,
                same);
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
}
