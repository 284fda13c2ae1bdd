package dev.trampette.cli.foreign;

import dev.trampette.contract.Contract;
import dev.trampette.report.Json;
import java.util.List;
import java.util.Map;

/// One of two routines that are compared.
///
/// @param files objects and sources, to be loaded together; none for a shipped wrapper
/// @param compilerFlags for sources
/// @param contract what it promises, its symbol among it
public record Contestant(List<String> files, List<String> compilerFlags, Contract contract) {

    /// A wrapper of this library.
    public static Contestant shipped(Contract contract) {
        return new Contestant(List.of(), List.of(), contract);
    }

    /// Whether it is one of this library.
    public boolean isShipped() {
        return files.isEmpty();
    }

    Map<String, Object> json() {
        return Json.object("files", files, "compilerFlags", compilerFlags, "contract", contract.toString());
    }

    static Contestant read(Map<?, ?> members) {
        return new Contestant(Json.texts(members.get("files")), Json.texts(members.get("compilerFlags")),
                Contract.parse((String) members.get("contract")));
    }
}
