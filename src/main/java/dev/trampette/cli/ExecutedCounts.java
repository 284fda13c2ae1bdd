package dev.trampette.cli;

import dev.trampette.contract.Contract;
import dev.trampette.report.Json;
import dev.trampette.report.Table;
import dev.trampette.trap.TrappedImage;
import dev.trampette.verify.trace.Trace;
import dev.trampette.verify.trace.Tracer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What `size --counts` shows: of each outcome what one call executes. No host and no run changes these numbers.
final class ExecutedCounts {

    private final Table table = new Table("wrapper", "outcome", "insns", "loads", "stores", "branches", "stack B")
            .wrap("wrapper").drop("branches");
    private final List<Map<String, Object>> json = new ArrayList<>();

    /// @param wrappers whose instructions are answered as `verify` answers them
    ExecutedCounts(List<Contract> wrappers) {
        TrappedImage hardware = TrappedImage.of("hardware");
        Tracer tracer = new Tracer(hardware.image(), 0);
        wrappers.forEach(wrapper -> tracer.counts(hardware.target(wrapper)).forEach((outcome, counts) ->
                add(wrapper.symbol(), outcome, counts)));
    }

    private void add(String wrapper, String outcome, Trace.Counts counts) {
        table.row(wrapper, outcome, counts.instructions(), counts.loads(), counts.stores(), counts.branches(),
                counts.stackBytes());
        json.add(Json.object("name", wrapper, "outcome", outcome, "instructions", counts.instructions(),
                "loads", counts.loads(), "stores", counts.stores(), "branches", counts.branches(),
                "stackBytes", counts.stackBytes()));
    }

    void print(FormatOption format) {
        format.print(table, Json.object("counts", json));
    }
}
