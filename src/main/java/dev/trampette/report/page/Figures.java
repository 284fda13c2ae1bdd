package dev.trampette.report.page;

import dev.trampette.report.page.Report.Estimate;
import java.util.Locale;

/// Numbers in words and digits, the same way on the whole page.
final class Figures {

    /// What stands in a table for a figure that is not there.
    static final String NONE = "–";

    /// The level of all intervals. The space is one at which no line ends.
    static final String LEVEL = "95\u00a0%";

    private Figures() {
    }

    /// A time in nanoseconds: two decimals, none from 1,000 on.
    static String ns(double value) {
        return String.format(Locale.ROOT, value < 1000 ? "%.2f" : "%,.0f", value);
    }

    /// A ratio: three decimals, fewer from 10 on.
    static String ratio(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.3f" : value < 100 ? "%.1f" : "%,.0f", value);
    }

    static String ns(Estimate ns) {
        return ns == null ? NONE : ns(ns.value());
    }

    static String ratio(Estimate ratio) {
        return ratio == null ? NONE : ratio(ratio.value());
    }

    /// `[3.47, 3.53]`, or nothing.
    static String nsInterval(Estimate ns) {
        return ns == null || ns.low() == null ? "" : "[%s, %s]".formatted(ns(ns.low()), ns(ns.high()));
    }

    /// `[0.500, 0.506]`, or nothing.
    static String ratioInterval(Estimate ratio) {
        return ratio == null || ratio.low() == null ? ""
                : "[%s, %s]".formatted(ratio(ratio.low()), ratio(ratio.high()));
    }

    static String text(String text) {
        return text == null ? NONE : text;
    }

    static String count(Number value) {
        return value == null ? NONE : String.format(Locale.ROOT, "%,d", value.longValue());
    }

    /// A share as percent: `93 %`, with a space at which no line ends.
    static String percent(double share) {
        double percent = share * 100;
        return String.format(Locale.ROOT, percent == Math.rint(percent) ? "%.0f\u00a0%%" : "%.1f\u00a0%%", percent);
    }
}
