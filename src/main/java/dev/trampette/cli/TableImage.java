package dev.trampette.cli;

import dev.trampette.generate.DesignSource;
import dev.trampette.generate.WrapperSource;
import dev.trampette.image.Image;
import dev.trampette.spec.Convention;
import dev.trampette.spec.LeafTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The wrappers of a user's table in all designs, assembled for the shim and loaded, in a directory that is gone
/// afterwards.
final class TableImage {

    /// What the designs share, and the runtime.
    private static final List<String> SHARED = List.of("tdx/trampoline.asm", "tdx/memory-struct.asm",
            "runtime/crossing.asm");

    private TableImage() {
    }

    /// @param origin how messages call the table
    static Image of(LeafTable table, String origin) {
        try {
            Path directory = Files.createTempDirectory("trampette-table-");
            try {
                return Image.load(link(directory, assemble(directory, sources(directory, table, origin)), origin));
            } finally {
                delete(directory);
            }
        } catch (IOException e) {
            throw new MachineException("cannot write to the temporary directory: " + e.getMessage());
        }
    }

    private static List<String> sources(Path directory, LeafTable table, String origin) throws IOException {
        AsmSources.copyTo(directory);
        List<String> sources = new ArrayList<>(SHARED);
        for (DesignSource design : DesignSource.all()) {
            WrapperSource source = new WrapperSource(design, table, Convention.SYSV, origin, "include");
            Files.writeString(directory.resolve(source.fileName()), source.text());
            sources.add(source.fileName());
        }
        return sources;
    }

    /// All at once: NASM takes one file at a time, and most of a second for a long table.
    private static List<String> assemble(Path directory, List<String> sources) throws IOException {
        Map<String, Process> running = new LinkedHashMap<>();
        for (String source : sources) {
            running.put(source, start(directory, "nasm", "-f", "elf64", "-Wall", "-Werror", "-I", "include/",
                    "-I", "runtime/", "-D", "IMAGE_SHIM=1", "-D", "IMAGE_NULL=0", "-D", "IMAGE_HARDWARE=0",
                    "-o", source + ".o", source));
        }
        for (Map.Entry<String, Process> one : running.entrySet()) {
            String message = finish(one.getValue());
            if (!message.isEmpty()) {
                throw new IllegalStateException("NASM refuses a source that was generated: " + message);
            }
        }
        return sources.stream().map(source -> source + ".o").toList();
    }

    private static Path link(Path directory, List<String> objects, String origin) throws IOException {
        List<String> command = new ArrayList<>(List.of("ld", "-shared", "-Bsymbolic", "-z", "defs", "-z", "now",
                "-z", "noexecstack", "-z", "start-stop-visibility=hidden", "-o", "table.so"));
        command.addAll(objects);
        String message = finish(start(directory, command.toArray(String[]::new)));
        if (!message.isEmpty()) {
            throw new InputException("the wrappers of %s cannot be linked: %s".formatted(origin, message));
        }
        return directory.resolve("table.so");
    }

    private static Process start(Path directory, String... command) {
        try {
            return new ProcessBuilder(command).directory(directory.toFile())
                    .redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new MachineException("%s is not installed, and verify --table needs it; ./trampette doctor"
                    .formatted(command[0]));
        }
    }

    /// The first line of what it has to say when it fails, or empty.
    private static String finish(Process process) throws IOException {
        String output = new String(process.getInputStream().readAllBytes());
        try {
            return process.waitFor() == 0 ? "" : output.lines().findFirst().orElse("no message");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
