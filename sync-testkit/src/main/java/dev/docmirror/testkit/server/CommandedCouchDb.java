package dev.docmirror.testkit.server;

import java.nio.file.Path;
import java.time.Duration;

/** Runs a CouchDB by a command of the user's. {@link CouchDbServer} says what the command gets and must do. */
record CommandedCouchDb(String command) implements LocalServer.Recipe {

    static final String SETTING = "docmirror.couchdb.command";

    private static final Duration HTTP = Duration.ofSeconds(1);

    @Override
    public String name() {
        return "couchdb-command";
    }

    @Override
    public void prepare(Path data) {}

    @Override
    public ProcessBuilder command(Path data, int port) {
        // The process that is killed must be the server, not a shell before it.
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", "exec " + command);
        builder.environment().put("PORT", Integer.toString(port));
        builder.environment().put("DATA", data.toString());
        builder.environment().put("COUCHDB_USER", PouchDbStandIn.USER);
        builder.environment().put("COUCHDB_PASSWORD", PouchDbStandIn.PASSWORD);
        return builder;
    }

    @Override
    public boolean answers(int port) {
        return CouchDbWelcome.read("http://" + LocalServer.HOST + ":" + port, HTTP)
                .isPresent();
    }
}
