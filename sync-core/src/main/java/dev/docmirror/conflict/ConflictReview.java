package dev.docmirror.conflict;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import dev.docmirror.change.ChangeSource;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.error.EditRefusedException;
import dev.docmirror.error.StaleReviewException;
import dev.docmirror.internal.Differences;
import dev.docmirror.internal.Upstream;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.mirror.MirroredDocument;
import dev.docmirror.queue.DocumentTarget;
import tools.jackson.databind.node.ObjectNode;

/**
 * Lets people decide conflicts: list what is open, show its versions, and decide. A decision is written to the source
 * first, on top of exactly the leaves that were shown, and then closes the archive's entries; the mirror follows through
 * the change feed, by the rules of the worker's policy. A crash in between leaves the entries open, and the worker
 * closes them when the decision comes back through the feed.
 *
 * <p>A policy's guards have the last word on what is mirrored: a decision against a signed version is written upstream
 * and rejected again by {@code immutableOnceSigned}. To keep a signed version, choose it.
 *
 * <p>Thread-safe. It closes none of the parts it was given. All methods throw
 * {@link dev.docmirror.error.SyncException}s.
 */
public final class ConflictReview {
    private static final int LONGEST_NAME = 191;

    private final StreamId stream;
    private final ChangeSource source;
    private final MirrorSink sink;
    private final ConflictArchive archive;
    private final DocumentTarget target;

    private ConflictReview(
            StreamId stream, ChangeSource source, MirrorSink sink, ConflictArchive archive, DocumentTarget target) {
        this.stream = stream;
        this.source = source;
        this.sink = sink;
        this.archive = archive;
        this.target = target;
    }

    /** Reviews the conflicts of a stream: the parts are those of its worker, and the database decisions are written to. */
    public static ConflictReview of(
            String stream, ChangeSource source, MirrorSink sink, ConflictArchive archive, DocumentTarget target) {
        return new ConflictReview(StreamId.of(stream), source, sink, archive, target);
    }

    /** A page of the open entries, oldest first. */
    public List<ArchiveEntry> open(OpenConflicts page) {
        return archive.open(stream, page);
    }

    /** All versions of a document side by side; empty if the source does not know the document. */
    public Optional<ConflictView> show(DocumentId id) {
        return read(id).map(change -> {
            List<ArchiveEntry> archived = archive.of(stream, id);
            List<Document> versions = new ArrayList<>(change.leaves());
            versions.removeIf(Superseded::marks);
            archived.stream().filter(ArchiveEntry::isOpen).forEach(entry -> {
                Document loser = entry.conflict().loser();
                if (versions.stream().noneMatch(shown -> shown.revision().equals(loser.revision()))) {
                    versions.add(loser);
                }
            });
            Optional<Revision> mirrored = Optional.ofNullable(
                            sink.mirrored(stream, List.of(id)).get(id))
                    .map(MirroredDocument::revision);
            return new ConflictView(
                    id, change.leaves(), mirrored, archived, Differences.between(versions), change.digest());
        });
    }

    /**
     * What was shown, for a host that kept nothing of it but its token, as one does that answers requests.
     *
     * @param token the {@linkplain ConflictView#token() token} of the view that a person decided by
     * @throws StaleReviewException if the document was written since it was shown
     */
    public ConflictView shown(DocumentId id, String token) {
        return show(id).filter(view -> view.token().equals(token)).orElseThrow(() -> new StaleReviewException(id));
    }

    /**
     * Keeps one of the leaves and closes all others.
     *
     * @param chosen the revision of one of the leaves that were shown
     * @param by who decided, 1 to 191 characters
     * @param why for the archive
     * @throws StaleReviewException if the document was written since it was shown
     * @throws EditRefusedException if the source refuses to close a leaf
     * @throws IllegalArgumentException if no leaf has that revision
     */
    public void choose(ConflictView shown, Revision chosen, String by, String why) {
        DocumentChange change = unchanged(shown);
        Document leaf = change.leaves().stream()
                .filter(each -> each.revision().equals(chosen))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("chosen: must be one of the leaves of " + shown.id()));
        carryOut(Upstream.choose(change, leaf), by, why);
    }

    /**
     * Writes a new version made by a person on top of CouchDB's winner and closes all other leaves.
     *
     * @param merged the whole document; must not be modified any more
     * @param by who decided, 1 to 191 characters
     * @param why for the archive
     * @throws StaleReviewException if the document was written since it was shown
     * @throws EditRefusedException if the source refuses the new version
     */
    public void merge(ConflictView shown, ObjectNode merged, String by, String why) {
        DocumentChange change = unchanged(shown);
        carryOut(Upstream.write(change, change.winner(), false, merged), by, why);
    }

    /**
     * Brings an archived version back: its body, or its deletion, becomes the newest version in the source.
     *
     * @param entry one of the archived versions that were shown
     * @param by who decided, 1 to 191 characters
     * @param why for the archive
     * @throws StaleReviewException if the document was written since it was shown
     * @throws EditRefusedException if the source refuses the new version
     * @throws dev.docmirror.error.MappingException if the archived body can't be read
     */
    public void restore(ConflictView shown, ArchiveEntry entry, String by, String why) {
        DocumentChange change = unchanged(shown);
        Document loser = entry.conflict().loser();
        if (!loser.id().equals(shown.id())) {
            throw new IllegalArgumentException("entry: must be one of document " + shown.id());
        }
        carryOut(Upstream.write(change, change.winner(), loser.deleted(), loser.body()), by, why);
    }

    /**
     * Closes the open entries of a document and leaves everything else as it is. A leaf that arrives later opens the
     * conflict again.
     *
     * @param by who decided, 1 to 191 characters
     * @param why for the archive
     */
    public void dismiss(DocumentId id, String by, String why) {
        archive.close(stream, id, by, why);
    }

    private void carryOut(Upstream.Plan plan, String by, String why) {
        if (by.isBlank() || by.codePointCount(0, by.length()) > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "by: must have 1 to " + LONGEST_NAME + " characters, not all of them blank");
        }
        Upstream.Result result =
                Objects.requireNonNull(new Upstream(target).write(List.of(plan)).get(plan.id()));
        if (result instanceof Upstream.Result.Overtaken) {
            throw new StaleReviewException(plan.id());
        }
        if (result instanceof Upstream.Result.Refused refused) {
            throw new EditRefusedException(plan.id(), refused.reason());
        }
        archive.close(stream, plan.id(), by, why);
    }

    private DocumentChange unchanged(ConflictView shown) {
        return read(shown.id())
                .filter(change -> change.digest().equals(shown.digest()))
                .orElseThrow(() -> new StaleReviewException(shown.id()));
    }

    private Optional<DocumentChange> read(DocumentId id) {
        return source.read(List.of(id)).stream().findFirst();
    }
}
