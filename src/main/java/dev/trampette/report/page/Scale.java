package dev.trampette.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/// An axis: values from one number to another, in equal steps or in equal ratios.
///
/// @param to more than `from`
/// @param ratios whether equal ratios are equally far apart; `from` is above 0 then
record Scale(double from, double to, boolean ratios) {

    private static final double[] STEPS = {1, 2, 5, 10};

    /// From 0 to a little more than the largest of these.
    static Scale fromZero(DoubleStream values) {
        double most = values.max().orElse(1);
        return new Scale(0, most > 0 ? most * 1.04 : 1, false);
    }

    /// All of these and 1, with a little room on both sides.
    static Scale ofRatios(DoubleStream values) {
        var all = DoubleStream.concat(values, DoubleStream.of(1)).summaryStatistics();
        double room = Math.max(1.05, Math.pow(all.getMax() / all.getMin(), 0.04));
        return new Scale(all.getMin() / room, all.getMax() * room, true);
    }

    /// Where a value lies: 0 at the beginning, 1 at the end, never outside.
    double at(double value) {
        DoubleUnaryOperator place = ratios ? Math::log : DoubleUnaryOperator.identity();
        double least = place.applyAsDouble(from);
        double part = (place.applyAsDouble(Math.max(value, from)) - least) / (place.applyAsDouble(to) - least);
        return Math.clamp(part, 0, 1);
    }

    /// Round numbers on the axis.
    ///
    /// @param most there is room for as many
    List<Double> ticks(int most) {
        if (!ratios || to / from < 5) {
            double step = step((to - from) / most);
            List<Double> ticks = new ArrayList<>();
            for (double n = Math.ceil(from / step); n * step <= to; n++) {
                ticks.add(n * step);
            }
            return ticks;
        }
        return Stream.of(new double[] {1, 1.5, 2, 3, 5, 7}, new double[] {1, 2, 5}, new double[] {1})
                .map(this::decades).filter(ticks -> ticks.size() <= most).findFirst().orElse(List.of(1.0));
    }

    private List<Double> decades(double[] mantissas) {
        List<Double> ticks = new ArrayList<>();
        for (int power = (int) Math.floor(Math.log10(from)); power <= Math.log10(to); power++) {
            for (double mantissa : mantissas) {
                double tick = mantissa * Math.pow(10, power);
                if (tick >= from && tick <= to) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }

    /// The smallest of 1, 2 and 5 by a power of ten that is not below the least.
    private static double step(double least) {
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        return DoubleStream.of(STEPS).map(step -> step * power).filter(step -> step >= least * 0.999).findFirst()
                .orElse(10 * power);
    }

    /// A tick as text, without zeros at the end.
    static String label(double tick) {
        String text = String.format(Locale.ROOT, "%,.4f", tick).replaceFirst("\\.?0+$", "");
        return text.equals("-0") ? "0" : text;
    }
}
