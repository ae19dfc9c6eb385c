package dev.docmirror.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Ancestry;
import dev.docmirror.change.ChangeFeed;
import dev.docmirror.change.ChangeSource;
import dev.docmirror.change.ContentHash;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.change.SourceIdentity;
import dev.docmirror.error.SourceReplacedException;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What every {@link ChangeSource} has to keep about documents: all leaves, exact bodies, reads that agree with the
 * feed, an identity that tells a recreated database. Extend it together with {@link ChangeFeedContractTest}.
 */
public abstract class ChangeSourceContractTest extends SourceContract {
    private static final Duration REPLACEMENT_IS_TOLD = Duration.ofSeconds(30);

    private static final DocumentId NOTE = DocumentId.of("note");

    /** Whether the server keeps integers beyond 64 bits; one written in JavaScript does not. */
    protected boolean keepsLongIntegers() {
        return true;
    }

    /** Whether the server tells a database from a later one of the same name. */
    protected boolean tellsRecreatedDatabases() {
        return true;
    }

    /** Whether the source tells where leaves come from. */
    protected boolean knowsAncestry() {
        return true;
    }

    @Test
    void change_twoBranches_hasBothWinnerFirst() throws InterruptedException {
        Revision root = upstream().put(NOTE, "{\"n\":0}");
        Revision own = upstream().put(NOTE, "{\"n\":1}");
        Revision high = new Revision(2, HIGHEST);
        Revision low = new Revision(2, LOWEST);
        upstream().fork(NOTE, low, Optional.of(root), false, "{\"n\":3}");
        upstream().fork(NOTE, high, Optional.of(root), false, "{\"n\":2}");

        DocumentChange change = fromFeed(NOTE);
        assertThat(revisions(change)).containsExactly(high, own, low);
        assertThat(change.leaves().stream().map(leaf -> leaf.body().get("n").intValue()))
                .containsExactly(2, 1, 3);
        assertThat(change.leaves()).noneMatch(Document::deleted);
    }

    @Test
    void change_rootsOfTheirOwn_areAllLeaves() throws InterruptedException {
        Revision own = upstream().put(NOTE, "{\"phone\":1}");
        Revision other = new Revision(1, HIGHEST);
        upstream().fork(NOTE, other, Optional.empty(), false, "{\"phone\":2}");

        assertThat(revisions(fromFeed(NOTE))).containsExactly(other, own);
    }

    @Test
    void change_generationsOfTwoDigits_areComparedAsNumbers() throws InterruptedException {
        upstream().put(NOTE, "{}");
        Revision nine = new Revision(9, HIGHEST);
        Revision ten = new Revision(10, LOWEST);
        upstream().fork(NOTE, nine, Optional.empty(), false, "{\"n\":9}");
        upstream().fork(NOTE, ten, Optional.empty(), false, "{\"n\":10}");

        assertThat(winner(fromFeed(NOTE))).isEqualTo(ten);
    }

    @Test
    void change_losingLeafArrives_listsTheDocumentAgain() throws InterruptedException {
        Revision root = upstream().put(NOTE, "{\"n\":0}");
        upstream().put(NOTE, "{\"n\":1}");
        Revision winner = upstream().put(NOTE, "{\"n\":2}");
        try (ChangeFeed feed = open()) {
            ContentHash before = drain(feed).of(NOTE).winner().contentHash();
            Revision loser = new Revision(2, LOWEST);
            upstream().fork(NOTE, loser, Optional.of(root), false, "{\"n\":3}");

            DocumentChange change = drain(feed).of(NOTE);
            assertThat(revisions(change)).containsExactly(winner, loser);
            assertThat(change.winner().contentHash())
                    .as("the hash of an untouched revision")
                    .isEqualTo(before);
        }
    }

    @Test
    void change_winnerDeleted_promotesALoser() throws InterruptedException {
        Revision root = upstream().put(NOTE, "{\"n\":0}");
        Revision low = new Revision(2, LOWEST);
        Revision high = new Revision(2, HIGHEST);
        upstream().fork(NOTE, low, Optional.of(root), false, "{\"n\":1}");
        upstream().fork(NOTE, high, Optional.of(root), false, "{\"n\":2}");
        Revision tombstone = upstream().delete(NOTE, high);

        DocumentChange change = fromFeed(NOTE);
        assertThat(revisions(change)).containsExactly(low, tombstone);
        assertThat(change.leaves().stream().map(Document::deleted)).containsExactly(false, true);
        assertThat(change.winner().body().get("n").intValue()).isEqualTo(1);
    }

    @Test
    void change_deletedThenRecreated_continuesTheTree() throws InterruptedException {
        Revision first = upstream().put(NOTE, "{\"n\":0}");
        try (ChangeFeed feed = open()) {
            Revision tombstone = upstream().delete(NOTE, first);
            DocumentChange deleted = drain(feed).of(NOTE);
            assertThat(revisions(deleted)).containsExactly(tombstone);
            assertThat(deleted.winner().deleted()).isTrue();

            Revision again = upstream().put(NOTE, "{\"n\":1}");
            DocumentChange recreated = drain(feed).of(NOTE);
            assertThat(revisions(recreated)).containsExactly(again);
            assertThat(again.generation()).isEqualTo(3);
            assertThat(recreated.winner().deleted()).isFalse();
        }
    }

    @Test
    void change_tombstoneWithABody_keepsIt() throws InterruptedException {
        Revision root = upstream().put(NOTE, "{\"type\":\"note\"}");
        Revision tombstone = new Revision(2, LOWEST);
        upstream().fork(NOTE, tombstone, Optional.of(root), true, "{\"type\":\"note\",\"by\":\"nurse\"}");

        Document leaf = fromFeed(NOTE).winner();
        assertThat(leaf.revision()).isEqualTo(tombstone);
        assertThat(leaf.deleted()).isTrue();
        assertThat(leaf.body().get("by").stringValue()).isEqualTo("nurse");
    }

    @Test
    void change_anyDocument_hasItsIdAndRevisionInTheBody() throws InterruptedException {
        Revision revision = upstream().put(NOTE, "{}");
        ObjectNode body = fromFeed(NOTE).winner().body();
        assertThat(body.get("_id").stringValue()).isEqualTo(NOTE.value());
        assertThat(body.get("_rev").stringValue()).isEqualTo(revision.toString());
    }

    @Test
    void change_textOfAnyKind_isExact() throws InterruptedException {
        String body = "{\"text\":\"\\u0000 \\\" \\\\ \\n ü 漢 😀 \\u2028 e\\u0301 \","
                + "\"Ключ\":[true,null,{\"\":-0.5}],\"long\":9007199254740991}";
        upstream().put(NOTE, body);
        assertSameFields(fromFeed(NOTE).winner(), body);
    }

    @Test
    void change_integersBeyond64Bits_areExact() throws InterruptedException {
        assumeTrue(keepsLongIntegers(), "this server keeps numbers as doubles");
        String body = "{\"long\":123456789012345678901234567890,\"negative\":-9223372036854775809,"
                + "\"odd\":9007199254740993}";
        upstream().put(NOTE, body);
        assertSameFields(fromFeed(NOTE).winner(), body);
    }

    @Test
    void change_idsThatLookAlike_areDocumentsOfTheirOwn() throws InterruptedException {
        List<DocumentId> ids = LookAlikes.IDS;
        ids.forEach(one -> upstream().put(one, "{\"is\":\"" + ids.indexOf(one) + "\"}"));
        try (ChangeFeed feed = open()) {
            Drained drained = drain(feed);
            assertThat(drained.changes().keySet()).containsExactlyInAnyOrderElementsOf(ids);
            ids.forEach(
                    one -> assertThat(drained.of(one).winner().body().get("is").stringValue())
                            .isEqualTo("" + ids.indexOf(one)));
        }
        assertThat(source().read(ids).stream().map(DocumentChange::id)).containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void read_someKnownSomeNot_givesTheKnownOnes() {
        List<DocumentId> ids = putMany(30);
        Revision newest = upstream().put(ids.get(7), "{\"edited\":true}");
        List<DocumentChange> answer = source().read(List.of(ids.get(0), ids.get(7), id("never written"), ids.get(29)));
        assertThat(answer.stream().map(DocumentChange::id))
                .containsExactlyInAnyOrder(ids.get(0), ids.get(7), ids.get(29));
        assertThat(answer.stream().map(SourceContract::winner)).contains(newest);
        assertThat(source().read(ids)).hasSize(30);
        assertThat(source().read(List.of())).isEmpty();
    }

    @Test
    void read_deletedDocument_isKnown() {
        Revision tombstone = upstream().delete(NOTE, upstream().put(NOTE, "{\"n\":0}"));
        List<DocumentChange> answer = source().read(List.of(NOTE));
        assertThat(answer).hasSize(1);
        assertThat(revisions(answer.get(0))).containsExactly(tombstone);
        assertThat(answer.get(0).winner().deleted()).isTrue();
    }

    @Test
    void read_everyKindOfDocument_equalsTheFeed() throws InterruptedException {
        upstream().put(id("plain"), "{\"a\":[1,2,{\"b\":\"ü\"}]}");
        Revision gone = upstream().put(id("gone"), "{\"n\":0}");
        upstream().delete(id("gone"), gone);
        Revision root = upstream().put(NOTE, "{\"n\":0}");
        upstream().put(NOTE, "{\"n\":1}");
        upstream().fork(NOTE, new Revision(2, HIGHEST), Optional.of(root), false, "{\"n\":2}");
        upstream().fork(NOTE, new Revision(2, LOWEST), Optional.of(root), true, "{\"n\":3}");

        for (DocumentId each : List.of(id("plain"), id("gone"), NOTE)) {
            DocumentChange fed = fromFeed(each);
            DocumentChange read = source().read(List.of(each)).get(0);
            assertThat(revisions(read)).isEqualTo(revisions(fed));
            assertThat(read.digest()).isEqualTo(fed.digest());
            assertThat(hashes(read)).as("hashes of %s", each).isEqualTo(hashes(fed));
        }
    }

    @Test
    void ancestry_linearDocument_isItsPath() {
        assumeTrue(knowsAncestry(), "this source does not tell where leaves come from");
        Revision first = upstream().put(NOTE, "{\"n\":1}");
        Revision second = upstream().put(NOTE, "{\"n\":2}");
        Revision third = upstream().delete(NOTE, second);
        Ancestry ancestry = ancestry(NOTE);
        assertThat(ancestry.paths().get(third)).containsExactly(third, second, first);
        assertThat(ancestry.descends(third, first)).isTrue();
        assertThat(ancestry.descends(third, third)).isFalse();
    }

    @Test
    void ancestry_twoBranches_knowsTheCommonAncestorAndItsBody() {
        assumeTrue(knowsAncestry(), "this source does not tell where leaves come from");
        Revision root = upstream().put(NOTE, "{\"n\":0}");
        Revision shared = upstream().put(NOTE, "{\"n\":1,\"text\":\"ü\"}");
        Revision own = upstream().put(NOTE, "{\"n\":2}");
        Revision other = new Revision(3, HIGHEST);
        Revision dead = new Revision(3, LOWEST);
        upstream().fork(NOTE, other, Optional.of(shared), false, "{\"n\":3}");
        upstream().fork(NOTE, dead, Optional.of(shared), true, "{}");

        Ancestry ancestry = ancestry(NOTE);
        assertThat(ancestry.paths().keySet()).containsExactlyInAnyOrder(own, other, dead);
        assertThat(ancestry.paths().get(own)).containsExactly(own, shared, root);
        assertThat(ancestry.paths().get(other)).startsWith(other, shared);
        assertThat(ancestry.paths().get(dead)).startsWith(dead, shared);
        assertThat(ancestry.commonAncestor(List.of(own, other, dead))).contains(shared);
        Document version = ancestry.version(shared).orElseThrow();
        assertThat(version.revision()).isEqualTo(shared);
        assertSameFields(version, "{\"n\":1,\"text\":\"ü\"}");
    }

    @Test
    void ancestry_rootsOfTheirOwn_haveNoCommonAncestor() {
        assumeTrue(knowsAncestry(), "this source does not tell where leaves come from");
        Revision own = upstream().put(NOTE, "{\"phone\":1}");
        Revision other = new Revision(1, HIGHEST);
        upstream().fork(NOTE, other, Optional.empty(), false, "{\"phone\":2}");
        assertThat(ancestry(NOTE).commonAncestor(List.of(own, other))).isEmpty();
    }

    @Test
    void ancestry_someUnknown_givesTheKnownOnes() {
        assumeTrue(knowsAncestry(), "this source does not tell where leaves come from");
        List<DocumentId> ids = putMany(3);
        assertThat(source().ancestry(List.of(ids.get(0), id("never written"), ids.get(2))).stream()
                        .map(Ancestry::id))
                .containsExactlyInAnyOrder(ids.get(0), ids.get(2));
        assertThat(source().ancestry(List.of())).isEmpty();
    }

    @Test
    void identity_sameDatabase_isStable() {
        SourceIdentity identity = source().identity();
        putMany(3);
        assertThat(source().identity()).isEqualTo(identity);
    }

    @Test
    void identity_databaseMadeAnew_differs() {
        assumeTrue(tellsRecreatedDatabases(), "this server does not tell a recreated database");
        SourceIdentity before = source().identity();
        upstream().recreate();
        assertThat(source().identity().matches(before)).isFalse();
    }

    @Test
    void poll_databaseMadeAnewUnderTheFeed_isToldSoon() throws InterruptedException {
        assumeTrue(tellsRecreatedDatabases(), "this server does not tell a recreated database");
        putMany(3);
        try (ChangeFeed feed = open()) {
            drain(feed);
            upstream().recreate();
            putMany(2);
            long deadline = System.nanoTime() + REPLACEMENT_IS_TOLD.toNanos();
            assertThatThrownBy(() -> {
                        while (System.nanoTime() < deadline) {
                            feed.poll(LIMITS, Duration.ofMillis(200));
                        }
                    })
                    .isInstanceOf(SourceReplacedException.class);
        }
    }

    private Ancestry ancestry(DocumentId id) {
        List<Ancestry> answer = source().ancestry(List.of(id));
        assertThat(answer).hasSize(1);
        assertThat(answer.get(0).id()).isEqualTo(id);
        return answer.get(0);
    }

    private static List<Revision> revisions(DocumentChange change) {
        return change.leaves().stream().map(Document::revision).toList();
    }

    private static List<ContentHash> hashes(DocumentChange change) {
        return change.leaves().stream().map(Document::contentHash).toList();
    }

    private static void assertSameFields(Document actual, String expected) {
        ObjectNode fields = actual.body().deepCopy();
        fields.remove(List.of("_id", "_rev"));
        assertThat(fields)
                .isEqualTo(Documents.document("expected", "1-x", expected).body());
    }
}
