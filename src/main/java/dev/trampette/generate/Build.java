package dev.trampette.generate;

import dev.trampette.spec.Family;
import dev.trampette.spec.LeafTable;
import dev.trampette.spec.TableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What the build calls before it assembles and compiles: the tables in, sources out.
///
///     java -cp snakeyaml-engine.jar src/main/java/dev/trampette/generate/Build.java TABLES ASM JAVA
///
/// Run from source, for it makes sources that the rest of this project is compiled with. A file that would not change
/// is not written, so that make and javac see what is new.
final class Build {

    private Build() {
    }

    /// @param arguments the directory of the tables, the one for NASM and the one for Java
    public static void main(String[] arguments) throws IOException {
        System.setProperty("dev.trampette.tables", arguments[0]);
        try {
            build(Path.of(arguments[1]), Path.of(arguments[2]));
        } catch (TableException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private static void build(Path asm, Path java) throws IOException {

        List<JavaFile> sources = new ArrayList<>();
        sources.add(StatusSource.ghciStatus());
        sources.add(StatusSource.completionStatus());
        sources.add(StatusSource.vmInstructionError());
        sources.add(StatusSource.numbers(LeafTable.of(Family.TDVMCALL), "Vmcall", """
                The sub-functions of TDG.VP.VMCALL: the number in R11 (GHCI, "TDG.VP.VMCALL").
                ///
                /// Those below 0x10000 are VMX exit reasons: the instruction that the guest could not execute itself."""));
        sources.add(StatusSource.numbers(LeafTable.of(Family.TDG), "Tdg",
                "The leaves of TDCALL: bits 23:0 of RAX (TDX module specification)."));
        sources.add(StatusSource.numbers(LeafTable.of(Family.TDH), "Tdh",
                "The leaves of SEAMCALL: bits 23:0 of RAX (TDX module specification)."));
        sources.add(FieldSource.fields());
        typed(sources, "TdVmcall", "The hypercalls of a TD (TDG.VP.VMCALL), through wrappers of one [Design].",
                Family.TDVMCALL);
        typed(sources, "Tdcall", "What a TD asks the TDX module (TDCALL), through wrappers of one [Design].", Family.TDG);
        typed(sources, "Seamcall", "What a host asks the TDX module (SEAMCALL), through wrappers of one [Design].",
                Family.TDH);

        for (Family family : Family.values()) {
            LeafTable table = LeafTable.of(family);
            String origin = "src/main/resources/dev/trampette/spec/" + family.label() + ".yaml";
            write(asm.resolve("include").resolve(family.label() + "-leaves.inc"), WrapperSource.contracts(table, origin));
            for (DesignSource design : DesignSource.all()) {
                WrapperSource source = new WrapperSource(design, table, origin);
                write(asm.resolve("tdx").resolve(source.fileName()), source.text());
            }
        }
        for (JavaFile source : sources) {
            write(java.resolve(source.path()), source.text());
        }
    }

    private static void typed(List<JavaFile> sources, String type, String what, Family family) {
        TypedSource source = new TypedSource(type, what, LeafTable.of(family));
        sources.add(source.calls());
        sources.add(source.binding());
    }

    private static void write(Path file, String text) throws IOException {
        if (!Files.exists(file) || !Files.readString(file).equals(text)) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }
    }
}
