package dev.trampette.inline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A node of what GCC dumps of a function: `(reg/v:DI 38 r10 [ r10 ])` has the head `reg/v:DI`, the words `38` and
/// `r10`, and the note `r10`.
///
/// @param head what it is, with flags behind `/` and the mode behind `:`
/// @param words the rest, in order: words, and texts in quotes without them
/// @param notes what stands in brackets behind words
/// @param nodes the nodes in it; a vector is a node without a head
record Rtl(String head, List<String> words, List<String> notes, List<Rtl> nodes) {

    /// Its kind: `reg`.
    String code() {
        int end = 0;
        while (end < head.length() && (Character.isLetterOrDigit(head.charAt(end)) || head.charAt(end) == '_')) {
            end++;
        }
        return head.substring(0, end);
    }

    /// Its mode, `DI`, or nothing.
    String mode() {
        return head.substring(head.lastIndexOf(':') + 1).equals(head) ? "" : head.substring(head.lastIndexOf(':') + 1);
    }

    /// Whether it has a flag of one letter.
    boolean has(char flag) {
        return head.contains("/" + flag);
    }

    boolean is(String code) {
        return code().equals(code);
    }

    Rtl node(int n) {
        return nodes.get(n);
    }

    /// The nodes below it of some kind, itself too; none inside of another one of the kind.
    Stream<Rtl> all(String code) {
        return is(code) ? Stream.of(this) : nodes.stream().flatMap(node -> node.all(code));
    }

    Optional<Rtl> first(String code) {
        return all(code).findFirst();
    }

    /// Reads nodes out of a text.
    static final class Reader {

        private final String text;
        private int at;

        Reader(String text, int at) {
            this.text = text;
            this.at = at;
        }

        /// Where it has come to.
        int at() {
            return at;
        }

        /// The node that begins here.
        ///
        /// @throws DumpException when it does not end
        Rtl node() {
            expect('(');
            int begin = at;
            while (!isAtAny(" ()[\"\n")) {
                at++;
            }
            String head = text.substring(begin, at);
            List<String> words = new ArrayList<>();
            List<String> notes = new ArrayList<>();
            List<Rtl> nodes = new ArrayList<>();
            for (skip(); text.charAt(at) != ')'; skip()) {
                switch (text.charAt(at)) {
                    case '(' -> nodes.add(node());
                    case '"' -> words.add(quoted());
                    case '[' -> bracket(notes, nodes);
                    case '<' -> angle();
                    case '{' -> word(words, "}");
                    default -> word(words, " ()[\n");
                }
            }
            at++;
            return new Rtl(head, List.copyOf(words), List.copyOf(notes), List.copyOf(nodes));
        }

        /// A vector of nodes, or what says more about a word.
        private void bracket(List<String> notes, List<Rtl> nodes) {
            at++;
            skip();
            if (text.charAt(at) == '(' || text.charAt(at) == ']') {
                List<Rtl> vector = new ArrayList<>();
                for (; text.charAt(at) != ']'; skip()) {
                    vector.add(node());
                    skip();
                }
                nodes.add(new Rtl("", List.of(), List.of(), vector));
            } else {
                int begin = at;
                for (int depth = 1; depth > 0; at++) {
                    depth += peek() == '[' ? 1 : peek() == ']' ? -1 : 0;
                }
                notes.add(text.substring(begin, --at).strip());
            }
            at++;
        }

        private void angle() {
            for (int depth = 0; depth > 0 || peek() == '<'; at++) {
                depth += peek() == '<' ? 1 : peek() == '>' ? -1 : 0;
            }
        }

        private void word(List<String> words, String ends) {
            int begin = at++;
            while (!isAtAny(ends)) {
                at++;
            }
            at += text.charAt(at) == '}' ? 1 : 0;
            words.add(text.substring(begin, at));
        }

        /// The compiler escapes nothing: a text in parentheses ends with both.
        private String quoted() {
            String end = text.charAt(at - 1) == '(' ? "\")" : "\"";
            int begin = ++at;
            while (!text.startsWith(end, at)) {
                peek();
                at++;
            }
            return text.substring(begin, at++);
        }

        private void skip() {
            while (Character.isWhitespace(peek())) {
                at++;
            }
        }

        private boolean isAtAny(String ends) {
            return ends.indexOf(peek()) >= 0;
        }

        private char peek() {
            if (at >= text.length()) {
                throw new DumpException("the dump of the compiler ends in the middle of an instruction");
            }
            return text.charAt(at);
        }

        private void expect(char wanted) {
            if (peek() != wanted) {
                throw new DumpException("the dump of the compiler has another form than is known, offset=" + at);
            }
            at++;
        }
    }
}
