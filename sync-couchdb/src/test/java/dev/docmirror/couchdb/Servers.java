package dev.docmirror.couchdb;

import java.util.Optional;

import dev.docmirror.testkit.server.CouchDbServer;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** One server for all tests of this JVM that do not stop it. It ends with the JVM. */
final class Servers {
    private static CouchDbServer shared;

    private Servers() {}

    static synchronized CouchDbServer shared() {
        Optional<String> obstacle = CouchDbServer.whyUnavailable();
        assumeTrue(obstacle.isEmpty(), () -> obstacle.orElse(""));
        if (shared == null) {
            shared = CouchDbServer.startInMemory();
            Runtime.getRuntime().addShutdownHook(new Thread(shared::close, "close-couchdb"));
        }
        return shared;
    }

    static boolean isCouchDb() {
        return shared().kind() == CouchDbServer.Kind.COUCHDB;
    }
}
