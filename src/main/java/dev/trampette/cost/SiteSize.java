package dev.trampette.cost;

import dev.trampette.image.ImageFile;
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
    /// @throws dev.trampette.image.ImageException when there is no such symbol
    public static SiteSize of(String symbol) {
        ImageFile image = ImageFile.hardware();
        return new SiteSize(image.size(symbol), image.contract(symbol).calls().map(image::size).orElse(0));
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
