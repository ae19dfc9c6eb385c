package dev.docmirror.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.queue.DocumentEdit;
import dev.docmirror.queue.DocumentTarget;
import dev.docmirror.queue.EditOutcome;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What every {@link DocumentTarget} has to keep: an edit extends exactly the leaf it names, one that comes too late is
 * refused and never makes a second leaf, edits stand alone, and bodies arrive as they were written.
 */
public abstract class DocumentTargetContractTest extends SourceContract {
    private static final DocumentId NOTE = DocumentId.of("note");

    /** Opens a fixture on an empty database; asked before each test. */
    protected abstract TargetFixture openTarget() throws Exception;

    @Override
    protected final SourceFixture openSource() throws Exception {
        return openTarget();
    }

    /** Whether the server keeps integers beyond 64 bits; one written in JavaScript does not. */
    protected boolean keepsLongIntegers() {
        return true;
    }

    /** Whether documents have attachments. */
    protected boolean keepsAttachments() {
        return true;
    }

    @Test
    void write_newDocument_createsIt() {
        Revision written = written(create(NOTE, "{\"title\":\"first\"}"));
        assertThat(written.generation()).isEqualTo(1);
        assertThat(leaves()).containsExactly(written);
        assertThat(leaf(written).deleted()).isFalse();
        assertThat(leaf(written).body().get("title").stringValue()).isEqualTo("first");
    }

    @Test
    void write_nothing_answersNothing() {
        assertThat(target().write(List.of())).isEmpty();
    }

    @Test
    void write_newDocumentThatExists_isConflicting() {
        Revision first = upstream().put(NOTE, "{\"n\":1}");
        assertThat(one(create(NOTE, "{\"n\":2}"))).isInstanceOf(EditOutcome.Conflicting.class);
        assertThat(leaves()).containsExactly(first);
    }

    @Test
    void write_newDocumentThatWasDeleted_continuesTheTree() {
        upstream().delete(NOTE, upstream().put(NOTE, "{\"n\":1}"));
        Revision written = written(create(NOTE, "{\"n\":2}"));
        assertThat(written.generation()).isEqualTo(3);
        assertThat(leaves()).containsExactly(written);
    }

    @Test
    void write_onTheLeaf_extendsIt() {
        Revision first = upstream().put(NOTE, "{\"n\":1}");
        Revision written = written(edit(NOTE, first, "{\"n\":2}"));
        assertThat(written.generation()).isEqualTo(2);
        assertThat(leaves()).containsExactly(written);
        assertThat(leaf(written).body().get("n").intValue()).isEqualTo(2);
    }

    @Test
    void write_onAnEarlierRevision_isConflicting() {
        Revision first = upstream().put(NOTE, "{\"n\":1}");
        Revision second = upstream().put(NOTE, "{\"n\":2}");
        assertThat(one(edit(NOTE, first, "{\"n\":3}"))).isInstanceOf(EditOutcome.Conflicting.class);
        assertThat(leaves()).containsExactly(second);
    }

    @Test
    void write_onARevisionOfAnUnknownDocument_isConflicting() {
        assertThat(one(edit(NOTE, new Revision(1, HIGHEST), "{}"))).isInstanceOf(EditOutcome.Conflicting.class);
        assertThat(source().read(List.of(NOTE))).isEmpty();
    }

    @Test
    void write_sameEditAgain_isWrittenAndMakesNoSecondRevision() {
        Revision first = upstream().put(NOTE, "{\"n\":1}");
        DocumentEdit edit = edit(NOTE, first, "{\"n\":2.50,\"text\":\"ü\"}");
        Revision written = written(edit);
        assertThat(written(edit)).isEqualTo(written);
        assertThat(leaves()).containsExactly(written);
    }

    @Test
    void write_sameDeletionAgain_isWrittenAndMakesNoSecondRevision() {
        DocumentEdit deletion = deletion(NOTE, upstream().put(NOTE, "{\"n\":1}"), "{\"closed\":true}");
        Revision written = written(deletion);
        assertThat(written(deletion)).isEqualTo(written);
        assertThat(leaves()).containsExactly(written);
    }

    @Test
    void write_sameCreationAgain_isWrittenAndMakesNoSecondRevision() {
        Revision written = written(create(NOTE, "{\"n\":1}"));
        assertThat(written(create(NOTE, "{\"n\":1}"))).isEqualTo(written);
        upstream().delete(NOTE, written);
        Revision again = written(create(NOTE, "{\"n\":2}"));
        assertThat(written(create(NOTE, "{\"n\":2}"))).isEqualTo(again);
        assertThat(leaves()).containsExactly(again);
    }

    @Test
    void write_sameEditAfterSomebodyElsesNextOne_isWrittenAndLeavesThatAlone() {
        DocumentEdit edit = edit(NOTE, upstream().put(NOTE, "{\"n\":1}"), "{\"n\":2}");
        Revision written = written(edit);
        Revision next = upstream().put(NOTE, "{\"n\":3}");
        assertThat(written(edit)).isEqualTo(written);
        assertThat(one(edit(NOTE, written, "{\"n\":4}"))).isInstanceOf(EditOutcome.Conflicting.class);
        assertThat(leaves()).containsExactly(next);
    }

    @Test
    void write_onALosingLeaf_extendsThatLeaf() {
        Revision root = upstream().put(NOTE, "{\"n\":0}");
        Revision high = new Revision(2, HIGHEST);
        Revision low = new Revision(2, LOWEST);
        upstream().fork(NOTE, high, Optional.of(root), false, "{\"n\":1}");
        upstream().fork(NOTE, low, Optional.of(root), false, "{\"n\":2}");

        Revision closed = written(deletion(NOTE, low, "{}"));
        assertThat(leaves()).containsExactlyInAnyOrder(high, closed);
        assertThat(leaf(closed).deleted()).isTrue();
        assertThat(change().winner().revision()).isEqualTo(high);
    }

    @Test
    void write_tombstoneWithABody_keepsTheBody() {
        Revision first = upstream().put(NOTE, "{\"n\":1}");
        Revision written = written(deletion(NOTE, first, "{\"by\":\"nurse\",\"marks\":[1,null]}"));
        assertThat(leaf(written).deleted()).isTrue();
        assertSameFields(leaf(written), "{\"by\":\"nurse\",\"marks\":[1,null]}");
    }

    /** CouchDB takes only a new document then; see {@link DocumentEdit#parent}. */
    @Test
    void write_onTheTombstoneOfADeletedDocument_isConflicting() {
        Revision tombstone = upstream().delete(NOTE, upstream().put(NOTE, "{\"n\":1}"));
        assertThat(one(edit(NOTE, tombstone, "{\"n\":2}"))).isInstanceOf(EditOutcome.Conflicting.class);
        assertThat(leaves()).containsExactly(tombstone);
    }

    @Test
    void write_onATombstoneBesideALiveLeaf_extendsTheTombstone() {
        Revision root = upstream().put(NOTE, "{\"n\":0}");
        Revision live = new Revision(2, LOWEST);
        Revision dead = new Revision(2, HIGHEST);
        upstream().fork(NOTE, live, Optional.of(root), false, "{\"n\":1}");
        upstream().fork(NOTE, dead, Optional.of(root), true, "{}");

        Revision written = written(edit(NOTE, dead, "{\"n\":2}"));
        assertThat(leaves()).containsExactlyInAnyOrder(live, written);
        assertThat(change().winner().revision()).isEqualTo(written);
    }

    @Test
    void write_manyEdits_answersInTheirOrder() {
        Revision a = upstream().put(id("a"), "{}");
        upstream().put(id("a"), "{\"later\":true}");
        Revision b = upstream().put(id("b"), "{}");
        Revision c = upstream().put(id("c"), "{}");
        List<EditOutcome> outcomes = target().write(List.of(
                edit(id("b"), b, "{\"is\":\"b\"}"),
                edit(id("a"), a, "{\"is\":\"a\"}"),
                create(id("d"), "{\"is\":\"d\"}"),
                create(id("b"), "{\"other\":true}"),
                deletion(id("c"), c, "{\"is\":\"c\"}")));

        assertThat(outcomes).hasSize(5);
        assertThat(outcomes.get(1)).isInstanceOf(EditOutcome.Conflicting.class);
        assertThat(outcomes.get(3)).isInstanceOf(EditOutcome.Conflicting.class);
        for (int written : new int[] {0, 2, 4}) {
            String name = List.of("b", "", "d", "", "c").get(written);
            Document leaf = source().read(List.of(id(name))).get(0).winner();
            assertThat(outcomes.get(written)).isEqualTo(new EditOutcome.Written(leaf.revision()));
            assertThat(leaf.body().get("is").stringValue()).isEqualTo(name);
        }
    }

    @Test
    void write_severalLeavesOfOneDocument_closesAll() {
        Revision root = upstream().put(NOTE, "{\"n\":0}");
        List<Revision> losers = List.of(new Revision(2, LOWEST), new Revision(2, "0".repeat(31) + "2"));
        losers.forEach(loser -> upstream().fork(NOTE, loser, Optional.of(root), false, "{\"n\":1}"));
        upstream().fork(NOTE, new Revision(2, HIGHEST), Optional.of(root), false, "{\"n\":2}");

        List<EditOutcome> outcomes = target().write(losers.stream()
                .map(loser -> deletion(NOTE, loser, "{\"closed\":true}"))
                .toList());
        assertThat(outcomes).hasSize(2).allMatch(EditOutcome.Written.class::isInstance);
        assertThat(change().leaves().stream().map(Document::deleted)).containsExactly(false, true, true);
    }

    @Test
    void write_fieldsOfTheDatabase_followFromTheEdit() {
        Revision first = upstream().put(NOTE, "{\"n\":1}");
        Revision written = written(edit(
                NOTE,
                first,
                "{\"_id\":\"other\",\"_rev\":\"7-a\",\"_deleted\":true,\"_conflicts\":[\"2-b\"],\"_revisions\":{},"
                        + "\"n\":2}"));
        assertThat(leaves()).containsExactly(written);
        assertThat(leaf(written).deleted()).isFalse();
        assertSameFields(leaf(written), "{\"n\":2}");
    }

    @Test
    void write_textOfAnyKind_isExact() {
        String body = "{\"text\":\"\\u0000 \\\" \\\\ \\n ü 漢 😀 \\u2028 e\\u0301 \","
                + "\"Ключ\":[true,null,{\"\":-0.5}],\"long\":9007199254740991}";
        assertSameFields(leaf(written(create(NOTE, body))), body);
    }

    @Test
    void write_integersBeyond64Bits_areExact() {
        assumeTrue(keepsLongIntegers(), "this server keeps numbers as doubles");
        String body = "{\"long\":123456789012345678901234567890,\"negative\":-9223372036854775809,"
                + "\"odd\":9007199254740993}";
        assertSameFields(leaf(written(create(NOTE, body))), body);
    }

    @Test
    void write_idsThatLookAlike_areDocumentsOfTheirOwn() {
        List<DocumentId> ids = LookAlikes.IDS;
        List<EditOutcome> outcomes = target().write(ids.stream()
                .map(one -> create(one, "{\"is\":\"" + ids.indexOf(one) + "\"}"))
                .toList());
        assertThat(outcomes).hasSize(ids.size()).allMatch(EditOutcome.Written.class::isInstance);
        for (DocumentChange each : source().read(ids)) {
            assertThat(each.winner().body().get("is").stringValue()).isEqualTo("" + ids.indexOf(each.id()));
        }
    }

    @Test
    void write_bodyWithAttachments_keepsThem() {
        assumeTrue(keepsAttachments(), "this server keeps no attachments");
        Revision first = upstream()
                .put(
                        NOTE,
                        "{\"n\":1,\"_attachments\":{\"scan.txt\":"
                                + "{\"content_type\":\"text/plain\",\"data\":\"aGVsbG8=\"}}}");
        ObjectNode body = leaf(first).body().deepCopy();
        body.put("n", 2);
        Revision written = written(new DocumentEdit(NOTE, Optional.of(first), false, body));
        ObjectNode after = leaf(written).body();
        assertThat(after.get("n").intValue()).isEqualTo(2);
        assertThat(after.at("/_attachments/scan.txt/content_type").asString()).isEqualTo("text/plain");
    }

    private DocumentTarget target() {
        return ((TargetFixture) upstream()).target();
    }

    private EditOutcome one(DocumentEdit edit) {
        List<EditOutcome> outcomes = target().write(List.of(edit));
        assertThat(outcomes).hasSize(1);
        return outcomes.get(0);
    }

    private Revision written(DocumentEdit edit) {
        EditOutcome outcome = one(edit);
        assertThat(outcome).isInstanceOf(EditOutcome.Written.class);
        return ((EditOutcome.Written) outcome).revision();
    }

    private DocumentChange change() {
        return source().read(List.of(NOTE)).get(0);
    }

    private List<Revision> leaves() {
        return change().leaves().stream().map(Document::revision).toList();
    }

    private Document leaf(Revision revision) {
        return change().leaves().stream()
                .filter(leaf -> leaf.revision().equals(revision))
                .findFirst()
                .orElseThrow();
    }

    private static DocumentEdit create(DocumentId id, String body) {
        return new DocumentEdit(id, Optional.empty(), false, parsed(body));
    }

    private static DocumentEdit edit(DocumentId id, Revision parent, String body) {
        return new DocumentEdit(id, Optional.of(parent), false, parsed(body));
    }

    private static DocumentEdit deletion(DocumentId id, Revision parent, String body) {
        return new DocumentEdit(id, Optional.of(parent), true, parsed(body));
    }

    private static ObjectNode parsed(String body) {
        return Documents.document("edit", "1-x", body).body();
    }

    private static void assertSameFields(Document actual, String expected) {
        ObjectNode fields = actual.body().deepCopy();
        fields.remove(Arrays.asList("_id", "_rev", "_deleted"));
        assertThat(fields).isEqualTo(parsed(expected));
    }
}
