package dev.trampette.inline;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The assembly that GCC has written, with a label before and behind each asm statement and behind each label to which
/// one may jump. Behind each end is room for a jump that leaves it.
public final class AssemblyText {

    /// The room: a NOP of five bytes.
    private static final String ROOM = "\t.byte 0x0f, 0x1f, 0x44, 0x00, 0x00";
    /// A call of this system: nobody makes it. A hypercall with a prefix that means nothing stands in its place.
    private static final Pattern SYSTEM_CALL = Pattern.compile("(?<![\\w.$%])syscall(?![\\w.])");
    private static final String HYPERCALL = ".byte 0x2e, 0x0f, 0x01, 0xd9";
    /// The length of that, which no hypercall has that a compiler writes.
    public static final int SYSTEM_CALL_LENGTH = 4;
    static final Pattern BEGIN = Pattern.compile("# (\\d+) \"(.*)\" 1");
    static final String END = "# 0 \"\" 2";
    private static final Pattern FILE = Pattern.compile("^(\\s*\\.(?:file|loc)\\s+)(\\d+)\\b", Pattern.MULTILINE);
    private static final Pattern LABEL = Pattern.compile("\\.L(\\d+):.*");

    private final String prefix;
    private final List<String> lines;
    private final List<Surrounding> surroundings = new ArrayList<>();
    private final List<Integer> starts = new ArrayList<>();
    private final StringBuilder marked = new StringBuilder();

    private AssemblyText(String text, String prefix) {
        this.lines = text.lines().toList();
        this.prefix = prefix;
    }

    /// Put the labels in.
    ///
    /// @param text what the compiler wrote
    /// @param instances those of the dump that it wrote beside
    /// @param prefix of all labels
    /// @throws DumpException when they do not belong together
    public static AssemblyText mark(String text, List<Instance> instances, String prefix) {
        AssemblyText marked = new AssemblyText(text, prefix);
        Set<Integer> labels = new HashSet<>();
        instances.forEach(instance -> labels.addAll(instance.labels()));
        marked.mark(labels);
        if (marked.starts.size() != instances.size()) {
            throw new DumpException("the assembly has %d asm statements and the dump has %d"
                    .formatted(marked.starts.size(), instances.size()));
        }
        return marked;
    }

    private void mark(Set<Integer> labels) {
        FunctionText function = new FunctionText();
        boolean isInside = false;
        for (int n = 0; n < lines.size(); n++) {
            String line = lines.get(n);
            Matcher label = LABEL.matcher(line);
            if (!isInside && BEGIN.matcher(line).matches()) {
                isInside = true;
                marked.append(begin(starts.size())).append(":\n");
                starts.add(n);
                surroundings.add(function.at(lines, n));
            } else if (isInside && line.equals(END)) {
                isInside = false;
                marked.append(line).append('\n').append(end(starts.size() - 1)).append(":\n").append(ROOM)
                        .append('\n');
                continue;
            }
            marked.append(isInside ? SYSTEM_CALL.matcher(line).replaceAll(HYPERCALL) : line).append('\n');
            if (!isInside && label.matches() && labels.contains(Integer.parseInt(label.group(1)))) {
                marked.append(label(Integer.parseInt(label.group(1)))).append(":\n").append(ROOM).append('\n');
            }
        }
    }

    /// The assembly with the labels.
    public String text() {
        return marked.toString();
    }

    /// The same, to stand behind other assembly: its source files have numbers of their own.
    String beside(String other) {
        int last = FILE.matcher(other).results().mapToInt(one -> Integer.parseInt(one.group(2))).max().orElse(-1);
        return FILE.matcher(text()).replaceAll(one -> one.group(1) + (Integer.parseInt(one.group(2)) + last + 1));
    }

    /// What is around an instance.
    public Surrounding surrounding(int instance) {
        return surroundings.get(instance);
    }

    /// The label where an instance begins.
    public String begin(int instance) {
        return prefix + "begin_" + instance;
    }

    /// The label where it ends.
    public String end(int instance) {
        return prefix + "end_" + instance;
    }

    /// The label behind one of the compiler's.
    public String label(int number) {
        return prefix + "label_" + number;
    }

    /// One function: what can be read off its lines.
    private static final class FunctionText {

        private static final Pattern BELOW = Pattern.compile("-(\\d+)\\(%rsp\\)");
        private static final Pattern LOCAL = Pattern.compile("-(\\d+)\\(%rbp\\)");
        private static final Pattern PUSH = Pattern.compile("\\s+push[q]?\\s+%\\w+.*");
        private static final Pattern DOWN = Pattern.compile("\\s+sub[q]?\\s+\\$(-?\\d+), %rsp.*");
        private static final Pattern UP = Pattern.compile("\\s+add[q]?\\s+\\$(-?\\d+), %rsp.*");
        private static final Pattern ALIGNS = Pattern.compile("\\s+(?:and[q]?|lea[q]?|mov[q]?)\\s+.*, %rsp.*");
        private static final Pattern CFA = Pattern.compile("\\s+\\.cfi_(?:def_cfa_offset|def_cfa 7,) (\\d+)");
        /// What an instance at a line finds.
        private Surrounding at(List<String> lines, int line) {
            int begin = line;
            while (begin > 0 && !lines.get(begin).contains(".cfi_startproc")) {
                begin--;
            }
            int end = line;
            while (end < lines.size() - 1 && !lines.get(end).contains(".cfi_endproc")) {
                end++;
            }
            List<String> body = lines.subList(begin, end);
            boolean hasFramePointer = body.stream().anyMatch(one -> one.contains(".cfi_def_cfa_register 6"));
            long depth = 0;
            int cfa = 8;
            boolean isKnown = true;
            for (String one : outside(body.subList(0, line - begin))) {
                Matcher down = DOWN.matcher(one);
                Matcher offset = CFA.matcher(one);
                depth = one.contains(".cfi_def_cfa_register 6") ? 0 : PUSH.matcher(one).matches() ? depth + 8
                        : down.matches() ? depth + Long.parseLong(down.group(1)) : up(one, depth);
                cfa = offset.find() ? Integer.parseInt(offset.group(1)) : cfa;
                isKnown &= !ALIGNS.matcher(one).matches();
            }
            int zone = used(body, BELOW);
            OptionalLong pointer = hasFramePointer && isKnown ? OptionalLong.of(depth) : OptionalLong.empty();
            if (pointer.isPresent()) {
                zone = (int) Math.max(zone, used(body, LOCAL) - depth);
            }
            OptionalInt alignment = hasFramePointer
                    ? isKnown ? OptionalInt.of((int) (-16 - depth & 15)) : OptionalInt.empty()
                    : OptionalInt.of(-cfa & 15);
            return new Surrounding(KnownValues.before(body.subList(0, line - begin)), zone, pointer, alignment);
        }

        /// The lines that are the compiler's own.
        private static List<String> outside(List<String> lines) {
            List<String> outside = new ArrayList<>();
            boolean isInside = false;
            for (String one : lines) {
                isInside = BEGIN.matcher(one).matches() || isInside && !one.equals(END);
                if (!isInside) {
                    outside.add(one);
                }
            }
            return outside;
        }

        private static long up(String line, long depth) {
            Matcher up = UP.matcher(line);
            return up.matches() ? depth - Long.parseLong(up.group(1)) : depth;
        }

        /// The most bytes below a register that the compiler itself uses.
        private static int used(List<String> body, Pattern pattern) {
            int most = 0;
            for (String one : outside(body)) {
                for (Matcher below = pattern.matcher(one); below.find();) {
                    most = Math.max(most, Integer.parseInt(below.group(1)));
                }
            }
            return most;
        }
    }
}
