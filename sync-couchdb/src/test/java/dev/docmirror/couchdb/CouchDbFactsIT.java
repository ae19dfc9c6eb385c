package dev.docmirror.couchdb;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import dev.docmirror.change.BatchLimits;
import dev.docmirror.change.ChangeBatch;
import dev.docmirror.change.ChangeFeed;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.error.AccessDeniedException;
import dev.docmirror.error.MappingException;
import dev.docmirror.error.SourceReplacedException;
import dev.docmirror.error.SourceUnavailableException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.testkit.server.CouchDbServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** What CouchDB's feed does beyond what every source's has to. */
@Timeout(120)
class CouchDbFactsIT {
    private static final BatchLimits LIMITS = new BatchLimits(1_000, 16L * 1024 * 1024);

    private Database database;

    @BeforeEach
    void open() {
        database = new Database(Servers.shared());
    }

    @AfterEach
    void close() {
        if (database != null) {
            database.close();
        }
    }

    @Test
    void feed_thousandsOfDocuments_comesInPagesWithoutGaps() throws Exception {
        Set<String> written = new HashSet<>();
        for (int i = 0; i < 5; i++) {
            StringBuilder docs = new StringBuilder();
            for (int j = 0; j < 600; j++) {
                String id = "doc-" + i + "-" + j;
                written.add(id);
                docs.append(j == 0 ? "" : ",").append("{\"_id\":\"" + id + "\",\"x\":\"" + "y".repeat(j) + "\"}");
            }
            database.bulk(docs.toString());
        }
        for (BatchLimits limits : List.of(new BatchLimits(700, 1_000_000), new BatchLimits(5_000, 20_000))) {
            List<String> seen = new ArrayList<>();
            try (ChangeFeed feed = database.source().open(Optional.empty())) {
                ChangeBatch batch;
                do {
                    batch = feed.poll(limits, Duration.ZERO);
                    batch.changes().forEach(change -> seen.add(change.id().value()));
                    assertThat(batch.bytes()).isLessThanOrEqualTo(limits.bytes());
                } while (!batch.caughtUp());
            }
            assertThat(seen).hasSize(3_000);
            assertThat(new HashSet<>(seen)).isEqualTo(written);
        }
    }

    @Test
    void poll_batchesInsideAPage_areResumedFromTheirPositions() throws Exception {
        Set<String> written = new HashSet<>();
        StringBuilder docs = new StringBuilder();
        for (int i = 0; i < 240; i++) {
            written.add("doc-" + i);
            docs.append(i == 0 ? "" : ",").append("{\"_id\":\"doc-" + i + "\"}");
        }
        database.bulk(docs.toString());
        BatchLimits limits = new BatchLimits(20, 1_000_000);
        Set<String> seen = new HashSet<>();
        Set<String> positions = new HashSet<>();
        try (ChangeFeed feed = database.source().open(Optional.empty())) {
            ChangeBatch batch = feed.poll(limits, Duration.ZERO);
            while (!batch.changes().isEmpty()) {
                batch.changes().forEach(change -> seen.add(change.id().value()));
                assertThat(positions.add(batch.position().value())).as("moved").isTrue();
                Set<String> rest = new HashSet<>(seen);
                try (ChangeFeed resumed = database.source().open(Optional.of(batch.position()))) {
                    for (ChangeBatch next = resumed.poll(limits, Duration.ZERO);
                            !next.changes().isEmpty();
                            next = resumed.poll(limits, Duration.ZERO)) {
                        next.changes().forEach(change -> rest.add(change.id().value()));
                    }
                }
                assertThat(rest).isEqualTo(written);
                batch = feed.poll(limits, Duration.ZERO);
            }
        }
        assertThat(seen).isEqualTo(written);
        assertThat(positions).hasSizeGreaterThanOrEqualTo(240 / 20);
    }

    @Test
    void feed_documentOf300Leaves_hasThemAll() throws Exception {
        DocumentId id = DocumentId.of("torn");
        for (int i = 0; i < 300; i++) {
            Revision revision = new Revision(1 + i % 3, "%032x".formatted(i));
            database.fork(id, revision, Optional.empty(), i % 5 == 0, "{\"n\":" + i + "}");
        }
        DocumentChange fed = onlyChange();
        assertThat(fed.leaves()).hasSize(300);
        assertThat(fed.leaves()).filteredOn(Document::deleted).hasSize(60);
        assertThat(fed.leaves())
                .allSatisfy(leaf -> assertThat(leaf.body().get("n").intValue())
                        .isEqualTo(Integer.parseInt(leaf.revision().hash(), 16)));
        DocumentChange read = database.source().read(List.of(id)).get(0);
        assertThat(read.digest()).isEqualTo(fed.digest());
        assertThat(read.leaves())
                .extracting(Document::contentHash)
                .isEqualTo(fed.leaves().stream().map(Document::contentHash).toList());
    }

    @Test
    void feed_attachments_areStubs() throws Exception {
        database.bulk(
                "{\"_id\":\"a\",\"_attachments\":{\"scan.txt\":{\"content_type\":\"text/plain\",\"data\":\"aGVsbG8=\"}}}");
        Document fed = onlyChange().winner();
        assertThat(fed.body().at("/_attachments/scan.txt/stub").booleanValue()).isTrue();
        assertThat(fed.text()).doesNotContain("aGVsbG8");
        assertThat(database.source().read(List.of(fed.id())).get(0).winner().contentHash())
                .isEqualTo(fed.contentHash());
    }

    @Test
    void feed_oddIds_areExact() throws Exception {
        List<String> ids =
                List.of(" ", "a\nb\u0000c\u001b[31m", "\u2028\u2029", "😀", "%2F+?&#", "\"\\", "x".repeat(4_000));
        StringBuilder docs = new StringBuilder();
        for (String id : ids) {
            docs.append(docs.isEmpty() ? "" : ",").append("{\"_id\":");
            JsonStrings.encode(id, docs);
            docs.append('}');
        }
        database.bulk(docs.toString());
        assertThat(drain().stream().map(change -> change.id().value())).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(database.source().read(ids.stream().map(DocumentId::of).toList()))
                .hasSize(ids.size());
    }

    @Test
    void feed_deepDocument_failsAlone() throws Exception {
        database.bulk("{\"_id\":\"deep\",\"x\":" + "[".repeat(3_000) + "]".repeat(3_000) + "},{\"_id\":\"flat\"}");
        List<DocumentChange> changes = drain();
        assertThat(changes).hasSize(2);
        for (DocumentChange change : changes) {
            if (change.id().value().equals("deep")) {
                assertThat(change.winner().size()).isGreaterThan(6_000);
                assertThatThrownBy(() -> change.winner().body()).isInstanceOf(MappingException.class);
            } else {
                assertThat(change.winner().body()).hasSize(2);
            }
        }
    }

    @Test
    void feed_designDocument_isNoChange() throws Exception {
        database.client().ok("PUT", "/" + database.name() + "/_design/x", "{\"views\":{}}");
        database.bulk("{\"_id\":\"a\"}");
        assertThat(onlyChange().id().value()).isEqualTo("a");
    }

    @Test
    void feed_revisionsNobodyCanOrder_failAlone() throws Exception {
        assumeTrue(Servers.isCouchDb(), "the stand-in refuses such revisions");
        database.client()
                .ok(
                        "POST",
                        "/" + database.name() + "/_bulk_docs",
                        "{\"new_edits\":false,\"docs\":[{\"_id\":\"z\",\"_rev\":\"0-abc\"},{\"_id\":\"e\",\"_rev\":\"5-\"},"
                                + "{\"_id\":\"h\",\"_rev\":\"99999999999999999999-abc\"},{\"_id\":\"f\",\"_rev\":\"1-f\"}]}");
        for (DocumentChange change : drain()) {
            if (change.id().value().equals("f")) {
                assertThat(change.winner().body()).hasSize(2);
            } else {
                assertThatThrownBy(() -> change.winner().body()).isInstanceOf(MappingException.class);
            }
        }
        assertThat(drain()).hasSize(4);
    }

    @Test
    void poll_writeWhileWaiting_arrivesPromptly() throws Exception {
        try (ChangeFeed feed = database.source().open(Optional.empty())) {
            ChangeBatch end = feed.poll(LIMITS, Duration.ZERO);
            assertThat(end.caughtUp()).isTrue();
            List<Long> millis = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                FutureTask<ChangeBatch> poll = start(feed, Duration.ofSeconds(30));
                assertThat(poll.isDone()).isFalse();
                database.put(DocumentId.of("live-" + i), "{}");
                long written = System.nanoTime();
                ChangeBatch batch = poll.get(10, TimeUnit.SECONDS);
                millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - written));
                assertThat(batch.changes()).hasSize(1);
                assertThat(batch.caughtUp()).isTrue();
            }
            assertThat(millis.stream().sorted().toList().get(10)).isLessThan(100);
        }
    }

    @Test
    void poll_databaseDeletedWhileWaiting_isUnavailable() throws Exception {
        assumeTrue(Servers.isCouchDb(), "the stand-in leaves a longpoll of a deleted database open");
        try (ChangeFeed feed = database.source().open(Optional.empty())) {
            feed.poll(LIMITS, Duration.ZERO);
            FutureTask<ChangeBatch> poll = start(feed, Duration.ofSeconds(30));
            database.client().ok("DELETE", "/" + database.name(), "");
            try {
                assertThat(poll.get(10, TimeUnit.SECONDS).changes()).isEmpty();
            } catch (ExecutionException e) { // deleted before the server saw the longpoll
                assertThat(e).hasCauseInstanceOf(SourceUnavailableException.class);
            }
            assertThatThrownBy(() -> feed.poll(LIMITS, Duration.ZERO))
                    .isInstanceOf(SourceUnavailableException.class)
                    .hasMessageContaining("there is no such database");
        }
    }

    @Test
    void poll_databaseMadeAnewMeanwhile_isReplaced() throws Exception {
        database.bulk("{\"_id\":\"a\"}");
        try (ChangeFeed feed = database.source().open(Optional.empty())) {
            feed.poll(LIMITS, Duration.ZERO);
            long began = System.nanoTime();
            do { // long enough for the feed to ask who is there
                database.recreate();
            } while (System.nanoTime() - began < TimeUnit.MILLISECONDS.toNanos(200));
            database.bulk("{\"_id\":\"b\"}");
            assertThatThrownBy(() -> feed.poll(LIMITS, Duration.ZERO))
                    .isInstanceOf(SourceReplacedException.class)
                    .hasMessageContaining("made anew");
        }
    }

    @Test
    void poll_positionOfAnotherDatabase_isAcceptedByTheServer() throws Exception {
        // why the identity is kept with each checkpoint
        database.bulk("{\"_id\":\"a\"},{\"_id\":\"b\"}");
        try (Database other = new Database(Servers.shared())) {
            other.bulk("{\"_id\":\"x\"}");
            try (ChangeFeed feed = other.source().open(Optional.empty())) {
                ChangeBatch batch = feed.poll(LIMITS, Duration.ZERO);
                try (ChangeFeed mixed = database.source().open(Optional.of(batch.position()))) {
                    mixed.poll(LIMITS, Duration.ZERO);
                }
            }
            assertThat(other.source().identity().matches(database.source().identity()))
                    .isFalse();
        }
    }

    @Test
    void session_login_readsTheFeed() throws Exception {
        database.bulk("{\"_id\":\"a\"}");
        CouchDbServer server = Servers.shared();
        try (CouchDbChangeSource source = CouchDbChangeSource.builder(database.url())
                        .session(server.user(), server.password())
                        .build();
                ChangeFeed feed = source.open(Optional.empty())) {
            assertThat(feed.poll(LIMITS, Duration.ZERO).changes()).hasSize(1);
        }
    }

    @Test
    void credentials_wrong_areDenied() {
        CouchDbServer server = Servers.shared();
        // a user of its own: CouchDB locks one out after five failures
        try (CouchDbChangeSource basic = CouchDbChangeSource.builder(database.url())
                        .basic("nobody-1", "wrong")
                        .build();
                CouchDbChangeSource session = CouchDbChangeSource.builder(database.url())
                        .session("nobody-2", "wrong")
                        .build();
                CouchDbChangeSource none =
                        CouchDbChangeSource.builder(database.url()).build()) {
            assertThatThrownBy(basic::identity).isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(session::identity).isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(none::identity).isInstanceOf(AccessDeniedException.class);
        }
        assertThat(server.describe()).doesNotContain("wrong");
    }

    @Test
    void database_missing_isUnavailable() {
        CouchDbServer server = Servers.shared();
        try (CouchDbChangeSource source = CouchDbChangeSource.builder(
                                server.url().resolve("/it-none"))
                        .basic(server.user(), server.password())
                        .build();
                ChangeFeed feed = source.open(Optional.empty())) {
            assertThatThrownBy(source::identity).isInstanceOf(SourceUnavailableException.class);
            assertThatThrownBy(() -> feed.poll(LIMITS, Duration.ZERO))
                    .isInstanceOf(SourceUnavailableException.class)
                    .hasMessageContaining("create it or mend the URL");
        }
    }

    @Test
    void server_killedWhileWaiting_isTransientUntilItIsBack() throws Exception {
        try (CouchDbServer own = CouchDbServer.start()) {
            assumeTrue(own.ownsProcess(), "only a server of our own can be killed");
            Database kept = new Database(own);
            kept.bulk("{\"_id\":\"a\"}");
            try (CouchDbChangeSource source = kept.builder().build();
                    ChangeFeed feed = source.open(Optional.empty())) {
                feed.poll(LIMITS, Duration.ZERO);
                feed.poll(LIMITS, Duration.ZERO);
                FutureTask<ChangeBatch> poll = start(feed, Duration.ofSeconds(30));
                own.kill();
                assertThatThrownBy(() -> poll.get(10, TimeUnit.SECONDS))
                        .hasCauseInstanceOf(TransientSyncException.class);
                assertThatThrownBy(() -> feed.poll(LIMITS, Duration.ZERO)).isInstanceOf(TransientSyncException.class);
                own.restart();
                kept.bulk("{\"_id\":\"b\"}");
                assertThat(feed.poll(LIMITS, Duration.ZERO).changes())
                        .extracting(change -> change.id().value())
                        .contains("b");
            } finally {
                kept.close();
            }
        }
    }

    private static FutureTask<ChangeBatch> start(ChangeFeed feed, Duration maxWait) {
        FutureTask<ChangeBatch> task = new FutureTask<>(() -> feed.poll(LIMITS, maxWait));
        Thread thread = new Thread(task, "polling");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private DocumentChange onlyChange() throws InterruptedException {
        List<DocumentChange> changes = drain();
        assertThat(changes).hasSize(1);
        return changes.get(0);
    }

    private List<DocumentChange> drain() throws InterruptedException {
        List<DocumentChange> changes = new ArrayList<>();
        try (ChangeFeed feed = database.source().open(Optional.empty())) {
            ChangeBatch batch;
            do {
                batch = feed.poll(LIMITS, Duration.ZERO);
                changes.addAll(batch.changes());
            } while (!batch.caughtUp());
        }
        return changes;
    }
}
