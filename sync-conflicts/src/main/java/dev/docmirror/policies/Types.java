package dev.docmirror.policies;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Protection;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.mirror.MirroredDocument;
import tools.jackson.core.JsonPointer;

/**
 * Finds the types of a conflict's versions.
 *
 * @param pointer where a document keeps its type
 */
record Types(JsonPointer pointer) {
    static Types at(String pointer) {
        return new Types(Fields.pointer("typePointer", pointer));
    }

    /** The text in the type field, if there is any. */
    Optional<String> of(Document document) {
        return Fields.at(document, pointer).stringValueOpt();
    }

    /**
     * The types that a rule for one type must match, all of them: those of the leaves that are not deleted, an empty one
     * for a leaf that does not tell; where all are deleted the mirrored type, and without one those of the tombstones
     * that tell. Neither a tombstone nor what is mirrored may change how edits compare.
     */
    Set<Optional<String>> decisive(Conflict conflict) {
        Set<Optional<String>> live = of(conflict.leaves().stream().filter(leaf -> !leaf.deleted()));
        if (!live.isEmpty()) {
            return live;
        }
        Optional<String> mirrored = conflict.mirrored().flatMap(MirroredDocument::type);
        if (mirrored.isPresent()) {
            return Set.of(mirrored);
        }
        Set<Optional<String>> tombstones = of(conflict.leaves().stream());
        tombstones.remove(Optional.<String>empty());
        return tombstones;
    }

    private Set<Optional<String>> of(Stream<Document> leaves) {
        return leaves.map(this::of).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The type of the mirrored version, if that is protected: by its own word, else that of its rows. */
    Optional<String> ofProtected(Conflict conflict) {
        return conflict.protection() == Protection.NONE
                ? Optional.empty()
                : conflict.protectedVersion()
                        .flatMap(this::of)
                        .or(() -> conflict.mirrored().flatMap(MirroredDocument::type));
    }

    /**
     * Asks a policy for some types about leaves of several. Those of other types stand there, but say nothing: else a
     * signature field in a document of a type that has no signatures would count as one.
     */
    Resolution askAmongStrangers(ConflictPolicy policy, Set<String> types, Conflict conflict, ConflictContext context) {
        Map<Revision, Document> strangers = new HashMap<>();
        List<Document> shown = new ArrayList<>();
        for (Document leaf : conflict.leaves()) {
            if (leaf.deleted() || of(leaf).filter(types::contains).isPresent()) {
                shown.add(leaf);
            } else {
                strangers.merge(leaf.revision(), leaf, BinaryOperator.maxBy(Versions.COUCHDB));
            }
        }
        IdentityHashMap<Document, Document> originals = new IdentityHashMap<>();
        strangers.forEach((revision, leaf) ->
                originals.put(Document.unreadable(leaf.id(), revision, false, "of another type"), leaf));
        shown.addAll(originals.keySet());
        Conflict asked = new Conflict(
                new DocumentChange(conflict.change().id(), shown),
                conflict.mirrored(),
                conflict.protectedVersion(),
                conflict.ancestry());
        Resolution resolution = policy.resolve(asked, context);
        return resolution instanceof Resolution.Choose choose && originals.containsKey(choose.winner())
                ? new Resolution.Choose(
                        Objects.requireNonNull(originals.get(choose.winner())), choose.losers(), choose.reason())
                : resolution;
    }

    /** Refuses a policy that is for other types only: it would never be asked. */
    void requireReachable(String name, ConflictPolicy policy, Set<String> types) {
        List<String> unreachable = List.of();
        if (policy instanceof ForTypes inner && inner.field().equals(this)) {
            unreachable = inner.types().stream().anyMatch(types::contains) ? List.of() : inner.types();
        } else if (policy instanceof ByType inner && inner.field().equals(this)) {
            unreachable = inner.policies().keySet().stream()
                    .filter(type -> !types.contains(type))
                    .toList();
        }
        if (!unreachable.isEmpty()) {
            throw new IllegalArgumentException(name + ": must be for some of the types " + types + ", was for "
                    + unreachable + ", which can't be reached");
        }
    }
}
