package dev.docmirror.worker;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.docmirror.change.Document;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.ArchiveEntry;
import dev.docmirror.conflict.ConflictReview;
import dev.docmirror.conflict.ConflictView;
import dev.docmirror.conflict.OpenConflicts;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.error.EditRefusedException;
import dev.docmirror.error.StaleReviewException;
import dev.docmirror.monitor.SyncEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

import static dev.docmirror.worker.Rig.id;
import static dev.docmirror.worker.Rig.title;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** People decide what the policy leaves to them. */
class ConflictReviewTest {
    private static final OpenConflicts PAGE = OpenConflicts.first(10);

    private final Rig rig = new Rig();
    private final ConflictReview review = ConflictReview.of(
            Rig.STREAM.value(), rig.database.source(), rig.mirror.sink(), rig.mirror.archive(), rig.database.target());
    private Revision left = Revision.of("2-bbb");
    private Revision right = Revision.of("2-aaa");

    @BeforeEach
    void park() throws Exception {
        rig.policy = (conflict, context) ->
                conflict.leaves().stream().filter(leaf -> !leaf.deleted()).count() > 1
                        ? new Resolution.Review("a person decides")
                        : new Resolution.Choose(conflict.change().winner(), "the only one");
        Revision first = rig.database.put("a", title("base"));
        rig.runOnce();
        rig.database.fork("a", left.toString(), first.toString(), "{\"title\":\"left\",\"deep\":{\"n\":1,\"same\":1}}");
        rig.database.fork(
                "a", right.toString(), first.toString(), "{\"title\":\"right\",\"deep\":{\"n\":2,\"same\":1}}");
        rig.runOnce();
    }

    @Test
    void open_parkedConflict_isListedOncePerVersion() {
        assertThat(rig.notes()).isEqualTo(Map.of("a", "base"));
        List<ArchiveEntry> open = review.open(PAGE);
        assertThat(open).hasSize(2).allMatch(ArchiveEntry::isOpen);
        assertThat(review.open(PAGE.ofType("notes"))).hasSize(2);
        assertThat(review.open(PAGE.ofType("tasks"))).isEmpty();
        assertThat(review.open(PAGE.before(Instant.EPOCH))).isEmpty();
        assertThat(review.open(OpenConflicts.first(1).after(open.get(0)))).containsExactly(open.get(1));
    }

    @Test
    void show_versions_sideBySideWithTheFieldsThatDiffer() {
        ConflictView view = view();
        assertThat(view.leaves()).extracting(Document::revision).containsExactly(left, right);
        assertThat(view.mirrored().orElseThrow().generation()).isEqualTo(1);
        assertThat(view.differences())
                .extracting(ConflictView.Difference::pointer)
                .containsExactly("/title", "/deep/n");
        assertThat(view.differences().get(1).values().get(right).intValue()).isEqualTo(2);
        assertThat(review.show(id("unknown"))).isEmpty();
        assertThat(view.toString()).doesNotContain("left");
    }

    @Test
    void choose_losingLeaf_isMirroredAndTheOtherClosed() throws Exception {
        review.choose(view(), right, "ada", "seen the patient");
        assertThat(review.open(PAGE)).isEmpty();
        assertThat(rig.mirror.archived(Rig.STREAM)).allSatisfy(entry -> {
            assertThat(entry.closed()).map(ArchiveEntry.Closing::by).contains("ada");
            assertThat(entry.closed()).map(ArchiveEntry.Closing::note).contains("seen the patient");
        });
        rig.runOnce();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "right"));
        assertThat(rig.mirror.registry(Rig.STREAM)).noneMatch(entry -> entry.disputed());
    }

    @Test
    void merge_newVersion_isMirrored() throws Exception {
        ConflictView view = view();
        ObjectNode merged = view.leaves().get(0).body().deepCopy().put("title", "both");
        review.merge(view, merged, "ada", "both matter");
        rig.runOnce();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "both"));
    }

    @Test
    void restore_archivedVersion_becomesTheNewest() throws Exception {
        review.choose(view(), right, "ada", "first thought");
        rig.runOnce();
        ConflictView after = view();
        ArchiveEntry lost = after.archived().stream()
                .filter(entry -> entry.conflict().loser().revision().equals(left))
                .findFirst()
                .orElseThrow();
        review.restore(after, lost, "ada", "second thought");
        rig.runOnce();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "left"));
    }

    @Test
    void dismiss_closesAndChangesNothing_andANewLeafOpensItAgain() throws Exception {
        review.dismiss(id("a"), "ada", "no matter");
        assertThat(review.open(PAGE)).isEmpty();
        rig.runOnce();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "base"));
        rig.database.put(id("a"), right, title("again"));
        rig.runOnce();
        assertThat(review.open(PAGE))
                .singleElement()
                .satisfies(entry -> assertThat(
                                entry.conflict().loser().body().path("title").asString())
                        .isEqualTo("again"));
    }

    @Test
    void decision_aboutOldLeaves_isRefused() {
        ConflictView view = view();
        assertThat(review.shown(id("a"), view.token()).digest()).isEqualTo(view.digest());
        rig.database.put(id("a"), right, title("again"));
        assertThatThrownBy(() -> review.shown(id("a"), view.token())).isInstanceOf(StaleReviewException.class);
        assertThatThrownBy(() -> review.choose(view, right, "ada", "")).isInstanceOf(StaleReviewException.class);
        assertThatThrownBy(() -> review.merge(view, view.leaves().get(0).body(), "ada", ""))
                .isInstanceOf(StaleReviewException.class);
        assertThat(review.open(PAGE)).hasSize(2);
    }

    @Test
    void decision_theSourceRefuses_closesNothing() {
        rig.database.validate(edit -> Optional.of("forbidden"));
        ConflictView view = view();
        assertThatThrownBy(() -> review.choose(view, right, "ada", ""))
                .isInstanceOf(EditRefusedException.class)
                .hasMessageContaining("forbidden");
        assertThat(review.open(PAGE)).hasSize(2);
    }

    @Test
    void descendantOfAll_settlesByItself() throws Exception {
        assertThat(rig.events(SyncEvent.ConflictSettled.class)).isEmpty();
        rig.database.delete(id("a"), left);
        rig.runOnce();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "right"));
        assertThat(review.open(PAGE)).isEmpty();
        assertThat(rig.events(SyncEvent.ConflictSettled.class))
                .containsExactly(new SyncEvent.ConflictSettled(id("a"), Optional.of("notes"), right));
    }

    private ConflictView view() {
        return review.show(id("a")).orElseThrow();
    }
}
