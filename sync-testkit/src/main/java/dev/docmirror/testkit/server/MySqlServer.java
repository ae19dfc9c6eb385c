package dev.docmirror.testkit.server;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A MySQL or MariaDB server for tests. Found in this order:
 *
 * <ol>
 *   <li>the address in the system property {@code docmirror.mysql.url} or the environment variable
 *       {@code DOCMIRROR_MYSQL_URL}, such as {@code jdbc:mysql://127.0.0.1:3306/?user=root&password=secret};
 *   <li>a container of {@code mysql:8.4} or {@code mariadb:11.4}, when a Docker engine answers;
 *   <li>a process on this machine with its data in a temporary folder: MySQL 8.0 or MariaDB 11.4 from the jars that
 *       come with this module, unpacked once into {@code ~/.cache/docmirror-testkit}. MySQL needs the system library
 *       {@code libaio.so.1}.
 * </ol>
 *
 * <p>What was started here has {@code innodb_flush_log_at_trx_commit=1}, packets of up to 64 MB and {@code utf8mb4},
 * and its account may do everything. Its port and data stay the same over {@link #restart()}, until {@link #close()}
 * removes them; so does the end of this JVM, even of a killed one.
 *
 * <p>Thread-safe. Several servers, in several JVMs, can run at once.
 */
public final class MySqlServer implements AutoCloseable {

    /** Whose server it is. */
    public enum Flavor {
        MYSQL("mysql:8.4"),
        MARIADB("mariadb:11.4");

        private final String image;

        Flavor(String image) {
            this.image = image;
        }
    }

    static final String SETTING = "docmirror.mysql.url";

    private static final Logger log = LoggerFactory.getLogger(MySqlServer.class);
    private static final int PORT = 3306;
    private static final Duration HANDSHAKE = Duration.ofSeconds(5);

    private final RunningServer server;
    private final MySqlHandshake handshake;
    private final String user;
    private final String password;
    private final String parameters;

    private MySqlServer(RunningServer server, String user, String password, String parameters) {
        this.server = server;
        this.handshake = MySqlHandshake.read(server.host(), server.port(), HANDSHAKE)
                .orElseThrow(() -> new IllegalStateException("no MySQL or MariaDB answers at " + server.location()));
        this.user = user;
        this.password = password;
        this.parameters = parameters.isEmpty() ? "" : "?" + parameters;
    }

    /**
     * The best server there is: the one that was named, else MySQL, else MariaDB.
     *
     * @throws IllegalStateException if there is none, saying for each flavor what is missing
     */
    public static MySqlServer start() {
        List<String> missing = new ArrayList<>();
        for (Flavor flavor : Flavor.values()) {
            Optional<String> reason = whyUnavailable(flavor);
            if (reason.isEmpty()) {
                return start(flavor);
            }
            log.info("Passed over: {}", reason.get());
            missing.add(reason.get());
        }
        throw new IllegalStateException("no MySQL server for tests: set " + ServerAddress.variable(SETTING)
                + ", start Docker, or get what is missing. " + String.join(" ", missing));
    }

    /**
     * A server of this flavor.
     *
     * @param arguments for the server's command line, such as {@code --innodb-lock-wait-timeout=1}; they win over ours
     * @throws IllegalStateException if there is none or it doesn't come up, with the end of its output; also if
     *     arguments are given and the server was named, since that one is running already
     */
    public static MySqlServer start(Flavor flavor, String... arguments) {
        List<String> extra = List.of(arguments);
        MySqlServer server = named().orElseGet(() -> own(flavor, extra));
        if (server.flavor() != flavor || !(extra.isEmpty() || server.ownsProcess())) {
            throw new IllegalStateException(server.describe() + ": not a " + flavor + " to be started with " + extra);
        }
        log.info("Using {}", server.describe());
        return server;
    }

    /** The flavors that {@link #start(Flavor, String...)} has a server of, the best first. */
    public static Set<Flavor> available() {
        Set<Flavor> flavors = EnumSet.allOf(Flavor.class);
        flavors.removeIf(flavor -> whyUnavailable(flavor).isPresent());
        return flavors;
    }

    /** Why there is no server of this flavor here, for the message of a skipped test. Empty if there is one. */
    public static Optional<String> whyUnavailable(Flavor flavor) {
        Optional<MySqlServer> named = named();
        if (named.isPresent()) {
            return named.filter(server -> server.flavor() != flavor)
                    .map(server -> flavor + " isn't here: " + server.describe() + ".");
        }
        if (DockerEngine.answers()) {
            return Optional.empty();
        }
        try {
            local(flavor, List.of());
            return Optional.empty();
        } catch (IllegalStateException e) {
            return Optional.of(flavor + " can't run here: " + e.getMessage());
        }
    }

    private static Optional<MySqlServer> named() {
        return ServerAddress.setting(SETTING).map(address -> {
            ServerAddress named = ServerAddress.parse(address, ServerAddress.variable(SETTING), PORT);
            return new MySqlServer(
                    new ExternalServer(named.host(), named.port(), ServerAddress.variable(SETTING)),
                    named.user(),
                    named.password(),
                    named.parameters());
        });
    }

    private static MySqlServer own(Flavor flavor, List<String> arguments) {
        return ContainerServer.tryStart(container(flavor, arguments))
                .map(server -> new MySqlServer(server, "root", LocalMySql.PASSWORD, ""))
                .orElseGet(() -> new MySqlServer(
                        LocalServer.start(local(flavor, arguments)), LocalMySql.USER, LocalMySql.PASSWORD, ""));
    }

    private static LocalMySql local(Flavor flavor, List<String> arguments) {
        return switch (flavor) {
            case MYSQL -> LocalMySql80.of(arguments);
            case MARIADB -> LocalMariaDb.of(arguments);
        };
    }

    private static ContainerServer.Recipe container(Flavor flavor, List<String> arguments) {
        List<String> command = new ArrayList<>(LocalMySql.SETTINGS);
        command.addAll(arguments);
        return new ContainerServer.Recipe(
                flavor.image,
                PORT,
                Map.of(
                        "MYSQL_ROOT_PASSWORD", LocalMySql.PASSWORD,
                        "MARIADB_ROOT_PASSWORD", LocalMySql.PASSWORD),
                command,
                (host, port) -> MySqlHandshake.read(host, port, HANDSHAKE).isPresent());
    }

    /**
     * Creates an empty database.
     *
     * @return its {@link #jdbcUrl(String)}
     * @throws IllegalStateException if there is no JDBC driver for it, or the server refuses, for instance since the
     *     database exists
     */
    public String createDatabase(String name) {
        boolean mariaDbDriver = DriverManager.drivers().noneMatch(MySqlServer::isConnectorJ);
        String url = mariaDbDriver ? mariaDbUrl("") : jdbcUrl("");
        try (Connection connection = DriverManager.getConnection(url, user, password);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE `" + name.replace("`", "``") + "`");
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "could not create the database " + name + " at " + server.location()
                            + " (needs mysql-connector-j or mariadb-java-client on the classpath): " + e.getMessage(),
                    e);
        }
        return jdbcUrl(name);
    }

    private static boolean isConnectorJ(Driver driver) {
        return driver.getClass().getName().startsWith("com.mysql.");
    }

    /** For MySQL Connector/J, whichever the flavor. Without user and password. */
    public String jdbcUrl(String database) {
        return "jdbc:mysql://" + server.host() + ":" + server.port() + "/" + database + parameters;
    }

    /** For MariaDB Connector/J (mariadb-java-client), whichever the flavor. Without user and password. */
    public String mariaDbUrl(String database) {
        return "jdbc:mariadb://" + server.host() + ":" + server.port() + "/" + database + parameters;
    }

    public String host() {
        return server.host();
    }

    public int port() {
        return server.port();
    }

    public String user() {
        return user;
    }

    public String password() {
        return password;
    }

    public Flavor flavor() {
        return handshake.isMariaDb() ? Flavor.MARIADB : Flavor.MYSQL;
    }

    /** As the server tells it, such as {@code 8.0.31} or {@code 11.4.5-MariaDB}. */
    public String version() {
        return handshake.version();
    }

    /** What this is and where it runs, for people. Without the password. */
    public String describe() {
        return flavor() + " " + version() + ", " + server.location();
    }

    /** Whether it was started here. If not, stopping it and the like throw {@link UnsupportedOperationException}. */
    public boolean ownsProcess() {
        return server.ownsProcess();
    }

    /** Shuts it down in order and returns when it has ended. No-op if it isn't running. */
    public void stop() {
        server.stop();
    }

    /** Ends it at once by SIGKILL, as a crash would, and returns when it has ended. No-op if it isn't running. */
    public void kill() {
        server.kill();
    }

    /** Starts it again on the same port with the same data, stopping it before if it runs. Returns when it answers. */
    public void restart() {
        server.restart();
    }

    /** Freezes it by SIGSTOP: connections stay open and nothing answers, until {@link #resume()}. */
    public void pause() {
        server.pause();
    }

    /** Lets a paused server go on. */
    public void resume() {
        server.resume();
    }

    /** Ends it and removes its data, if it was started here. Idempotent. */
    @Override
    public void close() {
        server.close();
    }

    @Override
    public String toString() {
        return describe();
    }
}
