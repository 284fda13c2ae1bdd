package dev.trampette.abi;

import dev.trampette.call.ObjectTraps;
import dev.trampette.contract.Contract;
import dev.trampette.contract.External;
import dev.trampette.image.Code;
import dev.trampette.image.Image;
import dev.trampette.image.Outside;
import dev.trampette.image.Target;
import dev.trampette.object.ForeignObject;
import dev.trampette.shim.Bridge;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/// What somebody wants to have checked: code that is here, or code of a file.
sealed interface Subjects {

    /// Have it ready while it is verified.
    ///
    /// @param verification is given the routine, with its contract, and the function that `same=` names
    Verdict during(Contract contract, BiFunction<Target, Optional<Code>, Verdict> verification);

    /// Its name, when nobody says another.
    String name();

    /// A function at an address.
    record Address(MemorySegment function) implements Subjects {

        @Override
        public String name() {
            return "function";
        }

        @Override
        public Verdict during(Contract contract,
                BiFunction<Target, Optional<Code>, Verdict> verification) {
            contract.same().ifPresent(other -> {
                throw new IllegalArgumentException("same=%s: a function at an address has no others beside it; "
                        .formatted(other) + "against(...) takes its address");
            });
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
