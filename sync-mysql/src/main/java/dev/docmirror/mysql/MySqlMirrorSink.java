package dev.docmirror.mysql;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import javax.sql.DataSource;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.StreamId;
import dev.docmirror.mapping.TableDefinition;
import dev.docmirror.mirror.Lease;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.mirror.WriteBack;

/**
 * The mirror in a database of MySQL 8.0 or later or of MariaDB 10.6 or later. Thread-safe and reusable.
 *
 * <p>Each transaction takes one connection from the host's pool, sets its session to strict mode, UTC and READ
 * COMMITTED, and gives it back as it came. The connection's character set must be utf8mb4. Tables must be InnoDB's and
 * be there already: {@link MySqlSchema} makes them. The database's user needs SELECT, INSERT, UPDATE and DELETE on
 * them.
 *
 * <p>Rows of the user's tables are inserted where the registry does not know the document, and updated where it does;
 * another document's row is never touched, so what hits a secondary unique key is refused. A registered row that
 * somebody removed is inserted again, and a row that was there before the registry is taken over. Times are kept to the
 * microsecond, finer parts are cut; years outside 1000 to 9999 and text that is no Unicode are refused.
 *
 * <p>A lease is held by the text of its owner: it must differ between workers, and a worker that asks again gets a new
 * lease at once, which ends its former one.
 */
public final class MySqlMirrorSink implements MirrorSink {
    private final Database database;
    private final Registry registry = new Registry();
    private final RowWriter rows = new RowWriter();

    private MySqlMirrorSink(Database database) {
        this.database = database;
    }

    /**
     * A mirror in the database of a pool.
     *
     * @param dataSource stays the host's and is never closed here; a sync worker needs two connections at a time
     */
    public static MySqlMirrorSink of(DataSource dataSource) {
        return new MySqlMirrorSink(new Database(dataSource));
    }

    @Override
    public Optional<Lease> lease(StreamId stream, String owner, Duration ttl) {
        String doing = "taking the lease of stream " + stream;
        database.forgetServer();
        int number = database.transaction(doing, handle -> Streams.ensure(handle, stream));
        boolean free = database.read(doing, handle -> Streams.isFree(handle, number, owner));
        if (!free) {
            return Optional.empty();
        }
        OptionalLong epoch = database.transaction(doing, handle -> Streams.take(handle, number, owner, ttl));
        if (epoch.isEmpty()) {
            return Optional.empty();
        }
        // Only now: a former holder may have committed until the lease was ours.
        return Optional.of(database.read(doing, handle -> {
            ParkedKeys parked = new ParkedKeys();
            parked.addAll(DeadLetterRows.keys(handle.getConnection(), number, ParkedKeys.limit()));
            RegisteredKeys registered = new RegisteredKeys(Registry.isEmpty(handle.getConnection(), number));
            return new MySqlLease(database, stream, number, epoch.getAsLong(), ttl, registered, parked);
        }));
    }

    /** @throws IllegalArgumentException if the lease is not of this sink */
    @Override
    public MirrorTransaction begin(Lease lease) {
        return new MySqlTransaction(own(lease), registry, rows);
    }

    private MySqlLease own(Lease lease) {
        if (!(lease instanceof MySqlLease ours) || ours.database() != database) {
            throw new IllegalArgumentException("lease: must be one of this sink");
        }
        return ours;
    }

    @Override
    public Map<DocumentId, MirroredDocument> mirrored(StreamId stream, Collection<DocumentId> ids) {
        Map<DocKey, DocumentId> wanted = new HashMap<>();
        ids.forEach(id -> wanted.put(DocKey.of(id), id));
        return database.read(
                "reading the registry", handle -> registry.read(handle.getConnection(), stream.value(), wanted));
    }

    @Override
    public List<MirroredDocument> registered(StreamId stream, Optional<DocumentId> after, int limit) {
        return database.read(
                "reading the registry",
                handle -> registry.page(handle.getConnection(), stream.value(), after.map(DocKey::of), limit));
    }

    @Override
    public List<WriteBack> writeBacks(StreamId stream, int limit) {
        return database.read(
                "reading what is to be written back", handle -> WriteBackRows.oldest(handle, stream.value(), limit));
    }

    /** @throws IllegalArgumentException if the lease is not of this sink */
    @Override
    public void writtenBack(Lease lease, Collection<WriteBack> done) {
        MySqlLease ours = own(lease);
        database.transaction("forgetting what was written back", handle -> {
            // The lease is locked last, as in every transaction that writes.
            WriteBackRows.delete(handle.getConnection(), ours.number(), done);
            if (!Streams.holds(handle, ours.number(), ours.epoch())) {
                throw ours.lost();
            }
            return true;
        });
    }

    @Override
    public void verify(List<TableDefinition> tables) {
        SchemaCheck.verify(database, tables);
    }
}
