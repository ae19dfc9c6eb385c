package dev.docmirror.policies;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.docmirror.change.Document;
import dev.docmirror.conflict.Resolution;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** What holds for every merge of edits of one version. */
class FieldMergeLawsTest {
    private static final FieldMerge POLICY = ConflictPolicies.fieldMerge(ConflictPolicies.couchDbWinner());

    /** Two levels, few names and few values: edits meet often. */
    @Provide
    Arbitrary<ObjectNode> bodies() {
        Arbitrary<JsonNode> scalars = Arbitraries.of("0", "1", "1.0", "null", "\"x\"", "[1]", "[1,2]", "{}")
                .map(FieldMergeLawsTest::json);
        Arbitrary<JsonNode> objects = object(scalars).map(object -> object);
        return object(Arbitraries.oneOf(scalars, objects));
    }

    private static Arbitrary<ObjectNode> object(Arbitrary<JsonNode> values) {
        return Combinators.combine(values.optional().list().ofSize(4), Arbitraries.shuffle("a", "b", "c", "d/~"))
                .as((fields, names) -> {
                    ObjectNode object = JsonNodeFactory.instance.objectNode();
                    for (int i = 0; i < names.size(); i++) {
                        String name = names.get(i);
                        fields.get(i).ifPresent(value -> object.set(name, value));
                    }
                    return object;
                });
    }

    private static JsonNode json(String value) {
        return Leaves.live("1-a", "{\"v\":" + value + "}").body().get("v");
    }

    @Property
    void merge_everyValue_standsInSomeLeaf(
            @ForAll("bodies") ObjectNode before,
            @ForAll @Size(min = 2, max = 4) List<@From("bodies") ObjectNode> edits) {
        JsonNode merged = merged(before, edits);
        List<JsonNode> leaves = new ArrayList<>(edits);
        assertStandsInSome(merged, leaves);
    }

    @Example
    void merge_objectRemovedBesideEqualNumbers_takesTheNumberOfAVersion() {
        ObjectNode before = (ObjectNode) json("{\"d\":{\"b\":1.0}}");
        List<ObjectNode> edits = Stream.of("{}", "{\"d\":{\"b\":1,\"c\":0}}", "{\"d\":{\"a\":0,\"b\":1}}")
                .map(body -> (ObjectNode) json(body))
                .toList();
        assertStandsInSome(merged(before, edits), new ArrayList<>(edits));
    }

    private static void assertStandsInSome(JsonNode merged, List<JsonNode> leaves) {
        for (Map.Entry<String, JsonNode> field : merged.properties()) {
            List<JsonNode> values =
                    leaves.stream().map(leaf -> leaf.path(field.getKey())).toList();
            if (field.getValue().isObject()) {
                assertThat(values).anyMatch(JsonNode::isObject);
                assertStandsInSome(field.getValue(), values);
            } else {
                assertThat(values).contains(field.getValue());
            }
        }
    }

    @Property
    void merge_fieldsThatOneVersionEdited_areAsItWroteThem(
            @ForAll("bodies") ObjectNode before,
            @ForAll @Size(min = 2, max = 4) List<@From("bodies") ObjectNode> edits) {
        JsonNode merged = merged(before, edits);
        for (String name : List.of("a", "b", "c", "d/~")) {
            List<JsonNode> changed = edits.stream()
                    .map(edit -> edit.path(name))
                    .filter(value -> !Bodies.equal(value, before.path(name)))
                    .toList();
            if (changed.isEmpty()) {
                assertThat(Bodies.equal(merged.path(name), before.path(name))).isTrue();
            } else if (changed.size() == 1) {
                assertThat(merged.path(name)).isEqualTo(changed.get(0));
            } else {
                boolean kept = changed.stream().anyMatch(value -> !value.isMissingNode());
                assertThat(merged.has(name))
                        .as("an edit wins against a removal")
                        .isEqualTo(kept);
            }
        }
    }

    @Property
    void merge_withTheUneditedVersion_isTheEdit(
            @ForAll("bodies") ObjectNode before, @ForAll("bodies") ObjectNode edit) {
        assertThat(Bodies.equal(merged(before, List.of(before, edit)), edit)).isTrue();
        assertThat(Bodies.equal(merged(before, List.of(edit, before)), edit)).isTrue();
        assertThat(Bodies.equal(merged(before, List.of(edit, edit)), edit)).isTrue();
    }

    /** What is mirrored, without id and revision. */
    private static ObjectNode merged(ObjectNode before, List<ObjectNode> edits) {
        Document ancestor = note("1-a", before);
        Document[] leaves = new Document[edits.size()];
        for (int i = 0; i < leaves.length; i++) {
            leaves[i] = note("2-" + (char) ('z' - i), edits.get(i));
        }
        Resolution resolution = Leaves.resolve(POLICY, Leaves.traced(ancestor, Leaves.conflict(leaves), leaves));
        ObjectNode body = resolution instanceof Resolution.Merge merge
                ? merge.merged()
                : ((Resolution.Choose) resolution).winner().body();
        return body.deepCopy().without(List.of("_id", "_rev"));
    }

    private static Document note(String revision, ObjectNode fields) {
        String json = fields.toString();
        return Leaves.note(revision, json.substring(1, json.length() - 1));
    }
}
