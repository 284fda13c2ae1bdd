package dev.trampette.cli;

import dev.trampette.cli.foreign.Outcome;
import dev.trampette.contract.Contract;
import dev.trampette.image.Syntax;
import dev.trampette.probe.Recording;
import dev.trampette.report.TraceReport;
import dev.trampette.report.page.TracePage;
import dev.trampette.trap.TrappedImage;
import dev.trampette.verdict.Finding;
import dev.trampette.verify.trace.OutcomeException;
import dev.trampette.verify.trace.Trace;
import dev.trampette.verify.trace.Tracer;
import dev.trampette.verify.trace.Tracing;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `trace`: one call of a wrapper, or of code from outside, instruction by instruction.
@Command(name = "trace", description = "Show each instruction of one call, and what it changes.")
final class TraceCommand implements Callable<Integer> {

    private static final int MOST_STEPS = 1 << 20;

    @Parameters(paramLabel = "NAME", description = "A shipped wrapper: trampoline_cpuid. Or FILE:SYMBOL, code from "
            + "outside, as verify has it.")
    private String name;

    @Parameters(index = "1..*", hidden = true)
    private List<String> flags = List.of();

    @Option(names = "--outcome", paramLabel = "NAME",
            description = "What the instruction answers. Default: the first outcome, which is success.")
    private Optional<String> outcome = Optional.empty();

    @Option(names = "--seed", paramLabel = "N", description = "Where the random values start; a seed replays a run.")
    private long seed = ThreadLocalRandom.current().nextLong();

    @Option(names = "--steps", paramLabel = "N", description = "How many steps are kept. Default: ${DEFAULT-VALUE}.")
    private int steps = Recording.MOST;

    @Option(names = "--syntax", paramLabel = "NAME",
            description = "How instructions are written: intel, gas, nasm. Default: ${DEFAULT-VALUE}.")
    private String syntax = Syntax.INTEL.label();

    @Spec
    private CommandSpec spec;

    @Mixin
    private ForeignOption foreign;

    @Mixin
    private FormatOption format;

    @Mixin
    private PageOption page;

    @Override
    public Integer call() {
        page.check();
        List<String> names = Stream.concat(Stream.of(name), flags.stream()).toList();
        if (CodeNames.areMeant(names)) {
            return foreign(names);
        }
        if (!flags.isEmpty()) {
            throw new InputException("one wrapper at a time: " + String.join(" ", names));
        }
        TrappedImage hardware = TrappedImage.of("hardware");
        Contract wrapper = Names.wrapper(name, hardware.contracts(), "one wrapper at a time");
        try {
            return print(new Tracer(hardware.image(), seed).trace(hardware.target(wrapper), tracing()),
                    List.of());
        } catch (OutcomeException e) {
            throw new InputException(e.getMessage());
        }
    }

    private Tracing tracing() {
        if (steps < 1 || steps > MOST_STEPS) {
            throw new InputException("1 to %d steps can be kept, --steps=%d".formatted(MOST_STEPS, steps));
        }
        return new Tracing(outcome, steps, Syntax.labelled(syntax).orElseThrow(() ->
                new InputException("a syntax is intel, gas or nasm, --syntax=" + syntax)));
    }

    /// A routine that is not run, or that ends its process, has no trace.
    private int foreign(List<String> names) {
        Outcome traced = foreign.trace(names, tracing(), seed);
        if (traced.trace().isEmpty()) {
            Stream.concat(traced.refusal().stream(), traced.verdict().stream()
                            .flatMap(verdict -> verdict.findings().stream()).map(Finding::line))
                    .forEach(line -> spec.commandLine().getErr().println("trampette: " + line));
            return Main.FINDINGS;
        }
        return print(traced.trace().get(), traced.assumptions());
    }

    private int print(Trace trace, List<String> assumptions) {
        TraceReport report = new TraceReport(trace, assumptions);
        page.write(report.json(), TracePage::html);
        format.print(report::text, report::markdown, report::json);
        return Main.HOLDS;
    }
}
