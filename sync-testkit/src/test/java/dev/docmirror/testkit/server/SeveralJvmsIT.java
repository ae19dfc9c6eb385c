package dev.docmirror.testkit.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** What becomes of local servers whose JVM ends in a hurry, and of JVMs that start them at the same time. */
@Timeout(180)
class SeveralJvmsIT {

    private final List<Process> jvms = new ArrayList<>();
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        assumeFalse(DockerEngine.answers(), "containers are Testcontainers' to end");
        assumeTrue(ServerAddress.setting(MySqlServer.SETTING).isEmpty(), "a named server is nobody's to end");
        assumeTrue(ServerAddress.setting(CouchDbServer.SETTING).isEmpty(), "a named server is nobody's to end");
        assumeFalse(MySqlServer.available().isEmpty(), "neither MySQL nor MariaDB can run here");
        folder = Files.createTempDirectory("several-jvms-");
    }

    @AfterEach
    void end() throws Exception {
        List<ProcessHandle> processes = jvms.stream()
                .map(Process::toHandle)
                .flatMap(ProcessHandle::descendants)
                .toList();
        jvms.forEach(Process::destroyForcibly);
        assertEnded(processes);
        if (folder != null) {
            Folders.delete(folder);
        }
    }

    @Test
    void killed_itsServers_dieAndLeaveNothing() throws Exception {
        assumeTrue(CouchDbServer.whyUnavailable().isEmpty(), "no CouchDB can run here");
        Process jvm = jvm("mysql", "mysql-paused", "couchdb");
        awaitReady(jvm);
        List<ProcessHandle> servers = jvm.descendants().toList();
        assertThat(servers).hasSize(6); // each with its guard

        jvm.destroyForcibly();

        assertEnded(servers);
        assertThat(folder.resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void terminated_itsServers_dieAndLeaveNothing() throws Exception {
        Process jvm = jvm("mysql", "mysql-paused");
        awaitReady(jvm);
        List<ProcessHandle> servers = jvm.descendants().toList();

        jvm.destroy();

        assertEnded(servers);
        assertThat(folder.resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void startingAtOnce_withAnEmptyCache_allComeUp() throws Exception {
        String home = "-Duser.home=" + folder.resolve("home");
        List<Process> starting = List.of(jvm(home, "mysql"), jvm(home, "mysql"), jvm(home, "mysql"));

        for (Process jvm : starting) {
            awaitReady(jvm);
        }

        try (Stream<Path> cached = Files.list(folder.resolve("home/.cache/docmirror-testkit"))) {
            assertThat(cached).noneMatch(path -> path.toString().endsWith(".unfinished"));
        }
    }

    private Process jvm(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp")));
        Stream.of(arguments).filter(argument -> argument.startsWith("-D")).forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ServerHolder.class.getName()));
        Stream.of(arguments).filter(argument -> !argument.startsWith("-D")).forEach(command::add);
        Process jvm = new ProcessBuilder(command).redirectErrorStream(true).start();
        jvms.add(jvm);
        return jvm;
    }

    private static void awaitReady(Process jvm) throws IOException {
        List<String> lines = new ArrayList<>();
        BufferedReader reader = jvm.inputReader();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.equals(ServerHolder.READY)) {
                return;
            }
            lines.add(line);
        }
        throw new AssertionError("not ready: " + String.join("\n", lines));
    }

    private static void assertEnded(List<ProcessHandle> processes) throws Exception {
        for (ProcessHandle process : processes) {
            assertThat(process.onExit().get(30, TimeUnit.SECONDS).isAlive()).isFalse();
        }
    }

    /** Started in a JVM of its own: holds servers until it is ended. */
    static final class ServerHolder {

        static final String READY = "servers are ready";

        private ServerHolder() {}

        public static void main(String[] servers) throws IOException {
            for (String server : servers) {
                switch (server) {
                    case "mysql" -> MySqlServer.start();
                    case "mysql-paused" -> MySqlServer.start().pause();
                    case "couchdb" -> CouchDbServer.start();
                    default -> throw new IllegalArgumentException(server);
                }
            }
            System.out.println(READY);
            int end = System.in.read();
            throw new IllegalStateException("ended by itself: " + end);
        }
    }
}
