package dev.docmirror.examples.worker;

import dev.docmirror.error.SyncException;
import picocli.CommandLine;

/** Starts the worker process. */
public final class WorkerMain {
    private WorkerMain() {}

    public static void main(String[] arguments) {
        System.exit(commandLine(new WorkerCommand(System.getenv())).execute(arguments));
    }

    static CommandLine commandLine(WorkerCommand command) {
        return new CommandLine(command)
                .registerConverter(java.time.Duration.class, Durations::parse)
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    if (failure instanceof WorkerConfig.UsageException) {
                        line.getErr().println(failure.getMessage());
                        return WorkerCommand.USAGE;
                    }
                    if (failure instanceof SyncException) {
                        line.getErr().println(failure.getMessage());
                        return WorkerCommand.FAILED;
                    }
                    throw failure;
                });
    }
}
