package dev.docmirror.change;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the leaves of a document come from, as far as the source still knows: CouchDB keeps the last 1,000 revisions of
 * a path ({@code _revs_limit}), and their bodies until it compacts.
 *
 * @param id the document
 * @param paths each leaf's revisions, the leaf itself first, then its parent, and so on
 * @param versions bodies of earlier revisions: at least that of the {@link #commonAncestor}, where it could be had
 * @see <a href="https://docs.couchdb.org/en/stable/replication/conflicts.html#revision-tree">CouchDB: revision tree</a>
 */
public record Ancestry(DocumentId id, Map<Revision, List<Revision>> paths, Map<Revision, Document> versions) {
    public Ancestry {
        Map<Revision, List<Revision>> copy = new HashMap<>();
        paths.forEach((leaf, path) -> copy.put(leaf, List.copyOf(path)));
        paths = Map.copyOf(copy);
        versions = Map.copyOf(versions);
    }

    /** Whether a leaf is a later edit of a revision; false where that is not known. */
    public boolean descends(Revision leaf, Revision from) {
        return !leaf.equals(from) && paths.getOrDefault(leaf, List.of()).contains(from);
    }

    /** The newest revision that all these leaves come from, if there is one that is still known. */
    public Optional<Revision> commonAncestor(Collection<Revision> leaves) {
        Set<Revision> shared = null;
        for (Revision leaf : leaves) {
            List<Revision> path = paths.getOrDefault(leaf, List.of());
            if (shared == null) {
                shared = new LinkedHashSet<>(path);
            } else {
                shared.retainAll(Set.copyOf(path));
            }
        }
        return shared == null ? Optional.empty() : shared.stream().findFirst();
    }

    /** The body of an earlier revision, if it could be had. */
    public Optional<Document> version(Revision revision) {
        return Optional.ofNullable(versions.get(revision));
    }

    /** Id and number of leaves; no content. */
    @Override
    public String toString() {
        return "Ancestry[" + id + ", " + paths.size() + " leaves]";
    }
}
