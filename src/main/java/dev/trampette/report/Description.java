package dev.trampette.report;

import dev.trampette.generate.Text;
import dev.trampette.generate.WrapperSource;
import dev.trampette.spec.CodeTable.Code;
import dev.trampette.spec.CompletionStatus;
import dev.trampette.spec.Evidence;
import dev.trampette.spec.Family;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.Stored;
import dev.trampette.spec.VmcsTable.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What is known about one thing that has a name, in a screenful.
///
/// @param title its name
/// @param kind what it is
/// @param lines what is known
public record Description(String title, String kind, List<Line> lines) {

    private static final int LABEL = 10;
    private static final String REFUSED = "an unknown leaf or version, reserved bits of RAX, or a module that is not "
            + "ready: RAX alone is written, and an output is what went in, or 0";

    /// One thing that is known.
    ///
    /// @param label what about it
    /// @param text what
    /// @param isCode whether it is a line of assembly, whose spaces count
    public record Line(String label, String text, boolean isCode) {

        /// A sentence, or what is like one.
        Line(String label, String text) {
            this(label, text, false);
        }

        static Line code(String label, String text) {
            return new Line(label, text, true);
        }

        /// In lines of a width: what goes on is set in, below an item of a list and below code.
        private List<String> fold(int width) {
            String start = text.substring(0, text.length() - text.stripLeading().length());
            String more = isCode ? start + "    " : text.startsWith("- ") ? "  " : "";
            List<String> parts = text.length() <= width ? List.of(text)
                    : Text.wrap(text.strip(), width - more.length());
            return IntStream.range(0, parts.size())
                    .mapToObj(n -> parts.size() == 1 ? parts.get(n) : (n == 0 ? start : more) + parts.get(n)).toList();
        }
    }

    /// A leaf of the families' tables.
    ///
    /// @param wrappers the symbols of its wrappers
    public static Description of(Leaf leaf, List<String> wrappers) {
        return leaf(leaf, List.of(new Line("Java", "%s.%s".formatted(leaf.family().calls(), leaf.methodName())),
                new Line("wrappers", String.join(" ", wrappers))));
    }

    /// A leaf of a further table, which has wrappers when they are made.
    ///
    /// @param table its name
    public static Description of(Leaf leaf, String table) {
        return leaf(leaf, List.of(new Line("wrappers", "./trampette verify --table %s makes them".formatted(table))));
    }

    private static Description leaf(Leaf leaf, List<Line> wrappers) {
        List<Line> lines = new ArrayList<>();
        lines.add(new Line("number", "0x%x in %s".formatted(leaf.number(), leaf.family().selector())));
        leaf.inputs().forEach(input -> lines.add(new Line("in", "%-4s %s%s".formatted(input.register(),
                input.value().isPresent() ? "= " + input.source() : input.name(), text(input.text())))));
        leaf.outputs().forEach(output -> lines.add(new Line("out", "%-4s %s%s".formatted(output.register(),
                output.name(), text(output.text())))));
        lines.add(new Line("status", "in %s%s".formatted(leaf.family().status(),
                leaf.statuses().isEmpty() ? "" : ": " + String.join(", ", leaf.statuses()))));
        leaf.count().ifPresent(what -> lines.add(new Line("count", "bits 31:0 of RAX on success: " + what)));
        if (!leaf.outputs().isEmpty()) {
            lines.add(new Line("stored", leaf.storedWhen()));
        }
        if (leaf.stored() == Stored.ALWAYS && leaf.family() != Family.TDVMCALL) {
            lines.add(new Line("refused", REFUSED));
        }
        if (leaf.family().status() == Gpr.R10) {
            lines.add(new Line("mask", "0x%x = %s".formatted(leaf.mask(), Gpr.selectedBy(leaf.mask()).stream()
                    .map(Gpr::toString).collect(Collectors.joining(" ")))));
        }
        if (!leaf.returns()) {
            lines.add(new Line("returns", "no, unless the other side breaks its promise"));
        }
        if (leaf.unwrapped().isPresent()) {
            lines.add(new Line("wrappers", "none: " + leaf.unwrapped().get()));
        } else {
            lines.add(new Line("C", WrapperSource.declaration(leaf)));
            lines.addAll(wrappers);
        }
        leaf.notes().forEach(note -> lines.add(new Line("notes", "- " + note)));
        if (leaf.evidence() != Evidence.CHECKED) {
            lines.add(new Line("verified", leaf.evidence().toString()));
        }
        if (!leaf.sources().isEmpty()) {
            lines.add(new Line("source", String.join("; ", leaf.sources())));
        }
        return new Description(leaf.title(), leaf.family().kind(), lines);
    }

    /// A VMCS field, or the high half of one.
    public static Description of(Field field, boolean high) {
        List<Line> lines = new ArrayList<>();
        lines.add(new Line("encoding", "0x%04x".formatted(field.encoding() | (high ? 1 : 0))));
        lines.add(new Line("width", high ? "32 bits: the high half of a 64-bit field" : switch (field.width()) {
            case NATURAL -> "natural: 64 bits in 64-bit mode";
            default -> field.width().toString();
        }));
        lines.add(new Line("type", switch (field.type()) {
            case READ_ONLY -> "read-only: VM-exit information";
            case CONTROL -> "control";
            default -> field.type() + " state";
        }));
        lines.add(new Line("index", String.valueOf(field.index())));
        lines.add(new Line("Java", "VmcsFields.%s%s".formatted(field.name(), high ? ".high()" : "")));
        if (!field.text().isEmpty()) {
            lines.add(new Line("note", field.text()));
        }
        if (!field.verified()) {
            lines.add(new Line("verified", "no"));
        }
        lines.add(new Line("source", "SDM volume 3C, appendix B"));
        return new Description(field.name(), "field of a VMCS", lines);
    }

    /// A completion status, with its fields taken apart.
    ///
    /// @param code its entry in the table; one without a name is taken apart all the same
    public static Description of(CompletionStatus status, Optional<Code> code) {
        List<Line> lines = new ArrayList<>();
        lines.add(new Line("value", "0x%016x".formatted(status.code())));
        code.map(Code::text).filter(text -> !text.isEmpty()).ifPresent(text -> lines.add(new Line("means", text)));
        lines.add(new Line("bit 63", status.code() < 0 ? "1: error" : "0: no error bit"));
        lines.add(new Line("bit 62", (status.code() >>> 62 & 1) == 1 ? "1: calling again does not help" : "0"));
        lines.add(new Line("bit 61", (status.code() >>> 61 & 1) == 1 ? "1: fatal" : "0"));
        lines.add(new Line("bit 60", (status.code() >>> 60 & 1) == 1 ? "1: the host may mend it" : "0"));
        if (status.isSuccess() && status.code() != 0) {
            lines.add(new Line("success", status.details() == 0 ? "yes, and what was done is final"
                    : "yes; bits 31:0 count what was left undone"));
        }
        lines.add(new Line("bits 47:40", "class 0x%02x".formatted(status.code() >>> 40 & 0xff)));
        lines.add(new Line("bits 39:32", "name 0x%02x in the class".formatted(status.code() >>> 32 & 0xff)));
        lines.add(new Line("bits 31:0", status.name().startsWith("OPERAND_")
                ? "operand %s".formatted(status.operand())
                : "details 0x%x".formatted(status.details())));
        lines.add(new Line("source", "TDX module specification, Function Completion Status"));
        return new Description(status.name(), "completion status of TDCALL and SEAMCALL, in RAX", lines);
    }

    /// A status or error that is just a number.
    public static Description of(Code code, String kind, String source) {
        List<Line> lines = new ArrayList<>();
        lines.add(new Line("value", "0x%x".formatted(code.value())));
        if (!code.text().isEmpty()) {
            lines.add(new Line("means", code.text()));
        }
        if (code.evidence() != Evidence.CHECKED) {
            lines.add(new Line("verified", code.evidence().toString()));
        }
        lines.add(new Line("source", source));
        return new Description(code.name(), kind, lines);
    }

    private static String text(String text) {
        return text.isEmpty() ? "" : " - " + text;
    }

    /// For a terminal.
    ///
    /// @param screen how many columns it has
    public String text(int screen) {
        StringBuilder text = new StringBuilder(Text.paragraph("%s: %s".formatted(title, kind), screen));
        String before = "";
        for (Line line : lines) {
            String label = line.label.equals(before) ? "" : line.label;
            for (String part : line.fold(screen - LABEL - 4)) {
                text.append(("  %-" + LABEL + "s  %s").formatted(label, part).stripTrailing()).append('\n');
                label = "";
            }
            before = line.label;
        }
        return text.toString();
    }

    /// For a Markdown document.
    public String markdown() {
        StringBuilder text = new StringBuilder("## %s\n\n%s.\n\n".formatted(title, kind));
        String block = "";
        for (Line line : lines) {
            if (!block.isEmpty() && !(line.isCode && line.label.equals(block))) {
                text.append("```\n\n");
                block = "";
            }
            if (line.isCode && block.isEmpty()) {
                text.append("\n%s:\n\n```asm\n".formatted(line.label));
                block = line.label;
            }
            text.append(line.isCode ? line.text : "- %s: %s".formatted(line.label, line.text.replaceFirst("^- ", "")))
                    .append('\n');
        }
        return text.append(block.isEmpty() ? "" : "```\n").toString();
    }

    /// For JSON.
    public Object json() {
        return Json.object("name", title, "kind", kind, "lines", lines.stream()
                .map(line -> Json.object("label", line.label, "text", line.text)).toList());
    }
}
