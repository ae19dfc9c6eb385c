package dev.docmirror.policies;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

import dev.docmirror.change.Ancestry;
import dev.docmirror.change.Document;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.ArchivedConflict.Outcome;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Protection;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.mirror.MirroredDocument;
import tools.jackson.core.JsonPointer;

/**
 * A locked version is replaced by an authorised unlock only; the rules are in
 * {@link ConflictPolicies#lockedOnce(String, Predicate)}.
 *
 * @param unlockAuthorised empty if nothing ever unlocks
 */
record LockedOnce(JsonPointer pointer, Optional<Predicate<Document>> unlockAuthorised) implements ConflictPolicy {

    @Override
    public Resolution resolve(Conflict conflict, ConflictContext context) {
        boolean guarded = conflict.protection() == Protection.LOCKED;
        Optional<Document> mirrored = guarded ? Mirrored.leaf(conflict) : Optional.empty();
        if (guarded && mirrored.isEmpty()) {
            return lockedVersionEdited(conflict);
        }
        // The mirrored one was locked when it was mirrored, whatever the pointer is by now.
        List<Document> locked = conflict.leaves().stream()
                .filter(leaf -> mirrored.filter(kept -> kept == leaf).isPresent() || isLocked(leaf))
                .toList();
        return locked.isEmpty() ? new Resolution.Defer() : choose(conflict, locked, "locked at " + pointer);
    }

    /**
     * The mirrored lock is lifted by an authorised unlock. A lock that somebody set on another branch is not: it holds.
     * A locked leaf that came from the mirrored version is an edit of a locked version: it neither wins nor is passed
     * over by the unlock, because nobody lifted its lock, so that people have to decide.
     */
    private Resolution lockedVersionEdited(Conflict conflict) {
        List<Document> unlocks = conflict.leaves().stream()
                .filter(leaf -> unlocks(leaf, conflict))
                .toList();
        if (unlocks.isEmpty()) {
            return reject("the mirrored version is locked");
        }
        List<Document> locked =
                conflict.leaves().stream().filter(this::isLocked).toList();
        if (locked.isEmpty()) {
            return choose(conflict, unlocks, "an authorised unlock");
        }
        List<Document> elsewhere = locked.stream()
                .filter(leaf -> !isEditOfMirrored(leaf, conflict))
                .toList();
        return elsewhere.isEmpty()
                ? reject("an unlock beside an edit that is locked")
                : choose(conflict, elsewhere, "locked at " + pointer + " on another branch");
    }

    private boolean unlocks(Document leaf, Conflict conflict) {
        return unlockAuthorised.isPresent()
                && !isLocked(leaf)
                && isEditOfMirrored(leaf, conflict)
                && saysSomething(leaf)
                && unlockAuthorised.get().test(leaf);
    }

    private static boolean isEditOfMirrored(Document leaf, Conflict conflict) {
        Optional<Revision> mirrored = conflict.mirrored().map(MirroredDocument::revision);
        Optional<Ancestry> ancestry = conflict.ancestry();
        return mirrored.isPresent() && ancestry.isPresent() && ancestry.get().descends(leaf.revision(), mirrored.get());
    }

    /** A plain tombstone authorises nothing, and neither does what can't be read. */
    private static boolean saysSomething(Document leaf) {
        return Fields.isReadable(leaf)
                && (!leaf.deleted()
                        || leaf.body()
                                .propertyStream()
                                .anyMatch(field -> !field.getKey().startsWith("_")));
    }

    @Override
    public Protection protection(Document document) {
        return isLocked(document) ? Protection.LOCKED : Protection.NONE;
    }

    private boolean isLocked(Document document) {
        return !document.deleted() && Fields.at(document, pointer).booleanValue(false);
    }

    /** Only the ancestry tells whether an unlock comes from the locked version. */
    @Override
    public boolean needsAncestry() {
        return unlockAuthorised.isPresent();
    }

    private static Resolution choose(Conflict conflict, List<Document> candidates, String why) {
        return Versions.choose(conflict, candidates, Outcome.REJECTED_LOCKED, "locked once: " + why);
    }

    private static Resolution reject(String why) {
        return new Resolution.Reject(Resolution.Rejection.REJECTED_LOCKED, "locked once: " + why);
    }

    @Override
    public String toString() {
        return "lockedOnce(" + pointer + unlockAuthorised.map(p -> ", " + p).orElse("") + ")";
    }
}
