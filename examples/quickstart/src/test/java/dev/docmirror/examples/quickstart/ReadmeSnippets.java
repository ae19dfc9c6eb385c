package dev.docmirror.examples.quickstart;

import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javax.sql.DataSource;

import dev.docmirror.RemapReport;
import dev.docmirror.SyncOptions;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.ChangeSource;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.ArchiveEntry;
import dev.docmirror.conflict.ConflictArchive;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.ConflictReview;
import dev.docmirror.conflict.ConflictView;
import dev.docmirror.conflict.OpenConflicts;
import dev.docmirror.couchdb.CouchDbChangeSource;
import dev.docmirror.cycle.PullEvents;
import dev.docmirror.cycle.SyncCycle;
import dev.docmirror.edge.EdgeOptions;
import dev.docmirror.edge.EdgeReport;
import dev.docmirror.edge.EdgeSync;
import dev.docmirror.edge.FileDocumentStore;
import dev.docmirror.envelope.EnvelopeCodec;
import dev.docmirror.envelope.EnvelopeKey;
import dev.docmirror.envelope.Envelopes;
import dev.docmirror.envelope.KeyRing;
import dev.docmirror.envelope.Opened;
import dev.docmirror.envelope.ReEncryption;
import dev.docmirror.envelope.ReEncryptionProgress;
import dev.docmirror.envelope.ReEncryptionReport;
import dev.docmirror.envelope.SimpleEnvelopes;
import dev.docmirror.mapping.ChildMapping;
import dev.docmirror.mapping.Column;
import dev.docmirror.mapping.DeleteMode;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.mapping.RawMapping;
import dev.docmirror.mapping.TableMapping;
import dev.docmirror.mapping.TypeRouter;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.monitor.SyncHealth;
import dev.docmirror.monitor.SyncListener;
import dev.docmirror.monitor.SyncMonitor;
import dev.docmirror.mysql.MySqlCheckpointStore;
import dev.docmirror.mysql.MySqlDeadLetterStore;
import dev.docmirror.mysql.MySqlMirrorSink;
import dev.docmirror.mysql.MySqlQueueStore;
import dev.docmirror.mysql.MySqlRebuild;
import dev.docmirror.mysql.MySqlSchema;
import dev.docmirror.mysql.MySqlStoredDocuments;
import dev.docmirror.queue.DocumentTarget;
import dev.docmirror.queue.JsonSchemaValidator;
import dev.docmirror.queue.QueueWorker;
import dev.docmirror.queue.SyncOperation;
import dev.docmirror.reconcile.ReconcileCursor;
import dev.docmirror.reconcile.ReconcileReport;
import dev.docmirror.reconcile.Reconciler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static dev.docmirror.policies.ConflictPolicies.byType;
import static dev.docmirror.policies.ConflictPolicies.fieldMerge;
import static dev.docmirror.policies.ConflictPolicies.immutableOnceSigned;
import static dev.docmirror.policies.ConflictPolicies.lastWriteWins;
import static dev.docmirror.policies.ConflictPolicies.lockedOnce;
import static dev.docmirror.policies.ConflictPolicies.manualReview;
import static dev.docmirror.queue.OperationResolution.SERVER_WINS;

/** The code of the README, between markers, so that it compiles. */
final class ReadmeSnippets {
    private ReadmeSnippets() {}

    static void worker(DataSource dataSource, DocumentMapper mapper, DocumentId id, Revision revision)
            throws InterruptedException {
        // snippet: worker
        CouchDbChangeSource source = CouchDbChangeSource.builder(URI.create("http://127.0.0.1:5984/clinic"))
                .basic("mirror", System.getenv("COUCHDB_PASSWORD"))
                .build();

        MySqlSchema.install(dataSource); // once, with an account that may create tables
        MySqlSchema.createMissing(dataSource, mapper.tables());

        SyncWorker worker = SyncWorker.builder(
                        "clinic", source, mapper, MySqlMirrorSink.of(dataSource), MySqlCheckpointStore.of(dataSource))
                .conflicts(lastWriteWins("/updatedAt"))
                .options(SyncOptions.defaults().withPollWait(Duration.ofSeconds(10)))
                .listener(SyncListener.logging())
                .build();
        worker.start(); // or worker.runOnce(): mirror what there is and return a report
        worker.awaitMirrored(id, revision, Duration.ofSeconds(5)); // read your own write
        worker.close();
        source.close();
        // end
    }

    static DocumentMapper mapper() {
        // snippet: mapping
        TableMapping notes = TableMapping.builder("notes")
                .autoIncrement("id")
                .key("couch_id", 255)
                .column(Column.text("title", 120).from("/title", "/name").required())
                .column(Column.enumeration("status", "draft", "signed")
                        .from("/status")
                        .orElse("draft"))
                .column(Column.decimal("weight_kg", 5, 2).from("/weightKg"))
                .column(Column.dateTime("updated_at").from("/updatedAt")) // ISO 8601 or epoch milliseconds
                .column(Column.rawText("raw"))
                .children(ChildMapping.builder("medications", "/medications")
                        .key("note_id", 255)
                        .column(Column.text("name", 80).from("/name").required())
                        .build())
                .index("status", "updated_at")
                .onDelete(DeleteMode.soft("deleted_at"))
                .build();
        DocumentMapper mapper = TypeRouter.byField("/type").route("note", notes).build();
        // end
        return mapper;
    }

    static ConflictPolicy rules() {
        // snippet: rules
        ConflictPolicy rules = byType(Map.of(
                        "note", immutableOnceSigned("/signatureHash").orElse(lastWriteWins("/updatedAt")),
                        "intake", lockedOnce("/isLocked").orElse(lastWriteWins("/updatedAt")),
                        "carePlan", fieldMerge(lastWriteWins("/updatedAt")),
                        "allergy", manualReview()))
                .orElse(lastWriteWins("/updatedAt"));
        // end
        return rules;
    }

    static void queue(
            DataSource dataSource,
            Connection connection,
            ChangeSource source,
            DocumentTarget target,
            DocumentId id,
            Revision base,
            ObjectNode changes) {
        // snippet: queue
        MySqlQueueStore store = MySqlQueueStore.of(dataSource);
        store.joined(connection) // in the host's own transaction: a rollback takes the operation back, too
                .enqueue(SyncOperation.patch("patient", id, changes)
                        .onRevision(base)
                        .by("nurse-7", "tablet-3"));

        QueueWorker worker = QueueWorker.builder(store, source, target).build();
        worker.start(); // any number of them, in any number of processes
        // end
    }

    static SyncHealth cycle(
            MySqlQueueStore store,
            ChangeSource source,
            DocumentTarget target,
            ConflictArchive archive,
            JsonNode schema,
            SyncWorker pull,
            PullEvents events)
            throws InterruptedException {
        // snippet: cycle
        QueueWorker push = QueueWorker.builder(store, source, target)
                .conflicts((operation, server) -> Optional.of(SERVER_WINS), "clinic", archive)
                .validator(JsonSchemaValidator.of("patient", schema)
                        .andThen((operation, result) ->
                                operation.user().isPresent() ? Optional.empty() : Optional.of("by nobody")))
                .build();
        SyncCycle cycle = SyncCycle.builder(push, pull, events).build();
        cycle.run(Set.of("patient")); // pushes operations on patients, then mirrors what CouchDB has
        cycle.every(Duration.ofMinutes(5)); // pushes and mirrors everything
        SyncHealth health = SyncMonitor.builder("clinic")
                .cycle(cycle)
                .queue(store)
                .archive(archive)
                .build()
                .health(); // HEALTHY, DEGRADED or UNHEALTHY, with reasons
        // end
        return health;
    }

    static void review(ChangeSource source, MirrorSink sink, ConflictArchive archive, DocumentTarget target) {
        // snippet: review
        ConflictReview review = ConflictReview.of("clinic", source, sink, archive, target);
        for (ArchiveEntry entry : review.open(OpenConflicts.first(50).ofType("allergy"))) {
            DocumentId id = entry.conflict().loser().id();
            ConflictView view = review.show(id).orElseThrow(); // all versions, and the fields that differ
            review.choose(view, view.leaves().get(0).revision(), "dr.ada", "seen the patient");
        }
        // end
    }

    static Opened envelopes(byte[] lastYears, byte[] thisYears, DocumentId id, ObjectNode document) {
        // snippet: envelopes
        KeyRing keys =
                KeyRing.of(EnvelopeKey.raw("2025", lastYears), EnvelopeKey.raw("2026", thisYears)); // newest last
        EnvelopeCodec codec = Envelopes.of("clinic", keys)
                .withTypeHint() // the type in clear text beside the envelope; without it, nothing but the id shows
                .orElse(SimpleEnvelopes.of(keys, "2025")); // also reads the older layout, for a migration

        ObjectNode stored = codec.seal(id, document);
        Opened opened = codec.open(id, stored); // Plaintext, or KeyMissing; anything else is an EnvelopeException
        keys.close(); // wipes them
        // end
        return opened;
    }

    static ReEncryptionReport rotation(
            KeyRing keys, byte[] nextYears, ChangeSource source, DocumentTarget target, Envelopes envelopes)
            throws InterruptedException {
        // snippet: rotation
        keys.add(EnvelopeKey.raw("2027", nextYears)); // writes from now on
        ReEncryption rotation = ReEncryption.of(source, target, envelopes, SimpleEnvelopes.of(keys, "2025"))
                .progress(ReEncryptionProgress.file(Path.of("rotation"))); // a killed run goes on from there
        ReEncryptionReport planned = rotation.dryRun();
        ReEncryptionReport done = rotation.run();
        if (done.isComplete()) { // nothing is damaged, refused or without its key
            keys.remove("2026");
        }
        // end
        return planned;
    }

    static boolean edge(Path directory, KeyRing keys, DocumentTarget target, DocumentId id, ObjectNode document)
            throws InterruptedException {
        // snippet: edge
        FileDocumentStore store = FileDocumentStore.open(directory, Envelopes.of("tablet", keys));
        store.put(id, Optional.of("visit-7"), document); // encrypted and on the disk when it returns

        EdgeSync edge = EdgeSync.builder(store, target)
                .envelopes(Envelopes.of("clinic", keys)) // without it, the server is sent plaintext
                .options(EdgeOptions.defaults().withMaxDocuments(1_000)) // in memory in plaintext at a time
                .build();
        EdgeReport report = edge.pushAll(); // or pushSession("visit-7")
        boolean discharged = edge.awaitPushed("visit-7", Duration.ofSeconds(30));
        edge.lock(); // nothing in plaintext any more, until unlock()
        // end
        return discharged && report.isComplete();
    }

    static void server(
            ChangeSource source,
            DocumentMapper mapper,
            MySqlMirrorSink sink,
            MySqlCheckpointStore checkpoints,
            MySqlDeadLetterStore deadLetters,
            EnvelopeCodec codec,
            KeyRing keys,
            byte[] lastYears)
            throws InterruptedException {
        // snippet: server
        SyncWorker worker = SyncWorker.builder("clinical", source, mapper, sink, checkpoints)
                .envelopes(codec)
                .deadLetters(deadLetters)
                .build();
        worker.runOnce().totals().encrypted(); // documents whose key is not there, counted by themselves
        keys.add(EnvelopeKey.raw("2025", lastYears)); // the key comes
        worker.retryEncrypted(); // reads those documents, not the feed
        // end
    }

    static ReconcileReport reconcile(
            SyncWorker worker,
            CouchDbChangeSource source,
            MySqlMirrorSink sink,
            MySqlDeadLetterStore deadLetters,
            ReconcileCursor cursor,
            Consumer<String> alert)
            throws InterruptedException {
        // snippet: reconcile
        Reconciler reconciler = Reconciler.of(worker, source, sink, deadLetters);
        ReconcileReport report = reconciler.check(); // or repair()
        if (!report.isClean()) {
            alert.accept(report.text()); // ids, types and counts; report.json() for programs
        }
        ReconcileReport page = reconciler.step(reconciler.resume(cursor), false); // or a page a minute
        ReconcileReport purges = reconciler.step(reconciler.resume(ReconcileCursor.purges()), true); // CouchDB 3.4
        // end
        return page.isClean() ? purges : page;
    }

    static RemapReport remap(SyncWorker worker, DataSource dataSource) throws InterruptedException {
        // snippet: remap
        RemapReport report = worker.remap(MySqlStoredDocuments.of(dataSource, RawMapping.documents()));
        worker.replay(report.named()); // of which exactly what is mirrored is not stored
        // end
        return report;
    }

    static void rebuild(
            DataSource dataSource,
            CouchDbChangeSource source,
            DocumentMapper mapper,
            ConflictPolicy rules,
            MySqlCheckpointStore checkpoints,
            MySqlDeadLetterStore deadLetters)
            throws InterruptedException {
        // snippet: rebuild
        MySqlRebuild rebuild = MySqlRebuild.begin(dataSource, "clinic", mapper); // or goes on with one that was cut off
        if (!rebuild.isSwapped()) {
            try (SyncWorker shadow = SyncWorker.builder(rebuild.stream(), source, mapper, rebuild.sink(), checkpoints)
                    .conflicts(rules)
                    .build()) {
                shadow.start();
                rebuild.fill(shadow);
                ReconcileReport report = Reconciler.of(shadow, source, rebuild.sink(), deadLetters)
                        .check();
                if (!report.isClean()) {
                    throw new IllegalStateException(report.text()); // or rebuild.abort()
                }
                rebuild.swap(shadow);
            }
        }
        rebuild.dropReplaced();
        // end
    }
}
