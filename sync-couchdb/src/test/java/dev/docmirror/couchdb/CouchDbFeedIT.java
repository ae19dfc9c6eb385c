package dev.docmirror.couchdb;

import dev.docmirror.testkit.ChangeFeedContractTest;
import dev.docmirror.testkit.SourceFixture;
import dev.docmirror.testkit.server.CouchDbServer;
import org.junit.jupiter.api.BeforeAll;

class CouchDbFeedIT extends ChangeFeedContractTest {
    private static CouchDbServer server;

    @BeforeAll
    static void start() {
        server = Servers.shared();
    }

    @Override
    protected SourceFixture openSource() {
        return new Database(server);
    }
}
