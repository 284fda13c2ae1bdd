package dev.trampette.cost;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.apache.commons.statistics.descriptive.Quantile;

/// All slots of one process. A process has a memory layout and a minute of its own, so forks are what an interval is
/// taken over.
///
/// As a file it is text: a line `panel NAME COLUMN...` for each panel, and below it a line `PLACE BEFORE AFTER NS...`
/// for each group, with tabs between; where Java calls, a line `bytes` says what a call of each column allocates.
///
/// @param panels what was measured
public record Fork(List<Slots> panels) {

    private static final String PANEL = "panel";
    private static final String BYTES = "bytes";
    private static final double DIGITS = 1e4;

    /// What the reference takes when nothing disturbs it: the 1 % quantile of all its slots, in ns. NaN without any.
    public double level() {
        double[] references = panels.stream().flatMap(slots -> slots.groups().stream())
                .flatMapToDouble(group -> DoubleStream.of(group.before(), group.after())).toArray();
        return references.length == 0 ? Double.NaN : Quantile.withDefaults().evaluate(references, 0.01);
    }

    /// The slots of a panel by its name; none when this fork did not get so far.
    public List<Group> groups(String panel) {
        return panels.stream().filter(slots -> slots.panel().equals(panel))
                .flatMap(slots -> slots.groups().stream()).toList();
    }

    /// What a call of a column allocates; NaN where nobody looked.
    public double bytes(String panel, int column) {
        return panels.stream().filter(slots -> slots.panel().equals(panel) && slots.bytes().length > column)
                .mapToDouble(slots -> slots.bytes()[column]).findFirst().orElse(Double.NaN);
    }

    /// The lines of the file.
    public Stream<String> lines() {
        return panels.stream().flatMap(slots -> Stream.of(
                Stream.of(PANEL + '\t' + slots.panel() + '\t' + String.join("\t", slots.columns())),
                slots.bytes().length == 0 ? Stream.<String>of() : Stream.of(BYTES + '\t' + text(slots.bytes())),
                slots.groups().stream().map(Fork::line)).flatMap(lines -> lines));
    }

    private static String text(double... figures) {
        return Arrays.stream(figures).mapToObj(figure -> String.valueOf(Math.round(figure * DIGITS) / DIGITS))
                .collect(Collectors.joining("\t"));
    }

    private static String line(Group group) {
        return group.place() + "\t" + text(group.before(), group.after()) + '\t' + text(group.ns());
    }

    /// Write the file.
    public void write(Path file) {
        try {
            Files.write(file, (Iterable<String>) lines()::iterator);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Read what [#write] has written.
    ///
    /// @throws IOException when there is no such file
    public static Fork read(Path file) throws IOException {
        List<Slots> panels = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String[] cells = line.split("\t");
            if (cells[0].equals(PANEL)) {
                panels.add(new Slots(cells[1], List.of(cells).subList(2, cells.length), new double[0],
                        new ArrayList<>()));
                continue;
            }
            double[] ns = Arrays.stream(cells).skip(1).mapToDouble(Double::parseDouble).toArray();
            if (cells[0].equals(BYTES)) {
                Slots slots = panels.removeLast();
                panels.add(new Slots(slots.panel(), slots.columns(), ns, slots.groups()));
            } else {
                panels.getLast().groups().add(new Group(Integer.parseInt(cells[0]), ns[0], ns[1],
                        Arrays.copyOfRange(ns, 2, ns.length)));
            }
        }
        return new Fork(panels);
    }
}
