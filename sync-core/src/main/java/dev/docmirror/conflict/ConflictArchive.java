package dev.docmirror.conflict;

import java.util.List;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.StreamId;

/** Reads the archive of a stream. Thread-safe; {@link dev.docmirror.mirror.MirrorTransaction#archive} writes it. */
public interface ConflictArchive {

    /** How many losing versions are archived. */
    long count(StreamId stream);

    /** Every archived version of a document, oldest decision first. */
    List<ArchivedConflict> of(StreamId stream, DocumentId id);
}
