package dev.docmirror.campaign;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

import dev.docmirror.examples.worker.WorkerMain;

/** The worker in a process of its own, with the class path of the test. */
final class WorkerProcess implements AutoCloseable {
    private final Process process;
    private final Path log;

    private WorkerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    static WorkerProcess start(Site site, Site.Mirror mirror) throws IOException {
        return start(site, mirror, List.of(), "--once", "--batch", "50", "--lease", "500ms");
    }

    static WorkerProcess start(Site site, Site.Mirror mirror, List<String> jvm, String... arguments)
            throws IOException {
        return start(site, site.database(), mirror, jvm, arguments);
    }

    static WorkerProcess start(Site site, URI database, Site.Mirror mirror, List<String> jvm, String... arguments)
            throws IOException {
        return start(WorkerMain.class, site, database, mirror, jvm, arguments);
    }

    /** Any main class of the test's that takes its servers from the environment. */
    static WorkerProcess start(
            Class<?> main, Site site, URI database, Site.Mirror mirror, List<String> jvm, String... arguments)
            throws IOException {
        Map<String, String> environment =
                environment(site, database, site.mysql().jdbcUrl(mirror.name()));
        return start(main, environment, System.getProperty("java.class.path"), jvm, arguments);
    }

    static Map<String, String> environment(Site site, URI database, String jdbcUrl) {
        return Map.of(
                "DOCMIRROR_COUCHDB_URL", database.toString(),
                "DOCMIRROR_COUCHDB_USER", site.couch().user(),
                "DOCMIRROR_COUCHDB_PASSWORD", site.couch().password(),
                "DOCMIRROR_MYSQL_URL", jdbcUrl,
                "DOCMIRROR_MYSQL_USER", site.mysql().user(),
                "DOCMIRROR_MYSQL_PASSWORD", site.mysql().password(),
                "DOCMIRROR_STREAM", Site.STREAM);
    }

    static WorkerProcess start(
            Class<?> main, Map<String, String> environment, String classPath, List<String> jvm, String... arguments)
            throws IOException {
        Path log = Files.createTempFile("docmirror-worker", ".log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(jvm);
        command.addAll(List.of("-cp", classPath, main.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return new WorkerProcess(builder.start(), log);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Freezes it: its connections stay open, nothing moves. */
    void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("kill -" + name + " ended with " + code);
        }
    }

    /** Asks it to end, by SIGTERM. */
    void terminate() {
        process.destroy();
    }

    int waitFor() throws InterruptedException {
        return process.waitFor();
    }

    /** The exit code, if it ends in time. */
    OptionalInt waitFor(Duration patience) throws InterruptedException {
        return process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS)
                ? OptionalInt.of(process.exitValue())
                : OptionalInt.empty();
    }

    /** All it printed so far. */
    String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws InterruptedException, IOException {
        kill();
        File file = log.toFile();
        if (!file.delete()) {
            throw new IOException("cannot delete " + file);
        }
    }
}
