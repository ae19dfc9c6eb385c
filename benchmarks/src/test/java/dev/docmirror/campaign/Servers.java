package dev.docmirror.campaign;

import dev.docmirror.testkit.server.CouchDbServer;
import dev.docmirror.testkit.server.MySqlServer;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** A document server and a MySQL server. */
record Servers(CouchDbServer couch, MySqlServer mysql) implements AutoCloseable {

    static Servers start() {
        return new Servers(CouchDbServer.start(), MySqlServer.start());
    }

    /** For all tests that leave them running; they end with the JVM. */
    static Servers shared() {
        return Shared.SERVERS;
    }

    /** Skips the test, by name, where a server isn't ours to stop. */
    void assumeOwned() {
        assumeTrue(couch.ownsProcess(), "the document server is not ours to stop: " + couch.describe());
        assumeTrue(mysql.ownsProcess(), "the MySQL server is not ours to stop: " + mysql.describe());
    }

    @Override
    public void close() {
        mysql.close();
        couch.close();
    }

    private static final class Shared {
        private static final Servers SERVERS = start();
    }
}
