package dev.docmirror.testkit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.ContentHash;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.checkpoint.Checkpoint;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.error.CheckpointConflictException;
import dev.docmirror.mirror.MirroredDocument;

/** What a mirror keeps of one stream beside the rows. */
final class StreamRecords {
    private final Map<DocumentId, MirroredDocument> registry = new LinkedHashMap<>();
    private final Map<Version, ArchivedConflict> archive = new LinkedHashMap<>();
    private final Map<DocumentId, DeadLetter> letters = new LinkedHashMap<>();
    private Optional<Checkpoint> checkpoint = Optional.empty();

    private record Version(DocumentId id, Revision revision, ContentHash body) {
        static Version of(Document document) {
            return new Version(document.id(), document.revision(), document.contentHash());
        }
    }

    StreamRecords copy() {
        StreamRecords copy = new StreamRecords();
        copy.registry.putAll(registry);
        copy.archive.putAll(archive);
        copy.letters.putAll(letters);
        copy.checkpoint = checkpoint;
        return copy;
    }

    Map<DocumentId, MirroredDocument> mirrored(Collection<DocumentId> ids) {
        Map<DocumentId, MirroredDocument> known = new HashMap<>();
        for (DocumentId id : ids) {
            MirroredDocument entry = registry.get(id);
            if (entry != null) {
                known.put(id, entry);
            }
        }
        return known;
    }

    List<MirroredDocument> registry() {
        return List.copyOf(registry.values());
    }

    void written(MirroredDocument state) {
        registry.put(state.id(), state);
        letters.remove(state.id());
    }

    void archive(ArchivedConflict loser) {
        archive.putIfAbsent(Version.of(loser.loser()), loser);
    }

    /** Oldest decision first. */
    List<ArchivedConflict> archive() {
        return List.copyOf(archive.values());
    }

    void park(DeadLetter letter) {
        letters.remove(letter.id());
        letters.put(letter.id(), letter);
    }

    /** Newest first. */
    List<DeadLetter> letters() {
        List<DeadLetter> newest = new ArrayList<>(letters.values());
        Collections.reverse(newest);
        return newest;
    }

    Optional<Checkpoint> checkpoint() {
        return checkpoint;
    }

    void reach(Optional<Checkpoint> expected, Checkpoint reached) {
        if (!checkpoint.equals(expected) && !checkpoint.equals(Optional.of(reached))) {
            throw new CheckpointConflictException("another process moved the checkpoint of this stream", null);
        }
        checkpoint = Optional.of(reached);
    }

    void forgetCheckpoint() {
        checkpoint = Optional.empty();
    }
}
