package dev.trampette.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/// The machine that figures were taken on.
///
/// @param cpu the processor's name for itself
/// @param cores how many the JVM may use
/// @param virtual whether a hypervisor says that it is there
/// @param kernel the operating system
/// @param java the JVM
/// @param date when
public record Host(String cpu, int cores, boolean virtual, String kernel, String java, String date) {

    private static final Path CPUINFO = Path.of("/proc/cpuinfo");

    /// This machine, now.
    public static Host here() {
        return new Host(
                cpuinfo("model name"),
                Runtime.getRuntime().availableProcessors(),
                hasFlag("hypervisor"),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    /// Whether the processor says that it has a feature, by its name in /proc/cpuinfo.
    public static boolean hasFlag(String flag) {
        return (" " + cpuinfo("flags") + " ").contains(" " + flag + " ");
    }

    /// One line.
    public String line() {
        return "%s, %s%s, %s, %s, %s".formatted(cpu, Count.of(cores, "core"),
                virtual ? " (virtual machine)" : "", kernel, java,
                date);
    }

    /// The members as JSON.
    public Map<String, Object> json() {
        return Json.object("cpu", cpu, "cores", cores, "virtualMachine", virtual, "kernel", kernel, "java", java,
                "date", date);
    }

    private static String cpuinfo(String key) {
        try (var lines = Files.lines(CPUINFO)) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst().orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
