package dev.trampette.cost;

import dev.trampette.cost.Control.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.statistics.descriptive.Quantile;

/// What the slots of a run say of every row, and of the run itself.
///
/// @param rows every design of every panel, quiet and busy
/// @param controls what must come out as 1
/// @param fitness whether the rows are to be believed
/// @param headline what memory-struct takes over what the trampoline takes: four outputs, in the loop, quiet
/// @param margin the difference that nobody cares for
public record Comparison(List<Row> rows, List<Control> controls, Fitness fitness, Figure headline, double margin) {

    /// What rows are compared with: the design that Linux has.
    public static final String BASE = "memory-struct";

    private static final String FLOOR = "inline";
    private static final String THIN = "trampoline";
    private static final int LEAST_FORKS = 3;
    private static final long SEED = 1;

    /// Look at the slots of some panels.
    public static Comparison of(List<Panel> panels, Run run, double margin) {
        List<Control> controls = panels.stream().filter(Panel::controlled).flatMap(panel -> panel.labels().stream()
                .flatMap(design -> Stream.concat(
                        Stream.of(control(panel, design, Kind.AGAIN, run)),
                        panel.isHalved() ? Stream.of(control(panel, design, Kind.HALF, run)) : Stream.of()))).toList();
        List<Row> rows = panels.parallelStream().flatMap(panel -> Stream.of(State.QUIET, State.BUSY).flatMap(state ->
                panel.designs().stream().map(entry -> row(panel, entry, state, run, controls, margin)))
                .filter(row -> row.state() == State.QUIET || row.ns().isKnown())).toList();
        Figure headline = panels.stream().filter(Comparison::isHeadline).findFirst().map(panel -> run.ratio(panel,
                        State.QUIET, panel.column(BASE), panel.column(THIN)).figure()
                .noNarrowerThan(reach(Layer.LOOP, controls, BASE, THIN))).orElse(Figure.NONE);
        return new Comparison(rows, controls, fitness(run, rows, controls), headline, margin);
    }

    private static boolean isHeadline(Panel panel) {
        return panel.layer() == Layer.LOOP && panel.mode() == Mode.THROUGHPUT
                && panel.shape().equals(Shape.OUTPUTS_4.label());
    }

    /// By how much equal code came out different in a layer: of some designs.
    private static double reach(Layer layer, List<Control> controls, String... designs) {
        return controls.stream().filter(control -> control.layer() == layer && control.kind() == Kind.AGAIN
                        && List.of(designs).contains(control.design()))
                .mapToDouble(control -> control.ratio().reach()).max().orElse(0);
    }

    /// What the headline says of memory-struct, beside the trampoline.
    public Judgement verdict() {
        return Judgement.of(headline, margin);
    }

    /// The headline in words.
    public String sentence() {
        Optional<Row> thin = headlineRow(THIN);
        Optional<Row> base = headlineRow(BASE);
        if (thin.isEmpty() || base.isEmpty() || !headline.isKnown()) {
            return "The comparison of trampoline and memory-struct was not measured, or not enough of it.";
        }
        String figures = String.format(Locale.ROOT, "%.2f ns and %.2f ns a call, %d and %d bytes at the call site",
                thin.get().ns().value(), base.get().ns().value(), SiteSize.of(thin.get().symbol()).callSite(),
                SiteSize.of(base.get().symbol()).callSite());
        return switch (verdict()) {
            case DEARER, CHEAPER -> String.format(Locale.ROOT, "For four outputs the trampoline takes %.0f %% of the "
                    + "time of memory-struct (%s).", 100 / headline.value(), figures);
            case THE_SAME -> "For four outputs trampoline and memory-struct take the same time (%s)."
                    .formatted(figures);
            case NOT_KNOWN -> "For four outputs trampoline and memory-struct cannot be told apart (%s)."
                    .formatted(figures);
        };
    }

    private Optional<Row> headlineRow(String design) {
        return rows.stream().filter(row -> isHeadline(row.panel()) && row.state() == State.QUIET
                && row.design().equals(design)).findFirst();
    }

    private static Control control(Panel panel, String design, Kind kind, Run run) {
        int column = kind == Kind.AGAIN ? panel.again(design) : panel.half(design);
        return new Control(panel.layer(), design, kind,
                run.ratio(panel, State.QUIET, column, panel.column(design)).figure());
    }

    private static Row row(Panel panel, Panel.Entry entry, State state, Run run, List<Control> controls,
            double margin) {
        int column = panel.column(entry.design());
        int base = panel.column(base(panel));
        int floor = panel.column(FLOOR);
        double reach = reach(panel.layer(), controls, entry.design(), base(panel));
        Nested ns = run.ns(panel, state, column);
        Nested toBase = run.ratio(panel, state, column, base);
        Figure ratio = column == base ? Figure.NONE : toBase.figure().noNarrowerThan(reach);
        Figure check = toBase.bootstrap(new SplittableRandom(SEED)).noNarrowerThan(reach);
        return new Row(panel, entry.design(), entry.symbol(), state, ns.figure(), ratio,
                floor < 0 || column == floor ? Figure.NONE
                        : run.ratio(panel, state, column, floor).figure().noNarrowerThan(reach),
                run.ratioToReference(panel, state, column).figure(),
                column == base ? null : Judgement.of(ratio, margin).and(Judgement.of(check, margin)),
                run.bytes(panel, column), dots(panel, state, run, column, base),
                quantiles(run.groups(panel, state), group -> group.ns()[column]));
    }

    /// What the ratios of a panel are to: memory-struct where it is, else the last design.
    private static String base(Panel panel) {
        return panel.labels().contains(BASE) ? BASE : panel.labels().getLast();
    }

    private static List<Row.Dot> dots(Panel panel, State state, Run run, int column, int base) {
        List<Row.Dot> dots = new ArrayList<>();
        List<List<Group>> forks = run.groups(panel, state);
        for (int fork = 0; fork < forks.size(); fork++) {
            double[] ns = Nested.of(forks.subList(fork, fork + 1), group -> Math.log(group.ns()[column])).means();
            double[] ratio = Nested.of(forks.subList(fork, fork + 1), group ->
                    Math.log(group.ns()[column] / group.ns()[base])).means();
            if (ns.length == 1) {
                dots.add(new Row.Dot(fork + 1, Math.exp(ns[0]), column == base ? Double.NaN : Math.exp(ratio[0])));
            }
        }
        return dots;
    }

    private static double[] quantiles(List<List<Group>> forks, ToDoubleFunction<Group> ns) {
        double[] values = Nested.sorted(forks, ns);
        return values.length == 0 ? values : Quantile.withDefaults().evaluate(values,
                IntStream.rangeClosed(0, 100).mapToDouble(percent -> percent / 100.0).toArray());
    }

    private static Fitness fitness(Run run, List<Row> rows, List<Control> controls) {
        List<String> reasons = new ArrayList<>();
        if (run.quietForks() < LEAST_FORKS) {
            reasons.add("the reference was at its fastest in %d of %d forks, and %d are needed".formatted(
                    run.quietForks(), run.forks(), LEAST_FORKS));
        }
        long unknown = rows.stream().filter(row -> row.panel().isHalved() && row.state() == State.QUIET
                && row.dots().size() < LEAST_FORKS).count();
        if (unknown > 0) {
            reasons.add("too few groups were quiet (%s): %d rows of the headline have no figure from %d forks"
                    .formatted(percent(run.quietShare()), unknown, LEAST_FORKS));
        }
        controls.stream().filter(control -> control.layer() == Layer.LOOP && control.ratio().isKnown()
                && !control.isFit()).forEach(control ->
                reasons.add(control.kind() == Kind.AGAIN
                        ? "%s measured twice differs, %s".formatted(control.design(), text(control.ratio()))
                        : "the time of %s does not grow with the number of calls, %s".formatted(control.design(),
                                text(control.ratio()))));
        List<String> sentences = controls.stream().filter(control -> control.kind() == Kind.AGAIN)
                .map(again -> sentence(again, controls)).toList();
        return new Fitness(reasons.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", reasons)),
                run.quietShare(), sentences);
    }

    private static String sentence(Control again, List<Control> controls) {
        Optional<Control> half = controls.stream().filter(control -> control.kind() == Kind.HALF
                && control.layer() == again.layer() && control.design().equals(again.design())).findFirst();
        return "%s, %s: measured twice it came out %s%s: %s.".formatted(again.layer(), again.design(),
                text(again.ratio()), half.map(control -> ", with half the calls " + text(control.ratio())).orElse(""),
                !again.ratio().isKnown() ? "too seldom on a quiet host"
                        : again.isFit() && half.map(Control::isFit).orElse(true) ? "fit" : "not fit");
    }

    static String text(Figure figure) {
        return figure.isKnown() ? String.format(Locale.ROOT, "%.4f %s", figure.value(), figure.range(4)) : "unknown";
    }

    private static String percent(double share) {
        return Math.round(share * 100) + " %";
    }
}
