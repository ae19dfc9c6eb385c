package dev.docmirror.examples.backend;

import java.util.List;
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
import dev.docmirror.queue.OperationValidator;
import dev.docmirror.queue.QueueWorker;
import dev.docmirror.queue.SyncQueue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** docmirror as beans. Spring closes them in reverse: the cycle before its workers, those before what they read. */
@Configuration
class DocmirrorConfiguration {
    private static final String STREAM = "clinic";

    private final CouchDbSettings couch;
    private final DataSource database;

    DocmirrorConfiguration(CouchDbSettings couch, DataSource database) {
        this.couch = couch;
        this.database = database;
    }

    @Bean
    CouchDbChangeSource source() {
        return couch.login(CouchDbChangeSource.builder(couch.url())).build();
    }

    @Bean
    CouchDbDocumentTarget target() {
        return couch.login(CouchDbDocumentTarget.builder(couch.url())).build();
    }

    @Bean
    MySqlMirrorSink sink() {
        MySqlSchema.install(database);
        MySqlSchema.createMissing(database, ClinicTables.mapper().tables());
        return MySqlMirrorSink.of(database);
    }

    @Bean
    MySqlConflictArchive archive() {
        return MySqlConflictArchive.of(database);
    }

    @Bean
    MySqlDeadLetterStore deadLetters() {
        return MySqlDeadLetterStore.of(database);
    }

    @Bean
    MySqlQueueStore queueStore() {
        return MySqlQueueStore.of(database);
    }

    @Bean(initMethod = "start")
    SyncWorker worker(List<SyncListener> listeners) {
        MySqlCheckpointStore checkpoints = MySqlCheckpointStore.of(database);
        return SyncWorker.builder(STREAM, source(), ClinicTables.mapper(), sink(), checkpoints)
                .conflicts(ClinicTables.rules())
                .resolveUpstream(target())
                .deadLetters(deadLetters())
                .listener(listeners.stream().reduce(SyncListener.logging(), SyncListener::andThen))
                .build();
    }

    @Bean
    SyncCycle cycle(SyncWorker worker, PullEvents pulled, OperationValidator rules, SyncSettings settings) {
        QueueWorker push = QueueWorker.builder(queueStore(), source(), target())
                .validator(rules)
                .build();
        return SyncCycle.builder(push, worker, pulled)
                .follows(settings.patience())
                .build();
    }

    @Bean
    SyncQueue queue() {
        return SyncQueue.builder(queueStore())
                .conflicts(STREAM, source(), archive())
                .build();
    }

    @Bean
    ConflictReview review() {
        return ConflictReview.of(STREAM, source(), sink(), archive(), target());
    }

    @Bean
    SyncMonitor monitor(SyncWorker worker, SyncCycle cycle) {
        return SyncMonitor.builder(STREAM)
                .worker(worker)
                .cycle(cycle)
                .queue(queueStore())
                .sink(sink())
                .archive(archive())
                .deadLetters(deadLetters())
                .build();
    }
}
