package dev.docmirror.worker;

import java.time.Duration;
import java.util.List;

import dev.docmirror.SyncReport;
import dev.docmirror.SyncState;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.Revision;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.deadletter.DeadLetterFilter;
import dev.docmirror.mapping.Column;
import dev.docmirror.mapping.TableMapping;
import dev.docmirror.mapping.TypeRouter;
import dev.docmirror.monitor.SyncEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/** Documents whose rows collide with those of others are mirrored as soon as nothing is in their way any more. */
@Timeout(60)
class SyncWorkerCollisionTest {
    private final Rig rig = new Rig();

    @BeforeEach
    void mapCodes() {
        TableMapping codes = TableMapping.builder("codes")
                .key("doc_id", 64)
                .column(Column.text("code", 20).from("/code"))
                .unique("code")
                .build();
        rig.mapper = TypeRouter.byField("/type").route("code", codes).build();
        rig.mirror.create(rig.mapper.tables());
    }

    @Test
    void runOnce_valueBecomesFreeInALaterBatch_mirrorsWhoWaitedForIt() throws Exception {
        put("first", "A");
        rig.runOnce();
        put("second", "A");
        rig.runOnce();
        assertThat(letters()).extracting(DeadLetter::kind).containsExactly(DeadLetter.Kind.COLLISION);

        put("first", "B");
        SyncReport report = rig.runOnce();

        assertThat(letters()).isEmpty();
        assertThat(codes()).containsExactlyInAnyOrder("first=B", "second=A");
        assertThat(report.totals().parked()).isZero();
    }

    @Test
    void runOnce_eachFreesTheValueOfTheNext_mirrorsAll() throws Exception {
        put("a", "1");
        put("b", "2");
        rig.runOnce();
        put("c", "1");
        put("d", "3");
        rig.runOnce();
        put("b", "1");
        rig.runOnce();
        put("e", "2");
        rig.runOnce();
        assertThat(letters()).hasSize(3);

        rig.database.delete("a");
        rig.database.delete("c");
        rig.runOnce();

        assertThat(letters()).isEmpty();
        assertThat(codes()).containsExactlyInAnyOrder("b=1", "d=3", "e=2");
    }

    @Test
    void runOnce_valueStaysTaken_leavesTheLetterAndEnds() throws Exception {
        put("first", "A");
        rig.runOnce();
        put("second", "A");
        rig.runOnce();
        put("third", "C");
        rig.runOnce();
        assertThat(letters()).extracting(letter -> letter.id().value()).containsExactly("second");
        assertThat(codes()).containsExactlyInAnyOrder("first=A", "third=C");
    }

    @Test
    void start_valueBecomesFree_mirrorsWhoWaitedForIt() throws Exception {
        put("first", "A");
        rig.runOnce();
        Revision waiting = put("second", "A");
        try (SyncWorker worker = rig.worker()) {
            worker.start();
            rig.await(worker, SyncState.LIVE);
            put("first", "B");
            assertThat(worker.awaitMirrored(Rig.id("second"), waiting, Duration.ofSeconds(30)))
                    .isTrue();
        }
        assertThat(letters()).isEmpty();
        assertThat(codes()).containsExactlyInAnyOrder("first=B", "second=A");
    }

    @Test
    void runOnce_nothingWritten_triesNothingAgain_andAVainTryIsNoNews() throws Exception {
        put("first", "A");
        rig.runOnce();
        put("second", "A");
        rig.runOnce();
        int told = rig.events(SyncEvent.DocumentParked.class).size();
        assertThat(rig.runOnce().totals().changes()).isZero();
        put("third", "C");
        assertThat(rig.runOnce().totals().parked()).isZero();
        assertThat(rig.events(SyncEvent.DocumentParked.class)).hasSize(told);
        assertThat(letters()).extracting(letter -> letter.id().value()).containsExactly("second");
    }

    @Test
    void forget_whoeverHeldTheValue_mirrorsWhoWaitedForIt() throws Exception {
        put("first", "A");
        rig.runOnce();
        Revision waiting = put("second", "A");
        rig.options = rig.options.withPollWait(Duration.ofMillis(200));
        try (SyncWorker worker = rig.worker()) {
            worker.start();
            rig.await(worker, SyncState.LIVE);
            rig.database.purge(Rig.id("first"));
            assertThat(worker.forget(List.of(Rig.id("first")))).hasSize(1);
            assertThat(worker.awaitMirrored(Rig.id("second"), waiting, Duration.ofSeconds(30)))
                    .isTrue();
        }
        assertThat(codes()).containsExactly("second=A");
    }

    private Revision put(String id, String code) {
        return rig.database.put(id, "{\"type\":\"code\",\"code\":\"" + code + "\"}");
    }

    private List<DeadLetter> letters() {
        return rig.mirror.deadLetters().list(Rig.STREAM, DeadLetterFilter.all(), 10);
    }

    private List<String> codes() {
        return rig.mirror.rows("codes").stream()
                .map(row -> row.get("doc_id") + "=" + row.get("code"))
                .toList();
    }
}
