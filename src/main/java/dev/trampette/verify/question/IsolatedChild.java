package dev.trampette.verify.question;

import dev.trampette.call.WrapperCrash;
import dev.trampette.child.Confinement;
import dev.trampette.child.Descendants;
import dev.trampette.child.Line;
import dev.trampette.image.Image;
import dev.trampette.probe.Probe;
import dev.trampette.probe.Script;
import dev.trampette.verdict.Rule;
import dev.trampette.verify.ProcessWatch;
import dev.trampette.verify.Reference;
import dev.trampette.verify.values.GivenArguments;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The process in which one function is checked, for [Isolation].
public final class IsolatedChild {

    static final String BEGINS = "begins";
    static final String CRASHED = "crashed";
    static final String ENDS = "ends";
    static final String FAILED = "failed";

    private static final int SIGABRT = 6;
    /// The exit status of a process that died of a signal, without its number.
    private static final int SIGNALLED = 128;

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private final BufferedReader in;
    private final PrintStream out = System.out;
    private boolean hasCrashed;

    private IsolatedChild(BufferedReader in) {
        this.in = in;
    }

    /// Reads a question from standard input, and writes the verdict to standard output.
    ///
    /// @param arguments the number of the process that has started this one
    /// @throws IOException when it cannot be read
    public static void main(String[] arguments) throws IOException {
        if (Confinement.begin(Long.parseLong(arguments[0]))) {
            new IsolatedChild(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))).run();
        }
        Runtime.getRuntime().halt(0);           // whatever the code has left to be done at the end
    }

    private void run() throws IOException {
        boolean hasModel = Boolean.parseBoolean(hear().first());
        Line asked = hear();
        rehearse();
        tell(Line.of(BEGINS));
        try {
            Question question = Question.read(asked.words());
            Probe.limitIdle(question.time());
            Optional<Reference> model = hasModel ? Optional.of(Reference.answering(this::ask)) : Optional.empty();
            List<Integer> descriptors = descriptors();
            VerdictLine.write(question.ask(question.verifier().watched(() ->
                    ProcessWatch.alone(descriptors)), model)).forEach(this::tell);
            if (new Descendants(ProcessHandle.current().pid()).areThere()) {
                tell(VerdictLine.finding(question.finding(Rule.PROCESS_STATE,
                        "a process that it has started is still there")));
            }
            tell(Line.of(ENDS));
        } catch (RuntimeException | AssertionError e) {
            tell(Line.of(FAILED, e.getMessage() == null ? e.toString() : e.getMessage()));
        }
    }

    /// A call that crashes, so that all is loaded that is needed for the next.
    private void rehearse() {
        Probe.hearSignals(this::tellSignal);
        try (Arena arena = Arena.ofConfined()) {
            new Probe(Script.of(Image.shim(), arena), arena).call(MemorySegment.NULL);
        } catch (WrapperCrash e) {
            hasCrashed = false;
        }
    }

    /// What is open now, and must stay so.
    private static List<Integer> descriptors() throws IOException {
        try (Stream<Path> open = Files.list(DESCRIPTORS)) {
            return open.map(path -> Integer.parseInt(path.getFileName().toString())).sorted().toList();
        }
    }

    /// Ask the model, which is in the other process.
    private long ask(GivenArguments given) {
        try {
            tell(CaseLine.question(given));
            return CaseLine.take(hear().rest(), given);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Once is enough. Behind abort() the heap is broken, or a lock of the C library is locked: that is the end.
    private void tellSignal(int number) {
        if (!hasCrashed) {
            hasCrashed = true;
            tell(Line.of(CRASHED, number));
            if (number == SIGABRT) {
                Runtime.getRuntime().halt(SIGNALLED + SIGABRT);
            }
        }
    }

    private Line hear() throws IOException {
        return Line.read(String.valueOf(in.readLine())).orElseGet(Line::of);
    }

    /// On a line of its own, whatever the code has written before.
    private void tell(Line line) {
        out.println("\n" + line.text());
        out.flush();
    }
}
