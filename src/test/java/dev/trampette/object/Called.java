package dev.trampette.object;

import dev.trampette.contract.Contract;
import dev.trampette.image.Image;
import dev.trampette.probe.Probe;
import dev.trampette.probe.Script;
import dev.trampette.spec.Gpr;
import dev.trampette.verdict.Verdict;
import dev.trampette.verify.Verifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What tests do with objects: write a source, call a routine, look at what the process has open.
final class Called {

    private static final List<Gpr> ARGUMENTS = List.of(Gpr.RDI, Gpr.RSI, Gpr.RDX, Gpr.RCX, Gpr.R8, Gpr.R9);

    private Called() {
    }

    static Path write(Path directory, String name, String text) {
        try {
            return Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What is in RAX after a call.
    static long call(ForeignObject object, String symbol, long... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            Probe probe = new Probe(Script.of(Image.shim(), arena), arena);
            for (int n = 0; n < arguments.length; n++) {
                probe.before().set(ARGUMENTS.get(n), arguments[n]);
            }
            probe.call(object.code(symbol));
            return probe.after().get(Gpr.RAX);
        }
    }

    static Verdict verify(ForeignObject object, String contract) {
        return new Verifier(Image.shim(), 1, 20).verify(object.target(Contract.parse(contract)));
    }

    /// Mappings below 2 GB, without those of the JVM's classes: it may have them there, and then more of them are used
    /// from time to time.
    static List<String> low() {
        try {
            List<String> low = new ArrayList<>();
            List<String> together = new ArrayList<>();
            long end = 0;
            for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
                long begin = Long.parseUnsignedLong(line.substring(0, line.indexOf('-')), 16);
                if (begin != end) {
                    addUnlessClasses(low, together);
                    together.clear();
                }
                end = Long.parseUnsignedLong(line.substring(line.indexOf('-') + 1, line.indexOf(' ')), 16);
                if (begin < 0x8000_0000L) {
                    together.add(line);
                }
            }
            addUnlessClasses(low, together);
            return low;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void addUnlessClasses(List<String> low, List<String> together) {
        if (together.stream().noneMatch(line -> line.endsWith(".jsa"))) {
            low.addAll(together);
        }
    }

    static long mappings() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static long descriptors() {
        return count(Path.of("/proc/self/fd"), "");
    }

    static long temporaryFiles() {
        return count(Path.of(System.getProperty("java.io.tmpdir")), Workspace.PREFIX);
    }

    private static long count(Path directory, String prefix) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
