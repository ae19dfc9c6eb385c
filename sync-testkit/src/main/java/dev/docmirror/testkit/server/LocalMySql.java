package dev.docmirror.testkit.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs mysqld or mariadbd from a folder of binaries. The data folder starts as a copy of one that was initialised once.
 */
abstract sealed class LocalMySql implements LocalServer.Recipe permits LocalMySql80, LocalMariaDb {

    static final String USER = "docmirror";
    static final String PASSWORD = "docmirror";

    /** What every flavor is started with: small, and as durable as in production. */
    static final List<String> SETTINGS = List.of(
            "--innodb-flush-log-at-trx-commit=1",
            "--innodb-buffer-pool-size=128M",
            "--max-allowed-packet=64M",
            "--character-set-server=utf8mb4",
            "--skip-name-resolve",
            "--skip-log-bin");

    private static final Duration HANDSHAKE = Duration.ofMillis(500);
    private static final Duration INITIALISATION = Duration.ofMinutes(2);

    private final Path home;
    private final List<String> arguments;

    /** @param arguments given to the server last, so they win over our settings */
    LocalMySql(Path home, List<String> arguments) {
        this.home = home;
        this.arguments = List.copyOf(arguments);
    }

    final Path home() {
        return home;
    }

    /** The server's program, relative to its home. */
    abstract String program();

    /** Settings of this flavor, for initialising it and for running it. */
    abstract List<String> settings();

    /** The statements that create {@link #USER}. */
    abstract String account();

    /** Makes a data folder that knows that account. */
    abstract void initialise(Path data, Path scratch) throws IOException;

    /**
     * Tries whether the program runs here at all.
     *
     * @throws IllegalStateException saying why not: the name of a library that is missing, mostly
     */
    final void check() {
        Folders.withScratch(scratch -> LocalProcess.run(
                name() + " --version",
                new ProcessBuilder(home.resolve(program()).toString(), "--no-defaults", "--version"),
                Path.of("/dev/null"),
                scratch.resolve("output.log"),
                Duration.ofSeconds(30)));
    }

    @Override
    public void prepare(Path data) throws IOException {
        // Another way to initialise it gets another key: what is cached under one never changes.
        String how = Integer.toHexString(List.of(settings(), account()).hashCode());
        String key = home.getFileName() + "-data-" + how;
        Path template = Folders.cached(key, folder -> {
            Folders.withScratch(scratch -> {
                initialise(folder, scratch);
                return folder;
            });
            Files.deleteIfExists(folder.resolve("auto.cnf")); // the server's uuid: each has its own
        });
        Folders.copy(template, data);
    }

    @Override
    public ProcessBuilder command(Path data, int port) {
        List<String> command = base(data);
        command.add("--port=" + port);
        command.add("--bind-address=" + LocalServer.HOST);
        command.add("--socket=" + data.resolve("mysqld.sock"));
        command.add("--pid-file=" + data.resolve("mysqld.pid"));
        command.addAll(SETTINGS);
        command.addAll(arguments);
        return new ProcessBuilder(command);
    }

    @Override
    public boolean answers(int port) {
        return MySqlHandshake.read(LocalServer.HOST, port, HANDSHAKE).isPresent();
    }

    /** Runs the server's program with these last arguments until it ends by itself. */
    final void runToEnd(Path data, Path scratch, Path input, String... last) {
        List<String> command = base(data);
        command.addAll(List.of(last));
        LocalProcess.run(
                name() + " initialisation",
                new ProcessBuilder(command),
                input,
                scratch.resolve("output.log"),
                INITIALISATION);
    }

    private List<String> base(Path data) {
        List<String> command = new ArrayList<>();
        command.add(home.resolve(program()).toString());
        command.add("--no-defaults");
        command.add("--basedir=" + home);
        command.add("--datadir=" + data);
        command.add("--tmpdir=" + data); // a server that starts deletes what others have in a folder they share
        if (Platform.isRoot()) {
            command.add("--user=root");
        }
        command.addAll(settings());
        return command;
    }
}
