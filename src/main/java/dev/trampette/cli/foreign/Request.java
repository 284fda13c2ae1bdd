package dev.trampette.cli.foreign;

import dev.trampette.image.Syntax;
import dev.trampette.report.Json;
import dev.trampette.verify.trace.Tracing;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a child does, as the parent writes it to the child's standard input: a line of JSON. When the child has
/// told what routines there are, another line says which of them are meant.
///
/// @param files objects and sources, to be loaded together
/// @param compilerFlags for sources
/// @param convention of functions whose contract is learnt
/// @param contracts the text of a contract file, or empty
/// @param contractFile its name, for messages
/// @param lines of contracts, which stand for all routines
/// @param task what is done with each routine
/// @param tracing what is traced, when that is the task
/// @param seed where random values start
/// @param iterations how often each outcome is tried
public record Request(List<String> files, List<String> compilerFlags, String convention, Optional<String> contracts,
        String contractFile, List<String> lines, Task task, Tracing tracing, long seed, int iterations) {

    /// A request in which the way to write a trace does not matter.
    public Request(List<String> files, List<String> compilerFlags, String convention, Optional<String> contracts,
            String contractFile, List<String> lines, Task task, Optional<String> outcome, long seed, int iterations) {
        this(files, compilerFlags, convention, contracts, contractFile, lines, task, Tracing.of(outcome), seed,
                iterations);
    }

    /// The line about it.
    public String json() {
        return Json.line(Json.object("files", files, "compilerFlags", compilerFlags, "convention", convention,
                "contracts", contracts.orElse(null), "contractFile", contractFile, "lines", lines, "task", task.name(),
                "outcome", tracing.outcome().orElse(null), "steps", tracing.steps(),
                "syntax", tracing.syntax().label(), "seed", Long.toString(seed), "iterations", iterations));
    }

    static Request read(String json) {
        Map<?, ?> members = Json.read(json);
        return new Request(Json.texts(members.get("files")), Json.texts(members.get("compilerFlags")),
                (String) members.get("convention"), Optional.ofNullable((String) members.get("contracts")),
                (String) members.get("contractFile"), Json.texts(members.get("lines")),
                Task.valueOf((String) members.get("task")),
                new Tracing(Optional.ofNullable((String) members.get("outcome")),
                        (Integer) members.get("steps"), Syntax.labelled((String) members.get("syntax")).orElseThrow()),
                Long.parseLong((String) members.get("seed")),
                (Integer) members.get("iterations"));
    }

    /// The line about the routines.
    public static String chosen(List<String> symbols) {
        return Json.line(Json.object("symbols", symbols));
    }

    /// See [#chosen].
    static List<String> readChosen(String json) {
        return Json.texts(Json.read(json).get("symbols"));
    }
}
