package dev.trampette.cli;

import dev.trampette.report.Json;
import dev.trampette.report.Table;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `list`: everything there is, of one kind; or a summary of all kinds.
@Command(name = "list", description = "List what there is: of one kind, or how much of each.")
final class ListCommand implements Callable<Integer> {

    /// What there is to list.
    enum What {
        INSTRUCTIONS, LEAVES, WRAPPERS, FIELDS, STATUSES, RULES, SPECIMENS, BENCHMARKS;

        /// The name on the command line.
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        private String heading() {
            return this == FIELDS ? "VMCS fields" : name().charAt(0) + label().substring(1);
        }
    }

    @Parameters(arity = "0..1", paramLabel = "WHAT", description = "One of: ${COMPLETION-CANDIDATES}. Default: how "
            + "much there is of each; with --format markdown or json all of it.")
    private What what;

    @Mixin
    private FormatOption format;

    @Override
    public Integer call() {
        if (what != null) {
            Listing<?> listing = listing(what);
            format.print(listing.table(), Json.object(what.label(), listing.json()));
            return Main.HOLDS;
        }
        format.print(ListCommand::summary,
                () -> Arrays.stream(What.values()).map(part -> "## %s\n\n".formatted(part.heading())
                        + listing(part).table().markdown()).collect(Collectors.joining("\n")),
                () -> Json.object(Arrays.stream(What.values())
                        .flatMap(part -> Stream.of(part.label(), listing(part).json())).toArray()));
        return Main.HOLDS;
    }

    private static String summary(int screen) {
        Table table = new Table("what", "number", "among them").wrap("among them");
        List.of(What.values()).forEach(part -> {
            Listing<?> listing = listing(part);
            table.row(part.label(), listing.all().size(), listing.among());
        });
        return table.text(screen) + """

                ./trampette list WHAT        all of one kind
                ./trampette describe NAME    what is known about one
                """;
    }

    private static Listing<?> listing(What what) {
        return switch (what) {
            case INSTRUCTIONS -> new WrapperListing().instructions();
            case LEAVES -> new WrapperListing().leaves();
            case WRAPPERS -> new WrapperListing().wrappers();
            case FIELDS -> OtherListing.fields();
            case STATUSES -> OtherListing.statuses();
            case RULES -> OtherListing.rules();
            case SPECIMENS -> OtherListing.specimens();
            case BENCHMARKS -> OtherListing.benchmarks();
        };
    }
}
