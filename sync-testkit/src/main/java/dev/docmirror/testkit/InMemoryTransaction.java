package dev.docmirror.testkit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import dev.docmirror.change.ContentHash;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.conflict.Protection;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.mapping.MirrorTime;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.mirror.DocumentWrite;
import dev.docmirror.mirror.Lease;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.mirror.MirroredDocument.TableKey;
import dev.docmirror.testkit.ColumnFit.Refused;
import dev.docmirror.testkit.InMemoryMirror.Point;
import org.jspecify.annotations.Nullable;

/** A working copy of what it touches in an {@link InMemoryMirror}. */
final class InMemoryTransaction implements MirrorTransaction {
    private final InMemoryMirror mirror;
    private final Lease lease;
    private final StreamRecords recordsBefore;
    private final StreamRecords records;
    private final Map<String, TableRows> tablesBefore = new HashMap<>();
    private final Map<String, TableRows> tables = new HashMap<>();
    private final List<Runnable> afterCommit = new ArrayList<>();
    private boolean ended;

    InMemoryTransaction(InMemoryMirror mirror, Lease lease) {
        this.mirror = mirror;
        this.lease = lease;
        this.recordsBefore = mirror.records(lease.stream());
        this.records = recordsBefore.copy();
    }

    @Override
    public Map<DocumentId, MirroredDocument> mirrored(Collection<DocumentId> ids) {
        pass(Point.MIRRORED);
        return records.mirrored(ids);
    }

    @Override
    public List<DeadLetter> apply(List<DocumentWrite> writes) {
        pass(Point.APPLY);
        List<DeadLetter> refused = new ArrayList<>();
        for (DocumentWrite write : writes) {
            Optional<DeadLetter> refusal = refusal(write);
            if (refusal.isPresent()) {
                refused.add(refusal.get());
            } else {
                records.written(write);
            }
        }
        return refused;
    }

    /** Writes one document's rows, or takes back what was written of them and tells why. */
    private Optional<DeadLetter> refusal(DocumentWrite write) {
        MirroredDocument state = write.state();
        DocumentId id = state.id();
        Map<TableRows, List<Map<String, @Nullable Object>>> before = new LinkedHashMap<>();
        for (TableKey gone : left(write)) {
            TableRows rows = table(gone.table());
            before.put(rows, rows.of(id));
            rows.delete(id);
        }
        for (RowChange change : write.rows()) {
            TableRows rows = table(change.table().table());
            before.putIfAbsent(rows, rows.of(id));
            try {
                write(rows, id, change);
            } catch (Refused e) {
                before.forEach((touched, kept) -> touched.restore(id, kept));
                String reason = "table " + change.table().table() + ": " + e.getMessage();
                return Optional.of(new DeadLetter(id, state.revision(), state.type(), e.kind(), reason));
            }
        }
        return Optional.empty();
    }

    private static List<TableKey> left(DocumentWrite write) {
        List<TableKey> left =
                new ArrayList<>(write.before().map(MirroredDocument::tables).orElse(List.of()));
        left.removeAll(write.state().tables());
        return left;
    }

    private static void write(TableRows rows, DocumentId id, RowChange change) {
        if (change instanceof RowChange.Put put) {
            rows.put(put.table(), id, put.values());
        } else if (change instanceof RowChange.Replace replace) {
            rows.replace(replace.table(), id, replace.rows());
        } else if (change instanceof RowChange.Update update) {
            rows.update(update.table(), id, update.values());
        } else if (change instanceof RowChange.Delete) {
            rows.delete(id);
        }
    }

    @Override
    public void archive(List<ArchivedConflict> losers) {
        pass(Point.ARCHIVE);
        losers.forEach(loser -> records.archive(loser, mirror.now()));
    }

    @Override
    public Map<DocumentId, Document> protectedVersions(Collection<DocumentId> ids) {
        pass(Point.MIRRORED);
        return records.protectedVersions(ids);
    }

    @Override
    public Map<DocumentId, ContentHash> rowHashes(List<DocumentWrite> writes) {
        Map<DocumentId, ContentHash> hashes = new HashMap<>();
        for (DocumentWrite write : writes) {
            DocumentId id = write.state().id();
            StringBuilder rows = new StringBuilder();
            for (RowChange change : write.rows()) {
                Set<String> clocked = clocked(change);
                for (Map<String, @Nullable Object> row :
                        table(change.table().table()).of(id)) {
                    Map<String, @Nullable Object> compared = new TreeMap<>();
                    change.table().columns().stream()
                            .filter(column -> !clocked.contains(column))
                            .forEach(column -> compared.put(column, Cells.canonical(row.get(column))));
                    rows.append(change.table().table()).append(compared).append('\n');
                }
            }
            hashes.put(id, new ContentHash(Hashes.sha256(rows.toString())));
        }
        return hashes;
    }

    private static Set<String> clocked(RowChange change) {
        @Nullable Object[] values = {};
        if (change instanceof RowChange.Put put) {
            values = put.values();
        } else if (change instanceof RowChange.Update update) {
            values = update.values();
        }
        Set<String> clocked = new HashSet<>();
        for (int i = 0; i < values.length; i++) {
            if (values[i] == MirrorTime.NOW) {
                clocked.add(change.table().columns().get(i));
            }
        }
        return clocked;
    }

    @Override
    public Set<DocumentId> forget(Collection<DocumentId> ids) {
        pass(Point.APPLY);
        Set<DocumentId> forgotten = new HashSet<>();
        records.mirrored(ids).forEach((id, entry) -> {
            if (entry.protection() == Protection.NONE) {
                entry.tables().forEach(key -> table(key.table()).delete(id));
                forgotten.add(id);
            }
        });
        ids.stream()
                .filter(id ->
                        forgotten.contains(id) || records.mirrored(List.of(id)).isEmpty())
                .forEach(records::forget);
        return forgotten;
    }

    @Override
    public void settle(Collection<DocumentId> ids, String note) {
        pass(Point.ARCHIVE);
        ids.forEach(id -> records.close(id, MirrorTransaction.SETTLED_BY, mirror.now(), note));
    }

    @Override
    public void writeBack(Collection<DocumentId> ids) {
        pass(Point.ARCHIVE);
        records.writeBack(ids);
    }

    @Override
    public void park(List<DeadLetter> poison) {
        pass(Point.PARK);
        poison.forEach(letter -> records.park(letter, mirror.now()));
    }

    @Override
    public Set<DocumentId> parked(Collection<DocumentId> ids) {
        pass(Point.MIRRORED);
        return records.parked(ids);
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
        return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
    }

    @Override
    public void afterCommit(Runnable action) {
        afterCommit.add(action);
    }

    @Override
    public void commit() {
        pass(Point.COMMIT);
        ended = true;
        mirror.install(this);
        mirror.faults().pass(Point.COMMIT_ANSWER);
        afterCommit.forEach(Runnable::run);
    }

    @Override
    public void close() {
        ended = true;
    }

    Lease lease() {
        return lease;
    }

    StreamId stream() {
        return lease.stream();
    }

    boolean belongsTo(InMemoryMirror other) {
        return mirror == other;
    }

    StreamRecords records() {
        return records;
    }

    StreamRecords recordsBefore() {
        return recordsBefore;
    }

    Map<String, TableRows> tables() {
        return tables;
    }

    Map<String, TableRows> tablesBefore() {
        return tablesBefore;
    }

    private TableRows table(String name) {
        return tables.computeIfAbsent(name, n -> {
            TableRows before = mirror.existing(n);
            tablesBefore.put(n, before);
            return before.copy();
        });
    }

    private void pass(Point point) {
        if (ended) {
            throw new IllegalStateException("the transaction has ended");
        }
        mirror.faults().pass(point);
    }
}
