package dev.docmirror.mysql;

import java.util.List;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.checkpoint.CheckpointStore;
import dev.docmirror.conflict.ConflictArchive;
import dev.docmirror.deadletter.DeadLetterStore;
import dev.docmirror.mapping.TableDefinition;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.mirror.StoredDocuments;
import dev.docmirror.testkit.MirrorFixture;

/** The parts of this module on one pool. */
final class DatabaseMirror implements MirrorFixture {
    private final TestDatabase database;
    private final HikariDataSource pool;
    private final MirrorSink sink;

    DatabaseMirror(TestDatabase database, HikariDataSource pool) {
        this.database = database;
        this.pool = pool;
        this.sink = MySqlMirrorSink.of(pool);
    }

    @Override
    public MirrorSink sink() {
        return sink;
    }

    @Override
    public CheckpointStore checkpoints() {
        return MySqlCheckpointStore.of(pool);
    }

    @Override
    public ConflictArchive archive() {
        return MySqlConflictArchive.of(pool);
    }

    @Override
    public DeadLetterStore deadLetters() {
        return MySqlDeadLetterStore.of(pool);
    }

    @Override
    public StoredDocuments stored(TableLayout table, String column) {
        return MySqlStoredDocuments.of(pool, table, column);
    }

    @Override
    public void create(List<TableDefinition> tables) {
        tables.forEach(table -> database.execute("DROP TABLE IF EXISTS " + Sql.name(table.name())));
        MySqlSchema.createMissing(pool, tables);
    }

    @Override
    public List<Map<String, Object>> rows(String table) {
        return database.query("SELECT * FROM " + Sql.name(table));
    }

    @Override
    public void close() {
        pool.close();
    }
}
