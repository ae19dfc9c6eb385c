package dev.docmirror.examples.worker;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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

/**
 * A sink that reads what is mirrored and counts what it would write, but writes nothing: neither rows nor checkpoint,
 * not even a lease. It can't foresee what the database would refuse.
 */
final class DryRun implements MirrorSink, CheckpointStore {
    private final MirrorSink sink;
    private final CheckpointStore checkpoints;
    private final Map<String, Integer> planned = new TreeMap<>();
    private Optional<Checkpoint> reached = Optional.empty();

    DryRun(MirrorSink sink, CheckpointStore checkpoints) {
        this.sink = sink;
        this.checkpoints = checkpoints;
    }

    /** What would have been done, by table and kind. */
    Map<String, Integer> planned() {
        return Map.copyOf(planned);
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
    public void verify(List<TableDefinition> tables) {
        sink.verify(tables);
    }

    @Override
    public Optional<Checkpoint> load(StreamId stream) {
        return reached.or(() -> checkpoints.load(stream));
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

    private void count(String what) {
        planned.merge(what, 1, Integer::sum);
    }

    /** Counts the writes of a batch. */
    private final class Counting implements MirrorTransaction {
        private final StreamId stream;

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
                boolean known = write.before().isPresent();
                for (RowChange row : write.rows()) {
                    count(row.table().table() + ": " + kind(row, known));
                }
            }
            return List.of();
        }

        private static String kind(RowChange row, boolean known) {
            if (row instanceof RowChange.Put) {
                return known ? "rows to update" : "rows to insert";
            }
            return row instanceof RowChange.Delete ? "documents to delete" : "documents to change";
        }

        @Override
        public void archive(List<ArchivedConflict> losers) {
            losers.forEach(loser -> count("conflict archive: versions to keep"));
        }

        @Override
        public void park(List<DeadLetter> poison) {
            poison.forEach(letter -> count("dead letters: " + letter.kind() + " " + letter.reason()));
        }

        @Override
        public <T> Optional<T> unwrap(Class<T> type) {
            return Optional.empty();
        }

        @Override
        public void afterCommit(Runnable action) {}

        @Override
        public void commit() {}

        @Override
        public void close() {}
    }
}
