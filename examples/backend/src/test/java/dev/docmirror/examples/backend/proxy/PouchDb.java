package dev.docmirror.examples.backend.proxy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.docmirror.testkit.server.CouchDbServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** A device with a real PouchDB 9 on Node.js. Its packages are those of the testkit's stand-in, by the same lock file. */
final class PouchDb implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String PACKAGES = "pouchdb/package";

    private final Process process;
    private final BufferedReader answers;
    private final PrintStream commands;

    private PouchDb(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    static PouchDb start() {
        try {
            Path home = installed();
            Path script = home.resolve("device.js");
            Files.write(script, resource(PouchDb.class, "device.js"));
            ProcessBuilder node = new ProcessBuilder("node", script.toString());
            node.redirectError(ProcessBuilder.Redirect.INHERIT);
            return new PouchDb(node.start());
        } catch (IOException e) {
            throw new UncheckedIOException("Node.js does not start", e);
        }
    }

    private static Path installed() throws IOException {
        Path home = Path.of("target", "pouchdb").toAbsolutePath();
        if (Files.isDirectory(home.resolve("node_modules"))) {
            return home;
        }
        Files.createDirectories(home);
        for (String file : List.of(".json", "-lock.json")) {
            Files.write(home.resolve("package" + file), resource(CouchDbServer.class, PACKAGES + file));
        }
        Path log = home.resolve("npm.log");
        Process npm = new ProcessBuilder("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(npm.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            npm.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        assertThat(npm.exitValue()).as(Files.readString(log)).isZero();
        return home;
    }

    private static byte[] resource(Class<?> beside, String name) throws IOException {
        try (InputStream in = beside.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    /** Has the device do something, and waits for its answer. */
    JsonNode tell(String what, ObjectNode with) {
        commands.println(with.put("do", what));
        try {
            String answer = answers.readLine();
            assertThat(answer).as("the device has ended").isNotNull();
            JsonNode told = JSON.readTree(answer);
            assertThat(told.has("failed")).as(answer).isFalse();
            return told;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A command about one of its databases. */
    static ObjectNode on(String database) {
        return JSON.createObjectNode().put("db", database);
    }

    /** A command about one of its databases and the backend's. */
    static ObjectNode on(String database, URI url, String token) {
        return on(database).put("url", url.toString()).put("token", token);
    }

    @Override
    public void close() {
        commands.close();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
