package dev.docmirror.testkit.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/** Runs the stand-in for CouchDB: PouchDB on Node.js. {@link CouchDbServer.Kind#POUCHDB} says in what it differs. */
final class PouchDbStandIn implements LocalServer.Recipe {

    static final String USER = "admin";
    static final String PASSWORD = "docmirror";

    private static final List<String> FILES =
            List.of("package.json", "package-lock.json", "server.js", "administrator.js", "bulk-get.js", "changes.js");
    private static final int OLDEST_NODE = 18;
    private static final Pattern NODE_VERSION = Pattern.compile("v(\\d+)\\.");
    private static final Duration HTTP = Duration.ofSeconds(1);

    private final Path home;
    private final boolean inMemory;

    private PouchDbStandIn(Path home, boolean inMemory) {
        this.home = home;
        this.inMemory = inMemory;
    }

    /** @throws IllegalStateException saying why it can't run here */
    static PouchDbStandIn of(boolean inMemory) {
        checkNode();
        return new PouchDbStandIn(Folders.cached("couchdb-stand-in-" + checksum(), PouchDbStandIn::install), inMemory);
    }

    static void checkNode() {
        String version = output("node", "--version");
        Matcher matcher = NODE_VERSION.matcher(version);
        if (!matcher.find() || Integer.parseInt(matcher.group(1)) < OLDEST_NODE) {
            throw new IllegalStateException(
                    "Node.js " + OLDEST_NODE + " or newer is needed, but this is " + version.strip());
        }
        output("npm", "--version");
    }

    private static String output(String... command) {
        return Folders.withScratch(scratch -> LocalProcess.run(
                String.join(" ", command),
                new ProcessBuilder(command),
                Path.of("/dev/null"),
                scratch.resolve("output.log"),
                Duration.ofSeconds(30)));
    }

    private static void install(Path folder) throws IOException {
        for (String file : FILES) {
            Files.write(folder.resolve(file), read(file));
        }
        // Nothing of these packages needs building: the one in C comes built.
        List<String> install = List.of(
                "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error");
        Folders.withScratch(scratch -> LocalProcess.run(
                "npm ci for the stand-in for CouchDB",
                new ProcessBuilder(install).directory(folder.toFile()),
                Path.of("/dev/null"),
                scratch.resolve("output.log"),
                Duration.ofMinutes(5)));
    }

    private static String checksum() {
        CRC32 checksum = new CRC32();
        FILES.forEach(file -> checksum.update(read(file)));
        return Long.toHexString(checksum.getValue());
    }

    private static byte[] read(String file) {
        try (InputStream in = PouchDbStandIn.class.getResourceAsStream("pouchdb/" + file)) {
            if (in == null) {
                throw new IllegalStateException("not on the classpath: pouchdb/" + file);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("cannot read pouchdb/" + file, e);
        }
    }

    @Override
    public String name() {
        return "couchdb-stand-in";
    }

    @Override
    public void prepare(Path data) {}

    @Override
    public ProcessBuilder command(Path data, int port) {
        ProcessBuilder command = new ProcessBuilder(
                "node",
                home.resolve("server.js").toString(),
                Integer.toString(port),
                inMemory ? "memory" : data.toString());
        // Other users see a process' arguments, not its environment.
        command.environment().put("COUCHDB_USER", USER);
        command.environment().put("COUCHDB_PASSWORD", PASSWORD);
        return command;
    }

    @Override
    public boolean answers(int port) {
        return CouchDbWelcome.read("http://" + LocalServer.HOST + ":" + port, HTTP)
                .isPresent();
    }
}
