package dev.docmirror.examples.worker;

import java.time.Duration;

import dev.docmirror.error.SyncException;
import picocli.CommandLine;

/**
 * Starts the worker process: {@code java -jar docmirror-worker.jar --help} tells its use. Results go to the standard
 * output, the log and what went wrong to the standard error.
 */
public final class WorkerMain {
    private WorkerMain() {}

    public static void main(String[] arguments) {
        System.exit(commandLine(new WorkerCommand(System.getenv(), System.in)).execute(arguments));
    }

    static CommandLine commandLine(WorkerCommand command) {
        return new CommandLine(command)
                .registerConverter(Duration.class, Durations::parse)
                .setParameterExceptionHandler((wrong, arguments) -> {
                    CommandLine line = wrong.getCommandLine();
                    line.getErr().println(wrong.getMessage());
                    line.getErr().println("Try --help.");
                    return ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    if (failure instanceof WorkerConfig.UsageException) {
                        line.getErr().println(failure.getMessage());
                        return ExitCode.USAGE;
                    }
                    if (failure instanceof SyncException known) {
                        line.getErr().println(known.getMessage());
                        return ExitCode.of(known);
                    }
                    throw failure;
                });
    }
}
