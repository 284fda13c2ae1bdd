package dev.trampette.report.page;

import java.util.List;
import java.util.Objects;

/// What a `report.json` says, as the page wants it. Times are in nanoseconds; what was not measured is null.
///
/// @param partial whether the run was stopped before its end
/// @param headline memory-struct over trampoline; null when it was not measured
/// @param margin two designs are the same when their ratio differs from 1 by no more than this
record Report(boolean partial, Headline headline, Fit fit, double margin, List<Row> rows, List<Control> controls,
        List<Evidence> evidence, Verification verification, List<CallSite> callSites, Host host, String seed,
        Double seconds, String date, String command) {

    private static final String KIND = "trampette-report";
    private static final long VERSION = 1;
    private static final int QUANTILES = 101;

    /// @throws ReportFormatException when the text is no report of this version, with the first thing that is wrong
    static Report read(String text) {
        Fields report = Fields.read(text);
        String kind = report.text("kind");
        if (!kind.equals(KIND)) {
            throw report.complaint("kind", "is not %s: %s".formatted(KIND, kind));
        }
        long version = report.integer("version");
        if (version != VERSION) {
            throw report.complaint("version", "is %d; this program reads version %d".formatted(version, VERSION));
        }
        double margin = report.number("margin");
        if (margin <= 0 || margin >= 1) {
            throw report.complaint("margin", "is not between 0 and 1: " + margin);
        }
        return new Report(report.flag("partial"), report.maybe("headline", Headline::of),
                report.object("fit", Fit::of), margin, report.list("rows", Row::of),
                report.list("controls", Control::of), report.list("evidence", Evidence::of),
                report.maybe("verification", Verification::of), report.list("callSites", CallSite::of),
                report.object("host", Host::of), report.maybeText("seed"), report.maybeNumber("seconds"),
                report.maybeText("date"), report.maybeText("command"));
    }

    /// An estimate and its 95 % interval; `low` and `high` are null together.
    record Estimate(double value, Double low, Double high) {

        /// Three members of an object; null when the first is.
        static Estimate of(Fields fields, String value, String low, String high) {
            Double estimate = fields.maybePositive(value);
            Double least = fields.maybePositive(low);
            Double most = fields.maybePositive(high);
            if ((least == null) != (most == null) || least != null && least > most) {
                throw fields.complaint(low, "and %s are no interval: %s, %s".formatted(high, least, most));
            }
            return estimate == null ? null : new Estimate(estimate, least, most);
        }

        /// The lowest that it may be.
        double least() {
            return low == null ? value : Math.min(low, value);
        }

        /// The highest that it may be.
        double most() {
            return high == null ? value : Math.max(high, value);
        }
    }

    /// @param ratio memory-struct over trampoline, four outputs, loop, quiet
    record Headline(Estimate ratio, String verdict, String sentence) {
        static Headline of(Fields fields) {
            return new Headline(Estimate.of(fields, "ratio", "low", "high"), fields.maybeText("verdict"),
                    fields.maybeText("sentence"));
        }
    }

    /// @param quietShare of the groups, 0 to 1
    record Fit(boolean fit, String reason, Double quietShare, List<String> sentences) {
        static Fit of(Fields fields) {
            return new Fit(fields.flag("fit"), fields.maybeText("reason"), fields.maybeNumber("quietShare"),
                    fields.texts("sentences"));
        }
    }

    /// One design in one shape, layer, state and mode.
    ///
    /// @param liveValues of a sequence of VMX instructions: how many values are alive around it
    /// @param ratio to memory-struct
    /// @param quantiles empty, or the time of a call at 0 %, 1 %, ... 100 % of the slots
    record Row(String layer, String instruction, String design, String shape, Long liveValues, String state,
            String mode, Estimate ns, Estimate ratio, Estimate ratioToInline, String verdict, Long instructions,
            Long loads, Long stores, Long callSiteBytes, Long sharedBytes, Double bytesAllocated, String checks,
            List<Fork> forks, List<Double> quantiles) {

        static Row of(Fields fields) {
            List<Double> quantiles = fields.numbers("quantiles");
            if (!quantiles.isEmpty() && quantiles.size() != QUANTILES) {
                throw fields.complaint("quantiles", "has %d numbers, not %d".formatted(quantiles.size(), QUANTILES));
            }
            for (int i = 1; i < quantiles.size(); i++) {
                if (quantiles.get(i) < quantiles.get(i - 1)) {
                    throw fields.complaint("quantiles", "fall at %d: they must ascend".formatted(i));
                }
            }
            return new Row(fields.text("layer"), fields.text("instruction"), fields.text("design"),
                    fields.text("shape"), fields.maybeInteger("liveValues"), fields.text("state"),
                    fields.text("mode"), Estimate.of(fields, "nsPerCall", "low", "high"),
                    Estimate.of(fields, "ratio", "ratioLow", "ratioHigh"),
                    Estimate.of(fields, "ratioToInline", "ratioToInlineLow", "ratioToInlineHigh"),
                    fields.maybeText("verdict"), fields.maybeInteger("instructions"), fields.maybeInteger("loads"),
                    fields.maybeInteger("stores"), fields.maybeInteger("callSiteBytes"),
                    fields.maybeInteger("sharedBytes"), fields.maybeNumber("bytesAllocated"),
                    fields.maybeText("checks"), fields.list("forks", Fork::of), quantiles);
        }

        boolean busy() {
            return state.equals("busy");
        }

        /// What is compared in one place: the instruction and its shape.
        String group() {
            return instruction + ", " + shape;
        }

        boolean is(String layer, String mode) {
            return this.layer.equals(layer) && this.mode.equals(mode);
        }

        /// The same row, but for the state of the host.
        boolean sameBut(Row other) {
            return layer.equals(other.layer) && mode.equals(other.mode) && group().equals(other.group())
                    && design.equals(other.design) && Objects.equals(liveValues, other.liveValues);
        }
    }

    /// What one process measured.
    record Fork(String fork, Double ns, Double ratio) {
        static Fork of(Fields fields) {
            return new Fork(fields.text("fork"), fields.maybePositive("nsPerCall"), fields.maybePositive("ratio"));
        }
    }

    /// A comparison whose answer is known.
    record Control(String layer, String design, String name, Estimate ratio, boolean fit) {
        static Control of(Fields fields) {
            return new Control(fields.text("layer"), fields.text("design"), fields.text("name"),
                    Estimate.of(fields, "ratio", "low", "high"), fields.flag("fit"));
        }
    }

    /// A part of a row, measured alone.
    record Evidence(String name, Estimate ns) {
        static Evidence of(Fields fields) {
            return new Evidence(fields.text("name"), Estimate.of(fields, "nsPerCall", "low", "high"));
        }
    }

    /// @param calls that were checked
    record Verification(long calls, String seed, List<Checked> rows) {
        static Verification of(Fields fields) {
            return new Verification(fields.integer("calls"), fields.text("seed"), fields.list("rows", Checked::of));
        }
    }

    /// A wrapper, and what the checks found.
    record Checked(String name, String design, String verdict, long calls, List<String> findings) {
        static Checked of(Fields fields) {
            return new Checked(fields.text("name"), fields.text("design"), fields.text("verdict"),
                    fields.integer("calls"), fields.texts("findings"));
        }

        boolean holds() {
            return verdict.equals("holds");
        }
    }

    /// A call site, disassembled.
    record CallSite(String design, String symbol, String shape, Long bytes, List<String> listing) {
        static CallSite of(Fields fields) {
            return new CallSite(fields.text("design"), fields.text("symbol"), fields.text("shape"),
                    fields.maybeInteger("bytes"), fields.texts("listing"));
        }
    }

    /// @param steal of the time of the processors while it was measured, 0 to 1
    record Host(String cpu, String family, String model, String stepping, String microcode, Long cores,
            Boolean virtualized, String kernel, String jdk, String os, Double steal, Double clockGhz, String nasm,
            String gcc) {
        static Host of(Fields fields) {
            return new Host(fields.maybeText("cpu"), fields.maybeText("family"), fields.maybeText("model"),
                    fields.maybeText("stepping"), fields.maybeText("microcode"), fields.maybeInteger("cores"),
                    fields.maybeFlag("virtualized"), fields.maybeText("kernel"), fields.maybeText("jdk"),
                    fields.maybeText("os"), fields.maybeNumber("steal"), fields.maybeNumber("clockGhz"),
                    fields.maybeText("nasm"), fields.maybeText("gcc"));
        }
    }
}
