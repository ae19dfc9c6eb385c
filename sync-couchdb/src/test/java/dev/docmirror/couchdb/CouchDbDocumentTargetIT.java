package dev.docmirror.couchdb;

import dev.docmirror.testkit.DocumentTargetContractTest;
import dev.docmirror.testkit.TargetFixture;
import dev.docmirror.testkit.server.CouchDbServer;
import org.junit.jupiter.api.BeforeAll;

class CouchDbDocumentTargetIT extends DocumentTargetContractTest {
    private static CouchDbServer server;

    @BeforeAll
    static void start() {
        server = Servers.shared();
    }

    @Override
    protected TargetFixture openTarget() {
        return new Database(server);
    }

    @Override
    protected boolean keepsLongIntegers() {
        return server.kind() == CouchDbServer.Kind.COUCHDB;
    }
}
