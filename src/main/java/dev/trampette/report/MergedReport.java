package dev.trampette.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Reports of several hosts, side by side: the ratios, for times of two hosts are not to be compared.
///
/// @param hosts the report of each host, by [Host#key]
public record MergedReport(Map<String, Map<?, ?>> hosts) {

    private static final List<String> KEYS = List.of("layer", "instruction", "shape", "liveValues", "state", "mode",
            "design");

    /// For people: a column for each host.
    public Table table() {
        List<String> header = new ArrayList<>(List.of("shape", "design"));
        hosts.keySet().forEach(host -> header.add("x struct, " + host));
        Table table = new Table(header.toArray(String[]::new));
        rows().forEach((key, figures) -> {
            List<Object> cells = new ArrayList<>(List.of(
                    "%s %s %s%s %s %s".formatted(key.get(0), key.get(1), key.get(2),
                            key.get(3).equals("null") ? "" : ", %s alive,".formatted(key.get(3)), key.get(4),
                            key.get(5)), key.get(6)));
            hosts.keySet().forEach(host -> cells.add(cell(figures.get(host))));
            table.row(cells.toArray());
        });
        return table;
    }

    private static String cell(Map<?, ?> row) {
        return row == null || !(row.get("ratio") instanceof Number ratio) ? "-"
                : String.format(Locale.ROOT, "%.3f %s", ratio.doubleValue(), row.get("verdict"));
    }

    /// For programs.
    public Map<String, Object> json() {
        return Json.object("kind", "trampette-hosts",
                "hosts", hosts.entrySet().stream().map(report -> Json.object("key", report.getKey(),
                        "host", report.getValue().get("host"), "headline", report.getValue().get("headline"),
                        "fit", report.getValue().get("fit"))).toList(),
                "rows", rows().entrySet().stream().map(row -> {
                    Map<String, Object> members = new LinkedHashMap<>();
                    row.getValue().values().stream().findFirst().ifPresent(first ->
                            KEYS.forEach(key -> members.put(key, first.get(key))));
                    members.put("figures", row.getValue().entrySet().stream().map(figure -> Json.object(
                            "key", figure.getKey(),
                            "nsPerCall", figure.getValue().get("nsPerCall"),
                            "ratio", figure.getValue().get("ratio"),
                            "ratioLow", figure.getValue().get("ratioLow"),
                            "ratioHigh", figure.getValue().get("ratioHigh"),
                            "verdict", figure.getValue().get("verdict"))).toList());
                    return members;
                }).toList());
    }

    /// What a row is, and its figures by host.
    private Map<List<String>, Map<String, Map<?, ?>>> rows() {
        Map<List<String>, Map<String, Map<?, ?>>> rows = new LinkedHashMap<>();
        hosts.forEach((host, report) -> Json.objects(report.get("rows")).forEach(row -> rows.computeIfAbsent(
                KEYS.stream().map(key -> String.valueOf(row.get(key))).toList(), _ -> new LinkedHashMap<>())
                .put(host, row)));
        return rows;
    }
}
