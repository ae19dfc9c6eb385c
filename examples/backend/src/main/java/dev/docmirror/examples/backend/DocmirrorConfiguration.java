package dev.docmirror.examples.backend;

import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

import dev.docmirror.SyncWorker;
import dev.docmirror.conflict.ConflictReview;
import dev.docmirror.couchdb.CouchDbChangeSource;
import dev.docmirror.couchdb.CouchDbDocumentTarget;
import dev.docmirror.cycle.PullEvents;
import dev.docmirror.cycle.SyncCycle;
import dev.docmirror.examples.backend.clinic.ClinicTables;
import dev.docmirror.monitor.SyncListener;
import dev.docmirror.monitor.SyncMonitor;
import dev.docmirror.mysql.MySqlCheckpointStore;
import dev.docmirror.mysql.MySqlConflictArchive;
import dev.docmirror.mysql.MySqlDeadLetterStore;
import dev.docmirror.mysql.MySqlMirrorSink;
import dev.docmirror.mysql.MySqlQueueStore;
import dev.docmirror.mysql.MySqlSchema;
import dev.docmirror.queue.QueueWorker;
import dev.docmirror.queue.SyncQueue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static dev.docmirror.policies.ConflictPolicies.byType;
import static dev.docmirror.policies.ConflictPolicies.immutableOnceSigned;
import static dev.docmirror.policies.ConflictPolicies.lastWriteWins;
import static dev.docmirror.policies.ConflictPolicies.lockedOnce;
import static dev.docmirror.policies.ConflictPolicies.manualReview;

/** docmirror as beans. Spring closes them in reverse: the cycle before its workers, those before what they read. */
@Configuration(proxyBeanMethods = false)
class DocmirrorConfiguration {
    private static final String STREAM = "clinic";

    @Bean
    CouchDbChangeSource source(CouchDbSettings couch) {
        return CouchDbChangeSource.builder(couch.url())
                .basic(couch.user(), couch.password())
                .build();
    }

    @Bean
    CouchDbDocumentTarget target(CouchDbSettings couch) {
        return CouchDbDocumentTarget.builder(couch.url())
                .basic(couch.user(), couch.password())
                .build();
    }

    @Bean
    MySqlMirrorSink sink(DataSource database) {
        MySqlSchema.install(database);
        MySqlSchema.createMissing(database, ClinicTables.mapper().tables());
        return MySqlMirrorSink.of(database);
    }

    @Bean
    MySqlConflictArchive archive(DataSource database) {
        return MySqlConflictArchive.of(database);
    }

    @Bean
    MySqlDeadLetterStore deadLetters(DataSource database) {
        return MySqlDeadLetterStore.of(database);
    }

    @Bean
    MySqlQueueStore queueStore(DataSource database) {
        return MySqlQueueStore.of(database);
    }

    @Bean
    PullEvents pulled() {
        return new PullEvents();
    }

    @Bean(initMethod = "start")
    SyncWorker worker(
            CouchDbChangeSource source,
            MySqlMirrorSink sink,
            DataSource database,
            MySqlDeadLetterStore letters,
            List<SyncListener> listeners) {
        return SyncWorker.builder(STREAM, source, ClinicTables.mapper(), sink, MySqlCheckpointStore.of(database))
                .conflicts(byType(Map.of(
                                "note", immutableOnceSigned("/signatureHash").orElse(manualReview()),
                                "intake", lockedOnce("/isLocked").orElse(lastWriteWins("/updatedAt"))))
                        .orElse(lastWriteWins("/updatedAt", "/patient/updatedAt")))
                .deadLetters(letters)
                .listener(listeners.stream().reduce(SyncListener.logging(), SyncListener::andThen))
                .build();
    }

    @Bean
    SyncQueue queue(MySqlQueueStore store, CouchDbChangeSource source, MySqlConflictArchive archive) {
        return SyncQueue.builder(store).conflicts(STREAM, source, archive).build();
    }

    @Bean
    SyncCycle cycle(
            MySqlQueueStore store,
            CouchDbChangeSource source,
            CouchDbDocumentTarget target,
            SyncWorker worker,
            PullEvents pulled,
            SyncSettings settings) {
        QueueWorker push = QueueWorker.builder(store, source, target).build();
        return SyncCycle.builder(push, worker, pulled)
                .follows(settings.patience())
                .build();
    }

    @Bean
    ConflictReview review(
            CouchDbChangeSource source,
            MySqlMirrorSink sink,
            MySqlConflictArchive archive,
            CouchDbDocumentTarget target) {
        return ConflictReview.of(STREAM, source, sink, archive, target);
    }

    @Bean
    SyncMonitor monitor(
            SyncWorker worker,
            SyncCycle cycle,
            MySqlQueueStore queue,
            MySqlMirrorSink sink,
            MySqlConflictArchive archive,
            MySqlDeadLetterStore letters) {
        return SyncMonitor.builder(STREAM)
                .worker(worker)
                .cycle(cycle)
                .queue(queue)
                .sink(sink)
                .archive(archive)
                .deadLetters(letters)
                .build();
    }
}
