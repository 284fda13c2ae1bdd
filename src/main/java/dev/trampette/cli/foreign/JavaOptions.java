package dev.trampette.cli.foreign;

import java.lang.management.ManagementFactory;
import java.util.List;

/// Options of this Java that are a child's too: both start with the same classes, from one cache.
final class JavaOptions {

    private static final List<String> INHERITED = List.of("-XX:", "-Xlog", "-Ddev.trampette");

    private JavaOptions() {
    }

    static List<String> inherited() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> INHERITED.stream().anyMatch(option::startsWith)
                        && !option.startsWith("-XX:AOTCacheOutput")).toList();
    }
}
