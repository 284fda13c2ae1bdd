package dev.trampette.cli;

import dev.trampette.benchmarks.MeasurementException;
import dev.trampette.call.ImageException;
import dev.trampette.call.MissingToolException;
import dev.trampette.call.ObjectException;
import dev.trampette.cli.foreign.FailedException;
import dev.trampette.spec.TableException;
import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/// The command line: `./trampette COMMAND`.
///
/// Exit status: 0 all holds, 1 findings or something slower than before, 2 usage or input error, 3 this host cannot do
/// it. Errors are one line on standard error.
@Command(
        name = "trampette",
        description = "A user-space laboratory for hypercall wrappers.",
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ReportCommand.class,
            VerifyCommand.class,
            TraceCommand.class,
            CompareCommand.class,
            BenchCommand.class,
            SizeCommand.class,
            ListCommand.class,
            DescribeCommand.class,
            GenerateCommand.class,
            DoctorCommand.class,
            TestCommand.class
        })
public final class Main implements Runnable {

    static final int HOLDS = 0;
    static final int FINDINGS = 1;
    static final int USAGE = 2;
    static final int ENVIRONMENT = 3;

    /// Picocli takes no less.
    private static final int LEAST_HELP = 55;

    @CommandLine.Option(names = {"-h", "--help"}, usageHelp = true, scope = CommandLine.ScopeType.INHERIT,
            description = "Show this help and exit.")
    private boolean help;

    @CommandLine.Option(names = {"-V", "--version"}, versionHelp = true, description = "Show the version and exit.")
    private boolean version;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /// Run a command; the exit status is the command's.
    public static void main(String[] args) {
        System.exit(run(Output.standard(), args));
    }

    /// Run a command whose result goes there; the status says too when it could not.
    static int run(Output output, String... args) {
        System.setOut(output.stream());
        int status;
        try {
            status = commandLine().execute(args);
        } catch (Throwable e) {
            System.err.println("trampette: this should not happen, please report it: " + e);
            status = ENVIRONMENT;
        }
        Optional<String> failure = output.failure();
        failure.ifPresent(reason -> System.err.println("trampette: cannot write to standard output: " + reason));
        return failure.isPresent() ? ENVIRONMENT : status;
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(Math.max(LEAST_HELP, Screen.columns()))
                .setParameterExceptionHandler(Main::usage)
                .setExecutionExceptionHandler(Main::failure);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command");
    }

    private static int usage(ParameterException e, String[] args) {
        String help = e.getCommandLine().getCommandSpec().qualifiedName() + " --help";
        return complain(e.getCommandLine(), e.getMessage() + "; see ./" + help, USAGE);
    }

    private static int failure(Exception e, CommandLine commandLine, CommandLine.ParseResult result) {
        return switch (e) {
            case InputException input -> complain(commandLine, input.getMessage(), USAGE);
            case FailedException failed -> {
                failed.detail().forEach(commandLine.getErr()::println);
                yield complain(commandLine, failed.getMessage(), failed.status());
            }
            case ObjectException object -> {
                object.detail().forEach(commandLine.getErr()::println);
                yield complain(commandLine, object.getMessage(),
                        object instanceof MissingToolException ? ENVIRONMENT : USAGE);
            }
            case TableException table -> complain(commandLine, table.getMessage(), USAGE);
            case ImageException image -> complain(commandLine, image.getMessage(), ENVIRONMENT);
            case MachineException machine -> complain(commandLine, machine.getMessage(), ENVIRONMENT);
            case MeasurementException jmh -> complain(commandLine, jmh.getMessage(), ENVIRONMENT);
            default -> complain(commandLine, "this should not happen, please report it: " + e, ENVIRONMENT);
        };
    }

    private static int complain(CommandLine commandLine, String message, int status) {
        PrintWriter err = commandLine.getErr();
        err.println("trampette: " + message.lines().findFirst().orElse(""));
        err.flush();
        return status;
    }

    /// The version of the jar.
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"trampette " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
