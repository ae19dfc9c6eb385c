package dev.docmirror.examples.worker;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.docmirror.change.ContentHash;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.StreamId;
import dev.docmirror.checkpoint.Checkpoint;
import dev.docmirror.checkpoint.CheckpointStore;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.mapping.TableDefinition;
import dev.docmirror.mirror.DocumentWrite;
import dev.docmirror.mirror.Lease;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.mirror.WriteBack;

/**
 * A sink that reads what is mirrored and counts what it would write, but writes nothing: neither rows nor checkpoint,
 * not even a lease. It can't foresee what the database would refuse. Confined to the thread that runs the worker, but for
 * the lease, which does nothing.
 */
final class DryRun implements MirrorSink, CheckpointStore {
    private final MirrorSink sink;
    private final CheckpointStore checkpoints;
    private final boolean fromBeginning;
    private final Map<String, Integer> planned = new TreeMap<>();
    private Optional<Checkpoint> reached = Optional.empty();

    /** @param fromBeginning whether to read as if the stream had no checkpoint */
    DryRun(MirrorSink sink, CheckpointStore checkpoints, boolean fromBeginning) {
        this.sink = sink;
        this.checkpoints = checkpoints;
        this.fromBeginning = fromBeginning;
    }

    /** What would have been done, by table and kind, in order. */
    Map<String, Integer> planned() {
        return Collections.unmodifiableMap(planned);
    }

    @Override
    public Optional<Lease> lease(StreamId stream, String owner, Duration ttl) {
        return Optional.of(new Lease() {
            @Override
            public StreamId stream() {
                return stream;
            }

            @Override
            public long epoch() {
                return 0;
            }

            @Override
            public void renew() {}

            @Override
            public void close() {}
        });
    }

    @Override
    public MirrorTransaction begin(Lease lease) {
        return new Counting(lease.stream());
    }

    @Override
    public Map<DocumentId, MirroredDocument> mirrored(StreamId stream, Collection<DocumentId> ids) {
        return sink.mirrored(stream, ids);
    }

    @Override
    public List<MirroredDocument> registered(StreamId stream, Optional<DocumentId> after, int limit) {
        return sink.registered(stream, after, limit);
    }

    @Override
    public List<WriteBack> writeBacks(StreamId stream, int limit) {
        return List.of();
    }

    /** Nothing is written upstream in a dry run. */
    @Override
    public void writtenBack(Lease lease, Collection<WriteBack> done) {}

    @Override
    public void verify(List<TableDefinition> tables) {
        sink.verify(tables);
    }

    @Override
    public Optional<Checkpoint> load(StreamId stream) {
        return reached.or(() -> fromBeginning ? Optional.empty() : checkpoints.load(stream));
    }

    @Override
    public void save(
            StreamId stream, Optional<Checkpoint> expected, Checkpoint position, MirrorTransaction transaction) {
        reached = Optional.of(position);
    }

    @Override
    public void reset(StreamId stream) {
        reached = Optional.empty();
    }

    /** Counts the writes of a batch; like a true one it counts for nothing before its commit. */
    private final class Counting implements MirrorTransaction {
        private final StreamId stream;
        private final Map<String, Integer> counts = new TreeMap<>();

        Counting(StreamId stream) {
            this.stream = stream;
        }

        @Override
        public Map<DocumentId, MirroredDocument> mirrored(Collection<DocumentId> ids) {
            return sink.mirrored(stream, ids);
        }

        @Override
        public List<DeadLetter> apply(List<DocumentWrite> writes) {
            for (DocumentWrite write : writes) {
                Set<String> before = tables(write.before().stream());
                write.rows().forEach(row -> count(row, before));
                before.removeAll(tables(Stream.of(write.state())));
                write.rows().forEach(row -> before.remove(row.table().table()));
                before.forEach(table -> count(table, "documents to remove", 1));
            }
            return List.of();
        }

        private static Set<String> tables(Stream<MirroredDocument> entry) {
            return entry.flatMap(document -> document.tables().stream())
                    .map(MirroredDocument.TableKey::table)
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        private void count(RowChange row, Set<String> before) {
            String table = row.table().table();
            boolean known = before.contains(table);
            if (row instanceof RowChange.Put) {
                count(table, known ? "rows to update" : "rows to insert", 1);
            } else if (row instanceof RowChange.Replace children) {
                count(table, "child rows to write", children.rows().size());
            } else if (row instanceof RowChange.Update && known) {
                count(table, "rows to mark as deleted", 1);
            } else if (row instanceof RowChange.Delete && known) {
                count(table, "documents to remove", 1);
            }
        }

        private void count(String where, String what, int number) {
            if (number > 0) {
                counts.merge(where + ": " + what, number, Integer::sum);
            }
        }

        /** None: what was restored upstream is counted as a change. */
        @Override
        public Map<DocumentId, Document> protectedVersions(Collection<DocumentId> ids) {
            return Map.of();
        }

        /** None: nothing is written that could be compared. */
        @Override
        public Map<DocumentId, ContentHash> rowHashes(List<DocumentWrite> writes) {
            return Map.of();
        }

        @Override
        public Set<DocumentId> forget(Collection<DocumentId> ids) {
            Set<DocumentId> known = sink.mirrored(stream, ids).keySet();
            count("registry", "documents to forget", known.size());
            return known;
        }

        @Override
        public void settle(Collection<DocumentId> ids, String note) {
            count("conflict archive", "documents settled", ids.size());
        }

        @Override
        public void writeBack(Collection<DocumentId> ids) {
            count("upstream", "decisions to write", ids.size());
        }

        @Override
        public void archive(List<ArchivedConflict> losers) {
            count("conflict archive", "losing versions", losers.size());
        }

        @Override
        public void park(List<DeadLetter> poison) {
            poison.forEach(letter -> count("dead letters", letter.kind() + ", " + letter.reason(), 1));
        }

        @Override
        public Set<DocumentId> parked(Collection<DocumentId> ids) {
            return Set.of();
        }

        @Override
        public <T> Optional<T> unwrap(Class<T> type) {
            return Optional.empty();
        }

        /** Never runs the action: what joins a transaction from outside would write. */
        @Override
        public void afterCommit(Runnable action) {}

        @Override
        public void commit() {
            counts.forEach((what, number) -> planned.merge(what, number, Integer::sum));
            counts.clear();
        }

        @Override
        public void close() {}
    }
}
