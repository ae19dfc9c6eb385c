package dev.docmirror.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.Conflict;

/**
 * How a document came to its leaves: edits, each on top of an earlier one. Revisions follow from the edits, so that the
 * same history makes the same tree in every database.
 *
 * @param edits at least one, in the order they happened
 */
public record RevisionHistory(List<Edit> edits) {

    /**
     * One edit.
     *
     * @param parent the index of the edit it was made from; where no earlier edit has it, the edit begins a branch with
     *     a root of its own
     * @param body a JSON object as text
     */
    public record Edit(int parent, boolean deleted, String body) {}

    public RevisionHistory {
        edits = List.copyOf(edits);
        if (edits.isEmpty()) {
            throw new IllegalArgumentException("edits: must not be empty");
        }
    }

    /** Writes the tree into a database, as replication does. */
    public void writeTo(SourceFixture database, DocumentId id) {
        List<Revision> revisions = revisions();
        for (int i = 0; i < edits.size(); i++) {
            database.fork(id, revisions.get(i), parent(i, revisions), edits.get(i).deleted, edits.get(i).body);
        }
    }

    /** The version that an edit made. */
    public Document version(int edit) {
        return LeafSets.leaf(revisions().get(edit), edits.get(edit).deleted, edits.get(edit).body);
    }

    private List<Revision> revisions() {
        List<Revision> revisions = new ArrayList<>();
        for (int i = 0; i < edits.size(); i++) {
            revisions.add(RevisionTree.revision(parent(i, revisions), edits.get(i).deleted, edits.get(i).body));
        }
        return revisions;
    }

    private Optional<Revision> parent(int edit, List<Revision> revisions) {
        int parent = edits.get(edit).parent;
        return parent >= 0 && parent < edit ? Optional.of(revisions.get(parent)) : Optional.empty();
    }

    /** The leaves. */
    public LeafSet leaves() {
        return new LeafSet(tree().change().leaves());
    }

    /** The conflict of the leaves, with their ancestry and all earlier bodies. */
    public Conflict conflict() {
        RevisionTree tree = tree();
        return new Conflict(tree.change(), Optional.empty(), Optional.empty(), Optional.of(tree.ancestry()));
    }

    private RevisionTree tree() {
        RevisionTree tree = new RevisionTree(LeafSets.ID);
        List<Revision> revisions = revisions();
        for (int i = 0; i < edits.size(); i++) {
            tree.graft(revisions.get(i), parent(i, revisions), edits.get(i).deleted, edits.get(i).body);
        }
        return tree;
    }
}
