package dev.docmirror.couchdb;

import dev.docmirror.testkit.DocumentTargetContractTest;
import dev.docmirror.testkit.TargetFixture;
import dev.docmirror.testkit.server.CouchDbServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

class CouchDbDocumentTargetIT extends DocumentTargetContractTest {
    private static CouchDbServer server;

    @BeforeAll
    static void start() {
        server = Servers.shared();
    }

    @BeforeEach
    void skipWhatTheStandInTakes(TestInfo test) {
        boolean differs = test.getTestMethod()
                .filter(method -> method.getName().equals("write_onTheTombstoneOfADeletedDocument_isConflicting"))
                .isPresent();
        assumeTrue(Servers.isCouchDb() || !differs, "the stand-in extends the tombstone of a deleted document");
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
