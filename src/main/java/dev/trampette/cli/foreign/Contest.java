package dev.trampette.cli.foreign;

import dev.trampette.child.Alarm;
import dev.trampette.child.ChildProcess;
import dev.trampette.cost.Fork;
import dev.trampette.report.Json;
import dev.trampette.report.ProfileJson;
import dev.trampette.verify.trace.Profile;
import dev.trampette.verify.values.Pairing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Two routines that are compared, in processes of their own.
///
/// @param contestants A and B
/// @param limit time for one process
public record Contest(List<Contestant> contestants, Duration limit) {

    /// What one of them is like.
    ///
    /// @param profile what it does
    /// @param bytes of its code, 0 when nobody knows
    /// @param sharedBytes of other routines that it goes through
    public record Look(Profile profile, long bytes, long sharedBytes) {
    }

    /// What became of it: a result, or why there is none, a sentence without the name.
    ///
    /// @param result of the process
    /// @param failure how it ended
    public record Result<T>(Optional<T> result, String failure) {
    }

    /// A request, as the child reads it.
    ///
    /// @param contestants A and B
    /// @param number which of them is looked at, 0 or 1; -1 when both are measured
    /// @param seed where random values start
    /// @param cases how often each outcome is looked at
    /// @param time how long to measure
    /// @param file for the slots
    record Request(List<Contestant> contestants, int number, long seed, int cases, Duration time, String file) {

        String json() {
            return Json.line(Json.object("contestants", contestants.stream().map(Contestant::json).toList(), "number",
                    number, "seed", Long.toString(seed), "cases", cases, "millis", (int) time.toMillis(), "file",
                    file));
        }

        static Request read(String json) {
            Map<?, ?> members = Json.read(json);
            return new Request(Json.objects(members.get("contestants")).stream().map(Contestant::read).toList(),
                    (Integer) members.get("number"), Long.parseLong((String) members.get("seed")),
                    (Integer) members.get("cases"), Duration.ofMillis((Integer) members.get("millis")),
                    (String) members.get("file"));
        }

        /// One contestant beside the other.
        Pairing pairing(int which) {
            return new Pairing(contestants.get(which).contract(), contestants.get(1 - which).contract(), which == 0);
        }
    }

    /// Look at what one of them does.
    ///
    /// @param number 0 for A, 1 for B
    public Result<Look> look(int number, long seed, int cases) {
        Result<Map<?, ?>> heard = run(new Request(contestants, number, seed, cases, Duration.ZERO, ""));
        return new Result<>(heard.result().map(members -> new Look(
                ProfileJson.read((Map<?, ?>) members.get("profile")), number(members, "bytes"),
                number(members, "sharedBytes"))), heard.failure());
    }

    private static long number(Map<?, ?> members, String name) {
        return ((Number) members.get(name)).longValue();
    }

    /// Measure both in one process: a fork.
    public Result<Fork> measure(Duration time) {
        try {
            Path file = Files.createTempFile("trampette-", ".slots");
            try {
                Result<Map<?, ?>> heard = run(new Request(contestants, -1, 0, 0, time, file.toString()));
                return heard.result().isEmpty() ? new Result<>(Optional.empty(), heard.failure())
                        : new Result<>(Optional.of(Fork.read(file)), "");
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            return new Result<>(Optional.empty(), "its slots cannot be read (%s)".formatted(e.getMessage()));
        }
    }

    /// Run a child to its end.
    private Result<Map<?, ?>> run(Request request) {
        try (ChildProcess child = ChildProcess.start(ContestChild.class, JavaOptions.inherited());
                Alarm alarm = new Alarm(limit, child::end)) {
            child.say(request.json());
            Optional<Map<?, ?>> result = Optional.empty();
            for (String line = child.hear(); line != null; line = child.hear()) {
                int mark = line.indexOf(Message.MARK);
                if (mark >= 0 && result.isEmpty()) {
                    result = Optional.of(Json.read(line.substring(mark + Message.MARK.length())));
                }
            }
            String ending = child.ending();
            return result.isPresent() && !result.get().containsKey("failed") ? new Result<>(result, "")
                    : new Result<>(Optional.empty(), result.map(members -> (String) members.get("failed"))
                            .orElse(alarm.hasRung() ? "no end within %d s, and the process was ended".formatted(
                                    limit.toSeconds()) : ending));
        } catch (IOException | RuntimeException e) {
            return new Result<>(Optional.empty(), "its output cannot be read (%s)".formatted(e.getMessage()));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
