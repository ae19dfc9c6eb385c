package dev.docmirror.testkit.server;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A CouchDB server for tests, or a stand-in for one. Found in this order:
 *
 * <ol>
 *   <li>the address in the system property {@code docmirror.couchdb.url} or the environment variable
 *       {@code DOCMIRROR_COUCHDB_URL}, such as {@code http://admin:secret@127.0.0.1:5984};
 *   <li>a process of the command in the system property {@code docmirror.couchdb.command} or the environment variable
 *       {@code DOCMIRROR_COUCHDB_COMMAND}. A shell runs it with {@code exec} before it. It finds its port in
 *       {@code PORT}, an empty folder for its data in {@code DATA}, and the administrator that is expected in
 *       {@code COUCHDB_USER} and {@code COUCHDB_PASSWORD}. It must stay in the foreground, and its process be the
 *       server's own ({@code exec}), for that is what {@link #kill()} ends; started again it gets the same;
 *   <li>a container of {@code couchdb:3.5}, when a Docker engine answers;
 *   <li>a {@linkplain Kind#POUCHDB stand-in} on this machine with its data in a temporary folder. It needs Node.js 18
 *       or newer with npm, and once, to install it into {@code ~/.cache/docmirror-testkit}, npm's registry.
 * </ol>
 *
 * <p>The port and the data of what was started here stay the same over {@link #restart()}, until {@link #close()}
 * removes them; so does the end of this JVM, even of a killed one.
 *
 * <p>Thread-safe. Several servers, in several JVMs, can run at once.
 */
public final class CouchDbServer implements AutoCloseable {

    /** What answers. A test of something that the stand-in lacks is skipped there by this. */
    public enum Kind {
        /** Apache CouchDB. */
        COUCHDB,

        /**
         * The stand-in: PouchDB 9 on Node.js behind CouchDB's HTTP API, with one administrator. It keeps revision
         * trees, conflicts, tombstones, {@code _local} documents and attachments as CouchDB does. It differs in this:
         *
         * <ul>
         *   <li>A sequence is a number and {@code -stand-in}. It is never rewound and never repeats; one of another
         *       database is taken without complaint, any other text answers 400. {@code pending} also counts changes
         *       that a later one of the same document has replaced. {@code limit=0} means 1. There is no feed
         *       {@code eventsource}.
         *   <li>{@code style=all_docs} lists the leaves by descending revision, so a deleted one may come before the
         *       winner.
         *   <li>A longpoll sends its headers and the first line at once. A page is read as a whole before it is sent.
         *   <li>{@code instance_start_time} is the database's creation in milliseconds, not seconds.
         *   <li>Revisions are hashed in another way. As in CouchDB, equal edits of the same parent get equal revisions,
         *       and {@code new_edits=false} ignores a known revision with another body.
         *   <li>Numbers pass through a double: {@code 1.10} becomes 1.1, {@code 1e2} 100, {@code -0.0} 0, an integer of
         *       30 digits is rounded, {@code 1e400} becomes null. JSON nested some thousand deep answers 500.
         *   <li>Nothing limits a document's size. CouchDB answers 413 beyond 8 MB.
         *   <li>An unknown field that starts with an underscore answers 500, not 400; an id with NUL is taken.
         *   <li>{@code validate_doc_update} isn't run. {@code _security} is kept and not applied. A session ends with
         *       the server's process.
         *   <li>Missing: {@code _purge}, {@code _purged_infos}, {@code _revs_limit}, {@code _missing_revs},
         *       {@code _local_docs}, {@code _db_updates}, {@code _dbs_info}, {@code _uuids}, {@code _active_tasks},
         *       {@code _membership}, {@code _node}, {@code _users}, {@code _replicate}, partitions, update and list
         *       functions, {@code multipart} answers. They answer 400 or 404.
         * </ul>
         */
        POUCHDB
    }

    static final String SETTING = "docmirror.couchdb.url";

    private static final Logger log = LoggerFactory.getLogger(CouchDbServer.class);
    private static final int PORT = 5984;
    private static final Duration HTTP = Duration.ofSeconds(5);

    private final RunningServer server;
    private final String scheme;
    private final CouchDbWelcome welcome;
    private final String user;
    private final String password;

    private CouchDbServer(RunningServer server, String scheme, String user, String password) {
        this.server = server;
        this.scheme = scheme;
        this.welcome = CouchDbWelcome.read(scheme + "://" + server.host() + ":" + server.port(), HTTP)
                .orElseThrow(() -> new IllegalStateException("no CouchDB answers at " + server.location()));
        this.user = user;
        this.password = password;
        log.info("Using {}", describe());
    }

    /**
     * The best server there is.
     *
     * @throws IllegalStateException if there is none or it doesn't come up, saying what is missing
     */
    public static CouchDbServer start() {
        return start(false);
    }

    /**
     * As {@link #start()}, but a stand-in keeps its data in memory: faster, and {@link #restart()} loses them. Others
     * do as always.
     */
    public static CouchDbServer startInMemory() {
        return start(true);
    }

    private static CouchDbServer start(boolean inMemory) {
        Optional<String> setting = ServerAddress.setting(SETTING);
        if (setting.isPresent()) {
            return named(setting.get());
        }
        Optional<String> command = ServerAddress.setting(CommandedCouchDb.SETTING);
        if (command.isPresent()) {
            return local(new CommandedCouchDb(command.get()));
        }
        Optional<ContainerServer> container = ContainerServer.tryStart(container());
        if (container.isPresent()) {
            return new CouchDbServer(container.get(), "http", PouchDbStandIn.USER, PouchDbStandIn.PASSWORD);
        }
        PouchDbStandIn standIn;
        try {
            standIn = PouchDbStandIn.of(inMemory);
        } catch (IllegalStateException e) {
            throw new IllegalStateException(
                    "no CouchDB server for tests: set " + ServerAddress.variable(SETTING)
                            + ", start Docker, or install Node.js 18 or newer with npm. " + e.getMessage(),
                    e);
        }
        return local(standIn);
    }

    private static CouchDbServer local(LocalServer.Recipe recipe) {
        return new CouchDbServer(LocalServer.start(recipe), "http", PouchDbStandIn.USER, PouchDbStandIn.PASSWORD);
    }

    private static CouchDbServer named(String setting) {
        String variable = ServerAddress.variable(SETTING);
        ServerAddress address = ServerAddress.parse(setting, variable, PORT);
        return new CouchDbServer(
                new ExternalServer(address.host(), address.port(), variable),
                address.scheme(),
                address.user(),
                address.password());
    }

    private static ContainerServer.Recipe container() {
        return new ContainerServer.Recipe(
                "couchdb:3.5",
                PORT,
                Map.of("COUCHDB_USER", PouchDbStandIn.USER, "COUCHDB_PASSWORD", PouchDbStandIn.PASSWORD),
                List.of(),
                (host, port) ->
                        CouchDbWelcome.read("http://" + host + ":" + port, HTTP).isPresent());
    }

    /** Why {@link #start()} has no server here, for the message of a skipped test. Empty if it has one. */
    public static Optional<String> whyUnavailable() {
        if (ServerAddress.setting(SETTING).isPresent()
                || ServerAddress.setting(CommandedCouchDb.SETTING).isPresent()
                || DockerEngine.answers()) {
            return Optional.empty();
        }
        try {
            PouchDbStandIn.checkNode();
            return Optional.empty();
        } catch (IllegalStateException e) {
            return Optional.of("No CouchDB can run here: " + e.getMessage());
        }
    }

    /** Its root, without credentials and without a slash at the end: {@code http://127.0.0.1:5984}. */
    public URI url() {
        return URI.create(scheme + "://" + server.host() + ":" + server.port());
    }

    /** The administrator's name. */
    public String user() {
        return user;
    }

    public String password() {
        return password;
    }

    public Kind kind() {
        return welcome.kind();
    }

    /** As the server tells it. */
    public String version() {
        return welcome.version();
    }

    /** What this is and where it runs, for people. Without the password. */
    public String describe() {
        return kind() + " " + version() + ", " + server.location();
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
