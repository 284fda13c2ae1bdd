package dev.trampette.support;

import dev.trampette.contract.Contract;
import dev.trampette.image.Image;
import dev.trampette.verify.Verifier;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Lets the verifier judge mutants, in JVMs of their own. The first look is short; what survives it is looked at as
/// users look at wrappers.
///
/// A mutant may store to where the low half of a pointer or a random number of 32 bits points. So those JVMs have
/// nothing below 4 GiB, and what is there is not mapped.
public final class MutationRun {

    private static final List<String> NOTHING_LOW = List.of("-XX:+UnlockDiagnosticVMOptions",
            "-XX:ArchiveRelocationMode=0", "-XX:HeapBaseMinAddress=64g");
    private static final int FEW = 2;
    /// Of the call sites of a shared routine, the first and the last.
    private static final int CALLERS = 2;

    /// A mutant that is not found in this time is looked at thoroughly.
    private static final Duration SHORT = Duration.ofMillis(100);

    private final Verifier quick;
    private final Verifier thorough;
    private final Map<String, List<Contract>> looked;

    private MutationRun(long seed) {
        quick = new Verifier(Image.shim(), seed, FEW).within(SHORT);
        thorough = new Verifier(Image.shim(), seed, Verifier.ITERATIONS);
        looked = Image.shim().contracts().stream().collect(Collectors.toMap(Contract::symbol, MutationRun::looked));
    }

    /// The mutants in which nothing is found, as text, with as many JVMs as there are processors.
    public static List<String> survivors(List<Mutant> mutants, long seed) throws IOException, InterruptedException {
        int parts = Runtime.getRuntime().availableProcessors();
        List<Process> runs = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            int first = part;
            runs.add(start(IntStream.range(0, mutants.size()).filter(n -> n % parts == first)
                    .mapToObj(n -> mutants.get(n).line()).toList(), seed));
        }
        List<String> survivors = new ArrayList<>();
        for (Process run : runs) {
            survivors.addAll(run.inputReader().lines().toList());
        }
        for (Process run : runs) {
            if (run.waitFor() != 0) {
                throw new IllegalStateException("the JVM ended; before it survived: " + survivors);
            }
        }
        return survivors;
    }

    private static Process start(List<String> lines, long seed) throws IOException {
        Path file = Files.write(Files.createTempFile("mutants", ".txt"), lines);
        try {
            return new ProcessBuilder(ChildJvm.command(NOTHING_LOW, MutationRun.class.getName(), Long.toString(seed)))
                    .redirectInput(file.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        } finally {
            Files.delete(file);
        }
    }

    /// Reads mutants, and prints those that survive, a line each.
    public static void main(String[] arguments) {
        MutationRun run = new MutationRun(Long.parseLong(arguments[0]));
        new BufferedReader(new InputStreamReader(System.in)).lines().map(Mutant::read).filter(run::survives)
                .forEach(System.out::println);
        requireOriginal();
    }

    private static void requireOriginal() {
        for (Contract contract : Image.shim().contracts()) {
            byte[] file = Image.shim().file().bytes(contract.symbol());
            MemorySegment code = Image.shim().address(contract.symbol()).reinterpret(file.length);
            if (code.mismatch(MemorySegment.ofArray(file)) >= 0) {
                throw new IllegalStateException("still changed: " + contract.symbol());
            }
        }
    }

    private boolean survives(Mutant mutant) {
        try (Patch _ = new Patch(mutant)) {
            return holds(quick, mutant) && holds(thorough, mutant);
        }
    }

    private boolean holds(Verifier verifier, Mutant mutant) {
        return looked.get(mutant.symbol()).stream().allMatch(contract -> verifier.verify(contract).holds());
    }

    private static List<Contract> looked(Contract routine) {
        List<Contract> callers = Image.shim().file().callSites().stream()
                .filter(site -> site.calls().equals(Optional.of(routine.symbol()))).toList();
        List<Contract> looked = new ArrayList<>(List.of(routine));
        for (int n = 0; n < Math.min(CALLERS, callers.size()); n++) {
            looked.add(callers.get(n * (callers.size() - 1)));
        }
        return looked;
    }
}
