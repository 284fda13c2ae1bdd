package dev.trampette.support;

import dev.trampette.abi.Verifier;
import dev.trampette.image.Contract;
import dev.trampette.image.Image;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Lets the verifier judge mutants. The first look is short; what survives it is looked at as users look at wrappers.
public final class MutationRun {

    private static final int FEW = 2;
    /// Of the call sites of a shared routine, the first and the last.
    private static final int CALLERS = 2;

    private final Verifier quick;
    private final Verifier thorough;
    private final Map<String, List<Contract>> looked;

    public MutationRun(long seed) {
        quick = new Verifier(Image.shim(), seed, FEW);
        thorough = new Verifier(Image.shim(), seed, Verifier.ITERATIONS);
        looked = Image.shim().contracts().stream().collect(Collectors.toMap(Contract::symbol, MutationRun::looked));
    }

    /// Whether nothing is found in a mutant, nor in the call sites that go through it.
    public boolean survives(Mutant mutant) {
        try (Patch _ = new Patch(mutant)) {
            return holds(quick, mutant) && holds(thorough, mutant);
        }
    }

    private boolean holds(Verifier verifier, Mutant mutant) {
        return looked.get(mutant.symbol()).stream().allMatch(contract -> verifier.verify(contract).holds());
    }

    private static List<Contract> looked(Contract routine) {
        List<Contract> callers = Image.shim().callSites().stream()
                .filter(site -> site.calls().equals(Optional.of(routine.symbol()))).toList();
        List<Contract> looked = new ArrayList<>(List.of(routine));
        for (int n = 0; n < Math.min(CALLERS, callers.size()); n++) {
            looked.add(callers.get(n * (callers.size() - 1)));
        }
        return looked;
    }
}
