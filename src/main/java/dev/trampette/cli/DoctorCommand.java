package dev.trampette.cli;

import dev.trampette.call.WrapperPanic;
import dev.trampette.decode.Decoder;
import dev.trampette.image.Image;
import dev.trampette.image.Placement;
import dev.trampette.probe.Probe;
import dev.trampette.probe.Script;
import dev.trampette.probe.Vectors;
import dev.trampette.report.Count;
import dev.trampette.report.Host;
import dev.trampette.report.Json;
import dev.trampette.report.Table;
import dev.trampette.shim.tdx.GhciVmm;
import dev.trampette.shim.tdx.TdxModule;
import dev.trampette.spec.Gpr;
import dev.trampette.tdx.Cpuid;
import dev.trampette.tdx.Design;
import dev.trampette.tdx.TdGuest;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `doctor`: what this host can and cannot do, a line each.
@Command(name = "doctor", description = "Say what this host can and cannot do.")
final class DoctorCommand implements Callable<Integer> {

    /// One line.
    ///
    /// @param check what was looked at
    /// @param state `ok`, `note` for what limits the results, `missing` for what makes them impossible
    /// @param detail what was seen
    private record Line(String check, String state, String detail) {
    }

    @Mixin
    private FormatOption format;

    private final List<Line> lines = new ArrayList<>();

    @Override
    public Integer call() {
        add("platform", true, System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        add("java", Runtime.version().feature() >= 25, Runtime.version().toString());
        tool("nasm", "a build", "nasm", "-v");
        tool("linker", "a build", "ld", "--version");
        tool("make", "a build", "make", "--version");
        tool("maven", "a build", "mvn", "--version");
        tool("objdump", "`size`, to count instructions,", "objdump", "--version");
        add("decoder", true, Decoder.name());
        lab();
        host();

        Table table = new Table("check", "state", "detail").wrap("detail");
        lines.forEach(line -> table.row(line.check, line.state, line.detail));
        format.print(table, Json.object("checks", lines.stream()
                .map(line -> Json.object("check", line.check, "state", line.state, "detail", line.detail)).toList()));
        return lines.stream().anyMatch(line -> line.state.equals("missing")) ? Main.ENVIRONMENT : Main.HOLDS;
    }

    private void lab() {
        attempt("images", () -> {
            int size = List.of(Image.shim(), Image.nullStub(), Image.hardware()).size();
            return size + " loaded, " + Image.hardware().contracts().size() + " routines with a contract";
        });
        attempt("crossing", () -> {
            TdGuest td = TdGuest.of(Design.TRAMPOLINE,
                    new TdxModule(new GhciVmm().cpuid(0x40000000, 0, 1, 2, 3, 4)));
            Cpuid result = td.cpuid(0x40000000, 0).orThrow();
            return "TDG.VP.VMCALL<Instruction.CPUID> through the gate to a shim: " + result;
        });
        attempt("guard", () -> {
            try {
                throw new IllegalStateException("a wrapper that panics returned "
                        + TdGuest.of(Design.TRAMPOLINE, registers -> registers.set(Gpr.RAX, -1)).halt(true));
            } catch (WrapperPanic panic) {
                return panic.getMessage() + ", caught";
            }
        });
        attempt("checked calls", () -> {
            try (Arena arena = Arena.ofConfined()) {
                Probe probe = new Probe(Script.of(Image.shim(), arena), arena);
                List<String> unseen = unseen(probe.available(), probe.tellsDirty());
                note("not looked at", unseen.isEmpty(), unseen.isEmpty() ? "nothing is left out on this processor"
                        : String.join("; ", unseen));
                return "look at vectors to %s; dirty upper halves %s; %s".formatted(switch (probe.available()) {
                    case NONE -> "none";
                    case XMM -> "xmm15";
                    case YMM -> "ymm15";
                    case ZMM -> "zmm31 and masks";
                }, probe.tellsDirty() ? "by value and XGETBV(1)" : "by value only", probe.limits());
            }
        });
        attempt("placement", () -> "code can be copied, here to 0x%x".formatted(
                new Placement(Image.nullStub()).address("empty_call").address()));
    }

    /// What a check cannot look at on a processor that has no more than this.
    static List<String> unseen(Vectors available, boolean tellsDirty) {
        List<String> unseen = new ArrayList<>();
        if (available.lanes() < Vectors.YMM.lanes()) {
            unseen.add("upper halves of vectors: no AVX");
        }
        if (available.lanes() < Vectors.ZMM.lanes()) {
            unseen.add("zmm0 to zmm31 beyond 256 bits, xmm16 to xmm31, masks: no AVX-512");
        }
        if (!tellsDirty) {
            unseen.add("upper halves that are dirty with zeroes: no XGETBV(1)");
        }
        return unseen;
    }

    private void host() {
        Host host = Host.here();
        add("cpu", true, host.cpu() + ", " + Count.of(host.cores(), "core"));
        note("virtual machine", !host.virtual(), host.virtual() ? "yes: times are noisy, quote ratios" : "no");
        note("time stamp counter", Host.hasFlag("constant_tsc") && Host.hasFlag("nonstop_tsc"),
                Host.hasFlag("constant_tsc") ? "constant rate" : "changes its rate");
        boolean counters = Files.exists(Path.of("/sys/bus/event_source/devices/cpu"));
        note("performance counters", counters, counters ? "there" : "this kernel sees no counter hardware");
        note("vmx", Host.hasFlag("vmx"), Host.hasFlag("vmx") ? "the processor has it; nothing here uses it"
                : "no: VMREAD is a shim here in any case");
        note("tdx guest", Host.hasFlag("tdx_guest"), Host.hasFlag("tdx_guest")
                ? "yes; nothing here executes TDCALL" : "no: TDCALL is a shim here in any case");
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        note("load", load < 0.5 * host.cores(), String.format(Locale.ROOT, "%.1f over the last minute", load));
    }

    private void attempt(String check, Callable<String> attempt) {
        try {
            add(check, true, attempt.call());
        } catch (Exception | ExceptionInInitializerError e) {
            add(check, false, String.valueOf(e.getMessage()));
        }
    }

    private void tool(String check, String user, String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            try (var output = process.inputReader()) {
                String first = output.lines().findFirst().orElse("").replaceAll("\\e\\[[;\\d]*m", "");
                note(check, true, first);
                output.lines().forEach(_ -> { });
            }
        } catch (IOException e) {
            note(check, false, command[0] + " is not installed; " + user + " needs it");
        }
    }

    private void add(String check, boolean ok, String detail) {
        lines.add(new Line(check, ok ? "ok" : "missing", detail));
    }

    private void note(String check, boolean ok, String detail) {
        lines.add(new Line(check, ok ? "ok" : "note", detail));
    }
}
