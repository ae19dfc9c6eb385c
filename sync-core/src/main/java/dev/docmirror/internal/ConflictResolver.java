package dev.docmirror.internal;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.error.MappingException;
import dev.docmirror.mirror.MirroredDocument;

/** Asks the policy and turns its resolution into what is mirrored and what is archived. */
final class ConflictResolver {
    private static final DocumentReader READER = DocumentReader.defaults();

    private final ConflictPolicy policy;
    private final ConflictContext context;

    ConflictResolver(StreamId stream, ConflictPolicy policy) {
        this.policy = policy;
        this.context = new ConflictContext(stream);
    }

    /**
     * A decided conflict.
     *
     * @param target the version to mirror; empty if what is mirrored stays
     * @param basis the source's own version the target stands for
     */
    record Outcome(Optional<Document> target, Document basis, Decision.Resolved resolved) {}

    Outcome resolve(DocumentChange change, Optional<MirroredDocument> mirrored) {
        Resolution resolution = ask(new Conflict(change, mirrored, Optional.empty(), Optional.empty()));
        Optional<String> type = mirrored.flatMap(MirroredDocument::type);
        if (resolution instanceof Resolution.Merge merge) {
            return merged(change, type, merge);
        }
        if (resolution instanceof Resolution.Reject reject) {
            ArchivedConflict.Outcome outcome =
                    ArchivedConflict.Outcome.valueOf(reject.kind().name());
            return kept(change, mirrored, outcome, reject.reason());
        }
        if (resolution instanceof Resolution.Review review) {
            return kept(change, mirrored, ArchivedConflict.Outcome.REVIEW, review.reason());
        }
        if (resolution instanceof Resolution.Choose choose) {
            return chosen(change, type, sameLeaf(change, choose.winner()), choose.reason());
        }
        return chosen(change, type, change.winner(), "CouchDB's own order");
    }

    private static Outcome merged(DocumentChange change, Optional<String> type, Resolution.Merge merge) {
        Document basis = change.winner();
        byte[] json = merge.merged().toString().getBytes(StandardCharsets.UTF_8);
        Document target = new Document(change.id(), basis.revision(), false, json, READER);
        Decision.Resolved resolved = archived(
                change,
                leaf -> true,
                type,
                Optional.of(basis.revision()),
                ArchivedConflict.Outcome.MERGED,
                merge.reason());
        return new Outcome(Optional.of(target), basis, resolved);
    }

    private static Outcome chosen(DocumentChange change, Optional<String> type, Document chosen, String reason) {
        Decision.Resolved resolved = archived(
                change,
                leaf -> leaf != chosen,
                type,
                Optional.of(chosen.revision()),
                ArchivedConflict.Outcome.CHOSEN,
                reason);
        return new Outcome(Optional.of(chosen), chosen, resolved);
    }

    private Resolution ask(Conflict conflict) {
        try {
            return policy.resolve(conflict, context);
        } catch (MappingException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new Decider.PolicyFailure(e);
        }
    }

    private static Outcome kept(
            DocumentChange change,
            Optional<MirroredDocument> mirrored,
            ArchivedConflict.Outcome outcome,
            String reason) {
        Optional<String> type = mirrored.flatMap(MirroredDocument::type);
        Optional<Revision> kept = mirrored.map(MirroredDocument::revision);
        Predicate<Document> loses = leaf -> mirrored.isEmpty()
                || !leaf.revision().equals(mirrored.get().revision())
                || !leaf.contentHash().equals(mirrored.get().contentHash());
        return new Outcome(Optional.empty(), change.winner(), archived(change, loses, type, kept, outcome, reason));
    }

    private static Decision.Resolved archived(
            DocumentChange change,
            Predicate<Document> loses,
            Optional<String> type,
            Optional<Revision> chosen,
            ArchivedConflict.Outcome outcome,
            String reason) {
        List<ArchivedConflict> losers = change.leaves().stream()
                .filter(loses)
                .map(leaf -> new ArchivedConflict(leaf, type, chosen, outcome, reason))
                .toList();
        return new Decision.Resolved(losers, outcome, reason);
    }

    /** A policy may hand back an equal leaf of its own making; only the source's own leaves are mirrored. */
    private static Document sameLeaf(DocumentChange change, Document winner) {
        for (Document leaf : change.leaves()) {
            if (leaf == winner) {
                return leaf;
            }
        }
        for (Document leaf : change.leaves()) {
            if (leaf.revision().equals(winner.revision()) && leaf.contentHash().equals(winner.contentHash())) {
                return leaf;
            }
        }
        throw new Decider.PolicyFailure(new IllegalStateException("the policy chose a version that is no leaf"));
    }
}
