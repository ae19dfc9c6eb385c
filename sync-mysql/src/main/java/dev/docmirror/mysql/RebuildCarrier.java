package dev.docmirror.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.SyncWorker;
import dev.docmirror.change.DocumentId;
import dev.docmirror.error.LeaseLostException;
import dev.docmirror.error.TransientSyncException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries signed and locked versions over into a rebuild: a mirror from scratch would take the newest version instead, or
 * nothing where the document was purged. The version gets into the rebuild's registry with a set of leaves that was never
 * judged; then its rows are made, and what the source has of the document now is judged against it by the worker's rules.
 * Whatever was cut off in between is found again by that set of leaves.
 */
final class RebuildCarrier {
    private static final Logger log = LoggerFactory.getLogger(RebuildCarrier.class);
    private static final int PAGE = 500;
    private static final Duration TTL = Duration.ofSeconds(30);

    /** The versions that are protected in the live mirror and are not, or not judged, in the rebuild. */
    private static final String LACKING = "SELECT l.id FROM sync_protected_versions p"
            + " JOIN sync_documents l ON l.stream_id = p.stream_id AND l.doc_key = p.doc_key"
            + " LEFT JOIN sync_documents s ON s.stream_id = :s AND s.doc_key = p.doc_key"
            + " LEFT JOIN sync_protected_versions sp ON sp.stream_id = :s AND sp.doc_key = p.doc_key"
            + " WHERE p.stream_id = :l AND (s.leaf_weight IS NULL OR s.leaf_weight = 0 OR s.protection <> l.protection"
            + " OR sp.revision IS NULL OR sp.revision <> p.revision OR sp.is_deleted <> p.is_deleted"
            + " OR sp.body <> p.body)";

    private static final String COLUMNS = "generation, revision_hash, content_hash, is_deleted, protection";

    private final Database database;
    private final Rebuild rebuild;
    private final String owner;

    RebuildCarrier(Database database, Rebuild rebuild) {
        this.database = database;
        this.rebuild = rebuild;
        this.owner = "carrier of rebuild " + rebuild.number(); // whoever it is
    }

    /** Frees the stream of a carrier that was killed, for which a worker would have to wait until its time is over. */
    void free() {
        try {
            database.transaction("freeing the stream of " + rebuild, handle -> {
                Streams.release(handle, rebuild.shadow(), owner);
                return true;
            });
        } catch (TransientSyncException e) {
            log.debug("{} may have to wait for a lease: {}", rebuild, e.getMessage()); // the worker is more patient
        }
    }

    void carryOver(SyncWorker worker) throws InterruptedException {
        Optional<DocumentId> after = Optional.empty();
        long carried = 0;
        while (true) {
            List<DocumentId> page = lacking(after);
            if (page.isEmpty()) {
                break;
            }
            List<DocKey> keys = Registry.sorted(page.stream().map(DocKey::of).toList());
            register(keys);
            worker.remap(documents -> Map.of(), page);
            worker.replay(page);
            settle(keys);
            after = Optional.of(page.get(page.size() - 1));
            carried += page.size();
            log.info("{}: {} protected versions carried over", rebuild, carried);
        }
    }

    private List<DocumentId> lacking(Optional<DocumentId> after) {
        String behind = after.isPresent() ? " AND p.doc_key > :after" : "";
        return database.read("looking for protected versions", handle -> {
            var query = handle.createQuery(LACKING + behind + " ORDER BY p.doc_key LIMIT " + PAGE)
                    .bind("s", rebuild.shadow())
                    .bind("l", rebuild.live());
            after.ifPresent(last -> query.bind("after", DocKey.of(last).bytes()));
            return query.map((row, context) -> DocumentId.of(row.getString(1))).list();
        });
    }

    /** Nobody writes the rebuild meanwhile: whoever is in the midst of a batch can't commit it. */
    private void register(List<DocKey> keys) {
        int shadow = rebuild.shadow();
        String doing = "carrying protected versions over";
        long epoch = database.transaction(doing, handle -> Streams.seize(handle, shadow, owner, TTL));
        database.transaction(doing, handle -> {
            register(handle.getConnection(), keys);
            // The lease is locked last, as in every transaction that writes.
            if (!Streams.holds(handle, shadow, epoch)) {
                throw new LeaseLostException("another process fills " + rebuild + ", too", null);
            }
            Streams.release(handle, shadow, epoch);
            return true;
        });
    }

    private void register(Connection connection, List<DocKey> keys) throws SQLException {
        List<String> set = new ArrayList<>();
        for (String column : COLUMNS.split(", ", -1)) {
            set.add(column + " = VALUES(" + column + ")");
        }
        execute(
                connection,
                "INSERT INTO sync_documents (stream_id, doc_key, id, type, mirrored_in, leaf_weight, leaf_hash,"
                        + " is_disputed, " + COLUMNS + ") SELECT " + rebuild.shadow()
                        + ", doc_key, id, type, '', 0, 0, 0, " + COLUMNS + " FROM sync_documents l"
                        + " WHERE stream_id = ? AND doc_key IN " + Sql.marks(keys.size())
                        + " ON DUPLICATE KEY UPDATE type = COALESCE(sync_documents.type, VALUES(type)),"
                        + " leaf_weight = 0, leaf_hash = 0, " + String.join(", ", set),
                rebuild.live(),
                keys);
        execute(
                connection,
                "REPLACE INTO sync_protected_versions (stream_id, doc_key, revision, is_deleted, body) SELECT "
                        + rebuild.shadow() + ", doc_key, revision, is_deleted, body FROM sync_protected_versions l"
                        + " WHERE stream_id = ? AND doc_key IN " + Sql.marks(keys.size()),
                rebuild.live(),
                keys);
        // Against which version others lost is to be judged anew.
        execute(
                connection,
                "DELETE FROM sync_conflicts WHERE stream_id = ? AND doc_key IN " + Sql.marks(keys.size()),
                rebuild.shadow(),
                keys);
    }

    /** What the source does not know (any more) can't be judged again: it stays judged as it was. */
    private void settle(List<DocKey> keys) {
        database.transaction("carrying protected versions over", handle -> {
            execute(
                    handle.getConnection(),
                    "UPDATE sync_documents s JOIN sync_documents l ON l.stream_id = " + rebuild.live()
                            + " AND l.doc_key = s.doc_key SET s.leaf_weight = l.leaf_weight,"
                            + " s.leaf_hash = l.leaf_hash WHERE s.stream_id = ? AND s.doc_key IN "
                            + Sql.marks(keys.size()) + " AND s.leaf_weight = 0 AND NOT EXISTS (SELECT 1 FROM"
                            + " sync_dead_letters d WHERE d.stream_id = s.stream_id AND d.doc_key = s.doc_key)",
                    rebuild.shadow(),
                    keys);
            return true;
        });
    }

    private static void execute(Connection connection, String sql, int stream, List<DocKey> keys) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            DocKey.bind(statement, stream, keys);
            statement.executeUpdate();
        }
    }
}
