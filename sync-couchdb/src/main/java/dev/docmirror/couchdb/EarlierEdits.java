package dev.docmirror.couchdb;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.error.MappingException;
import dev.docmirror.queue.DocumentEdit;

/**
 * Finds edits in the history of their documents: CouchDB calls an edit a conflict when it comes again after a lost answer,
 * or after another host wrote the same. Two requests, however many edits there are.
 */
final class EarlierEdits {
    private final Lineage lineage;

    EarlierEdits(Lineage lineage) {
        this.lineage = lineage;
    }

    /** The revisions that hold these edits, as far as the server still has them. */
    Map<DocumentEdit, Revision> find(List<DocumentEdit> edits) {
        Map<DocumentId, List<BulkGet.Found.Path>> paths =
                lineage.paths(edits.stream().map(DocumentEdit::id).toList());
        Map<DocumentId, Set<Revision>> wanted = new LinkedHashMap<>();
        for (DocumentEdit edit : edits) {
            for (BulkGet.Found.Path path : paths.getOrDefault(edit.id(), List.of())) {
                Set<Revision> revisions = wanted.computeIfAbsent(edit.id(), id -> new LinkedHashSet<>());
                candidates(edit, path.revisions()).forEach((revision, parent) -> {
                    revisions.add(revision);
                    if (edit.parent().isEmpty()) {
                        parent.ifPresent(revisions::add);
                    }
                });
            }
        }
        wanted.values().removeIf(Set::isEmpty);
        Map<DocumentId, Map<Revision, Document>> versions = lineage.versions(wanted);
        Map<DocumentEdit, Revision> found = new HashMap<>();
        for (DocumentEdit edit : edits) {
            Map<Revision, Document> known = versions.getOrDefault(edit.id(), Map.of());
            for (BulkGet.Found.Path path : paths.getOrDefault(edit.id(), List.of())) {
                candidates(edit, path.revisions()).forEach((revision, parent) -> {
                    if (holds(edit, known, revision, parent)) {
                        found.putIfAbsent(edit, revision);
                    }
                });
            }
        }
        return found;
    }

    /**
     * Which revisions of a path an edit may have become, with their parents: the child of the edit's parent. One without
     * parent is the first revision, or brought a deleted document back.
     */
    private static Map<Revision, Optional<Revision>> candidates(DocumentEdit edit, List<Revision> path) {
        Map<Revision, Optional<Revision>> candidates = new LinkedHashMap<>();
        int last = path.size() - 1;
        if (edit.parent().isPresent()) {
            int parent = path.indexOf(edit.parent().get());
            if (parent > 0) {
                candidates.put(path.get(parent - 1), edit.parent());
            }
            return candidates;
        }
        if (last > 0) {
            candidates.put(path.get(0), Optional.of(path.get(1)));
        }
        if (path.get(last).generation() == 1) {
            candidates.put(path.get(last), Optional.empty());
        }
        return candidates;
    }

    private static boolean holds(
            DocumentEdit edit, Map<Revision, Document> known, Revision revision, Optional<Revision> parent) {
        Document version = known.get(revision);
        if (version == null || version.deleted() != edit.deleted()) {
            return false;
        }
        if (edit.parent().isEmpty() && parent.isPresent()) {
            Document before = known.get(parent.get());
            if (before == null || !before.deleted()) {
                return false;
            }
        }
        try {
            return SameFields.test(edit.body(), version.body());
        } catch (MappingException e) {
            return false; // what can't be read can't be told to be the same
        }
    }
}
