package dev.trampette.report;

import dev.trampette.verify.trace.Profile;
import dev.trampette.verify.trace.Trace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A [Profile] as JSON, on its way from the process in which the routine ran.
public final class ProfileJson {

    private ProfileJson() {
    }

    /// Write it.
    public static Map<String, Object> write(Profile profile) {
        return Json.object("name", profile.name(),
                "scenes", profile.scenes().stream().map(scene -> Json.object("outcome", scene.outcome(),
                        "number", scene.number(), "seen", scene.seen().stream().map(seen -> List.of(seen.place(),
                                seen.kind().name(), Boolean.toString(seen.isNamed()), seen.value(), seen.origin()))
                                .toList())).toList(),
                "counts", counts(profile.counts()), "routines", profile.routines(),
                "obstacle", profile.obstacle().orElse(null));
    }

    /// Read what [#write] has written.
    public static Profile read(Map<?, ?> members) {
        Map<String, Trace.Counts> counts = new LinkedHashMap<>();
        ((Map<?, ?>) members.get("counts")).forEach((outcome, one) ->
                counts.put((String) outcome, TraceReport.counts((Map<?, ?>) one)));
        return new Profile((String) members.get("name"), Json.objects(members.get("scenes")).stream()
                .map(ProfileJson::scene).toList(), counts, Json.texts(members.get("routines")),
                Optional.ofNullable((String) members.get("obstacle")));
    }

    private static Profile.Scene scene(Map<?, ?> scene) {
        return new Profile.Scene((String) scene.get("outcome"), (Integer) scene.get("number"),
                ((List<?>) scene.get("seen")).stream().map(Json::texts).map(seen -> new Profile.Seen(seen.get(0),
                        Profile.Kind.valueOf(seen.get(1)), Boolean.parseBoolean(seen.get(2)), seen.get(3),
                        seen.get(4))).toList());
    }

    private static Map<String, Object> counts(Map<String, Trace.Counts> counts) {
        Map<String, Object> all = new LinkedHashMap<>();
        counts.forEach((outcome, one) -> all.put(outcome, TraceReport.json(one)));
        return all;
    }
}
