package dev.docmirror.queue;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.docmirror.testkit.Documents;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** Two patches and their sum do the same to every document; where there is no sum, no other patch would do either. */
class MergePatchPropertyTest {
    private static final List<String> PLAIN =
            List.of("null", "null", "true", "0", "1.50", "12345678901234567890123", "\"x\"", "[]");

    @Property(tries = 1_000)
    void merge_anyTwoPatches_doesWhatBothDo(
            @ForAll("objects") ObjectNode document,
            @ForAll("objects") ObjectNode first,
            @ForAll("objects") ObjectNode second) {
        ObjectNode inTurn = MergePatch.apply(MergePatch.apply(document, first), second);
        Optional<ObjectNode> merged = MergePatch.merge(first, second);
        Statistics.collect(merged.isPresent() ? "sum" : "no sum");
        Statistics.coverage(coverage -> {
            coverage.check("sum").percentage(p -> p > 10);
            coverage.check("no sum").percentage(p -> p > 5);
        });
        merged.ifPresent(sum -> assertThat(MergePatch.apply(document, sum).toString())
                .satisfies(text ->
                        assertThat(Documents.document("a", "1-a", text).body()).isEqualTo(inTurn)));
    }

    @Property(tries = 1_000)
    void merge_withoutASum_wasNeverPossible(@ForAll("objects") ObjectNode first, @ForAll("objects") ObjectNode second) {
        if (MergePatch.merge(first, second).isPresent()) {
            return;
        }
        // This document has an object with a field of its own wherever the second patch changes one. Both in turn take
        // such a field away, which a patch can do only by naming it, whatever its name.
        ObjectNode full = withObjects(second);
        assertThat(MergePatch.apply(MergePatch.apply(full, first), second))
                .as("fields that no patch can name are gone")
                .isNotEqualTo(MergePatch.apply(full, second));
    }

    private static ObjectNode withObjects(ObjectNode patch) {
        ObjectNode document = patch.objectNode();
        document.put("unnamed", true);
        patch.forEachEntry((name, value) -> {
            if (value instanceof ObjectNode object) {
                document.set(name, withObjects(object));
            }
        });
        return document;
    }

    @Property(tries = 1_000)
    void apply_whatIsGiven_isNotModified(@ForAll("objects") ObjectNode document, @ForAll("objects") ObjectNode patch) {
        String documentBefore = document.toString();
        String patchBefore = patch.toString();
        ObjectNode once = MergePatch.apply(document, patch);
        assertThat(MergePatch.apply(once, patch)).as("twice is once").isEqualTo(once);
        MergePatch.merge(document, patch);
        assertThat(document.toString()).isEqualTo(documentBefore);
        assertThat(patch.toString()).isEqualTo(patchBefore);
    }

    /** Few names, so that patches meet. Made by hand: nested arbitraries take minutes. */
    @Provide
    Arbitrary<ObjectNode> objects() {
        return Arbitraries.randomValue(
                random -> Documents.document("a", "1-a", object(random, 3)).body());
    }

    private static String object(Random random, int depth) {
        return Stream.of("a", "b", "c")
                .filter(name -> random.nextInt(3) > 0)
                .map(name -> "\"" + name + "\":" + value(random, depth - 1))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String value(Random random, int depth) {
        int kind = random.nextInt(8);
        if (depth == 0 || kind < 3) {
            return PLAIN.get(random.nextInt(PLAIN.size()));
        }
        return kind == 3
                ? "[" + value(random, depth - 1) + "," + value(random, depth - 1) + "]"
                : object(random, depth);
    }
}
