package dev.docmirror.campaign;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.SyncOptions;
import dev.docmirror.SyncWorker;
import dev.docmirror.couchdb.CouchDbChangeSource;
import dev.docmirror.couchdb.CouchDbDocumentTarget;
import dev.docmirror.monitor.SyncEvent;
import dev.docmirror.monitor.SyncListener;
import dev.docmirror.mysql.MySqlCheckpointStore;
import dev.docmirror.mysql.MySqlMirrorSink;
import dev.docmirror.mysql.MySqlQueueStore;
import dev.docmirror.mysql.MySqlSchema;
import dev.docmirror.queue.QueueOptions;
import dev.docmirror.queue.QueueWorker;

/** A process that mirrors and works on the queue until something kills or ends it; with {@code --setup} makes the tables. */
final class CampaignWorkerMain {
    static final String NAME = "CAMPAIGN_NAME";
    static final String DIES_AT = "CAMPAIGN_DIES_AT";

    /** The worker ended by itself. */
    static final int ENDED = 3;

    private static final Duration REQUEST = Duration.ofSeconds(5);
    private static final Duration FIRST_DELAY = Duration.ofMillis(20);
    private static final Duration LONGEST_DELAY = Duration.ofMillis(250);

    private final Map<String, String> settings = System.getenv();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Deathtrap trap = Deathtrap.of(settings.getOrDefault(DIES_AT, ""));

    private CampaignWorkerMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        CampaignWorkerMain process = new CampaignWorkerMain();
        if (arguments.length > 0) {
            process.setUp();
        } else {
            process.run();
        }
    }

    private void setUp() {
        try (HikariDataSource pool = pool()) {
            MySqlSchema.install(pool);
            MySqlSchema.createMissing(pool, CampaignTables.MAPPER.tables());
        }
    }

    private void run() throws InterruptedException {
        boolean failed;
        try (HikariDataSource pool = pool();
                CouchDbChangeSource source = source();
                CouchDbDocumentTarget target = target();
                QueueWorker queue = queue(pool, source, target);
                SyncWorker worker = worker(pool, source)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                worker.close();
                queue.close();
            }));
            worker.start();
            queue.start();
            ended.await();
            failed = worker.failure().isPresent();
        }
        if (failed) {
            Runtime.getRuntime().halt(ENDED);
        }
    }

    private SyncWorker worker(HikariDataSource pool, CouchDbChangeSource source) {
        SyncListener end = (stream, event) -> {
            if (event instanceof SyncEvent.StateChanged change && change.to().isTerminal()) {
                ended.countDown();
            }
        };
        return SyncWorker.builder(
                        Site.STREAM,
                        trap.source(source),
                        CampaignTables.MAPPER,
                        trap.sink(MySqlMirrorSink.of(pool)),
                        trap.checkpoints(MySqlCheckpointStore.of(pool)))
                .conflicts(CampaignTables.POLICY)
                .options(SyncOptions.defaults()
                        .withBatchSize(40)
                        .withOwner(settings.get(NAME))
                        .withLeaseTtl(Crew.LEASE)
                        .withPollWait(Duration.ofSeconds(2))
                        .withBackoff(FIRST_DELAY, LONGEST_DELAY)
                        .withCloseTimeout(Duration.ofSeconds(4)))
                .listener(SyncListener.logging().andThen(end))
                .build();
    }

    private QueueWorker queue(HikariDataSource pool, CouchDbChangeSource source, CouchDbDocumentTarget target) {
        return QueueWorker.builder(trap.queue(MySqlQueueStore.of(pool)), source, trap.target(target))
                .options(QueueOptions.defaults()
                        .withBatchSize(10)
                        .withLease(Duration.ofSeconds(2))
                        .withMaxAttempts(1_000)
                        .withBackoff(FIRST_DELAY, LONGEST_DELAY)
                        .withPollInterval(Duration.ofMillis(100)))
                .build();
    }

    private CouchDbChangeSource source() {
        return CouchDbChangeSource.builder(database())
                .basic(settings.get("DOCMIRROR_COUCHDB_USER"), settings.get("DOCMIRROR_COUCHDB_PASSWORD"))
                .requestTimeout(REQUEST)
                .build();
    }

    private CouchDbDocumentTarget target() {
        return CouchDbDocumentTarget.builder(database())
                .basic(settings.get("DOCMIRROR_COUCHDB_USER"), settings.get("DOCMIRROR_COUCHDB_PASSWORD"))
                .requestTimeout(REQUEST)
                .build();
    }

    private URI database() {
        return URI.create(settings.get("DOCMIRROR_COUCHDB_URL"));
    }

    private HikariDataSource pool() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(settings.get("DOCMIRROR_MYSQL_URL"));
        config.setUsername(settings.get("DOCMIRROR_MYSQL_USER"));
        config.setPassword(settings.get("DOCMIRROR_MYSQL_PASSWORD"));
        config.setMaximumPoolSize(4);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(1_000);
        config.setInitializationFailTimeout(-1);
        config.addDataSourceProperty("socketTimeout", "5000");
        config.addDataSourceProperty("connectTimeout", "1000");
        return new HikariDataSource(config);
    }
}
