package dev.trampette.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Standard output, which remembers that it could not be written: a [PrintStream] says nothing.
///
/// A reader that has seen enough and closes its pipe (`| head -1`) is no failure.
final class Output extends OutputStream {

    private final OutputStream out;
    private final boolean readerMayLeave;
    private final PrintStream stream = new PrintStream(new BufferedOutputStream(this));
    private IOException failure;

    /// @param readerMayLeave whether it goes to a reader, who may close it
    Output(OutputStream out, boolean readerMayLeave) {
        this.out = out;
        this.readerMayLeave = readerMayLeave;
    }

    /// What this process was started with.
    static Output standard() {
        return new Output(new FileOutputStream(FileDescriptor.out), isReader(Path.of("/proc/self/fd/1")));
    }

    /// Linux names open files: `pipe:[1234]`, `socket:[1234]`, `/dev/full`.
    private static boolean isReader(Path descriptor) {
        try {
            String file = Files.readSymbolicLink(descriptor).toString();
            return file.startsWith("pipe:") || file.startsWith("socket:");
        } catch (IOException e) {
            return false;
        }
    }

    /// Where to print.
    PrintStream stream() {
        return stream;
    }

    /// Write what is left, and say why not everything is there, when it should be.
    Optional<String> failure() {
        stream.flush();
        return failure == null || readerMayLeave ? Optional.empty() : Optional.of(failure.getMessage());
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /// After a failure nothing more is tried: what came behind a gap would make no sense.
    @Override
    public void write(byte[] bytes, int offset, int length) {
        if (failure == null) {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                failure = e;
            }
        }
    }
}
