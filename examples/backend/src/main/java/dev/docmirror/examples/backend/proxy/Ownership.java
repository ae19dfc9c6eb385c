package dev.docmirror.examples.backend.proxy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Whose documents are. A document is a user's if every version of it that is not deleted and not replaced names that user;
 * of one that is deleted as a whole, its tombstones have to, or else it was the user's before. One version that names
 * somebody else, or nobody, puts a document out of everybody's reach. Thread-safe.
 */
final class Ownership {

    /** A document, seen from one user. */
    enum Kind {
        /** It is the user's. */
        OWN,
        /** It is somebody else's, nobody's, or of several. */
        FOREIGN,
        /** There is none. */
        ABSENT
    }

    /**
     * How a document stands to a user.
     *
     * @param revisions the leaves that the user may see
     */
    record Standing(Kind kind, Set<String> revisions) {
        boolean isOwn() {
            return kind == Kind.OWN;
        }
    }

    private final BulkGet couch;
    private final DocumentOwners owners;

    Ownership(BulkGet couch, DocumentOwners owners) {
        this.couch = couch;
        this.owners = owners;
    }

    /** How each of the documents stands to a user now. */
    Map<String, Standing> of(String user, Collection<String> ids) {
        Map<String, Leaves> documents = new HashMap<>();
        Set<String> all = new HashSet<>(ids);
        all.forEach(id -> documents.put(id, new Leaves()));
        couch.leaves(
                all,
                leaf -> documents.computeIfAbsent(leaf.id(), id -> new Leaves()).add(user, leaf));

        List<String> silent = new ArrayList<>();
        List<String> own = new ArrayList<>();
        documents.forEach((id, leaves) -> {
            if (leaves.named.isEmpty() && !leaves.nameless) {
                silent.add(id);
            } else if (leaves.areOf(user)) {
                own.add(id);
            }
        });
        owners.record(own, user);
        Map<String, String> remembered = owners.of(silent);
        Map<String, Standing> standings = new HashMap<>();
        documents.forEach((id, leaves) -> standings.put(id, leaves.standing(user, remembered.get(id))));
        return standings;
    }

    /** The leaves of one document. */
    private static final class Leaves {
        /** Whom versions name; of deleted ones only while there are no others. */
        private final Set<String> named = new HashSet<>();

        private final Set<String> visible = new HashSet<>();
        private boolean any;
        private boolean live;
        private boolean nameless;

        void add(String user, Leaf leaf) {
            any = true;
            if (leaf.isVisibleTo(user)) {
                visible.add(leaf.revision());
            }
            if (leaf.deleted() && live) {
                return;
            }
            if (!leaf.deleted() && !live) {
                live = true;
                named.clear();
            }
            nameless |= !leaf.deleted() && leaf.owner().isEmpty();
            leaf.owner().ifPresent(named::add);
        }

        boolean areOf(String user) {
            return !nameless && named.equals(Set.of(user));
        }

        Standing standing(String user, @Nullable String remembered) {
            boolean silent = named.isEmpty() && !nameless;
            boolean own = silent ? user.equals(remembered) : areOf(user);
            if (own && any) {
                return new Standing(Kind.OWN, visible);
            }
            boolean free = silent && !any && (remembered == null || own);
            return new Standing(free ? Kind.ABSENT : Kind.FOREIGN, Set.of());
        }
    }
}
