package dev.trampette.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The statistics on hosts whose truth is known.
class SimulatedHostTest {

    private static final int RUNS = 1000;
    private static final double TRUE = SimulatedHost.STRUCT / SimulatedHost.THIN;
    private static final double MARGIN = 0.02;

    private static Nested headline(Run run) {
        return run.ratio(SimulatedHost.PANEL, State.QUIET, 1, 0);
    }

    private static Comparison comparison(Run run) {
        return Comparison.of(List.of(SimulatedHost.PANEL), run, MARGIN);
    }

    @ParameterizedTest(name = "busy {0}, drift {1}, spikes {2}")
    @CsvSource({"0,0,0.01", "0.5,0,0.01", "0,0.015,0.01", "0,0,0.15", "0.4,0.01,0.1"})
    void an_interval_of_95_percent_has_the_truth_in_95_percent(double busy, double drift, double spikes) {
        long covered = LongStream.range(0, RUNS).parallel().filter(seed -> {
            Figure figure = headline(new SimulatedHost(busy, drift, spikes, 0.003, 0.005, seed).run(6, 12, 8,
                    SimulatedHost.STRUCT)).figure();
            return figure.low() <= TRUE && TRUE <= figure.high();
        }).count();

        assertThat(covered).isBetween(RUNS * 93L / 100, RUNS * 97L / 100);
    }

    @Test
    void the_headline_repeats_on_a_host_of_two_states() {
        List<Double> values = IntStream.range(0, 20).mapToDouble(seed -> headline(
                new SimulatedHost(0.5, 0, 0.05, 0.002, 0.005, seed).run(6, 30, 8, SimulatedHost.STRUCT)).figure()
                .value()).boxed().toList();

        assertThat(values).allSatisfy(value -> assertThat(value / TRUE).isBetween(0.99, 1.01));
    }

    @Test
    void the_busy_ratio_is_a_row_of_its_own() {
        Comparison comparison = comparison(new SimulatedHost(0.5, 0, 0.01, 0.002, 0.005, 1).run(6, 30, 8,
                SimulatedHost.STRUCT));

        assertThat(comparison.rows()).extracting(Row::state).contains(State.QUIET, State.BUSY);
        assertThat(comparison.rows().stream().filter(row -> row.state() == State.BUSY
                && row.design().equals("trampoline")).findFirst().orElseThrow().ratio().value())
                .isBetween(0.33, 0.36);
        assertThat(comparison.headline().value()).isBetween(0.99 * TRUE, 1.01 * TRUE);
    }

    /// The bootstrap is a check: over so few forks its interval is narrower, and it must be about where the other is.
    @Test
    void the_bootstrap_agrees() {
        Nested headline = headline(new SimulatedHost(0.3, 0, 0.05, 0.003, 0.005, 5).run(12, 20, 8,
                SimulatedHost.STRUCT));

        Figure bootstrap = headline.bootstrap(new SplittableRandom(1));

        double width = headline.figure().high() - headline.figure().low();
        assertThat(bootstrap.high() - bootstrap.low()).isBetween(0.5 * width, 1.5 * width);
        assertThat(bootstrap.low()).isLessThan(TRUE);
        assertThat(bootstrap.high()).isGreaterThan(TRUE);
    }

    @Test
    void a_quiet_host_is_fit() {
        long fit = LongStream.range(0, 100).filter(seed -> comparison(SimulatedHost.quiet(seed).run(6, 12, 8,
                SimulatedHost.STRUCT)).fitness().isFit()).count();

        assertThat(fit).isGreaterThanOrEqualTo(99);
    }

    /// One that is busy from the first group to the last of all forks looks quiet: nothing tells it.
    @Test
    void a_host_that_is_hardly_ever_quiet_is_not_fit_or_right() {
        List<Comparison> comparisons = LongStream.range(0, 100).mapToObj(seed ->
                comparison(new SimulatedHost(0.9, 0, 0.01, 0.002, 0.005, seed).run(6, 12, 8, SimulatedHost.STRUCT)))
                .toList();

        assertThat(comparisons).filteredOn(comparison -> comparison.fitness().reason().orElse("").contains("quiet"))
                .hasSizeGreaterThan(20);
        assertThat(comparisons).filteredOn(comparison -> comparison.fitness().isFit()
                && Math.abs(comparison.headline().value() / TRUE - 1) > 0.03).hasSizeLessThan(10);
    }

    @Test
    void a_host_on_which_equal_code_differs_is_not_fit() {
        Fitness fitness = comparison(new SimulatedHost(0, 0, 0.01, 0.04, 0.005, 4).run(6, 12, 8,
                SimulatedHost.STRUCT)).fitness();

        assertThat(fitness.reason()).hasValueSatisfying(reason ->
                assertThat(reason).contains("measured twice differs"));
        assertThat(fitness.sentences()).anyMatch(sentence -> sentence.endsWith("not fit."));
    }

    @Test
    void a_host_whose_processes_run_at_different_speeds_is_not_fit() {
        List<Fork> forks = IntStream.range(0, 6).mapToObj(fork -> slowed(SimulatedHost.quiet(fork).fork(12, 8),
                1 + 0.1 * fork)).toList();

        Fitness fitness = comparison(new Run(forks)).fitness();

        assertThat(fitness.reason()).hasValueSatisfying(reason ->
                assertThat(reason).startsWith("the reference was at its fastest in 1 of 6 forks"));
    }

    private static Fork slowed(Fork fork, double factor) {
        return new Fork(fork.panels().stream().map(slots -> new Slots(slots.panel(), slots.columns(), new double[0],
                slots.groups().stream().map(group -> new Group(group.place(), group.before() * factor,
                        group.after() * factor, Arrays.stream(group.ns()).map(ns -> ns * factor).toArray()))
                        .toList())).toList());
    }

    @ParameterizedTest
    @CsvSource({"1.00,THE_SAME", "1.05,DEARER", "0.95,CHEAPER"})
    void a_difference_is_told_and_an_equal_pair_is_not(double factor, Judgement expected) {
        long told = LongStream.range(0, 100).filter(seed -> {
            Run run = SimulatedHost.quiet(seed).run(6, 12, 8, SimulatedHost.THIN * factor);
            return Judgement.of(headline(run).figure(), MARGIN) == expected;
        }).count();

        assertThat(told).isGreaterThanOrEqualTo(95);
    }

    @Test
    void a_difference_that_no_interval_shows_is_not_known() {
        assertThat(Judgement.of(new Figure(1.01, 0.97, 1.05), MARGIN)).isEqualTo(Judgement.NOT_KNOWN);
        assertThat(Judgement.of(new Figure(0.99, 0.985, 0.995), MARGIN)).isEqualTo(Judgement.THE_SAME);
        assertThat(Judgement.of(new Figure(0.97, 0.96, 0.98), MARGIN)).isEqualTo(Judgement.CHEAPER);
        assertThat(Judgement.of(new Figure(1.97, 1.96, 1.98), MARGIN)).isEqualTo(Judgement.DEARER);
        assertThat(Judgement.of(Figure.NONE, MARGIN)).isEqualTo(Judgement.NOT_KNOWN);
        assertThat(Judgement.CHEAPER.and(Judgement.THE_SAME)).isEqualTo(Judgement.NOT_KNOWN);
    }

    @Test
    void an_interval_is_no_narrower_than_what_equal_code_differs_by() {
        Figure figure = new Figure(2, 1.999, 2.001).noNarrowerThan(new Figure(1.004, 0.99, 1.02).reach());

        assertThat(figure.low()).isEqualTo(2 / 1.02, within(1e-9));
        assertThat(figure.high()).isEqualTo(2 * 1.02, within(1e-9));
    }
}
