package dev.trampette.verify.question;

import dev.trampette.contract.Contract;
import dev.trampette.contract.External;
import dev.trampette.image.Code;
import dev.trampette.image.Image;
import dev.trampette.image.Outside;
import dev.trampette.image.SharedCode;
import dev.trampette.image.Target;
import dev.trampette.object.ForeignObject;
import dev.trampette.probe.Upcalls;
import dev.trampette.shim.Bridge;
import dev.trampette.trap.ObjectTraps;
import dev.trampette.verdict.Verdict;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/// What somebody wants to have checked: code that is here, or code of a file.
public sealed interface Subjects {

    /// How [#words] begins.
    String FILE = "file";
    String SHARED = "shared";

    /// Where it is, for another process.
    ///
    /// @throws IllegalArgumentException when it cannot be there
    List<String> words();

    /// What [#words] has said.
    static Subjects read(List<String> words) {
        return words.get(0).equals(FILE) ? new File(Path.of(words.get(1)), words.get(2))
                : Address.read(words);
    }

    /// Have it ready while it is verified.
    ///
    /// @param verification is given the routine, with its contract, and the function that `same=` names
    Verdict during(Contract contract, BiFunction<Target, Optional<Code>, Verdict> verification);

    /// Its name, when nobody says another.
    String name();

    /// A function at an address.
    record Address(String name, MemorySegment function) implements Subjects {

        /// One whose name nobody says.
        public Address(MemorySegment function) {
            this("function", function);
        }

        /// What [#words] has said.
        static Address read(List<String> words) {
            return new Address(new SharedCode(Path.of(words.get(1)), Long.parseLong(words.get(2))).load());
        }

        @Override
        public List<String> words() {
            return SharedCode.at(function).map(code -> List.of(SHARED, code.file().toString(),
                    Long.toString(code.offset()))).orElseThrow(() -> new IllegalArgumentException(
                    "isolated() needs a function of a shared object whose file is there: 0x%x is a stub of Java, or "
                            .formatted(function.address()) + "code that was made here"));
        }

        @Override
        public Verdict during(Contract contract,
                BiFunction<Target, Optional<Code>, Verdict> verification) {
            contract.same().ifPresent(other -> {
                throw new IllegalArgumentException("same=%s: a function at an address has no others beside it; "
                        .formatted(other) + "against(...) takes its address");
            });
            Upcalls.refuse(function);
            return verification.apply(Target.throughGate(new Code(contract.symbol(), function), contract),
                    Optional.empty());
        }
    }

    /// A routine of an object, or of a source.
    record File(Path object, String symbol) implements Subjects {

        @Override
        public String name() {
            return symbol;
        }

        @Override
        public List<String> words() {
            return List.of(FILE, object.toAbsolutePath().toString(), symbol);
        }

        @Override
        public Verdict during(Contract contract,
                BiFunction<Target, Optional<Code>, Verdict> verification) {
            try (ForeignObject loaded = ForeignObject.load(List.of(object), List.of(),
                    External.variables(contract.externals()))) {
                Bridge bridge = ObjectTraps.install(loaded);
                Outside outside = ObjectTraps.attach(loaded, Image.shim(), External.functions(contract.externals()));
                return verification.apply(new Target(loaded.code(symbol), contract, bridge, loaded::reset, outside,
                        loaded), contract.same().map(loaded::code)).withPlaces(loaded::locate);
            }
        }
    }
}
