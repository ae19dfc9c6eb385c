package dev.docmirror.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.Superseded;
import dev.docmirror.error.SyncException;
import dev.docmirror.error.UnexpectedFailureException;
import dev.docmirror.queue.DocumentEdit;
import dev.docmirror.queue.DocumentTarget;
import dev.docmirror.queue.EditOutcome;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes decisions to the source: a new version where one is needed, then tombstones on the losing leaves. Not before
 * the new version stands, so that what went into it never is without a home.
 */
public final class Upstream {
    private final DocumentTarget target;

    public Upstream(DocumentTarget target) {
        this.target = target;
    }

    /**
     * What is to be written about a document.
     *
     * @param version the new version, if one is needed
     * @param closings tombstones for the leaves that lost
     */
    public record Plan(DocumentId id, Optional<DocumentEdit> version, List<DocumentEdit> closings) {
        public boolean isEmpty() {
            return version.isEmpty() && closings.isEmpty();
        }
    }

    /** What became of a plan. */
    public sealed interface Result {
        /** It is carried out. */
        record Done(Optional<Revision> written, List<Revision> closed) implements Result {}

        /** Somebody wrote the document meanwhile; the change feed will tell. */
        record Overtaken() implements Result {}

        /** The target does not take it. */
        record Refused(String reason) implements Result {}
    }

    /** One leaf stays, the others that live are closed. */
    public static Plan choose(DocumentChange change, Document chosen) {
        return new Plan(change.id(), Optional.empty(), closings(change, chosen));
    }

    /** A new version on top of a leaf; the other leaves that live are closed. */
    public static Plan write(DocumentChange change, Document basis, boolean deleted, ObjectNode body) {
        if (change.winner().deleted() && deleted) {
            return new Plan(change.id(), Optional.empty(), List.of());
        }
        // CouchDB takes no edit on a tombstone of a document that is deleted altogether, only a new document.
        Optional<Revision> parent = change.winner().deleted() ? Optional.empty() : Optional.of(basis.revision());
        DocumentEdit version = new DocumentEdit(change.id(), parent, deleted, body);
        return new Plan(change.id(), Optional.of(version), closings(change, basis));
    }

    private static List<DocumentEdit> closings(DocumentChange change, Document stays) {
        List<DocumentEdit> closings = new ArrayList<>();
        for (Document leaf : change.leaves()) {
            if (!leaf.deleted() && !leaf.revision().equals(stays.revision())) {
                closings.add(new DocumentEdit(leaf.id(), Optional.of(leaf.revision()), true, Superseded.body()));
            }
        }
        return closings;
    }

    /** Carries plans out, with one request if none needs a new version, else with two; at most one plan a document. */
    public Map<DocumentId, Result> write(List<Plan> plans) {
        Map<DocumentId, Result> results = new LinkedHashMap<>();
        List<DocumentEdit> first = new ArrayList<>();
        for (Plan plan : plans) {
            plan.version().ifPresentOrElse(first::add, () -> first.addAll(plan.closings()));
        }
        Map<DocumentEdit, EditOutcome> outcomes = new LinkedHashMap<>(send(first));
        List<DocumentEdit> second = new ArrayList<>();
        for (Plan plan : plans) {
            if (plan.version().map(outcomes::get).orElse(null) instanceof EditOutcome.Written) {
                second.addAll(plan.closings());
            }
        }
        outcomes.putAll(send(second));
        for (Plan plan : plans) {
            results.put(plan.id(), result(plan, outcomes));
        }
        return results;
    }

    private Map<DocumentEdit, EditOutcome> send(List<DocumentEdit> edits) {
        if (edits.isEmpty()) {
            return Map.of();
        }
        List<EditOutcome> answers;
        try {
            answers = target.write(edits);
        } catch (SyncException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new UnexpectedFailureException("the document target", e);
        }
        Map<DocumentEdit, EditOutcome> outcomes = new LinkedHashMap<>();
        for (int i = 0; i < edits.size(); i++) {
            outcomes.put(edits.get(i), answers.get(i));
        }
        return outcomes;
    }

    private static Result result(Plan plan, Map<DocumentEdit, EditOutcome> outcomes) {
        Optional<Revision> written = Optional.empty();
        List<Revision> closed = new ArrayList<>();
        List<DocumentEdit> all = new ArrayList<>(plan.closings());
        plan.version().ifPresent(version -> all.add(0, version));
        for (DocumentEdit edit : all) {
            EditOutcome outcome = outcomes.get(edit);
            if (outcome instanceof EditOutcome.Refused refused) {
                return new Result.Refused(refused.reason());
            }
            if (!(outcome instanceof EditOutcome.Written done)) {
                return new Result.Overtaken();
            }
            if (plan.version().equals(Optional.of(edit))) {
                written = Optional.of(done.revision());
            } else {
                closed.add(edit.parent().orElseThrow());
            }
        }
        return new Result.Done(written, closed);
    }
}
