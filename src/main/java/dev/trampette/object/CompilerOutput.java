package dev.trampette.object;

import dev.trampette.call.MissingToolException;
import dev.trampette.call.ObjectException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What GCC makes of a source of C before an assembler sees it.
///
/// @param assembly the text
/// @param dump all instructions as the compiler has them, when their registers are chosen: `-fdump-rtl-final`
/// @param expanded the same before that, when it still knows all types: `-fdump-rtl-expand`
/// @param typed the functions with the types of their variables: `-fdump-tree-optimized`
public record CompilerOutput(String assembly, String dump, String expanded, String typed) {

    /// What is compiled when an object is made of it.
    ///
    /// @param flags the user's
    /// @throws ObjectException when the source is refused
    /// @throws MissingToolException when this machine has not what it takes
    public static CompilerOutput of(Path source, List<String> flags) {
        try (Workspace workspace = Workspace.open()) {
            return Toolchain.assembly(source, all(flags), workspace.directory());
        }
    }

    private static List<String> all(List<String> flags) {
        List<String> all = new ArrayList<>(List.of("-g", "-O2"));
        all.addAll(flags);
        return all;
    }

    /// The same of a text.
    ///
    /// @param flags all that the compiler gets
    /// @throws ObjectException when the text is refused
    public static CompilerOutput of(String text, List<String> flags) {
        try (Workspace workspace = Workspace.open()) {
            return Toolchain.assembly(workspace.write("text.c", text), flags, workspace.directory());
        }
    }

    /// A source after the preprocessor, with the macros that are defined in it and marks of files and lines.
    ///
    /// @param flags the user's
    /// @throws ObjectException when the source is refused
    public static String preprocessed(Path source, List<String> flags) {
        try (Workspace workspace = Workspace.open()) {
            return Toolchain.preprocessed(source, all(flags), workspace.directory());
        }
    }
}
