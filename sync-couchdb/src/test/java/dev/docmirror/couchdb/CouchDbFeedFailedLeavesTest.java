package dev.docmirror.couchdb;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.docmirror.change.BatchLimits;
import dev.docmirror.change.ChangeBatch;
import dev.docmirror.change.ChangeFeed;
import dev.docmirror.error.TransientSyncException;
import org.junit.jupiter.api.Test;

import static dev.docmirror.couchdb.CouchDbFeedTest.source;
import static dev.docmirror.couchdb.Pages.bulk;
import static dev.docmirror.couchdb.Pages.conflict;
import static dev.docmirror.couchdb.Pages.doc;
import static dev.docmirror.couchdb.Pages.found;
import static dev.docmirror.couchdb.Pages.page;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A cluster whose nodes hang lists a document, and answers 200 with an error in place of its leaves. */
class CouchDbFeedFailedLeavesTest {
    /** As CouchDB 3.5 answers, after a minute, while two of three nodes are frozen. */
    private static final String NODES_HANG = "{\"id\":\"c\",\"docs\":[{\"error\":{\"rev\":\"2-a\",\"reason\":"
            + "\"{error,{nodedown,<<\\\"progress not possible\\\">>}}\",\"id\":\"c\","
            + "\"error\":\"internal_fabric_error\"}}]}";

    @Test
    void poll_nodesHang_isTransient_andComesWhenTheyAreBack() throws Exception {
        AtomicBoolean hang = new AtomicBoolean(true);
        try (ScriptedServer server = ScriptedServer.database(call -> {
                    if (call.path.endsWith("_bulk_get")) {
                        call.json(200, bulk(hang.get() ? NODES_HANG : found("c", doc("c", "2-a", "\"n\":1"))));
                    } else {
                        call.json(200, page("9", 0, conflict("c", "2-b", "2-a")));
                    }
                });
                CouchDbChangeSource source = source(server).build();
                ChangeFeed feed = source.open(Optional.empty())) {
            BatchLimits limits = new BatchLimits(100, 1_000_000);
            assertThatThrownBy(() -> feed.poll(limits, Duration.ZERO)).isInstanceOf(TransientSyncException.class);
            hang.set(false);
            ChangeBatch batch = feed.poll(limits, Duration.ZERO);
            assertThat(batch.changes()).singleElement().satisfies(change -> {
                assertThat(change.leaves()).hasSize(2);
                assertThat(change.leaves())
                        .allSatisfy(leaf -> assertThat(leaf.size()).isPositive());
            });
        }
    }
}
