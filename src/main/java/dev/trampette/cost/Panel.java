package dev.trampette.cost;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Rows that are measured in the same groups, so that they can be compared: the designs of one thing.
///
/// @param layer from where they are called
/// @param instruction what is wrapped: `TDCALL`
/// @param shape what is passed and returned: `4 outputs`
/// @param liveValues how many values are alive across a sequence; empty where there is none
/// @param mode how calls follow each other
/// @param designs the rows
/// @param controlled whether each design is measured a second time, and in the loop with half the calls too
public record Panel(Layer layer, String instruction, String shape, Optional<Integer> liveValues, Mode mode,
        List<Entry> designs, boolean controlled) {

    /// What the columns of the second measurement and of the one with half the calls are called.
    private static final String AGAIN = " again";
    private static final String HALF = " half";
    private static final String EARLIER = " earlier";

    /// One design.
    ///
    /// @param design its name: `memory-struct`
    /// @param symbol the call site; empty where there is none of its own
    /// @param earlier whether it is that of an earlier build
    public record Entry(String design, String symbol, boolean earlier) {

        /// Of this build.
        public Entry(String design, String symbol) {
            this(design, symbol, false);
        }

        /// The same call site of an earlier build.
        Entry before() {
            return new Entry(design + EARLIER, symbol, true);
        }
    }

    /// The same with those call sites of an earlier build beside that it has.
    ///
    /// @param symbols what the earlier build has
    public Panel beside(Predicate<String> symbols) {
        return new Panel(layer, instruction, shape, liveValues, mode, Stream.concat(designs.stream(), designs.stream()
                .filter(entry -> symbols.test(entry.symbol())).map(Entry::before)).toList(), controlled);
    }

    /// The column of the same design of an earlier build; -1 when it is not here.
    public int before(String design) {
        return column(design + EARLIER);
    }

    /// The name on the command line and in files: `loop/TDCALL/4-outputs/throughput`.
    public String name() {
        return "%s/%s/%s%s/%s".formatted(layer, instruction, shape.replace(' ', '-'),
                liveValues.map("/%d-live"::formatted).orElse(""), mode);
    }

    /// The name of a row: `loop/TDCALL/4-outputs/throughput/trampoline`.
    public String name(String design) {
        return name() + "/" + design;
    }

    /// Whether each design is measured with half the calls too.
    public boolean isHalved() {
        return controlled && layer == Layer.LOOP;
    }

    /// What a group has: the designs; then, where it is controlled, each once more, and each with half the calls.
    public List<String> columns() {
        List<String> columns = new ArrayList<>(labels());
        if (controlled) {
            labels().forEach(design -> columns.add(design + AGAIN));
        }
        if (isHalved()) {
            labels().forEach(design -> columns.add(design + HALF));
        }
        return columns;
    }

    /// The names of the designs.
    public List<String> labels() {
        return designs.stream().map(Entry::design).toList();
    }

    /// The column of a design; -1 when it is not here.
    public int column(String design) {
        return labels().indexOf(design);
    }

    /// The column of the second measurement of a design.
    public int again(String design) {
        return columns().indexOf(design + AGAIN);
    }

    /// The column of a design with half the calls.
    public int half(String design) {
        return columns().indexOf(design + HALF);
    }

    /// How many calls a slot of a column has.
    ///
    /// @param usual how many the designs have
    public int calls(int column, int usual) {
        return column >= 2 * designs.size() ? usual / 2 : usual;
    }
}
