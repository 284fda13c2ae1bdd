package dev.trampette.cli.foreign;

import dev.trampette.call.ObjectException;
import dev.trampette.image.Image;
import dev.trampette.inline.DumpException;
import dev.trampette.inline.InlineCode;
import dev.trampette.trap.ObjectTraps;
import dev.trampette.verdict.Verdict;
import dev.trampette.verify.inline.InlineVerifier;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The asm statements of the sources of C in a request.
///
/// @param loaded their code in memory; nothing when there are none
/// @param verifier holds them against their constraints
record Statements(Optional<InlineCode.Loaded> loaded, Optional<InlineVerifier> verifier) implements AutoCloseable {

    /// There are none, or they are not meant.
    static final Statements NONE = new Statements(Optional.empty(), Optional.empty());

    /// Compile them. A compiler that cannot say what is needed is named, and the routines are verified all the same.
    ///
    /// @throws ObjectException when statements alone are meant, and nobody can say what they are
    static Statements of(Request request) {
        List<Path> sources = request.files().stream().filter(InlineCode::isSource).map(Path::of).toList();
        if (sources.isEmpty()) {
            return NONE;
        }
        try {
            InlineCode code = InlineCode.of(sources, request.compilerFlags());
            return code.statements().isEmpty() ? NONE : load(code, request);
        } catch (ObjectException | DumpException e) {
            if (request.task() == Task.STATEMENTS) {
                throw e;
            }
            System.out.printf("%nasm statements are not verified: %s%n", e.getMessage());
            return NONE;
        }
    }

    private static Statements load(InlineCode code, Request request) {
        InlineCode.Loaded loaded = code.load(request.files().stream().filter(file -> !InlineCode.isSource(file))
                .map(Path::of).toList(), request.compilerFlags());
        return new Statements(Optional.of(loaded), Optional.of(new InlineVerifier(loaded,
                ObjectTraps.install(loaded.object()),
                ObjectTraps.attach(loaded.object(), Image.shim(), Set.of()), request.seed(), request.iterations())));
    }

    /// @throws ObjectException when there are none
    void requireAny() {
        if (verifier.isEmpty()) {
            throw InlineCode.none();
        }
    }

    List<String> names() {
        return verifier.map(InlineVerifier::names).orElse(List.of());
    }

    Outcome verify(String name) {
        Optional<Verdict> verdict = verifier.map(one -> one.verify(name));
        return new Outcome(name, verdict, verdict.map(Verdict::assumed).orElse(List.of()), Optional.empty(),
                Optional.empty());
    }

    @Override
    public void close() {
        verifier.ifPresent(InlineVerifier::close);
        loaded.ifPresent(one -> one.object().close());
    }
}
