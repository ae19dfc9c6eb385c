package dev.docmirror.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * One process on this machine, writing to a log file. Thread-safe.
 *
 * <p>Its standard input is a pipe whose other end this JVM holds.
 */
final class LocalProcess {

    private static final int LINES_IN_ERRORS = 20;
    private static final Duration POLL = Duration.ofMillis(50);

    private final String name;
    private final Process process;
    private final Path log;

    private LocalProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts the command.
     *
     * @param log where both outputs go, appended
     * @throws IllegalStateException if the program cannot be run at all
     */
    static LocalProcess start(String name, ProcessBuilder command, Path log) {
        command.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        try {
            return new LocalProcess(name, command.start(), log);
        } catch (IOException e) {
            throw new IllegalStateException(name + " cannot be run: " + e.getMessage(), e);
        }
    }

    /**
     * Runs a command to its end.
     *
     * @param input what it reads
     * @return all that is in the log
     * @throws IllegalStateException if it takes longer than {@code patience} or ends with another code than 0; the
     *     message has the last lines it wrote
     */
    static String run(String name, ProcessBuilder command, Path input, Path log, Duration patience) {
        command.redirectInput(ProcessBuilder.Redirect.from(input.toFile()));
        LocalProcess started = start(name, command, log);
        try {
            if (!started.awaitExit(patience)) {
                throw started.failed("took longer than " + patience.toSeconds() + " s");
            }
            if (started.process.exitValue() != 0) {
                throw started.failed("ended with code " + started.process.exitValue());
            }
            return started.output();
        } finally {
            started.process.destroyForcibly();
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    CompletableFuture<Process> onExit() {
        return process.onExit();
    }

    /**
     * Waits until the process is ready, and kills it if it doesn't get there.
     *
     * @throws IllegalStateException if it ends before, or isn't ready after {@code patience}, or this thread is
     *     interrupted, which stays so; the message has the last lines it wrote
     */
    void awaitReady(BooleanSupplier ready, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        boolean reached = false;
        try {
            while (!ready.getAsBoolean()) {
                if (awaitExit(POLL)) {
                    throw failed("ended with code " + process.exitValue() + " before it was ready");
                }
                if (System.nanoTime() - deadline > 0) {
                    throw failed("was not ready after " + patience.toSeconds() + " s");
                }
            }
            reached = true;
        } finally {
            if (!reached) {
                kill();
            }
        }
    }

    /** Asks it to end, and kills it if it takes longer than {@code grace}. */
    void terminate(Duration grace) {
        process.destroy();
        try {
            awaitExit(grace);
        } finally {
            kill();
        }
    }

    /** Ends it at once. Returns when it is gone, interrupted or not. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Sends a signal that Java has no name for, such as {@code STOP}. */
    void signal(String signal) {
        // The shell's own kill: the program of that name is not everywhere.
        ProcessBuilder kill = new ProcessBuilder("sh", "-c", "kill -" + signal + " " + pid());
        run("signal " + signal + " to " + name, kill, Path.of("/dev/null"), log, Duration.ofSeconds(10));
    }

    private boolean awaitExit(Duration patience) {
        try {
            return process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + name, e);
        }
    }

    private IllegalStateException failed(String what) {
        String lines = lastLines();
        String output = lines.isEmpty() ? ". It wrote nothing." : ". The end of its output:\n" + lines;
        return new IllegalStateException(name + " " + what + output);
    }

    private String lastLines() {
        List<String> lines = output().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_IN_ERRORS), lines.size()));
    }

    private String output() {
        try {
            return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
