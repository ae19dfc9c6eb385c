package dev.docmirror.testkit;

import java.util.List;
import java.util.Map;

import dev.docmirror.checkpoint.CheckpointStore;
import dev.docmirror.conflict.ConflictArchive;
import dev.docmirror.deadletter.DeadLetterStore;
import dev.docmirror.mapping.TableDefinition;
import dev.docmirror.mapping.TableLayout;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.mirror.StoredDocuments;
import org.jspecify.annotations.Nullable;

/**
 * A mirror for one test: the parts under test and a look past them at what is durable. Each test uses a stream of its
 * own, so only the mirror tables have to be empty, not docmirror's own.
 */
public interface MirrorFixture extends AutoCloseable {
    MirrorSink sink();

    /** Checkpoints kept with the mirror, or by another store that is under test. */
    CheckpointStore checkpoints();

    ConflictArchive archive();

    DeadLetterStore deadLetters();

    /** The documents that a column holds, in a table with a row a document. */
    StoredDocuments stored(TableLayout table, String column);

    /** Creates these tables, empty; those that have such a name are dropped before. */
    void create(List<TableDefinition> tables);

    /**
     * The committed rows of a table in any order, by column name as it was defined. Text and JSON come as
     * {@link String}, numbers as any {@link Number} that is exact, times as {@link java.time.Instant} or as
     * {@link java.time.LocalDateTime} in UTC, days as {@link java.time.LocalDate}, bytes as {@code byte[]}.
     */
    List<Map<String, @Nullable Object>> rows(String table);

    /** Gives back what the fixture holds. */
    @Override
    void close();
}
