package dev.docmirror.mysql;

import java.time.Duration;
import java.util.function.UnaryOperator;

import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.testkit.QueueFixture;

/** An empty queue in a database; time passes by moving what the queue keeps back. */
final class DatabaseQueue implements QueueFixture {
    private final TestDatabase database;
    private final HikariDataSource pool;
    private final MySqlQueueStore store;

    DatabaseQueue(TestDatabase database) {
        this(database, UnaryOperator.identity());
    }

    DatabaseQueue(TestDatabase database, UnaryOperator<MySqlQueueStore> settings) {
        this.database = database;
        this.pool = database.pool();
        this.store = settings.apply(MySqlQueueStore.of(pool));
        database.execute(
                "TRUNCATE TABLE sync_queue",
                "TRUNCATE TABLE sync_queue_documents",
                "TRUNCATE TABLE sync_queue_changes",
                "TRUNCATE TABLE sync_queue_audit",
                "UPDATE sync_queue_chain SET audit_id = 0");
    }

    @Override
    public MySqlQueueStore store() {
        return store;
    }

    HikariDataSource pool() {
        return pool;
    }

    @Override
    public void pass(Duration time) {
        String back = " - INTERVAL " + time.toNanos() / 1_000 + " MICROSECOND";
        database.execute("UPDATE sync_queue SET enqueued_at = enqueued_at" + back + ", due_at = due_at" + back
                + ", changed_at = changed_at" + back + ", claim_at = claim_at" + back);
    }

    @Override
    public void close() {
        pool.close();
    }
}
