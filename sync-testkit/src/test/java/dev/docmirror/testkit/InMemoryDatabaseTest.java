package dev.docmirror.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Ancestry;
import dev.docmirror.change.BatchLimits;
import dev.docmirror.change.ChangeBatch;
import dev.docmirror.change.ChangeFeed;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Position;
import dev.docmirror.change.Revision;
import dev.docmirror.error.MappingException;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.queue.DocumentEdit;
import dev.docmirror.queue.EditOutcome;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class InMemoryDatabaseTest {
    private static final BatchLimits LIMITS = new BatchLimits(100, 1_000_000);
    private static final DocumentId NOTE = DocumentId.of("note");

    private final InMemoryDatabase database = new InMemoryDatabase("clinic");

    @Nested
    class Source extends ChangeSourceContractTest {
        @Override
        protected SourceFixture openSource() {
            return new InMemoryDatabase("clinic");
        }
    }

    @Nested
    class Feed extends ChangeFeedContractTest {
        @Override
        protected SourceFixture openSource() {
            return new InMemoryDatabase("clinic");
        }
    }

    @Nested
    class Target extends DocumentTargetContractTest {
        @Override
        protected TargetFixture openTarget() {
            return new InMemoryDatabase("clinic");
        }
    }

    @Test
    void compact_earlierBodies_areForgottenAndPathsStay() {
        Revision first = database.put("note", "{\"n\":1}");
        Revision second = database.put("note", "{\"n\":2}");
        assertThat(ancestry().version(first)).isPresent();
        database.compact();
        assertThat(ancestry().version(first)).isEmpty();
        assertThat(ancestry().paths().get(second)).containsExactly(second, first);
        assertThat(database.get(NOTE).orElseThrow().winner().body().get("n").intValue())
                .isEqualTo(2);
    }

    @Test
    void target_lostAnswer_hasWritten() {
        database.faults().failNext(InMemoryDatabase.Point.TARGET, 1);
        database.faults().failNext(InMemoryDatabase.Point.TARGET_ANSWER, 1);
        DocumentEdit edit = new DocumentEdit(NOTE, Optional.empty(), false, JsonNodeFactory.instance.objectNode());
        assertThatThrownBy(() -> database.target().write(List.of(edit))).isInstanceOf(TransientSyncException.class);
        assertThat(database.get(NOTE)).isEmpty();
        assertThatThrownBy(() -> database.target().write(List.of(edit))).isInstanceOf(TransientSyncException.class);
        assertThat(leaves()).hasSize(1);
        assertThat(database.target().write(List.of(edit))).containsExactly(new EditOutcome.Written(leaves().get(0)));
    }

    @Test
    void validate_rule_refusesWhatItNames() {
        database.validate(edit -> edit.deleted() ? Optional.of("forbidden") : Optional.empty());
        DocumentEdit edit = new DocumentEdit(NOTE, Optional.empty(), true, JsonNodeFactory.instance.objectNode());
        assertThat(database.target().write(List.of(edit))).containsExactly(new EditOutcome.Refused("forbidden"));
        assertThat(database.get(NOTE)).isEmpty();
    }

    @Test
    void put_sameEdits_makesTheSameRevisions() {
        InMemoryDatabase other = new InMemoryDatabase("other");
        assertThat(database.put("note", "{\"n\":1}")).isEqualTo(other.put("note", "{\"n\":1}"));
        assertThat(database.put("note", "{\"n\":2}")).isEqualTo(other.put("note", "{\"n\":2}"));
        assertThat(database.delete("note")).isEqualTo(other.delete("note"));
        assertThat(database.put("note", "{\"n\":1}").generation()).isEqualTo(4);
    }

    @Test
    void put_parentThatIsNoLeaf_isAConflict() {
        Revision first = database.put("note", "{}");
        database.put("note", "{\"n\":1}");
        assertThatThrownBy(() -> database.put(NOTE, first, "{}"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("conflict");
    }

    @Test
    void put_loserNamed_extendsTheLoser() {
        Revision first = database.put("note", "{}");
        Revision winner = database.put("note", "{\"n\":1}");
        database.fork("note", "2-0", first.toString(), "{\"n\":2}");
        Revision extended = database.put(NOTE, Revision.of("2-0"), "{\"n\":3}");
        assertThat(leaves()).containsExactlyInAnyOrder(winner, extended);
    }

    @Test
    void fork_knownRevision_isIgnored() {
        Revision first = database.put("note", "{\"n\":1}");
        database.put("note", "{\"n\":2}");
        database.fork(NOTE, first, Optional.empty(), false, "{\"other\":true}");
        assertThat(leaves()).hasSize(1);
    }

    @Test
    void put_refused_leavesNothing() {
        assertThatThrownBy(() -> database.put("note", "no object")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> database.fork("note", "5-a", "1-a", "{}"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(database.get(NOTE)).isEmpty();
        assertThat(database.all()).isEmpty();
    }

    @Test
    void purge_document_leavesTheFeedWithoutARow() throws InterruptedException {
        database.put("note", "{}");
        database.put("other", "{}");
        database.purge(NOTE);
        try (ChangeFeed feed = database.source().open(Optional.empty())) {
            assertThat(ids(feed)).containsExactly("other");
        }
        assertThat(database.source().read(List.of(NOTE))).isEmpty();
    }

    @Test
    void purge_newestDocument_stillReachesTheEnd() throws InterruptedException {
        database.put("other", "{}");
        database.put("note", "{}");
        database.purge(NOTE);
        try (ChangeFeed feed = database.source().open(Optional.empty())) {
            assertThat(ids(feed)).containsExactly("other");
            assertThat(feed.poll(LIMITS, Duration.ofMillis(1)).caughtUp()).isTrue();
        }
    }

    @Test
    void purge_oneLeaf_listsTheOthersAgain() {
        Revision first = database.put("note", "{}");
        Revision winner = database.put("note", "{\"n\":1}");
        database.fork("note", "2-0", first.toString(), "{\"n\":2}");
        database.purge(NOTE, winner);
        assertThat(leaves()).containsExactly(Revision.of("2-0"));
        database.purge(NOTE, Revision.of("2-0"));
        assertThat(database.get(NOTE)).isEmpty();
    }

    @Test
    void rewind_openFeed_givesTheLastOnesAgain() throws InterruptedException {
        for (String id : List.of("a", "b", "c")) {
            database.put(id, "{}");
        }
        try (ChangeFeed feed = database.source().open(Optional.empty())) {
            assertThat(ids(feed)).containsExactly("a", "b", "c");
            database.rewind(2);
            assertThat(ids(feed)).containsExactly("b", "c");
            database.rewind(100);
            assertThat(ids(feed)).containsExactly("a", "b", "c");
        }
    }

    @Test
    void inject_olderState_comesBeforeTheNewChanges() throws InterruptedException {
        database.put("note", "{\"n\":1}");
        DocumentChange old = database.get(NOTE).orElseThrow();
        database.put("note", "{\"n\":2}");
        try (ChangeFeed feed = database.source().open(Optional.empty())) {
            ids(feed);
            database.inject(old);
            database.put("other", "{}");
            List<DocumentChange> changes = feed.poll(LIMITS, Duration.ZERO).changes();
            assertThat(changes).extracting(c -> c.id().value()).containsExactly("note", "other");
            assertThat(changes.get(0)).isEqualTo(old);
        }
    }

    @Test
    void shuffle_sameSeed_givesTheSameOtherOrder() throws InterruptedException {
        for (int i = 0; i < 20; i++) {
            database.put("doc-" + i, "{}");
        }
        List<String> plain;
        try (ChangeFeed feed = database.source().open(Optional.empty())) {
            plain = ids(feed);
        }
        database.shuffle(7);
        try (ChangeFeed feed = database.source().open(Optional.empty())) {
            assertThat(ids(feed)).isNotEqualTo(plain).containsExactlyInAnyOrderElementsOf(plain);
        }
    }

    @Test
    void recreate_oldPosition_isAcceptedAndSkips() throws InterruptedException {
        database.put("a", "{}");
        database.put("b", "{}");
        Position old;
        try (ChangeFeed feed = database.source().open(Optional.empty())) {
            old = feed.poll(LIMITS, Duration.ZERO).position();
        }
        database.recreate();
        database.put("c", "{}");
        try (ChangeFeed feed = database.source().open(Optional.of(old))) {
            assertThat(ids(feed)).as("only the identity tells, as in CouchDB").isEmpty();
        }
    }

    @Test
    void faults_lostAnswer_isGivenAgain() throws InterruptedException {
        database.put("a", "{}");
        database.faults().failNext(InMemoryDatabase.Point.POLL, 1);
        database.faults().failNext(InMemoryDatabase.Point.POLL_ANSWER, 1);
        try (ChangeFeed feed = database.source().open(Optional.empty())) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> feed.poll(LIMITS, Duration.ZERO)).isInstanceOf(TransientSyncException.class);
            }
            assertThat(ids(feed)).containsExactly("a");
        }
        assertThat(database.faults().passes(InMemoryDatabase.Point.POLL)).isEqualTo(3);
    }

    @Test
    void faults_always_failsUntilHealed() {
        database.faults().failAlways(InMemoryDatabase.Point.IDENTITY);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> database.source().identity()).isInstanceOf(TransientSyncException.class);
        }
        database.faults().heal();
        assertThat(database.source().identity().database()).isEqualTo("clinic");
    }

    @Test
    void put_brokenJson_isFedAsItIs() {
        database.put("note", "{\"n\": oops}");
        Document broken = database.get(NOTE).orElseThrow().winner();
        assertThat(broken.text()).contains("oops");
        assertThatThrownBy(broken::body).isInstanceOf(MappingException.class);
    }

    private Ancestry ancestry() {
        return database.source().ancestry(List.of(NOTE)).get(0);
    }

    private List<Revision> leaves() {
        return database.get(NOTE).orElseThrow().leaves().stream()
                .map(Document::revision)
                .toList();
    }

    private static List<String> ids(ChangeFeed feed) throws InterruptedException {
        ChangeBatch batch = feed.poll(LIMITS, Duration.ZERO);
        return batch.changes().stream().map(change -> change.id().value()).toList();
    }
}
