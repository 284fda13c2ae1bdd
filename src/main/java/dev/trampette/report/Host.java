package dev.trampette.report;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;

/// The machine that figures were taken on.
///
/// A name such as "AMD EPYC" is several processors: family, model and stepping tell them apart, and microcode changes
/// what instructions cost.
///
/// @param cpu the processor's name for itself
/// @param family as /proc/cpuinfo has it
/// @param model likewise
/// @param stepping likewise
/// @param microcode likewise: `0x1000065`
/// @param clockGhz what the processor ran at a moment ago
/// @param cores how many the JVM may use
/// @param virtual whether a hypervisor says that it is there
/// @param kernel the version of Linux
/// @param os the distribution
/// @param java the JVM
/// @param date when
public record Host(String cpu, String family, String model, String stepping, String microcode, double clockGhz,
        int cores, boolean virtual, String kernel, String os, String java, String date) {

    private static final Path CPUINFO = Path.of("/proc/cpuinfo");
    private static final Path OS_RELEASE = Path.of("/etc/os-release");
    private static final Path STAT = Path.of("/proc/stat");

    /// The column of /proc/stat: user nice system idle iowait irq softirq steal.
    private static final int STEAL = 8;

    /// This machine, now.
    public static Host here() {
        return new Host(
                cpuinfo("model name"),
                cpuinfo("cpu family"),
                cpuinfo("model\t"),
                cpuinfo("stepping"),
                cpuinfo("microcode"),
                value(CPUINFO, "cpu MHz", ":").map(mhz -> Double.parseDouble(mhz) / 1000).orElse(Double.NaN),
                Runtime.getRuntime().availableProcessors(),
                hasFlag("hypervisor"),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                value(OS_RELEASE, "PRETTY_NAME", "=").map(name -> name.replace("\"", "")).orElse("unknown"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    /// Whether the processor says that it has a feature, by its name in /proc/cpuinfo.
    public static boolean hasFlag(String flag) {
        return (" " + cpuinfo("flags") + " ").contains(" " + flag + " ");
    }

    /// A clock of the time that the hypervisor gave to others while this machine wanted to run: asked later, it says
    /// which part of the time since now that was, 0 to 1.
    public static DoubleSupplier steal() {
        long[] start = times();
        return () -> {
            long[] end = times();
            long all = 0;
            for (int i = 0; i < start.length; i++) {
                all += end[i] - start[i];
            }
            return all == 0 || start.length < STEAL ? 0 : (double) (end[STEAL - 1] - start[STEAL - 1]) / all;
        };
    }

    private static long[] times() {
        try (Stream<String> lines = Files.lines(STAT)) {
            return Stream.of(lines.findFirst().orElse("").split(" +")).skip(1).mapToLong(Long::parseLong).toArray();
        } catch (IOException e) {
            return new long[0];
        }
    }

    /// One line.
    public String line() {
        return "%s (family %s, model %s, stepping %s, microcode %s), %s%s, %s, %s, %s".formatted(cpu, family, model,
                stepping, microcode, Count.of(cores, "core"), virtual ? " (virtual machine)" : "", kernel, java, date);
    }

    private static String cpuinfo(String key) {
        return value(CPUINFO, key, ":").orElse("unknown");
    }

    /// What tells kinds of machines apart, of a host as JSON: `AMD EPYC, family 25, model 17, stepping 1`.
    public static String key(Map<?, ?> host) {
        return "%s, family %s, model %s, stepping %s".formatted(host.get("cpu"), host.get("family"),
                host.get("model"), host.get("stepping"));
    }

    /// The members as JSON.
    public Map<String, Object> json() {
        return Json.object("cpu", cpu, "family", family, "model", model, "stepping", stepping, "microcode", microcode,
                "cores", cores, "virtualized", virtual, "kernel", kernel, "jdk", java, "os", os,
                "clockGhz", Json.figure(clockGhz));
    }

    /// What a tool says of itself in its first line; null where it is not installed.
    static String version(String tool, String option) {
        try {
            Process process = new ProcessBuilder(tool, option).redirectErrorStream(true).start();
            try (BufferedReader lines = process.inputReader()) {
                return lines.readLine();
            }
        } catch (IOException e) {
            return null;
        }
    }

    private static Optional<String> value(Path file, String key, String separator) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.substring(line.indexOf(separator) + 1).strip()).findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
