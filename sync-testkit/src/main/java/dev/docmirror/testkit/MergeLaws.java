package dev.docmirror.testkit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.Resolution;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The laws of merging, tested wherever the policy answers with a merge. */
abstract class MergeLaws extends GuardLaws {
    private static final List<String> FIELDS = List.of("/a", "/b", "/c/d");

    /** L14, L16: each value of the merged body stands in some leaf, and what all leaves agree on stands in it. */
    @Property
    void merge_anyLeaves_isMadeOfThem(@ForAll("leafSets") LeafSet leaves) {
        isMadeOf(leaves, resolve(leaves));
    }

    /** L14, L16: the same for leaves that come from one ancestor. */
    @Property
    void merge_branchesOfOneAncestor_isMadeOfThem(@ForAll("branches") RevisionHistory history) {
        isMadeOf(history.leaves(), resolve(history.conflict()));
    }

    private static void isMadeOf(LeafSet leaves, Resolution resolution) {
        if (!(resolution instanceof Resolution.Merge merge)) {
            return;
        }
        foreign("", merge.merged(), bodies(leaves)).ifPresent(pointer -> {
            throw Law.L14.broken(leaves, "no leaf has what the merged body has at " + pointer);
        });
        List<ObjectNode> live =
                bodies(leaves.leaves().stream().filter(leaf -> !leaf.deleted()).toList());
        for (String pointer : live.isEmpty() ? List.<String>of() : Bodies.pointers(live.get(0))) {
            JsonNode value = live.get(0).at(pointer);
            if (!pointer.startsWith("/_")
                    && live.stream().allMatch(body -> body.at(pointer).equals(value))) {
                Law.L16.holds(
                        merge.merged().at(pointer).equals(value),
                        leaves,
                        () -> "all leaves agree at " + pointer + ", and the merged body differs");
            }
        }
    }

    /** L1, L2, L3: order, repetition and reading anew change nothing where the leaves come from one ancestor. */
    @Property
    void merge_branchesInOtherOrder_decidesTheSame(@ForAll("branches") RevisionHistory history) {
        Conflict conflict = history.conflict();
        List<Document> others =
                new ArrayList<>(LeafSet.of(history.leaves().toString()).leaves());
        Collections.reverse(others);
        others.addAll(conflict.leaves());
        Conflict other = new Conflict(
                new DocumentChange(LeafSets.ID, others), Optional.empty(), Optional.empty(), conflict.ancestry());
        Resolution first = resolve(conflict);
        Resolution second = resolve(other);
        Law.L2.holds(
                sameDecision(first, second),
                history.leaves(),
                () -> told(first) + ", but in another order " + told(second));
    }

    /** L16: with the common ancestor, an edit beats no edit, equal edits collapse, and what nobody edited stays. */
    @Property
    void fieldMerge_commonAncestor_keepsEveryUndisputedEdit(@ForAll("branches") RevisionHistory history) {
        if (!(resolve(history.conflict()) instanceof Resolution.Merge merge)) {
            return;
        }
        ObjectNode ancestor = Bodies.parsed(history.edits().get(0).body()).orElseThrow();
        List<ObjectNode> leaves = bodies(history.leaves());
        for (String pointer : FIELDS) {
            JsonNode before = ancestor.at(pointer);
            Set<JsonNode> edits = new HashSet<>();
            leaves.forEach(leaf -> edits.add(leaf.at(pointer)));
            edits.remove(before);
            if (edits.size() < 2) {
                JsonNode expected = edits.isEmpty() ? before : edits.iterator().next();
                Law.L16.holds(
                        merge.merged().at(pointer).equals(expected),
                        history.leaves(),
                        () -> "at " + pointer + " the only edit is missing; the common ancestor was " + ancestor);
            }
        }
    }

    /** Where a value stands that no body has there; of an array, that each element is in an array there is enough. */
    private static Optional<String> foreign(String at, JsonNode value, List<? extends JsonNode> bodies) {
        if (value instanceof ObjectNode object) {
            return object.propertyStream()
                    .filter(field -> !at.isEmpty() || !field.getKey().startsWith("_"))
                    .flatMap(field -> foreign(
                            at + "/" + field.getKey(),
                            field.getValue(),
                            bodies.stream()
                                    .map(body -> body.path(field.getKey()))
                                    .toList())
                            .stream())
                    .findFirst();
        }
        boolean whole = bodies.stream().anyMatch(value::equals);
        boolean inParts = value instanceof ArrayNode array
                && array.valueStream()
                        .allMatch(element -> bodies.stream()
                                .anyMatch(body -> body instanceof ArrayNode other
                                        && other.valueStream().anyMatch(element::equals)));
        return whole || inParts ? Optional.empty() : Optional.of(at);
    }

    private static List<ObjectNode> bodies(LeafSet leaves) {
        return bodies(leaves.leaves());
    }

    private static List<ObjectNode> bodies(List<Document> leaves) {
        return leaves.stream()
                .filter(PolicyUnderTest::isReadable)
                .map(Document::body)
                .toList();
    }

    /** A root, and two or three edits of it. */
    @Provide
    Arbitrary<RevisionHistory> branches() {
        Arbitrary<List<String>> edit =
                Arbitraries.of("", "", "1", "2", "\"x\"", "null", "true").list().ofSize(FIELDS.size());
        return Combinators.combine(
                        readableBodies(), edit, edit.list().ofMinSize(2).ofMaxSize(3))
                .as((root, first, edits) -> {
                    String ancestor = edited(root, first);
                    List<RevisionHistory.Edit> all = new ArrayList<>();
                    all.add(new RevisionHistory.Edit(-1, false, ancestor));
                    edits.forEach(one -> all.add(new RevisionHistory.Edit(0, false, edited(ancestor, one))));
                    return new RevisionHistory(all);
                });
    }

    private static String edited(String body, List<String> values) {
        String edited = body;
        for (int i = 0; i < FIELDS.size(); i++) {
            edited = Bodies.with(edited, FIELDS.get(i), values.get(i));
        }
        return edited;
    }
}
