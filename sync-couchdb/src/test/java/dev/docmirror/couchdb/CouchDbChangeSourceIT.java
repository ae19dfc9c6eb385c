package dev.docmirror.couchdb;

import dev.docmirror.testkit.ChangeSourceContractTest;
import dev.docmirror.testkit.SourceFixture;
import dev.docmirror.testkit.server.CouchDbServer;
import org.junit.jupiter.api.BeforeAll;

class CouchDbChangeSourceIT extends ChangeSourceContractTest {
    private static CouchDbServer server;

    @BeforeAll
    static void start() {
        server = Servers.shared();
    }

    @Override
    protected SourceFixture openSource() {
        return new Database(server);
    }

    @Override
    protected boolean keepsLongIntegers() {
        return server.kind() == CouchDbServer.Kind.COUCHDB;
    }
}
