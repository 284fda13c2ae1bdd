package dev.trampette.object;

import dev.trampette.call.MissingToolException;
import dev.trampette.call.ObjectException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Sources to objects, with debug information: NASM for `.asm` and `.nasm`, the system's compiler for `.s .S .c`.
final class Toolchain {

    /// The endings of sources.
    static final Set<String> SOURCES = new TreeSet<>(Set.of(".asm", ".nasm", ".s", ".S", ".c"));

    private static final Set<String> FOR_NASM = Set.of(".asm", ".nasm");
    private static final Pattern ORPHAN = Pattern.compile("(.*:\\d+): warning: .*label-orphan.*");

    /// What an assembler may not know yet, and how it is written for one.
    private static final Map<String, String> BYTES = Map.ofEntries(
            Map.entry("tdcall", "66 0F 01 CC"), Map.entry("seamret", "66 0F 01 CD"),
            Map.entry("seamops", "66 0F 01 CE"), Map.entry("seamcall", "66 0F 01 CF"),
            Map.entry("vmcall", "0F 01 C1"), Map.entry("vmmcall", "0F 01 D9"), Map.entry("vmgexit", "F3 0F 01 D9"),
            Map.entry("vmlaunch", "0F 01 C2"), Map.entry("vmresume", "0F 01 C3"), Map.entry("vmxoff", "0F 01 C4"),
            Map.entry("vmfunc", "0F 01 D4"), Map.entry("vmrun", "0F 01 D8"), Map.entry("vmload", "0F 01 DA"),
            Map.entry("vmsave", "0F 01 DB"), Map.entry("pvalidate", "F2 0F 01 FF"),
            Map.entry("rmpadjust", "F3 0F 01 FE"), Map.entry("rmpupdate", "F2 0F 01 FE"),
            Map.entry("psmash", "F3 0F 01 FF"), Map.entry("enclv", "0F 01 C0"), Map.entry("pconfig", "0F 01 C5"),
            Map.entry("serialize", "0F 01 E8"), Map.entry("endbr64", "F3 0F 1E FA"));

    /// What makes GCC say what asm statements have, and what no other compiler takes.
    private static final String FOR_STATEMENTS = "-fdump-rtl-final=";

    private Toolchain() {
    }

    /// Whether a file is a source, by its ending.
    static boolean isSource(Path file) {
        return SOURCES.contains(ending(file));
    }

    /// Whether it is a source of C.
    static boolean isC(Path file) {
        return ending(file).equals(".c");
    }

    /// Assemble or compile.
    ///
    /// @param flags the user's, after ours
    /// @param directory where the object is to lie
    /// @return the object
    /// @throws ObjectException when the source is refused
    /// @throws MissingToolException when the assembler or compiler is not installed
    static Path object(Path source, List<String> flags, Path directory) {
        ObjectInput.requireReadable(source, source.toString());
        try {
            Path object = Files.createTempFile(directory, "", ".o");
            return FOR_NASM.contains(ending(source)) ? assemble(source, flags, object)
                    : compile(source, flags, object);
        } catch (IOException e) {
            throw Workspace.cannotWrite(e);
        }
    }

    private static Path assemble(Path source, List<String> flags, Path object) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-f", "elf64", "-g", "-F", "dwarf",
                "-I", directory(source)));
        Tool.Outcome outcome = run(Tool.NASM, arguments, flags, source, object);
        List<Matcher> orphans = outcome.lines().stream().map(ORPHAN::matcher).filter(Matcher::matches).toList();
        if (!orphans.isEmpty()) {
            Set<String> labels = ObjectInput.read(object, source.toString()).getFirst().labels()
                    .collect(Collectors.toSet());
            labels.stream().filter(label -> BYTES.containsKey(label.toLowerCase(Locale.ROOT))).sorted().findFirst()
                    .ifPresent(label -> {
                        throw new ObjectException(("%s assembled to nothing: this NASM does not know it and takes it "
                                + "for a label; write its bytes, db %s, at %s").formatted(label, bytes(label),
                                orphans.getFirst().group(1)), outcome.lines());
                    });
        }
        return object;
    }

    /// `0x66, 0x0f, 0x01, 0xcc`
    private static String bytes(String instruction) {
        return BYTES.get(instruction.toLowerCase(Locale.ROOT)).toLowerCase(Locale.ROOT)
                .replaceAll("(\\w\\w)", "0x$1").replace(" ", ", ");
    }

    /// A C compiler looks for "files" beside the source by itself; an assembler for its `.include` does not.
    private static Path compile(Path source, List<String> flags, Path object) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-c", "-g", "-O2"));
        if (!isC(source)) {
            arguments.add("-I" + directory(source));
        }
        run(compiler(source), arguments, flags, source, object);
        return object;
    }

    /// Compile a source of C to assembly, with what GCC says of each asm statement beside it.
    ///
    /// @param flags all that the compiler gets
    /// @throws ObjectException when the source is refused, or the compiler is another one
    /// @throws MissingToolException when the compiler is not installed
    static CompilerOutput assembly(Path source, List<String> flags, Path directory) {
        ObjectInput.requireReadable(source, source.toString());
        try {
            Path assembly = Files.createTempFile(directory, "", ".s");
            Path dump = Files.createTempFile(directory, "", ".final");
            Path expanded = Files.createTempFile(directory, "", ".expand");
            Path typed = Files.createTempFile(directory, "", ".optimized");
            run(compiler(source), new ArrayList<>(List.of("-S", FOR_STATEMENTS + dump,
                    "-fdump-rtl-expand=" + expanded, "-fdump-tree-optimized=" + typed)), flags, source, assembly);
            return new CompilerOutput(text(assembly), text(dump), text(expanded), text(typed));
        } catch (IOException e) {
            throw Workspace.cannotWrite(e);
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    /// A source of C after the preprocessor, with the macros that are defined in it.
    ///
    /// @throws ObjectException when the source is refused
    static String preprocessed(Path source, List<String> flags, Path directory) {
        try {
            Path text = Files.createTempFile(directory, "", ".i");
            run(compiler(source), new ArrayList<>(List.of("-E", "-dD")), flags, source, text);
            return Files.readString(text, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw Workspace.cannotWrite(e);
        }
    }

    private static Tool.Outcome run(Tool tool, List<String> arguments, List<String> flags, Path source, Path object)
            throws IOException {
        arguments.addAll(flags);
        arguments.addAll(List.of("-o", object.toString(), source.toString().startsWith("-")
                ? "./" + source : source.toString()));
        Tool.Outcome outcome = tool.run(arguments, object.getParent(), source.toString());
        if (!outcome.success() && outcome.lines().stream().anyMatch(line -> line.contains(FOR_STATEMENTS))) {
            throw new ObjectException("%s does not say which registers asm statements have, only GCC does; set CC to a "
                    .formatted(tool.command()) + "gcc, file=" + source);
        }
        if (!outcome.success() || Files.size(object) == 0) {
            throw new ObjectException("%s refuses the source, file=%s".formatted(tool.command(), source),
                    outcome.lines());
        }
        return outcome;
    }

    /// The user's `CC`, or gcc, or cc.
    ///
    /// @throws ObjectException when the user's is not there
    private static Tool compiler(Path source) {
        String named = Optional.ofNullable(System.getenv("CC")).map(String::strip).orElse("");
        if (!named.isEmpty() && !isThere(named.split(" ")[0])) {
            throw new ObjectException("no such compiler; set CC to one, or not at all, CC=%s, file=%s"
                    .formatted(named, source));
        }
        return new Tool(!named.isEmpty() ? named : isThere("gcc") ? "gcc" : "cc", "gcc");
    }

    private static boolean isThere(String command) {
        return command.contains("/") ? Files.isExecutable(Path.of(command))
                : Pattern.compile(":").splitAsStream(Optional.ofNullable(System.getenv("PATH")).orElse(""))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, command)));
    }

    private static String directory(Path source) {
        return Optional.ofNullable(source.getParent()).map(parent -> parent + "/").orElse("./");
    }

    private static String ending(Path file) {
        String name = file.getFileName().toString();
        return name.lastIndexOf('.') < 0 ? "" : name.substring(name.lastIndexOf('.'));
    }
}
