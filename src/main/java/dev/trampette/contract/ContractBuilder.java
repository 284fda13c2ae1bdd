package dev.trampette.contract;

import dev.trampette.spec.Evidence;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Place;
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
public final class ContractBuilder extends EffectTerms {

    /// The design of a routine that is none of this project's.
    static final String FOREIGN = "foreign";

    String symbol;
    Contract.Role role = Contract.Role.ROUTINE;
    String design = FOREIGN;
    Evidence evidence = Evidence.CHECKED;
    Optional<String> calls = Optional.empty();
    Optional<Contract.Specimen> specimen = Optional.empty();
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
    final Set<Promises.Changeable> changes = EnumSet.noneOf(Promises.Changeable.class);
    final Set<Place> zeros = new LinkedHashSet<>();
    final Map<String, Long> ignored = new LinkedHashMap<>();
    boolean allowsVectorState;
    final List<External> externals = new ArrayList<>();

    ContractBuilder(String symbol) {
        this.symbol = symbol;
    }

    /// Say what the routine is for.
    ///
    /// @param value a routine, when it is not said
    /// @return this
    public ContractBuilder role(Contract.Role value) {
        role = value;
        return this;
    }

    /// Say how it is written.
    ///
    /// @param value the name of a design: `trampoline`; `foreign`, when it is not said
    /// @return this
    public ContractBuilder design(String value) {
        design = value;
        return this;
    }

    /// Say how many sources the leaf's entry in the table was checked against: the key `verified`.
    ///
    /// @param value [Evidence#CHECKED], when it is not said
    /// @return this
    public ContractBuilder evidence(Evidence value) {
        evidence = value;
        return this;
    }

    /// Name the shared routine that it goes through.
    ///
    /// @param routine its symbol
    /// @return this
    public ContractBuilder calls(String routine) {
        calls = Optional.of(routine);
        return this;
    }

    /// Keep it although it is broken.
    ///
    /// @param value what it breaks, and where it is from
    /// @return this
    public ContractBuilder specimen(Contract.Specimen value) {
        specimen = Optional.of(value);
        return this;
    }

    /// Take what lines of a contract say over what was said before: an argument of a name that is there is another one
    /// then.
    ///
    /// @param lines `key=value`, in any number
    /// @return this
    /// @throws ContractException when they are no such lines
    public ContractBuilder refine(String lines) {
        new ContractText(lines).into(this);
        return this;
    }

    /// Say which registers may change: with this, no others may.
    ///
    /// @param registers beside those in which something comes back
    /// @return this
    public ContractBuilder clobbers(Set<Gpr> registers) {
        clobbers = Optional.of(registers.isEmpty() ? EnumSet.noneOf(Gpr.class) : EnumSet.copyOf(registers));
        return this;
    }

    /// Vectors and masks may change too, as those of a C function may: the routine calls one.
    ///
    /// @return this
    public ContractBuilder losesVectors() {
        losesVectors = true;
        return this;
    }

    /// The arithmetic flags come back as they were.
    ///
    /// @return this
    public ContractBuilder preservesFlags() {
        preservesFlags = true;
        return this;
    }

    /// Say what of the values that come back may not stay in a register.
    ///
    /// @param value those that a VMM wrote, when it is not said
    /// @return this
    public ContractBuilder scrub(Promises.Scrub value) {
        scrub = value;
        ofInstruction.add("scrub");
        return this;
    }

    /// Say what is exposed to the VMM.
    ///
    /// @param value RCX at TDG.VP.VMCALL
    /// @return this
    public ContractBuilder mask(long value) {
        mask = OptionalLong.of(value);
        ofInstruction.add("mask");
        return this;
    }

    /// Say what RSP is a multiple of at the instruction.
    ///
    /// @param bytes 1, when it is not said
    /// @return this
    public ContractBuilder alignment(int bytes) {
        alignment = bytes;
        ofInstruction.add("alignment");
        return this;
    }

    /// Say what RSP is a multiple of before it calls a C function, when it is not what its convention says: the key
    /// `stack`.
    ///
    /// @param bytes 8 in most kernels
    /// @return this
    public ContractBuilder stackAlignment(int bytes) {
        stackAlignment = OptionalInt.of(bytes);
        return this;
    }

    /// A flag may be set at the entry, and is clear where it calls a function outside.
    ///
    /// @param flag is added to those that were said before
    /// @return this
    public ContractBuilder clean(Promises.Clean flag) {
        clean.add(flag);
        return this;
    }

    /// Say whether it begins with ENDBR64: the key `ibt`.
    ///
    /// @param value whether it must; when it is not said, the note of its object counts
    /// @return this
    public ContractBuilder tracked(boolean value) {
        tracked = Optional.of(value);
        return this;
    }

    /// Nothing of an argument may be left after the return.
    ///
    /// @param argument its name; of a pointer, what it points to counts
    /// @return this
    public ContractBuilder secret(String argument) {
        secrets.add(argument);
        return this;
    }

    /// The caller has the fence behind streaming stores: `ordering=caller`.
    ///
    /// @return this
    public ContractBuilder unordered() {
        isUnordered = true;
        return this;
    }

    /// Another function gives the same result, and the same memory, for the same arguments.
    ///
    /// @param function its symbol
    /// @return this
    public ContractBuilder same(String function) {
        same = Optional.of(function);
        return this;
    }

    /// Control bits may be other ones after the call.
    ///
    /// @param what is added to those that were said before
    /// @return this
    public ContractBuilder changes(Promises.Changeable what) {
        changes.add(what);
        return this;
    }

    /// A register, or 64 bits of a vector, is 0 at the call, and after it.
    ///
    /// @param place is added to those that were said before
    /// @return this
    public ContractBuilder zero(Place place) {
        zeros.add(place);
        return this;
    }

    /// Bits of an element that is written mean nothing.
    ///
    /// @param element as findings have it: `t[4]`
    /// @param bits of the element, as a mask; they are added to those that were said before
    /// @return this
    public ContractBuilder ignore(String element, long bits) {
        ignored.merge(element, bits, (one, other) -> one | other);
        return this;
    }

    /// Upper halves of vectors may be left in use: `allow=vector-state`.
    ///
    /// @return this
    public ContractBuilder allowVectorState() {
        allowsVectorState = true;
        return this;
    }

    /// Describe a function or a variable outside of its object.
    ///
    /// @param external is added to those that were said before
    /// @return this
    public ContractBuilder external(External external) {
        externals.add(external);
        return this;
    }

    /// {@return the contract, as it was said up to now}
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
}
