package dev.trampette.cli.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.verdict.Rule;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Messages between processes come as they were, or not at all.
class MessageTest {

    private static final List<Message> MESSAGES = List.of(
            new Message.Symbols(List.of("f", "g"), List.of("table"), List.of("g")), new Message.Begins("f"),
            new Message.Ended(Outcome.died("f", Rule.CRASH, "the process died of SIGKILL")),
            new Message.Failed(List.of("a.c:1: error"), "gcc refuses the source", 2));

    @Test
    void what_is_told_is_heard() {
        for (Message message : MESSAGES) {
            assertThat(Message.read(message.line())).map(Message::line).contains(message.line());
            assertThat(Message.read("what the code has written" + message.line())).isPresent();
        }
    }

    /// The process may die, or somebody else write, in the middle of one.
    @Test
    void half_a_message_is_none() {
        for (Message message : MESSAGES) {
            String line = message.line();
            for (int n = 0; n < line.length(); n++) {
                assertThat(Message.read(line.substring(0, n))).isEmpty();
            }
            assertThat(Message.read(line.replace(":", "="))).isEmpty();
        }
        assertThat(Message.read(Message.MARK + "{}")).isEmpty();
    }
}
