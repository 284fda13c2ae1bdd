package dev.trampette.cli;

import picocli.CommandLine.Option;

/// The option that every command has that judges.
final class MarginOption {

    @Option(names = "--margin", defaultValue = "0.02", paramLabel = "PART",
            description = "The difference that nobody cares for: what is within it is `the same`. Default: "
                    + "${DEFAULT-VALUE}.")
    private double margin;

    /// A part of 1.
    ///
    /// @throws InputException when it is none
    double value() {
        if (!(margin > 0 && margin < 1)) {
            throw new InputException("a margin is between 0 and 1, 0.02 for 2 %%, --margin=%s".formatted(margin));
        }
        return margin;
    }
}
