package dev.docmirror.couchdb;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.docmirror.change.Ancestry;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.DocumentReader;
import dev.docmirror.change.Revision;

/** Where the leaves of documents come from: one request for the paths, one for the bodies that are asked for. */
final class Lineage {
    private final BulkGet paths;
    private final BulkGet bodies;
    private final DocumentReader reader;

    Lineage(CouchDbHttp http, Cancellation cancellation, DocumentReader reader) {
        this.paths = BulkGet.paths(http, cancellation);
        this.bodies = new BulkGet(http, cancellation, reader.maxBytes());
        this.reader = reader;
    }

    /** The path of every leaf. Documents that the server does not know, or whose history can't be read, are missing. */
    Map<DocumentId, List<BulkGet.Found.Path>> paths(Collection<DocumentId> ids) {
        Map<DocumentId, List<BulkGet.Found.Path>> known = new LinkedHashMap<>();
        List<BulkGet.Wanted> wanted = new LinkedHashSet<>(ids)
                .stream().map(id -> new BulkGet.Wanted(id, null)).toList();
        paths.read(wanted, (id, found) -> {
            List<BulkGet.Found.Path> all = new ArrayList<>(found.size());
            for (BulkGet.Found one : found) {
                checkRead(one);
                if (one instanceof BulkGet.Found.Path path) {
                    all.add(path);
                }
            }
            if (!all.isEmpty() && all.size() == found.size()) {
                known.put(id, all);
            }
            return true;
        });
        return known;
    }

    /** The bodies of revisions. What the server does not have any more, and what is too long, is missing. */
    Map<DocumentId, Map<Revision, Document>> versions(Map<DocumentId, Set<Revision>> revisions) {
        List<BulkGet.Wanted> wanted = new ArrayList<>();
        revisions.forEach(
                (id, some) -> some.forEach(revision -> wanted.add(new BulkGet.Wanted(id, revision.toString()))));
        Map<DocumentId, Map<Revision, Document>> known = new HashMap<>();
        bodies.read(wanted, (id, found) -> {
            for (BulkGet.Found one : found) {
                checkRead(one);
                if (one instanceof BulkGet.Found.Leaf version) {
                    Revision revision = Revision.of(version.revision());
                    known.computeIfAbsent(id, i -> new HashMap<>())
                            .put(revision, new Document(id, revision, version.deleted(), version.body(), reader));
                }
            }
            return true;
        });
        return known;
    }

    private void checkRead(BulkGet.Found found) {
        if (found instanceof BulkGet.Found.Failed) {
            throw bodies.failed();
        }
    }

    /** The ancestry of documents, with the bodies of the common ancestors: of the leaves that live, and of all. */
    List<Ancestry> ancestry(Collection<DocumentId> ids) {
        Map<DocumentId, List<BulkGet.Found.Path>> known = paths(ids);
        Map<DocumentId, Set<Revision>> wanted = new LinkedHashMap<>();
        known.forEach((id, leaves) -> {
            Ancestry bare = new Ancestry(id, byLeaf(leaves), Map.of());
            Set<Revision> ancestors = new LinkedHashSet<>();
            List<Revision> all =
                    leaves.stream().map(path -> path.revisions().get(0)).toList();
            List<Revision> live = leaves.stream()
                    .filter(path -> !path.deleted())
                    .map(path -> path.revisions().get(0))
                    .toList();
            bare.commonAncestor(live).ifPresent(ancestors::add);
            bare.commonAncestor(all).ifPresent(ancestors::add);
            all.forEach(ancestors::remove); // the only leaf is no earlier revision
            if (!ancestors.isEmpty()) {
                wanted.put(id, ancestors);
            }
        });
        Map<DocumentId, Map<Revision, Document>> versions = versions(wanted);
        List<Ancestry> ancestries = new ArrayList<>(known.size());
        known.forEach(
                (id, leaves) -> ancestries.add(new Ancestry(id, byLeaf(leaves), versions.getOrDefault(id, Map.of()))));
        return ancestries;
    }

    private static Map<Revision, List<Revision>> byLeaf(List<BulkGet.Found.Path> paths) {
        Map<Revision, List<Revision>> byLeaf = new HashMap<>();
        paths.forEach(path -> byLeaf.put(path.revisions().get(0), path.revisions()));
        return byLeaf;
    }
}
