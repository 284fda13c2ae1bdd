package dev.trampette.generate;

import dev.trampette.spec.Convention;
import dev.trampette.spec.Family;
import dev.trampette.spec.LeafTable;
import dev.trampette.spec.TableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What the build calls before it assembles and compiles: the tables in, sources out.
///
///     java -cp snakeyaml-engine.jar src/main/java/dev/trampette/generate/Build.java TABLES ASM JAVA
///
/// Run from source, for it makes sources that the rest of this project is compiled with. A file that would not change
/// is not written, so that make and javac see what is new; one that an earlier build made and this one does not is
/// deleted.
final class Build {

    private static final Path INCLUDES = Path.of("src/main/asm/include");
    private static final String TABLES = "src/main/resources/dev/trampette/spec/";

    private Build() {
    }

    /// @param arguments the directory of the tables, the one for NASM and the one for Java
    public static void main(String[] arguments) throws IOException {
        System.setProperty("dev.trampette.tables", arguments[0]);
        try {
            List<LeafTable> tables = Arrays.stream(Family.values()).map(LeafTable::of).toList();
            Map<Path, String> asm = asm(Path.of(arguments[1]), tables);
            Map<Path, String> java = java(Path.of(arguments[2]), tables);
            write(Path.of(arguments[1]), asm);
            write(Path.of(arguments[2]), java);
        } catch (TableException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private static Map<Path, String> asm(Path directory, List<LeafTable> tables) {
        Map<Path, String> files = new LinkedHashMap<>();
        Path folder = directory.resolve("tdx");
        String includes = folder.toAbsolutePath().relativize(INCLUDES.toAbsolutePath()).toString();
        for (LeafTable table : tables) {
            String family = table.family().label();
            String origin = TABLES + family + ".yaml";
            files.put(directory.resolve("include").resolve(family + "-leaves.inc"),
                    WrapperSource.contracts(table, origin));
            for (DesignSource design : DesignSource.all()) {
                WrapperSource source = new WrapperSource(design, table, Convention.SYSV, origin, includes);
                files.put(folder.resolve(source.fileName()), source.text());
            }
        }
        return files;
    }

    private static Map<Path, String> java(Path directory, List<LeafTable> tables) {
        List<JavaFile> sources = new ArrayList<>(List.of(
                StatusSource.ghciStatus(),
                StatusSource.completionStatus(),
                StatusSource.loaderStatus(),
                StatusSource.vmInstructionError(),
                FieldSource.fields()));
        for (LeafTable table : tables) {
            sources.add(StatusSource.numbers(table, switch (table.family()) {
                case TDVMCALL -> "The sub-functions of TDG.VP.VMCALL: R11. Those below 0x10000 are VMX exit reasons.";
                case TDG -> "The leaves of TDCALL: bits 23:0 of RAX.";
                case TDH -> "The leaves of SEAMCALL: bits 23:0 of RAX.";
                case SEAMLDR -> "The leaves of the P-SEAMLDR: all of RAX.";
            }));
            sources.add(new TypedInterface(switch (table.family()) {
                case TDVMCALL -> "The hypercalls of a TD (TDG.VP.VMCALL), through wrappers of one [Design].";
                case TDG -> "What a TD asks the TDX module (TDCALL), through wrappers of one [Design].";
                case TDH -> "What a host asks the TDX module (SEAMCALL), through wrappers of one [Design].";
                case SEAMLDR -> "What a host asks the P-SEAMLDR (SEAMCALL), through wrappers of one [Design].";
            }, table).file());
            sources.add(new TypedBinding(table).file());
        }
        Map<Path, String> files = new LinkedHashMap<>();
        sources.forEach(source -> files.put(directory.resolve(source.path()), source.text()));
        return files;
    }

    private static void write(Path directory, Map<Path, String> files) throws IOException {
        for (Map.Entry<Path, String> file : files.entrySet()) {
            if (!Files.exists(file.getKey()) || !Files.readString(file.getKey()).equals(file.getValue())) {
                Files.createDirectories(file.getKey().getParent());
                Files.writeString(file.getKey(), file.getValue());
            }
        }
        try (Stream<Path> there = Files.walk(directory)) {
            for (Path file : there.filter(Files::isRegularFile).filter(file -> !files.containsKey(file)).toList()) {
                Files.delete(file);
            }
        }
    }
}
