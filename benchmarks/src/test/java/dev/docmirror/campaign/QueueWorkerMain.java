package dev.docmirror.campaign;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.couchdb.CouchDbChangeSource;
import dev.docmirror.couchdb.CouchDbDocumentTarget;
import dev.docmirror.mysql.MySqlQueueStore;
import dev.docmirror.queue.QueueOptions;
import dev.docmirror.queue.QueueWorker;

/** A process that works on the queue until it is killed. */
final class QueueWorkerMain {
    private QueueWorkerMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        Map<String, String> environment = System.getenv();
        URI database = URI.create(environment.get("DOCMIRROR_COUCHDB_URL"));
        String user = environment.get("DOCMIRROR_COUCHDB_USER");
        String password = environment.get("DOCMIRROR_COUCHDB_PASSWORD");
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(environment.get("DOCMIRROR_MYSQL_URL"));
        config.setUsername(environment.get("DOCMIRROR_MYSQL_USER"));
        config.setPassword(environment.get("DOCMIRROR_MYSQL_PASSWORD"));
        config.setMaximumPoolSize(3);
        try (HikariDataSource pool = new HikariDataSource(config);
                CouchDbChangeSource source = CouchDbChangeSource.builder(database)
                        .basic(user, password)
                        .requestTimeout(Duration.ofSeconds(10))
                        .build();
                CouchDbDocumentTarget target = CouchDbDocumentTarget.builder(database)
                        .basic(user, password)
                        .requestTimeout(Duration.ofSeconds(10))
                        .build();
                QueueWorker worker = QueueWorker.builder(MySqlQueueStore.of(pool), source, target)
                        .options(QueueOptions.defaults()
                                .withBatchSize(25)
                                .withLease(Duration.ofSeconds(2))
                                .withMaxAttempts(1_000)
                                .withBackoff(Duration.ofMillis(20), Duration.ofMillis(200))
                                .withPollInterval(Duration.ofMillis(20)))
                        .build()) {
            worker.start();
            new CountDownLatch(1).await();
        }
    }
}
