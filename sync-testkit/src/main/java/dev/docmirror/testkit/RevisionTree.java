package dev.docmirror.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import dev.docmirror.change.Ancestry;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;

/**
 * The revisions of one document. A leaf is what nothing was made from; what is no leaf any more keeps its body until
 * the tree is compacted.
 *
 * @see <a href="https://docs.couchdb.org/en/stable/replication/conflicts.html">CouchDB: replication and conflicts</a>
 */
final class RevisionTree {
    private final DocumentId id;
    private final Map<Revision, Document> leaves = new LinkedHashMap<>();
    private final Map<Revision, Document> earlier = new HashMap<>();
    private final Map<Revision, Revision> parents = new HashMap<>();
    private final Set<Revision> known = new HashSet<>();

    RevisionTree(DocumentId id) {
        this.id = id;
    }

    boolean isEmpty() {
        return leaves.isEmpty();
    }

    /** Every leaf, CouchDB's winner first. */
    DocumentChange change() {
        return new DocumentChange(id, List.copyOf(leaves.values()));
    }

    /** Where each leaf comes from, with the bodies that are still kept. */
    Ancestry ancestry() {
        Map<Revision, List<Revision>> paths = new HashMap<>();
        Map<Revision, Document> versions = new HashMap<>();
        for (Revision leaf : leaves.keySet()) {
            List<Revision> path = new ArrayList<>();
            for (Revision each = leaf; each != null; each = parents.get(each)) {
                path.add(each);
                Document version = earlier.get(each);
                if (version != null) {
                    versions.put(each, version);
                }
            }
            paths.put(leaf, path);
        }
        return new Ancestry(id, paths, versions);
    }

    /** Forgets the bodies of all revisions but the leaves. */
    void compact() {
        earlier.clear();
    }

    /** Whether an edit on top of this revision, or without one, would be taken. */
    boolean takes(Optional<Revision> parent) {
        return parent.isPresent() ? leaves.containsKey(parent.get()) : leaves.isEmpty();
    }

    /** The revision of an edit that is part of the tree already. */
    Optional<Revision> written(Optional<Revision> parent, boolean deleted, String body) {
        Stream<Optional<Revision>> parents = parent.isPresent()
                ? Stream.of(parent)
                : Stream.concat(
                        Stream.of(parent),
                        earlier.values().stream()
                                .filter(Document::deleted)
                                .map(tombstone -> Optional.of(tombstone.revision())));
        return parents.map(from -> revision(from, deleted, body))
                .filter(known::contains)
                .findFirst();
    }

    /** Extends a leaf, or starts the tree. Equal bodies made from one parent are one revision, as in CouchDB. */
    Revision edit(Optional<Revision> parent, boolean deleted, String body) {
        if (!takes(parent)) {
            throw new IllegalStateException("document update conflict: " + id + " has another leaf");
        }
        Revision revision = revision(parent, deleted, body);
        add(parent, version(revision, deleted, body));
        return revision;
    }

    /** Adds a revision beside others, as replication does. Returns whether it is new. */
    boolean graft(Revision revision, Optional<Revision> parent, boolean deleted, String body) {
        if (parent.isPresent() && parent.get().generation() != revision.generation() - 1) {
            throw new IllegalArgumentException("parent: must be one generation below the revision");
        }
        if (known.contains(revision)) {
            return false;
        }
        add(parent, version(revision, deleted, body));
        return true;
    }

    /** Takes over what another tree of the document has; returns whether any of it is new. */
    boolean merge(RevisionTree other) {
        if (known.containsAll(other.known)) {
            return false;
        }
        parents.putAll(other.parents);
        known.addAll(other.known);
        earlier.putAll(other.earlier);
        other.leaves.forEach(leaves::putIfAbsent);
        leaves.forEach((revision, version) -> {
            if (parents.containsValue(revision)) {
                earlier.put(revision, version);
            }
        });
        leaves.keySet().removeIf(parents::containsValue);
        return true;
    }

    /** Adds a whole document as a branch with a root of its own. */
    boolean graft(Document leaf) {
        if (known.contains(leaf.revision())) {
            return false;
        }
        add(Optional.empty(), leaf);
        return true;
    }

    /** Forgets a leaf as if it had never been; what it was made from stays forgotten, too. */
    void purge(Revision leaf) {
        if (leaves.remove(leaf) == null) {
            throw new IllegalStateException("purge: " + leaf + " is no leaf of " + id);
        }
        parents.remove(leaf);
        known.remove(leaf);
    }

    private void add(Optional<Revision> parent, Document version) {
        parent.ifPresent(from -> {
            Document extended = leaves.remove(from);
            if (extended != null) {
                earlier.put(from, extended);
            }
            parents.put(version.revision(), from);
            known.add(from);
        });
        known.add(version.revision());
        leaves.put(version.revision(), version);
    }

    private Document version(Revision revision, boolean deleted, String body) {
        return Documents.version(id, revision, deleted, JsonBody.whole(id, revision, deleted, body));
    }

    static Revision revision(Optional<Revision> parent, boolean deleted, String body) {
        long generation = parent.map(Revision::generation).orElse(0L) + 1;
        return new Revision(generation, hash(parent, deleted, body));
    }

    private static String hash(Optional<Revision> parent, boolean deleted, String body) {
        String edit = parent.map(Revision::toString).orElse("") + '\0' + deleted + '\0' + body.strip();
        return HexFormat.of().formatHex(Hashes.md5(edit));
    }
}
