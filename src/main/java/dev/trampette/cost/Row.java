package dev.trampette.cost;

import java.util.List;

/// What came out of one design in one panel and one state of the host.
///
/// @param panel where it was measured
/// @param design its name there
/// @param symbol its call site; empty where it has none
/// @param state what the host was like
/// @param ns of a call
/// @param ratio to memory-struct, or to what the panel has in its place; [Figure#NONE] for that itself
/// @param ratioToInline to inline; [Figure#NONE] where there is none
/// @param ratioToReference to the reference around the groups
/// @param judgement what `ratio` says; null for the row that it is a ratio to
/// @param bytes of heap that a call allocates; NaN where it is not Java that calls
/// @param dots a figure for each fork
/// @param quantiles of all its slots in that state, ns of a call, at 0 %, 1 % ... 100 %; empty without slots
public record Row(Panel panel, String design, String symbol, State state, Figure ns, Figure ratio,
        Figure ratioToInline, Figure ratioToReference, Judgement judgement, double bytes, List<Dot> dots,
        double[] quantiles) {

    /// One fork of a row.
    ///
    /// @param fork its number, from 1
    /// @param ns of a call
    /// @param ratio to what the row's ratio is to; NaN without
    public record Dot(int fork, double ns, double ratio) {
    }

    /// The name on the command line and in files.
    public String name() {
        return panel.name(design);
    }
}
