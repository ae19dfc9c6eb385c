package dev.docmirror.examples.worker;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** The runnable jar in a process of its own. Its standard input is empty. */
final class Worker implements AutoCloseable {
    private static final Path JAR = Path.of("target", "docmirror-worker.jar");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Process process;
    private final Path out;
    private final Path err;

    private Worker(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** @param environment replaces every variable of docmirror's that is set here */
    static Worker start(Map<String, String> environment, String... arguments) throws IOException {
        assertThat(JAR).as("made by the package phase").exists();
        Path out = Files.createTempFile("docmirror-worker", ".out");
        Path err = Files.createTempFile("docmirror-worker", ".err");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx256m", "-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(variable -> variable.startsWith("DOCMIRROR_"));
        builder.environment().putAll(environment);
        return new Worker(builder.start(), out, err);
    }

    /** Runs to the end; whatever it is told to do must not take minutes. */
    static Ended run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        try (Worker worker = start(environment, arguments)) {
            return worker.ended(PATIENCE);
        }
    }

    /** What a process left. */
    record Ended(int code, String out, String err) {
        /** Fails with all that was printed if the code is another one. */
        Ended expect(int expected) {
            assertThat(code).as("out:%n%s%nerr:%n%s", out, err).isEqualTo(expected);
            return this;
        }
    }

    Ended ended(Duration patience) throws IOException, InterruptedException {
        assertThat(process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS))
                .as("the worker still runs after %s:%n%s", patience, log())
                .isTrue();
        return new Ended(process.exitValue(), Files.readString(out), log());
    }

    /** Waits for a line of the log. */
    void awaitLog(String text) {
        Await.until(text + " in the log", () -> {
            assertThat(process.isAlive()).as("ended:%n%s", log()).isTrue();
            return log().contains(text);
        });
    }

    String log() throws IOException {
        return Files.readString(err);
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** SIGKILL; returns when it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        kill();
        Files.delete(out);
        Files.delete(err);
    }
}
