package dev.docmirror.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.change.DocumentId;
import dev.docmirror.couchdb.CouchDbChangeSource;
import dev.docmirror.couchdb.CouchDbDocumentTarget;
import dev.docmirror.couchdb.CouchDbSetup;
import dev.docmirror.examples.quickstart.ClinicalDocuments;
import dev.docmirror.mysql.MySqlQueueStore;
import dev.docmirror.mysql.MySqlSchema;
import dev.docmirror.queue.OperationListener;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueFilter;
import dev.docmirror.queue.QueueStatistics;
import dev.docmirror.queue.QueueWorker;
import dev.docmirror.queue.SyncOperation;
import dev.docmirror.testkit.server.CouchDbServer;
import dev.docmirror.testkit.server.MySqlServer;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the queue costs and carries, next to a plain loop of single PUTs in the same run: a row of the host's and an
 * operation in one transaction, then one worker and three workers that drain. {@code queuebenchmark.operations} (2,000)
 * says how many documents each line writes.
 */
public final class QueueBenchmark {
    private static final int HOSTS = 4;
    private static final String LINE = "%-58s %8d %10.2f %10.0f%n";

    private final PrintStream out;
    private final int count;
    private final ClinicalDocuments documents = new ClinicalDocuments(3);
    private int used;

    private QueueBenchmark(PrintStream out, int count) {
        this.out = out;
        this.count = count;
    }

    public static void main(String[] arguments) throws Exception {
        new QueueBenchmark(System.out, Integer.getInteger("queuebenchmark.operations", 2_000)).run();
    }

    private void run() throws Exception {
        try (CouchDbServer couch = CouchDbServer.start();
                MySqlServer mysql = MySqlServer.start()) {
            String name = "queue_" + Long.toString(System.currentTimeMillis(), 36);
            URI database = URI.create(couch.url() + "/" + name);
            mysql.createDatabase(name);
            try (CouchDbSetup setup = CouchDbSetup.builder(database)
                            .basic(couch.user(), couch.password())
                            .build();
                    HikariDataSource pool = pool(mysql, name)) {
                setup.install();
                MySqlSchema.install(pool);
                execute(pool, "CREATE TABLE visits (id BIGINT AUTO_INCREMENT PRIMARY KEY, document VARCHAR(64))");
                out.printf("%n%s, %s%n%n", couch.describe(), mysql.describe());
                out.printf("%-58s %8s %10s %10s%n", "", "writes", "seconds", "per second");
                measure(couch, database, pool);
            }
        }
    }

    private void measure(CouchDbServer couch, URI database, HikariDataSource pool) throws Exception {
        MySqlQueueStore queue = MySqlQueueStore.of(pool);
        Puts puts = new Puts(database, couch.user(), couch.password());
        List<SyncOperation> warm = next(count / 5);
        puts.write(next(count / 5));
        enqueue(pool, queue, warm, 1, true);
        drain(couch, database, queue, 1);

        List<SyncOperation> single = next(count);
        time("PUT, one document after the other", () -> puts.write(single));
        List<SyncOperation> plain = next(count);
        time("the host's own transaction, without the queue", () -> enqueue(pool, queue, plain, 1, false));
        List<SyncOperation> first = next(count);
        time("the same with an operation enqueued, 1 thread", () -> enqueue(pool, queue, first, 1, true));
        time("drained by 1 worker", () -> drain(couch, database, queue, 1));
        List<SyncOperation> second = next(count);
        time("the same with an operation enqueued, 4 threads", () -> enqueue(pool, queue, second, HOSTS, true));
        time("drained by 3 workers", () -> drain(couch, database, queue, 3));
        QueueStatistics figures = queue.statistics(QueueFilter.all());
        if (figures.in(OperationState.COMPLETED) != figures.total()) {
            throw new IllegalStateException("not drained: " + figures.states());
        }
    }

    private List<SyncOperation> next(int wanted) {
        List<SyncOperation> operations = new ArrayList<>(wanted);
        for (ObjectNode document : documents.some(wanted)) {
            used++;
            document.remove("_id");
            operations.add(SyncOperation.create("note", DocumentId.of("d" + used), document));
        }
        return operations;
    }

    private void time(String what, Callable<?> work) throws Exception {
        long began = System.nanoTime();
        work.call();
        double seconds = (System.nanoTime() - began) / 1e9;
        out.printf(Locale.ROOT, LINE, what, count, seconds, count / seconds);
    }

    private static boolean enqueue(
            HikariDataSource pool, MySqlQueueStore queue, List<SyncOperation> operations, int threads, boolean queued)
            throws Exception {
        List<Callable<Boolean>> hosts = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int first = i;
            hosts.add(() -> {
                try (Connection host = pool.getConnection()) {
                    host.setAutoCommit(false);
                    for (int j = first; j < operations.size(); j += threads) {
                        insert(host, operations.get(j));
                        if (queued) {
                            queue.joined(host).enqueue(operations.get(j));
                        }
                        host.commit();
                    }
                }
                return true;
            });
        }
        return together(hosts);
    }

    private static void insert(Connection host, SyncOperation operation) throws SQLException {
        try (PreparedStatement statement = host.prepareStatement("INSERT INTO visits (document) VALUES (?)")) {
            statement.setString(1, operation.id().value());
            statement.executeUpdate();
        }
    }

    private static boolean drain(CouchDbServer couch, URI database, MySqlQueueStore queue, int workers)
            throws Exception {
        try (CouchDbChangeSource source = CouchDbChangeSource.builder(database)
                        .basic(couch.user(), couch.password())
                        .build();
                CouchDbDocumentTarget target = CouchDbDocumentTarget.builder(database)
                        .basic(couch.user(), couch.password())
                        .build()) {
            List<Callable<Boolean>> crew = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                crew.add(() -> {
                    try (QueueWorker worker = QueueWorker.builder(queue, source, target)
                            .listener(OperationListener.logging())
                            .build()) {
                        worker.runOnce();
                    }
                    return true;
                });
            }
            return together(crew);
        }
    }

    private static boolean together(List<Callable<Boolean>> tasks) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            for (Future<Boolean> task : threads.invokeAll(tasks)) {
                task.get();
            }
            return true;
        } finally {
            threads.shutdownNow();
        }
    }

    private static HikariDataSource pool(MySqlServer mysql, String name) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(mysql.jdbcUrl(name));
        config.setUsername(mysql.user());
        config.setPassword(mysql.password());
        config.setMaximumPoolSize(2 * HOSTS);
        return new HikariDataSource(config);
    }

    private static void execute(HikariDataSource pool, String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.executeUpdate();
        }
    }

    /** What a host without a queue would do. */
    private static final class Puts {
        private final HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        private final URI database;
        private final String authorization;

        Puts(URI database, String user, String password) {
            this.database = database;
            this.authorization = "Basic "
                    + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        }

        boolean write(List<SyncOperation> operations) throws IOException, InterruptedException {
            for (SyncOperation operation : operations) {
                HttpRequest request = HttpRequest.newBuilder(
                                URI.create(database + "/" + operation.id().value()))
                        .header("Authorization", authorization)
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(
                                operation.body().orElseThrow().toString()))
                        .build();
                HttpResponse<Void> response = http.send(request, HttpResponse.BodyHandlers.discarding());
                if (response.statusCode() >= 300) {
                    throw new IOException("PUT answered " + response.statusCode());
                }
            }
            return true;
        }
    }
}
