package dev.docmirror.worker;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.docmirror.SyncOptions;
import dev.docmirror.SyncState;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.Document;
import dev.docmirror.change.LeafDigest;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.monitor.SyncEvent;
import dev.docmirror.testkit.InMemoryDatabase;
import dev.docmirror.testkit.InMemoryMirror;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static dev.docmirror.worker.Rig.id;
import static dev.docmirror.worker.Rig.title;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Decisions reach the source whatever fails in between, and only decisions that still hold. */
class UpstreamRecoveryTest {
    private final Rig rig = new Rig();

    @BeforeEach
    void merge() {
        rig.upstream = true;
        rig.policy = (conflict, context) -> {
            List<Document> live =
                    conflict.leaves().stream().filter(leaf -> !leaf.deleted()).toList();
            if (live.size() < 2) {
                return new Resolution.Choose(conflict.change().winner(), "the only one");
            }
            String all = String.join(
                    "+",
                    live.stream()
                            .flatMap(leaf ->
                                    List.of(leaf.body().path("title").asString().split("\\+")).stream())
                            .distinct()
                            .sorted()
                            .toList());
            return new Resolution.Merge(live.get(0).body().deepCopy().put("title", all), "all titles");
        };
    }

    private void conflict() {
        Revision first = rig.database.put("a", title("base"));
        rig.database.fork("a", "2-bbb", first.toString(), title("left"));
        rig.database.fork("a", "2-aaa", first.toString(), title("right"));
    }

    @Test
    void crashBeforeTheWrite_isMadeUpForByTheNextWorker() throws Exception {
        conflict();
        crashAt(InMemoryDatabase.Point.TARGET);
        assertThat(rig.notes()).isEqualTo(Map.of("a", "left+right"));
        assertThat(live()).hasSize(2);
        rig.runOnce();
        assertThat(live()).containsExactly("left+right");
    }

    @Test
    void lostAnswers_convergeAndMergeOnce() throws Exception {
        rig.database.faults().failNext(InMemoryDatabase.Point.TARGET_ANSWER, 2);
        conflict();
        for (int run = 0; run < 4; run++) {
            rig.runOnce();
        }
        assertThat(rig.events(SyncEvent.RetryScheduled.class)).hasSize(2);
        assertThat(live()).containsExactly("left+right");
        assertThat(rig.notes()).isEqualTo(Map.of("a", "left+right"));
        assertThat(rig.mirror.deadLetters().count(Rig.STREAM)).isZero();
    }

    @Test
    void transientFailure_isRetried_andTheMirrorGoesOnMeanwhile() throws Exception {
        rig.database.faults().failNext(InMemoryDatabase.Point.TARGET, 3);
        conflict();
        try (SyncWorker worker = rig.worker()) {
            worker.start();
            assertThat(worker.awaitCaughtUp(Duration.ofSeconds(20))).isTrue();
            rig.await(worker, SyncState.LIVE);
        }
        rig.runOnce();
        assertThat(live()).containsExactly("left+right");
        assertThat(rig.events(SyncEvent.RetryScheduled.class))
                .filteredOn(event -> String.valueOf(event.cause().getMessage()).contains("on demand"))
                .isNotEmpty() // the last one may coincide with the end of the run, which nobody is told of
                .allMatch(event -> event.side() == SyncEvent.Side.TARGET);
    }

    @Test
    void leafThatNobodyJudged_isNotClosed() throws Exception {
        conflict();
        crashAt(InMemoryDatabase.Point.TARGET);
        rig.database.put(id("a"), Revision.of("2-aaa"), title("newer"));
        crashAt(InMemoryDatabase.Point.POLL);
        assertThat(live()).contains("newer");
        rig.runOnce();
        assertThat(live()).containsExactly("left+newer");
        assertThat(rig.mirror.archived(Rig.STREAM))
                .extracting(
                        entry -> entry.conflict().loser().body().path("title").asString())
                .contains("left", "right", "newer");
    }

    @Test
    void twoMirrorsOfOneDatabase_convergeToOneRevision() throws Exception {
        InMemoryMirror other = new InMemoryMirror();
        other.create(Rig.NOTES, Rig.TASKS);
        conflict();
        try (SyncWorker one = rig.worker();
                SyncWorker two = rig.worker(other)) {
            one.start();
            two.start();
            assertThat(one.awaitCaughtUp(Duration.ofSeconds(20))).isTrue();
            assertThat(two.awaitCaughtUp(Duration.ofSeconds(20))).isTrue();
        }
        for (int run = 0; run < 3; run++) {
            rig.runOnce();
            try (SyncWorker two = rig.worker(other)) {
                two.runOnce();
            }
        }
        assertThat(live()).containsExactly("left+right");
        assertThat(Rig.titles(other, Rig.NOTES)).isEqualTo(rig.notes());
        LeafDigest settled = rig.database.get(id("a")).orElseThrow().digest();
        rig.mirror.checkpoints().reset(Rig.STREAM);
        rig.runOnce();
        assertThat(rig.database.get(id("a")).orElseThrow().digest()).isEqualTo(settled);
    }

    /** Runs a worker that gives up at a point of the source. */
    private void crashAt(InMemoryDatabase.Point point) {
        SyncOptions options = rig.options;
        rig.options = options.withGiveUpAfter(Duration.ofMillis(1));
        rig.database.faults().failAlways(point);
        assertThatThrownBy(rig::runOnce).isInstanceOf(TransientSyncException.class);
        rig.database.faults().heal();
        rig.options = options;
    }

    private List<String> live() {
        return rig.database.get(id("a")).orElseThrow().leaves().stream()
                .filter(leaf -> !leaf.deleted())
                .map(leaf -> leaf.body().path("title").asString())
                .toList();
    }
}
