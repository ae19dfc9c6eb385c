package dev.docmirror.testkit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.change.ContentHash;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.checkpoint.Checkpoint;
import dev.docmirror.conflict.ArchiveEntry;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.conflict.Protection;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.deadletter.DiscardedLetter;
import dev.docmirror.deadletter.ParkedLetter;
import dev.docmirror.error.CheckpointConflictException;
import dev.docmirror.mirror.DocumentWrite;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.mirror.WriteBack;

/** What a mirror keeps of one stream beside the rows. */
final class StreamRecords {
    private final Map<DocumentId, MirroredDocument> registry = new LinkedHashMap<>();
    private final Map<Version, ArchiveEntry> archive = new LinkedHashMap<>();
    private final Map<DocumentId, Document> protectedVersions = new HashMap<>();
    private final Map<DocumentId, WriteBack> writeBacks = new LinkedHashMap<>();
    private long remembered;
    private long archived;
    private final Map<DocumentId, ParkedLetter> letters = new LinkedHashMap<>();
    private final Map<DocumentId, DiscardedLetter> discarded = new LinkedHashMap<>();
    private Optional<Checkpoint> checkpoint = Optional.empty();
    private Optional<String> mapping = Optional.empty();

    private record Version(DocumentId id, Revision revision, ContentHash body) {
        static Version of(Document document) {
            return new Version(document.id(), document.revision(), document.contentHash());
        }
    }

    StreamRecords copy() {
        StreamRecords copy = new StreamRecords();
        copy.registry.putAll(registry);
        copy.archive.putAll(archive);
        copy.archived = archived;
        copy.protectedVersions.putAll(protectedVersions);
        copy.writeBacks.putAll(writeBacks);
        copy.remembered = remembered;
        copy.letters.putAll(letters);
        copy.discarded.putAll(discarded);
        copy.checkpoint = checkpoint;
        copy.mapping = mapping;
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

    Map<DocumentId, Document> protectedVersions(Collection<DocumentId> ids) {
        Map<DocumentId, Document> known = new HashMap<>(protectedVersions);
        known.keySet().retainAll(Set.copyOf(ids));
        return known;
    }

    void written(DocumentWrite write) {
        MirroredDocument state = write.state();
        registry.put(state.id(), state);
        healed(state.id());
        if (state.protection() == Protection.NONE) {
            protectedVersions.remove(state.id());
        } else {
            write.protectedVersion().ifPresent(version -> protectedVersions.put(state.id(), version));
        }
    }

    void forget(DocumentId id) {
        registry.remove(id);
        healed(id);
        writeBacks.remove(id);
    }

    void archive(ArchivedConflict loser, Instant now) {
        Version version = Version.of(loser.loser());
        if (!archive.containsKey(version)) {
            archived++;
            archive.put(version, new ArchiveEntry(archived, loser, now, Optional.empty()));
        }
    }

    /** Oldest decision first. */
    List<ArchiveEntry> archive() {
        return List.copyOf(archive.values());
    }

    /** Returns how many were open. */
    int close(DocumentId id, String by, Instant now, String note) {
        int closed = 0;
        for (Map.Entry<Version, ArchiveEntry> kept : archive.entrySet()) {
            ArchiveEntry entry = kept.getValue();
            if (entry.isOpen() && kept.getKey().id().equals(id)) {
                ArchiveEntry.Closing closing = new ArchiveEntry.Closing(by, now, note);
                kept.setValue(
                        new ArchiveEntry(entry.number(), entry.conflict(), entry.detectedAt(), Optional.of(closing)));
                closed++;
            }
        }
        return closed;
    }

    long purgeArchive(Instant before) {
        long kept = archive.size();
        archive.values().removeIf(entry -> !entry.isOpen() && entry.detectedAt().isBefore(before));
        return kept - archive.size();
    }

    void writeBack(Collection<DocumentId> ids) {
        for (DocumentId id : ids) {
            remembered++;
            writeBacks.put(id, new WriteBack(id, remembered));
        }
    }

    void writtenBack(Collection<WriteBack> done) {
        writeBacks.values().removeAll(done);
    }

    List<WriteBack> writeBacks() {
        return List.copyOf(writeBacks.values());
    }

    private void healed(DocumentId id) {
        letters.remove(id);
        discarded.remove(id);
    }

    void park(DeadLetter letter, Instant now) {
        Optional<ParkedLetter> earlier = Optional.ofNullable(letters.get(letter.id()));
        DiscardedLetter before = discarded.get(letter.id());
        boolean same = before != null
                && before.letter().revision().equals(letter.revision())
                && before.letter().kind() == letter.kind();
        healed(letter.id());
        if (before != null && same) {
            discarded.put(letter.id(), new DiscardedLetter(letter, before.by(), before.at(), before.note()));
        } else {
            letters.put(
                    letter.id(),
                    new ParkedLetter(
                            letter,
                            1 + earlier.map(ParkedLetter::attempts).orElse(0L),
                            earlier.map(ParkedLetter::firstAt).orElse(now),
                            now));
        }
    }

    long discard(Collection<DocumentId> ids, String by, Instant now, String note) {
        long count = 0;
        for (DocumentId id : ids) {
            ParkedLetter parked = letters.remove(id);
            if (parked != null) {
                discarded.put(id, new DiscardedLetter(parked.letter(), by, now, note));
                count++;
            }
        }
        return count;
    }

    /** Those that were discarded last first. */
    List<DiscardedLetter> discarded() {
        List<DiscardedLetter> newest = new ArrayList<>(discarded.values());
        Collections.reverse(newest);
        return newest;
    }

    long purgeDiscarded(Instant before) {
        long all = discarded.size();
        discarded.values().removeIf(letter -> letter.at().isBefore(before));
        return all - discarded.size();
    }

    Set<DocumentId> parked(Collection<DocumentId> ids) {
        Set<DocumentId> parked = new HashSet<>(ids);
        parked.removeIf(id -> !letters.containsKey(id) && !discarded.containsKey(id));
        return parked;
    }

    /** Newest first. */
    List<ParkedLetter> letters() {
        List<ParkedLetter> newest = new ArrayList<>(letters.values());
        Collections.reverse(newest);
        return newest;
    }

    Optional<String> mapping() {
        return mapping;
    }

    void mapping(String version) {
        mapping = Optional.of(version);
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
