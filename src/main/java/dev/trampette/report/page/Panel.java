package dev.trampette.report.page;

/// A chart of a fixed size that is never scaled, so that its text is as large as any, and that fits a narrow screen. On
/// a wide one several stand beside each other. Lengths are in pixels.
///
/// @param left what is kept for the numbers of the axis that goes up
/// @param right what is kept for labels behind the last point
/// @param height of the field in which points lie
/// @param up null in a chart that has no such axis
record Panel(int left, int right, int height, Scale across, Scale up) {

    static final int WIDTH = 344;
    /// The size of a letter, and what it takes of a line at most.
    static final double LETTER = 6.6;

    private static final int TOP = 20;
    private static final int BELOW = 36;
    private static final int TICKS = 6;

    /// One whose numbers on the left have the room that they need.
    static Panel of(int right, int height, Scale across, Scale up) {
        double longest = up.ticks(TICKS).stream().mapToInt(tick -> Scale.label(tick).length()).max().orElse(0);
        return new Panel((int) Math.max(34, 12 + longest * LETTER), right, height, across, up);
    }

    /// The picture with its grid and axes.
    ///
    /// @param words what it shows, for those who do not see it
    Tag svg(String words, String acrossUnit, String upUnit) {
        int total = TOP + height + BELOW;
        Tag svg = Tag.of("svg", "class", "chart", "role", "img", "aria-label", words, "width", WIDTH, "height", total,
                "viewBox", "0 0 " + WIDTH + " " + total);
        for (double tick : across.ticks(TICKS)) {
            svg.add(line("grid", x(tick), x(tick), TOP, bottom()), text("tick", x(tick), bottom() + 14, "middle",
                    Scale.label(tick)));
        }
        svg.add(text("unit", end(), bottom() + 30, "end", acrossUnit));
        if (up != null) {
            for (double tick : up.ticks(TICKS)) {
                svg.add(line("grid", left, end(), y(tick), y(tick)),
                        text("tick", left - 6, y(tick) + 4, "end", Scale.label(tick)));
            }
            svg.add(text("unit", 0, 11, "start", upUnit));
        }
        return svg;
    }

    double x(double value) {
        return left + across.at(value) * (end() - left);
    }

    double y(double value) {
        return bottom() - up.at(value) * height;
    }

    /// The value at a place on the axis, which has equal steps.
    double value(double x) {
        return across.from() + (x - left) * valuePerPixel();
    }

    double valuePerPixel() {
        return (across.to() - across.from()) / (end() - left);
    }

    int top() {
        return TOP;
    }

    int bottom() {
        return TOP + height;
    }

    int end() {
        return WIDTH - right;
    }

    static Tag line(String style, double x1, double x2, double y1, double y2) {
        return Tag.of("line", "class", style, "x1", x1, "x2", x2, "y1", y1, "y2", y2);
    }

    static Tag text(String style, double x, double y, String anchor, String text) {
        return Tag.of("text", "class", style, "x", x, "y", y, "text-anchor", anchor).add(text);
    }
}
