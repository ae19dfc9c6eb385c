package dev.docmirror.campaign;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

import dev.docmirror.ReplayReport;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.StreamId;
import dev.docmirror.deadletter.DeadLetterFilter;
import dev.docmirror.deadletter.DeadLetterStore;
import dev.docmirror.edge.EdgeEvent;
import dev.docmirror.edge.EdgeOptions;
import dev.docmirror.edge.EdgeReport;
import dev.docmirror.edge.EdgeSync;
import dev.docmirror.edge.FileDocumentStore;
import dev.docmirror.edge.PushState;
import dev.docmirror.edge.Selection;
import dev.docmirror.envelope.EnvelopeCodec;
import dev.docmirror.envelope.EnvelopeKey;
import dev.docmirror.envelope.Envelopes;
import dev.docmirror.envelope.KeyRing;
import dev.docmirror.examples.quickstart.ClinicalDocuments;
import dev.docmirror.examples.worker.ClinicalTables;
import dev.docmirror.mysql.MySqlCheckpointStore;
import dev.docmirror.mysql.MySqlDeadLetterStore;
import dev.docmirror.mysql.MySqlMirrorSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** From an encrypted store at the edge, through a cache that holds a fifth of it, to the rows of a mirror. */
class EncryptedEdgeIT {
    private static final int DOCUMENTS = Integer.getInteger("campaign.edge.documents", 5_000);
    private static final int CACHE = DOCUMENTS / 5;
    private static final StreamId STREAM = StreamId.of(Site.STREAM);
    private static final List<String> TABLES =
            ClinicalTables.mapper().tables().stream().map(table -> table.name()).toList();

    private static final byte[] SECRET = new byte[32];

    static {
        new SplittableRandom(1).nextBytes(SECRET);
    }

    private final KeyRing tablet = KeyRing.of(key());

    @TempDir
    private Path directory;

    @Test
    void push_inPlaintext_isMirroredWhole() throws Exception {
        try (Site site = new Site();
                FileDocumentStore store = filled()) {
            push(site, store, Optional.empty());
            Site.Mirror mirror = site.newMirror();
            site.drain(mirror);
            assertMirrored(mirror);
        }
    }

    @Test
    void push_asEnvelopes_isMirroredWhereTheKeyIsOrComes() throws Exception {
        try (Site site = new Site();
                FileDocumentStore store = filled()) {
            push(site, store, Optional.of(Envelopes.of("clinic", tablet)));

            Site.Mirror withKey = site.newMirror();
            KeyRing server = KeyRing.of(key());
            try (SyncWorker worker = worker(site, withKey, server)) {
                worker.runOnce();
                assertThat(worker.statistics().encrypted()).isZero();
            }
            assertMirrored(withKey);

            Site.Mirror later = site.newMirror();
            DeadLetterStore parked = MySqlDeadLetterStore.of(later.pool());
            KeyRing none = KeyRing.of();
            try (SyncWorker worker = worker(site, later, none)) {
                worker.runOnce();
                assertThat(worker.statistics().encrypted()).isEqualTo(DOCUMENTS);
                assertThat(parked.count(STREAM, DeadLetterFilter.encrypted())).isEqualTo(DOCUMENTS);
                assertThat(parked.count(STREAM)).as("none of them is poison").isZero();
                assertThat(TABLES)
                        .allSatisfy(table -> assertThat(later.count(table)).isZero());

                none.add(key());
                ReplayReport report = worker.retryEncrypted();
                assertThat(report.written()).isEqualTo(DOCUMENTS);
                assertThat(report.encrypted()).isZero();
            }
            assertMirrored(later);
            assertThat(MirrorContents.of(later).differences(MirrorContents.of(withKey)))
                    .isEmpty();
        }
    }

    private FileDocumentStore filled() {
        FileDocumentStore store = FileDocumentStore.open(directory, Envelopes.of("tablet", tablet));
        List<ObjectNode> documents = new ClinicalDocuments(1).some(DOCUMENTS);
        for (int i = 0; i < documents.size(); i++) {
            ObjectNode document = documents.get(i);
            DocumentId id = DocumentId.of(document.required("_id").stringValue());
            store.put(id, Optional.of("visit-" + i % 50), document.without(List.of("_id")));
        }
        assertThat(store.count(Selection.of(PushState.PENDING))).isEqualTo(DOCUMENTS);
        return store;
    }

    private static void push(Site site, FileDocumentStore store, Optional<EnvelopeCodec> codec)
            throws InterruptedException {
        List<EdgeEvent.Progress> progress = new ArrayList<>();
        EdgeSync.Builder builder = EdgeSync.builder(store, site.target())
                .options(EdgeOptions.defaults().withMaxDocuments(CACHE))
                .listener(event -> {
                    if (event instanceof EdgeEvent.Progress each) {
                        progress.add(each);
                    }
                });
        codec.ifPresent(builder::envelopes);
        try (EdgeSync edge = builder.build()) {
            assertThat(edge.awaitPushed("visit-7", Duration.ofMinutes(5))).isTrue();
            assertThat(edge.session("visit-7").pushed()).isEqualTo(DOCUMENTS / 50);
            EdgeReport report = edge.pushAll();
            assertThat(report).isEqualTo(new EdgeReport(DOCUMENTS - DOCUMENTS / 50, 0, 0, 0, Optional.empty()));
            assertThat(edge.pushAll().pushed()).as("a second time").isZero();
            assertThat(edge.cache().documents()).isZero();
            assertThat(edge.cache().evictions()).isZero();
        }
        assertThat(progress.get(progress.size() - 1).pushed()).isEqualTo(DOCUMENTS - DOCUMENTS / 50);
        assertThat(store.count(Selection.of(PushState.PUSHED))).isEqualTo(DOCUMENTS);
    }

    private static SyncWorker worker(Site site, Site.Mirror mirror, KeyRing keys) {
        return SyncWorker.builder(
                        Site.STREAM,
                        site.source(),
                        ClinicalTables.mapper(),
                        MySqlMirrorSink.of(mirror.pool()),
                        MySqlCheckpointStore.of(mirror.pool()))
                .envelopes(Envelopes.of("clinic", keys))
                .deadLetters(MySqlDeadLetterStore.of(mirror.pool()))
                .build();
    }

    private static void assertMirrored(Site.Mirror mirror) {
        assertThat(mirror.count("sync_documents")).isEqualTo(DOCUMENTS);
        assertThat(mirror.count("sync_dead_letters")).isZero();
        assertThat(TABLES.stream().mapToLong(mirror::count).sum()).isEqualTo(DOCUMENTS);
        assertThat(mirror.query("SELECT DISTINCT generation FROM sync_documents"))
                .containsExactly(List.of("1"));
    }

    private static EnvelopeKey key() {
        return EnvelopeKey.raw("tablet-3", SECRET);
    }
}
