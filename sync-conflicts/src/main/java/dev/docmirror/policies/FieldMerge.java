package dev.docmirror.policies;

import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import dev.docmirror.change.Ancestry;
import dev.docmirror.change.Document;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Protection;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.error.MappingException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Merges the edits of all versions field by field, against the version they come from. Made by
 * {@link ConflictPolicies#fieldMerge}, which has the rules. Immutable; each {@code with} method returns a changed copy.
 */
public final class FieldMerge implements ConflictPolicy {
    private final ConflictPolicy contested;
    private final Map<String, ArrayRule> arrays;
    private final DeleteRule deletes;

    /** What becomes of an array that was edited in different ways. */
    public enum ArrayRule {
        /** It is contested like any other field. */
        WHOLE,
        /**
         * It is a set: elements that some version removed go, those that some version added come, each once. The order
         * is that of CouchDB's winner, then that of the other versions.
         */
        UNION
    }

    /** What becomes of a document that was deleted on one branch and is alive on another. */
    public enum DeleteRule {
        /** It lives. */
        EDIT_WINS,
        /**
         * It is deleted. Dangerous where anything but docmirror resolves conflicts in CouchDB: that leaves plain
         * tombstones beside the winner, and this rule takes them for the wish to delete the document.
         */
        DELETE_WINS
    }

    FieldMerge(ConflictPolicy contested, Map<String, ArrayRule> arrays, DeleteRule deletes) {
        this.contested = contested;
        this.arrays = Collections.unmodifiableMap(new TreeMap<>(arrays));
        this.deletes = deletes;
    }

    /**
     * The rule for an array. Default {@link ArrayRule#WHOLE}.
     *
     * @param pointer a JSON Pointer to a field that is not within another array
     * @throws IllegalArgumentException if it is no such pointer
     */
    public FieldMerge withArray(String pointer, ArrayRule rule) {
        Map<String, ArrayRule> more = new TreeMap<>(arrays);
        more.put(Fields.pointer("pointer", pointer).toString(), rule);
        return new FieldMerge(contested, more, deletes);
    }

    /** The rule for deletions. Default {@link DeleteRule#EDIT_WINS}. */
    public FieldMerge withDelete(DeleteRule rule) {
        return new FieldMerge(contested, arrays, rule);
    }

    @Override
    public Resolution resolve(Conflict conflict, ConflictContext context) {
        if (conflict.protection() != Protection.NONE
                || conflict.leaves().stream().anyMatch(leaf -> protection(leaf) != Protection.NONE)) {
            return contested.resolve(conflict, context);
        }
        List<Document> live = Versions.live(conflict);
        List<Document> deletions = deletions(conflict, live);
        if (live.isEmpty() || (deletes == DeleteRule.DELETE_WINS && !deletions.isEmpty())) {
            return new Resolution.Choose(
                    Versions.greatest(deletions.isEmpty() ? conflict.leaves() : deletions), "field merge: deleted");
        }
        return live.size() == 1
                ? new Resolution.Choose(live.get(0), "field merge: one version is not deleted")
                : edited(conflict, live, context);
    }

    private static List<Document> deletions(Conflict conflict, List<Document> live) {
        return conflict.leaves().stream()
                .filter(Document::deleted)
                .filter(tombstone -> live.stream()
                        .noneMatch(leaf -> conflict.ancestry()
                                .filter(known -> known.descends(leaf.revision(), tombstone.revision()))
                                .isPresent()))
                .toList();
    }

    /** Deletions are settled by now: a tombstone's time no longer counts, and it gives no fields. */
    private Resolution edited(Conflict conflict, List<Document> live, ConflictContext context) {
        Referee referee = new Referee(contested, conflict, context);
        try {
            Optional<ObjectNode> ancestor = ancestor(conflict, live).map(Document::body);
            List<ObjectNode> bodies = live.stream().map(Document::body).toList();
            return ancestor.isEmpty() || attachmentsCompete(ancestor.get(), bodies)
                    ? referee.resolution(live)
                    : merged(referee, live, ancestor.get(), bodies);
        } catch (MappingException e) {
            return referee.resolution(live); // what can't be read can't be merged
        }
    }

    /** One revision with two bodies is damage, no history that could be merged. */
    private static Optional<Document> ancestor(Conflict conflict, List<Document> live) {
        Set<Revision> revisions = new HashSet<>();
        live.forEach(leaf -> revisions.add(leaf.revision()));
        Optional<Ancestry> known = conflict.ancestry().filter(ancestry -> revisions.size() == live.size());
        return known.flatMap(ancestry -> ancestry.commonAncestor(revisions).flatMap(ancestry::version));
    }

    /** Attachments are stubs here, which CouchDB takes only on top of the version that has them. */
    private static boolean attachmentsCompete(ObjectNode ancestor, List<ObjectNode> bodies) {
        JsonNode before = ancestor.path("_attachments");
        return bodies.stream().skip(1).anyMatch(body -> !Bodies.equal(body.path("_attachments"), before));
    }

    private Resolution merged(Referee referee, List<Document> live, ObjectNode ancestor, List<ObjectNode> bodies) {
        ObjectNode merged = new ThreeWay(live, arrays, referee).merge(ancestor, bodies);
        if (referee.overruling().isPresent()) {
            return referee.overruling().get();
        }
        String reason = "field merge against the common ancestor"
                + (referee.wasAsked() ? ", contested fields by " + contested : "");
        for (int i = 0; i < bodies.size(); i++) {
            if (Bodies.sameContent(merged, bodies.get(i))) {
                return new Resolution.Choose(live.get(i), reason);
            }
        }
        return new Resolution.Merge(merged, reason);
    }

    @Override
    public Protection protection(Document document) {
        return contested.protection(document);
    }

    @Override
    public Optional<Instant> writtenAt(Document document) {
        return contested.writtenAt(document);
    }

    @Override
    public boolean needsAncestry() {
        return true;
    }

    @Override
    public boolean decidesAlways() {
        return contested.decidesAlways();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FieldMerge that
                && contested.equals(that.contested)
                && arrays.equals(that.arrays)
                && deletes == that.deletes;
    }

    @Override
    public int hashCode() {
        return Objects.hash(contested, arrays, deletes);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("fieldMerge(").append(contested).append(')');
        arrays.forEach((pointer, rule) -> text.append(".withArray(")
                .append(pointer)
                .append(", ")
                .append(rule)
                .append(')'));
        return text + (deletes == DeleteRule.EDIT_WINS ? "" : ".withDelete(" + deletes + ")");
    }
}
