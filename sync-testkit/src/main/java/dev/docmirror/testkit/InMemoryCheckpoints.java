package dev.docmirror.testkit;

import java.util.Optional;

import dev.docmirror.change.StreamId;
import dev.docmirror.checkpoint.Checkpoint;
import dev.docmirror.checkpoint.CheckpointStore;
import dev.docmirror.error.ConfigurationException;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.testkit.InMemoryMirror.Point;

/** The checkpoints of an {@link InMemoryMirror}, written within its transactions. */
final class InMemoryCheckpoints implements CheckpointStore {
    private final InMemoryMirror mirror;

    InMemoryCheckpoints(InMemoryMirror mirror) {
        this.mirror = mirror;
    }

    @Override
    public Optional<Checkpoint> load(StreamId stream) {
        mirror.faults().pass(Point.LOAD_CHECKPOINT);
        return mirror.records(stream).checkpoint();
    }

    @Override
    public void save(
            StreamId stream, Optional<Checkpoint> expected, Checkpoint reached, MirrorTransaction transaction) {
        mirror.faults().pass(Point.SAVE_CHECKPOINT);
        InMemoryTransaction joined = transaction
                .unwrap(InMemoryTransaction.class)
                .filter(own -> own.belongsTo(mirror) && own.stream().equals(stream))
                .orElseThrow(() -> new ConfigurationException(
                        "checkpoints of an in-memory mirror are saved in transactions of that mirror only", null));
        joined.records().reach(expected, reached);
    }

    @Override
    public void reset(StreamId stream) {
        mirror.resetCheckpoint(stream);
    }
}
