package dev.trampette.verify.question;

import dev.trampette.child.Alarm;
import dev.trampette.child.ChildProcess;
import dev.trampette.child.Ending;
import dev.trampette.child.Line;
import dev.trampette.contract.Model;
import dev.trampette.verdict.Finding;
import dev.trampette.verdict.IsolationException;
import dev.trampette.verdict.Rule;
import dev.trampette.verdict.Verdict;
import dev.trampette.verify.ProcessWatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// A question that is asked in a process of its own: what ends that process is a finding.
///
/// @param question what is asked
/// @param model knows what must come out, and stays here
public record Isolation(Question question, Optional<Model> model) {

    /// Until Java runs there, whatever else the machine does.
    private static final Duration START = Duration.ofSeconds(60);
    /// What a call may take that does not come back, behind the time for all.
    private static final Duration GRACE = Duration.ofSeconds(10);

    /// A default action for each signal, for the code may send them; and models are asked for by this one.
    private static final List<String> OPTIONS = List.of("-Xrs");

    /// The C library's own checks of its heap.
    private static final String HEAP_CHECK = "libc_malloc_debug.so.0";
    private static final List<String> LIBRARIES = List.of("/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/usr/lib");

    public Verdict verdict() {
        Line asked = Line.of(question.words());
        try (ChildProcess child = ChildProcess.start(IsolatedChild.class, OPTIONS, environment());
                Alarm alarm = new Alarm(START, child::end)) {
            child.say(Line.of(model.isPresent()).text());
            child.say(asked.text());
            return hear(child, alarm);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Verdict hear(ChildProcess child, Alarm alarm) throws IOException, InterruptedException {
        List<Finding> findings = new ArrayList<>();
        Optional<Verdict> verdict = Optional.empty();
        boolean hasEnded = false;
        OptionalInt signal = OptionalInt.empty();
        for (String text = child.hear(); text != null; text = child.hear()) {
            Line line = Line.read(text).orElse(Line.of());
            switch (line.first()) {
                case IsolatedChild.BEGINS -> {
                    signal = OptionalInt.empty();           // that was a rehearsal
                    alarm.again(question.time().plus(GRACE));
                }
                case CaseLine.QUESTION -> child.say(CaseLine.answer(line.rest(),
                        question.contract().signature().parameters(), model.orElseThrow()).text());
                case VerdictLine.FINDING -> findings.add(FindingLine.read(line.rest()));
                case VerdictLine.VERDICT -> verdict = Optional.of(VerdictLine.read(line.rest(), question.contract(),
                        findings));
                case IsolatedChild.CRASHED -> signal = OptionalInt.of(Integer.parseInt(line.rest().getFirst()));
                case IsolatedChild.ENDS -> hasEnded = true;
                case IsolatedChild.FAILED -> throw new IsolationException(line.rest().getFirst());
                default -> {
                    if (!text.isBlank()) {
                        System.err.println(text);
                    }
                }
            }
        }
        int status = child.status();
        if (!hasEnded || status != 0) {
            findings.add(signal.isEmpty() || verdict.isPresent()
                    ? death(status, alarm.hasRung(), verdict.isPresent())
                    : question.finding(Rule.CRASH, Ending.signal(signal.getAsInt())
                            + " in a call, and the process does not go on"));
        }
        return new Verdict(question.contract(), verdict.map(Verdict::calls).orElse(0L), List.copyOf(findings),
                verdict.map(Verdict::assumed).orElse(List.of()), verdict.flatMap(Verdict::coverage));
    }

    private Finding death(int status, boolean isLate, boolean isBehindCalls) {
        if (isLate) {
            return question.finding(Rule.HANG, "no end within %d s, and the process was ended".formatted(
                    question.time().plus(GRACE).toSeconds()));
        }
        if (status == ProcessWatch.LOST) {
            return question.finding(Rule.PROCESS_STATE, "the descriptors of the process are closed");
        }
        return question.finding(Rule.CRASH, Ending.of(status) + (isBehindCalls ? ", behind the last call"
                : status == 0 ? ", in a call: exit, pthread_exit or execve" : ""));
    }

    private static Map<String, String> environment() {
        return LIBRARIES.stream().map(directory -> Path.of(directory, HEAP_CHECK)).filter(Files::exists).findFirst()
                .map(library -> Map.of("LD_PRELOAD", library.toString(), "GLIBC_TUNABLES", "glibc.malloc.check=3"))
                .orElse(Map.of());
    }
}
