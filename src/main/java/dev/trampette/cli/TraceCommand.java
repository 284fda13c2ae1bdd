package dev.trampette.cli;

import dev.trampette.abi.Tracer;
import dev.trampette.call.TrappedImage;
import dev.trampette.contract.Contract;
import dev.trampette.report.TraceReport;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `trace`: one call of a wrapper, instruction by instruction.
@Command(name = "trace", description = "Show each instruction of one call, and what it changes.")
final class TraceCommand implements Callable<Integer> {

    @Parameters(paramLabel = "NAME", description = "A shipped wrapper: trampoline_cpuid.")
    private String name;

    @Option(names = "--outcome", paramLabel = "NAME",
            description = "What the instruction answers. Default: the first outcome, which is success.")
    private Optional<String> outcome = Optional.empty();

    @Option(names = "--seed", paramLabel = "N", description = "Where the random values start; a seed replays a run.")
    private long seed = ThreadLocalRandom.current().nextLong();

    @Mixin
    private FormatOption format;

    @Override
    public Integer call() {
        TrappedImage hardware = TrappedImage.of("hardware");
        List<Contract> chosen = Names.select(List.of(name), "wrapper", hardware.contracts(),
                contract -> Stream.of(contract.symbol()), "./trampette list wrappers names all");
        if (chosen.size() > 1) {
            throw new InputException("one wrapper at a time; %s means %d".formatted(name, chosen.size()));
        }
        try {
            TraceReport report = new TraceReport(new Tracer(hardware.image(), seed)
                    .trace(hardware.target(chosen.getFirst()), outcome));
            format.print(report::text, report::markdown, report::json);
            return Main.HOLDS;
        } catch (IllegalArgumentException e) {
            throw new InputException(e.getMessage());
        }
    }
}
