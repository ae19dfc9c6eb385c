package dev.docmirror.benchmarks;

import java.io.PrintStream;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
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
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueFilter;
import dev.docmirror.queue.QueueStatistics;
import dev.docmirror.queue.QueueWorker;
import dev.docmirror.queue.SyncOperation;
import dev.docmirror.testkit.server.CouchDbServer;
import dev.docmirror.testkit.server.MySqlServer;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the queue costs the host, and what it carries, next to a plain loop of single PUTs in the same run: a row of the
 * host's and an operation in one transaction, then one worker and three workers that drain.
 * {@code queue-benchmark.operations} (5,000) says how many documents each line writes.
 */
public final class QueueBenchmark {
    private static final int HOSTS = 4;
    private static final int WORKERS = 3;

    private final PrintStream out;
    private final int count;
    private final ClinicalDocuments documents = new ClinicalDocuments(3);
    private final CouchDbServer couch;
    private final URI database;
    private final HikariDataSource pool;
    private final MySqlQueueStore queue;
    private int used;

    private QueueBenchmark(PrintStream out, int count, CouchDbServer couch, URI database, HikariDataSource pool) {
        this.out = out;
        this.count = count;
        this.couch = couch;
        this.database = database;
        this.pool = pool;
        this.queue = MySqlQueueStore.of(pool);
    }

    public static void main(String[] arguments) throws Exception {
        int count = Integer.getInteger("queue-benchmark.operations", 5_000);
        String name = "queue_" + Long.toString(System.currentTimeMillis(), 36);
        try (CouchDbServer couch = CouchDbServer.start();
                MySqlServer mysql = MySqlServer.start()) {
            URI database = URI.create(couch.url() + "/" + name);
            mysql.createDatabase(name);
            try (CouchDbSetup setup = CouchDbSetup.builder(database)
                            .basic(couch.user(), couch.password())
                            .build();
                    HikariDataSource pool = pool(mysql, name)) {
                setup.install();
                MySqlSchema.install(pool);
                execute(pool, "CREATE TABLE visits (id BIGINT AUTO_INCREMENT PRIMARY KEY, document VARCHAR(64))");
                System.out.println(surroundings(couch, mysql, pool));
                new QueueBenchmark(System.out, count, couch, database, pool).run();
            }
        }
    }

    private static String surroundings(CouchDbServer couch, MySqlServer mysql, HikariDataSource pool)
            throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement flush = connection.prepareStatement("SELECT @@innodb_flush_log_at_trx_commit");
                ResultSet row = flush.executeQuery()) {
            row.next();
            return String.format(
                    "%n%s%n%s, innodb_flush_log_at_trx_commit=%d%nJava %s on %d processors, %s %s%n",
                    couch.describe(),
                    mysql.describe(),
                    row.getInt(1),
                    Runtime.version(),
                    Runtime.getRuntime().availableProcessors(),
                    System.getProperty("os.name"),
                    System.getProperty("os.version"));
        }
    }

    private void run() throws Exception {
        PlainPuts puts = new PlainPuts(database, couch.user(), couch.password());
        warmUp(puts);
        out.printf("%-56s %9s %9s %12s %8s%n", "", "documents", "seconds", "per second", "ratio");
        List<SyncOperation> single = next(count);
        double loop = measure("plain loop of single PUTs", 0, () -> puts.write(single));
        List<SyncOperation> plain = next(count);
        double host = measure("host's transaction alone, 1 thread", 0, () -> hosts(plain, 1, false));
        List<SyncOperation> first = next(count);
        measure("host's transaction with an operation, 1 thread", host, () -> hosts(first, 1, true));
        measure("drained by 1 worker", loop, () -> drain(1));
        List<SyncOperation> crowd = next(count);
        double crowded = measure("host's transaction alone, 4 threads", 0, () -> hosts(crowd, HOSTS, false));
        List<SyncOperation> second = next(count);
        measure("host's transaction with an operation, 4 threads", crowded, () -> hosts(second, HOSTS, true));
        measure("drained by 3 workers", loop, () -> drain(WORKERS));
        out.printf("%nratio: of enqueueing to the host's transaction alone, of draining to the plain loop%n");
    }

    private void warmUp(PlainPuts puts) throws Exception {
        puts.write(next(count / 5));
        hosts(next(count / 5), 1, false);
        hosts(next(count / 5), HOSTS, true);
        drain(WORKERS);
    }

    private double measure(String what, double base, Callable<?> work) throws Exception {
        long began = System.nanoTime();
        work.call();
        double seconds = (System.nanoTime() - began) / 1e9;
        double rate = count / seconds;
        String ratio = base == 0 ? "" : String.format(Locale.ROOT, "%.2f", rate / base);
        out.printf(Locale.ROOT, "%-56s %,9d %9.2f %,10.0f/s %8s%n", what, count, seconds, rate, ratio);
        return rate;
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

    /** Threads of the host, each on a connection of its own: a row in a transaction, and an operation or none. */
    private boolean hosts(List<SyncOperation> operations, int threads, boolean queued) throws Exception {
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

    private boolean drain(int workers) throws Exception {
        try (CouchDbChangeSource source = CouchDbChangeSource.builder(database)
                        .basic(couch.user(), couch.password())
                        .build();
                CouchDbDocumentTarget target = CouchDbDocumentTarget.builder(database)
                        .basic(couch.user(), couch.password())
                        .build()) {
            List<Callable<Boolean>> crew = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                crew.add(() -> {
                    try (QueueWorker worker =
                            QueueWorker.builder(queue, source, target).build()) {
                        while (!drained()) {
                            worker.runOnce();
                        }
                    }
                    return true;
                });
            }
            return together(crew);
        }
    }

    private boolean drained() {
        QueueStatistics figures = queue.statistics(QueueFilter.all());
        if (figures.in(OperationState.FAILED) + figures.in(OperationState.CONFLICT) > 0) {
            throw new IllegalStateException("operations that were not written: " + figures.states());
        }
        return figures.in(OperationState.COMPLETED) == figures.total();
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
        config.setMaximumPoolSize(3 * WORKERS);
        return new HikariDataSource(config);
    }

    private static void execute(HikariDataSource pool, String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.executeUpdate();
        }
    }
}
