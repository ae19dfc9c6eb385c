package dev.docmirror.checkpoint;

import java.util.Optional;

import dev.docmirror.change.StreamId;
import dev.docmirror.mirror.MirrorTransaction;

/** Keeps checkpoints. Thread-safe and reusable; whoever creates it closes it. */
public interface CheckpointStore {

    /** The stored checkpoint; empty if the stream never had one, or was reset. */
    Optional<Checkpoint> load(StreamId stream);

    /**
     * Replaces the stored checkpoint. A store that can join the transaction ({@link MirrorTransaction#unwrap}) writes
     * within it; any other registers the write with {@link MirrorTransaction#afterCommit}, so that the checkpoint is
     * never ahead of the rows.
     *
     * @param expected what is stored now
     * @throws dev.docmirror.error.CheckpointConflictException if something else is stored, unless that is {@code
     *     reached} already (an earlier try whose answer was lost)
     */
    void save(StreamId stream, Optional<Checkpoint> expected, Checkpoint reached, MirrorTransaction transaction);

    /** Forgets the checkpoint: the next start reads the source from its beginning. Rows and registry stay. */
    void reset(StreamId stream);
}
