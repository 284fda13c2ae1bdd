package dev.trampette.report.page;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Where the names of points go so that none lies over another, over a point, or outside.
final class Labels {

    /// What a label takes.
    record Box(double x, double y, double width, double height) {

        /// How much of this box another covers.
        double covers(Box other) {
            double across = Math.min(x + width, other.x + other.width) - Math.max(x, other.x);
            double down = Math.min(y + height, other.y + other.height) - Math.max(y, other.y);
            return across > 0 && down > 0 ? across * down : 0;
        }

        /// How far a place is from the nearest edge of this box.
        double distance(double x, double y) {
            return Math.hypot(x - Math.clamp(x, this.x, this.x + width), y - Math.clamp(y, this.y, this.y + height));
        }
    }

    /// A point and its name.
    record Point(double x, double y, String name) {
        Box box() {
            return new Box(x - 6, y - 6, 12, 12);
        }
    }

    static final double HEIGHT = 14;

    /// Right, left, above, below, and the corners.
    private static final double[][] SIDES = {{1, 0}, {-1, 0}, {0, -1}, {0, 1}, {1, -1}, {1, 1}, {-1, -1}, {-1, 1}};

    private Labels() {
    }

    /// A box for each point, in their order. Each takes the place that is nearest to its point among those that are
    /// free; when none is, the one that covers least.
    static List<Box> place(List<Point> points, Box field) {
        List<Box> placed = new ArrayList<>();
        for (Point point : points) {
            placed.add(candidates(point).stream().min(Comparator.comparingLong(box -> cost(box, points, placed,
                    field))).orElseThrow());
        }
        return placed;
    }

    private static long cost(Box box, List<Point> points, List<Box> placed, Box field) {
        double outside = box.width * box.height - box.covers(field);
        // In whole pixels: what rounding leaves is no reason to go elsewhere.
        return Math.round(2 * outside + points.stream().mapToDouble(point -> box.covers(point.box())).sum()
                + placed.stream().mapToDouble(box::covers).sum());
    }

    /// The nearest first: beside the point, then above and below it, then farther away.
    private static List<Box> candidates(Point point) {
        double width = point.name.length() * Panel.LETTER;
        List<Box> boxes = new ArrayList<>();
        for (double away = 8; away <= 64; away += 8) {
            for (double[] side : SIDES) {
                double x = side[0] == 0 ? point.x - width / 2
                        : side[0] > 0 ? point.x + away : point.x - away - width;
                double y = point.y - HEIGHT / 2 + side[1] * (away + HEIGHT / 2);
                boxes.add(new Box(x, y, width, HEIGHT));
            }
        }
        return boxes;
    }

    /// Heights for labels that stand below each other: as near as can be to where they want to be, `HEIGHT` apart,
    /// none below the lowest place.
    ///
    /// @param wanted in any order; the result is in the same
    static double[] column(double[] wanted, double lowest) {
        double[] given = wanted.clone();
        int[] order = IntStream.range(0, wanted.length).boxed().sorted(Comparator.comparingDouble(i -> wanted[i]))
                .mapToInt(i -> i).toArray();
        for (int i = 1; i < order.length; i++) {
            given[order[i]] = Math.max(given[order[i]], given[order[i - 1]] + HEIGHT);
        }
        double limit = lowest;
        for (int i = order.length - 1; i >= 0; i--) {
            given[order[i]] = Math.min(given[order[i]], limit);
            limit = given[order[i]] - HEIGHT;
        }
        return given;
    }
}
