package dev.trampette.report.page;

import dev.trampette.report.page.Report.Row;

/// The words of the JSON as people say them.
final class Names {

    private Names() {
    }

    /// Where and how it was measured: `In a loop in assembly, throughput`.
    static String place(Row row) {
        return layer(row.layer()) + ", " + mode(row.mode());
    }

    static String layer(String layer) {
        return switch (layer) {
            case "loop" -> "In a loop in assembly";
            case "critical" -> "From Java, by a critical downcall";
            case "downcall" -> "From Java, by a downcall";
            case "java" -> "From Java";
            case "sequence" -> "In a sequence";
            default -> layer;
        };
    }

    private static String mode(String mode) {
        return mode.equals("latency") ? "latency (each call waits for the one before)" : mode;
    }
}
