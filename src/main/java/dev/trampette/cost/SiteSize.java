package dev.trampette.cost;

import dev.trampette.contract.Contract;
import dev.trampette.image.ImageFile;
import java.util.Optional;
import java.util.OptionalInt;

/// How many bytes a call site takes, each time, and how many the routine that it shares takes, once.
///
/// Read from the symbols of the `hardware` image, where the instructions are the real bytes.
///
/// @param callSite bytes of the call site
/// @param shared bytes of the shared routine, or 0
public record SiteSize(int callSite, int shared) {

    /// The size of a call site.
    ///
    /// @throws dev.trampette.call.ImageException when there is no such symbol
    public static SiteSize of(String symbol) {
        ImageFile image = ImageFile.hardware();
        return new SiteSize(image.size(symbol), image.findContract(symbol).map(Contract::calls)
                .orElseGet(() -> sharedBySequences(symbol)).map(image::size).orElse(0));
    }

    /// The routine that a measured sequence shares; those have no contract.
    private static Optional<String> sharedBySequences(String symbol) {
        return symbol.startsWith("stack_trampoline_") ? Optional.of("vmread_error_trampoline")
                : symbol.startsWith("function_vmread_") ? Optional.of("vmread_function")
                : symbol.startsWith("function_vmwrite_") ? Optional.of("vmwrite_function") : Optional.empty();
    }

    /// From how many call sites on this way takes fewer bytes in all than another; empty when it never does.
    public OptionalInt breakEven(SiteSize other) {
        int savedEachTime = other.callSite - callSite;
        int paidOnce = shared - other.shared;
        if (savedEachTime <= 0) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(Math.max(1, Math.floorDiv(paidOnce, savedEachTime) + 1));
    }
}
