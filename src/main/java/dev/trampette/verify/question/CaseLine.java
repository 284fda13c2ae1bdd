package dev.trampette.verify.question;

import dev.trampette.child.Line;
import dev.trampette.contract.Model;
import dev.trampette.contract.Parameter;
import dev.trampette.verify.values.GivenArguments;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/// The arguments of a case as words, and what a model has made of them: the model is in another process.
final class CaseLine {

    /// A question: values and memory of all arguments.
    static final String QUESTION = "case";
    /// The answer: the result, and memory.
    static final String ANSWER = "answer";

    private CaseLine() {
    }

    static Line question(GivenArguments given) {
        return Line.of(QUESTION, given.values(), memory(given));
    }

    /// Let a model answer.
    ///
    /// @param words behind [#QUESTION]
    static Line answer(List<String> words, List<Parameter> parameters, Model model) {
        try (Arena arena = Arena.ofConfined()) {
            int count = parameters.size();
            GivenArguments given = new GivenArguments(parameters,
                    words.subList(0, count).stream().map(Long::parseLong).toList(),
                    words.subList(count, 2 * count).stream().map(bytes -> segment(bytes, arena)).toList());
            long result = model.result(given);
            return Line.of(ANSWER, result, memory(given));
        }
    }

    /// Take what the model has written.
    ///
    /// @param words behind [#ANSWER]
    /// @return the result
    static long take(List<String> words, GivenArguments given) {
        IntStream.range(0, given.memory().size()).forEach(n -> given.memory().get(n).copyFrom(
                MemorySegment.ofArray(HexFormat.of().parseHex(words.get(n + 1)))));
        return Long.parseLong(words.getFirst());
    }

    private static List<String> memory(GivenArguments given) {
        return given.memory().stream().map(segment -> HexFormat.of().formatHex(segment.toArray(
                ValueLayout.JAVA_BYTE))).toList();
    }

    private static MemorySegment segment(String bytes, Arena arena) {
        byte[] all = HexFormat.of().parseHex(bytes);
        return all.length == 0 ? MemorySegment.NULL
                : arena.allocate(all.length, Long.BYTES).copyFrom(MemorySegment.ofArray(all));
    }
}
