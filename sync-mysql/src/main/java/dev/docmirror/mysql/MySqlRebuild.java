package dev.docmirror.mysql;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

import dev.docmirror.SyncWorker;
import dev.docmirror.change.StreamId;
import dev.docmirror.error.ConfigurationException;
import dev.docmirror.error.LeaseLostException;
import dev.docmirror.error.SyncException;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.mapping.TableDefinition;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.mysql.Rebuild.Phase;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a stream's mirror anew from the source beside the live one, and puts it in its place by one
 * {@code RENAME TABLE}: whoever reads the tables sees the old ones or the new ones, never none and never half of them. The
 * live worker goes on until the swap.
 *
 * <p>A rebuild is a stream of its own, which the host mirrors with an ordinary worker into {@link #sink()}. What the
 * source alone can't give back is carried over from the live mirror: the signed and locked versions, the archive with what
 * people decided there, and decisions that wait to be written upstream. A document that waits for a person has the rows
 * that a mirror from scratch has of it: none, if no version was chosen so far. Numbers of auto-increment columns are given
 * anew, columns and indexes that the mapping does not describe are not in the new tables, and a table that it does not
 * describe any more stays as it is.
 *
 * <p>Everything may be killed at any point and begun again: {@link #begin} goes on where the last one stopped, and ends a
 * swap that was cut off. Only while the tables change places no worker gets the stream's lease; a swap that was killed just
 * then leaves workers standing by until it is begun again, and one that was killed while it made the live worker stand by
 * to fill the tables with the last changes, for a minute at most. Confined to one thread; of several processes that swap one
 * rebuild, one succeeds.
 *
 * <p>The account needs CREATE, ALTER, DROP and INSERT on the tables, and REFERENCES where there are foreign keys.
 */
public final class MySqlRebuild {
    private static final Logger log = LoggerFactory.getLogger(MySqlRebuild.class);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Database database;
    private final String owner = "rebuild " + UUID.randomUUID();
    private Rebuild rebuild;

    private MySqlRebuild(Database database, Rebuild rebuild) {
        this.database = database;
        this.rebuild = rebuild;
    }

    /**
     * Begins to rebuild a stream, or goes on with a rebuild of it: makes the tables beside the live ones as far as they are
     * missing, and ends a swap that was cut off.
     *
     * @param dataSource stays the host's and is never closed here
     * @param stream the live stream
     * @param mapper the mapping to be, which may differ from the live one; describes all of its tables
     * @throws ConfigurationException if something of the live tables would be lost (triggers, foreign keys that the
     *     mapping does not have, generated columns, columns that other programs fill, partitions, rows of other streams),
     *     or if the rebuild was begun with other tables: {@link #abort} it then
     */
    public static MySqlRebuild begin(DataSource dataSource, String stream, DocumentMapper mapper) {
        Database database = new Database(dataSource);
        StreamId live = StreamId.of(stream);
        List<TableDefinition> tables = mapper.tables();
        byte[] definition = RebuildTables.definition(tables, database.server().dialect());
        MySqlRebuild begun = MySqlSchema.alone(database, "beginning a rebuild of stream " + stream, lock -> {
            Optional<MySqlRebuild> found = find(database, live);
            if (found.isPresent() && found.get().rebuild.phase() == Phase.DROPPING) {
                found.get().drop();
                found = Optional.empty();
            }
            MySqlRebuild rebuild = found.orElseGet(() -> create(database, live, tables, definition));
            rebuild.makeTables(lock, tables, definition);
            return rebuild;
        });
        if (begun.rebuild.phase() == Phase.SWAPPING) {
            begun.finish();
        }
        return begun;
    }

    /** A rebuild that was begun and whose replaced tables are not dropped yet. */
    public static Optional<MySqlRebuild> find(DataSource dataSource, String stream) {
        return find(new Database(dataSource), StreamId.of(stream));
    }

    private static Optional<MySqlRebuild> find(Database database, StreamId stream) {
        return database.read("looking for a rebuild of stream " + stream, handle -> Rebuild.find(handle, stream))
                .map(rebuild -> new MySqlRebuild(database, rebuild));
    }

    private static MySqlRebuild create(
            Database database, StreamId stream, List<TableDefinition> tables, byte[] definition) {
        Rebuild created = database.transaction("beginning a rebuild of stream " + stream, handle -> {
            int live = Streams.find(handle, stream)
                    .orElseThrow(() -> new ConfigurationException(
                            "there is no stream " + stream + " to be rebuilt: mirror it first", null));
            RebuildCheck.check(handle, live, tables);
            Map<String, Boolean> existing = new LinkedHashMap<>();
            tables.forEach(table -> existing.put(table.name(), MySqlSchema.exists(handle, table.name())));
            return Rebuild.insert(handle, stream, live, existing, definition);
        });
        log.info("{} begins as stream {}", created, created.shadowStream());
        return new MySqlRebuild(database, created);
    }

    private void makeTables(Handle handle, List<TableDefinition> tables, byte[] definition) throws SQLException {
        if (rebuild.phase() != Phase.FILLING) {
            return;
        }
        if (!Arrays.equals(definition, rebuild.definition())) {
            throw new ConfigurationException(
                    rebuild + " was begun with other tables than the mapper has now; abort it with"
                            + " MySqlRebuild.find(…).abort() and begin anew",
                    null);
        }
        TableNames names = rebuild.names();
        MySqlSchema.createMissing(
                handle,
                tables.stream().map(names::of).toList(),
                database.server().dialect());
    }

    /** The name of the stream that a worker mirrors to fill the tables; it has to be built with it and {@link #sink()}. */
    public String stream() {
        return rebuild.shadowStream().value();
    }

    /** Mirrors into the tables beside the live ones; the mapper and the registry call them by their usual names. */
    public MirrorSink sink() {
        return new MySqlMirrorSink(database, rebuild.names());
    }

    /** Whether the new tables are in their place: there is nothing more to do but {@link #dropReplaced()}. */
    public boolean isSwapped() {
        return rebuild.phase() == Phase.SWAPPED;
    }

    /**
     * Mirrors everything the source has by now into the tables beside the live ones, and carries over the signed and locked
     * versions of the live mirror. May be repeated; a {@code Reconciler} of the same worker tells whether it is complete.
     *
     * @param worker of {@link #stream()} and {@link #sink()}, with the rules of the live one and without
     *     {@code resolveUpstream}; may run
     * @throws SyncException what ended the worker
     */
    public void fill(SyncWorker worker) throws InterruptedException {
        require(worker);
        RebuildCarrier carrier = new RebuildCarrier(database, rebuild);
        carrier.free();
        if (worker.isRunning()) {
            while (!worker.awaitCaughtUp(PATIENCE)) {
                log.info(
                        "{} catches up: {} changes so far",
                        rebuild,
                        worker.statistics().changes());
            }
        } else {
            worker.runOnce();
        }
        carrier.carryOver(worker);
    }

    /**
     * Puts the new tables in the place of the live ones. {@linkplain #fill Fills} them once more, takes the lease from the
     * live worker, which stands by from then on, fills them with what came since, renames the tables, and lets the stream go
     * on from where the rebuild is: in one statement and one short transaction, whose length depends on the number of
     * archived versions alone. Live workers with another mapping must have been stopped.
     *
     * <p>A reader that holds the tables for long is waited for; others wait behind that for two seconds at most, then they
     * go first and it is tried again, for a minute.
     *
     * @param worker is closed
     * @throws LeaseLostException if it took so long that the live worker went on; try again, with a new worker
     * @throws dev.docmirror.error.TransientSyncException if the tables could not be had in a minute; try again, with a new
     *     worker
     */
    public void swap(SyncWorker worker) throws InterruptedException {
        if (isSwapped()) {
            return;
        }
        if (rebuild.phase() == Phase.SWAPPING) { // an earlier call was cut off
            finish();
            return;
        }
        fill(worker);
        Fence fence = new Fence(database, rebuild.live(), rebuild.stream(), owner);
        try (fence) {
            fill(worker);
            worker.close();
            rebuild = database.transaction("beginning the swap of stream " + rebuild.stream(), handle -> {
                RebuildSwap.bar(handle, rebuild, owner, fence.epoch());
                return Rebuild.find(handle, rebuild.stream()).orElseThrow();
            });
        }
        finish();
    }

    private void finish() {
        long began = System.nanoTime();
        RebuildSwap swap = new RebuildSwap(database, rebuild);
        try {
            swap.rename();
            swap.hand();
        } finally {
            rebuild = find(database, rebuild.stream()).map(now -> now.rebuild).orElse(rebuild);
        }
        log.info("{} took {} ms to change the tables", rebuild, (System.nanoTime() - began) / 1_000_000);
    }

    /**
     * Gives the rebuild up: drops its tables and everything else that is kept of it. Its worker must have been stopped.
     *
     * @throws IllegalStateException if the tables have begun to change places
     */
    public void abort() {
        boolean aborted = database.transaction("aborting a rebuild", handle -> {
            rebuild.advance(handle, Phase.FILLING, Phase.DROPPING);
            Optional<Rebuild> now = Rebuild.find(handle, rebuild.stream());
            return now.isEmpty() || now.get().phase() == Phase.DROPPING;
        });
        if (!aborted) {
            throw new IllegalStateException(rebuild + " can't be aborted any more");
        }
        drop();
    }

    private void drop() {
        RebuildTables tables = new RebuildTables(database, rebuild);
        database.transaction("aborting a rebuild", handle -> Streams.bar(handle, rebuild.shadow(), owner));
        tables.drop(Rebuild.Table::shadow);
        tables.forget(rebuild.shadow(), true);
        log.info("{} was aborted", rebuild);
    }

    /**
     * Drops the tables that were replaced, and what is kept of their documents. Without it the next rebuild can't begin.
     *
     * @throws IllegalStateException if they were not replaced yet
     */
    public void dropReplaced() {
        if (!isSwapped()) {
            throw new IllegalStateException(rebuild + " has not replaced the live tables");
        }
        RebuildTables tables = new RebuildTables(database, rebuild);
        new RebuildSwap(database, rebuild).handArchive();
        tables.drop(Rebuild.Table::replaced);
        tables.forget(rebuild.live(), false);
        log.info("{} is complete", rebuild);
    }

    private void require(SyncWorker worker) {
        if (rebuild.phase() != Phase.FILLING) {
            throw new IllegalStateException(rebuild + " is not filled any more");
        }
        if (!worker.stream().equals(rebuild.shadowStream())) {
            throw new IllegalArgumentException(
                    "worker: must be one of stream " + rebuild.shadowStream() + ", was of " + worker.stream());
        }
    }

    /** The live stream's lease in the hands of the rebuild, so that nothing is mirrored into the live tables. */
    private static final class Fence implements AutoCloseable {
        private final MySqlLease lease;

        Fence(Database database, int live, StreamId stream, String owner) {
            long epoch = database.transaction(
                    "taking the lease of stream " + stream, handle -> Streams.seize(handle, live, owner, PATIENCE));
            this.lease = new MySqlLease(
                    database, stream, live, epoch, PATIENCE, new RegisteredKeys(false), new ParkedKeys());
        }

        long epoch() {
            return lease.epoch();
        }

        /** A swap that has begun has taken another one. */
        @Override
        public void close() {
            lease.close();
        }
    }
}
