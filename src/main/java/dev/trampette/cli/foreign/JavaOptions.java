package dev.trampette.cli.foreign;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.regex.Pattern;

/// Options of this Java that are a child's too: both start with the same classes, from one cache. A child has a
/// collector of its own, and Java does not start with two.
final class JavaOptions {

    private static final List<String> INHERITED = List.of("-XX:", "-Xlog", "-Ddev.trampette");
    private static final Pattern COLLECTOR = Pattern.compile("-XX:[+-]Use\\w+GC");

    private JavaOptions() {
    }

    static List<String> inherited() {
        return inherited(ManagementFactory.getRuntimeMXBean().getInputArguments());
    }

    /// Those of a list that are a child's too.
    static List<String> inherited(List<String> options) {
        return options.stream().filter(option -> INHERITED.stream().anyMatch(option::startsWith)
                && !option.startsWith("-XX:AOTCacheOutput") && !COLLECTOR.matcher(option).matches()).toList();
    }
}
