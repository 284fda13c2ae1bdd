package dev.trampette.cli.foreign;

import dev.trampette.child.Alarm;
import dev.trampette.child.ChildProcess;
import dev.trampette.verdict.Rule;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/// Starts children, hears what they tell, and goes on with the next routine when one dies.
public final class Parent {

    /// Time until the object is loaded, whatever the time for a routine is.
    private static final Duration START = Duration.ofSeconds(60);

    private final Request request;
    private final Duration limit;

    /// @param limit time for one routine
    public Parent(Request request, Duration limit) {
        this.request = request;
        this.limit = limit;
    }

    /// Verify routines, one after the other.
    ///
    /// @param choose which of those that there are
    /// @param begins is told of each
    /// @throws FailedException when the object cannot be used
    public List<Outcome> verify(Function<Message.Symbols, List<String>> choose, Consumer<String> begins) {
        List<Outcome> outcomes = new ArrayList<>();
        List<String> chosen = new ArrayList<>();
        do {
            int before = outcomes.size();
            AtomicBoolean begun = new AtomicBoolean();
            String end = hear(all -> {
                if (chosen.isEmpty()) {
                    chosen.addAll(choose.apply(all));
                }
                return chosen.subList(outcomes.size(), chosen.size());
            }, message -> {
                if (message instanceof Message.Begins(String symbol)
                        && chosen.subList(outcomes.size(), chosen.size()).contains(symbol)) {
                    while (!symbol.equals(chosen.get(outcomes.size()))) {
                        outcomes.add(Outcome.died(chosen.get(outcomes.size()), Rule.CRASH,
                                "what was found is lost: it wrote to the pipe of the verifier"));
                    }
                    begun.set(true);
                    begins.accept(symbol);
                } else if (message instanceof Message.Ended(Outcome outcome) && begun.get()
                        && outcome.symbol().equals(chosen.get(outcomes.size()))) {
                    begun.set(false);
                    outcomes.add(outcome);
                }
            });
            if (chosen.isEmpty()) {
                throw new FailedException("the object could not be loaded: " + (end.isEmpty() ? "no end" : end),
                        List.of(), 2);
            }
            boolean isStopped = begun.get() || outcomes.size() == before;
            if (outcomes.size() < chosen.size() && isStopped) {
                boolean isLate = end.isEmpty();
                outcomes.add(Outcome.died(chosen.get(outcomes.size()), isLate ? Rule.HANG : Rule.CRASH,
                        isLate ? "no end within %d s, and the process was ended".formatted(limit.toSeconds()) : end));
            }
        } while (outcomes.size() < chosen.size());
        return outcomes;
    }

    /// Run a child to its end.
    ///
    /// @param choose says which routines it is for
    /// @return how it ended, in words; empty when it was late
    private String hear(Function<Message.Symbols, List<String>> choose, Consumer<Message> listener) {
        try (ChildProcess child = ChildProcess.start(Child.class, JavaOptions.inherited());
                Alarm alarm = new Alarm(START, child::end)) {
            child.say(request.json());
            for (String line = child.hear(); line != null; line = child.hear()) {
                Optional<Message> message = Message.read(line);
                message.ifPresent(it -> alarm.again(it instanceof Message.Symbols ? START : limit));
                switch (message.orElse(null)) {
                    case null -> {
                        if (!line.isBlank()) {
                            System.err.println(line);
                        }
                    }
                    case Message.Failed failed ->
                        throw new FailedException(failed.message(), failed.detail(), failed.status());
                    case Message.Symbols symbols -> child.say(Request.chosen(choose.apply(symbols)));
                    case Message other -> listener.accept(other);
                }
            }
            String ending = child.ending();
            return alarm.hasRung() ? "" : ending;
        } catch (IOException e) {
            return "its output cannot be read (%s)".formatted(e.getMessage());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
