package dev.docmirror.worker;

import java.util.List;
import java.util.Optional;

import dev.docmirror.ReplayReport;
import dev.docmirror.SyncReport;
import dev.docmirror.SyncState;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.Document;
import dev.docmirror.change.Revision;
import dev.docmirror.conflict.ArchiveEntry;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.deadletter.DeadLetterFilter;
import dev.docmirror.envelope.EnvelopeKey;
import dev.docmirror.envelope.Envelopes;
import dev.docmirror.envelope.KeyRing;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.mapping.Mapping;
import dev.docmirror.mapping.MappingContext;
import dev.docmirror.monitor.SyncEvent;
import org.junit.jupiter.api.Test;

import static dev.docmirror.worker.BackwardsCodec.envelope;
import static org.assertj.core.api.Assertions.assertThat;

/** Encrypted documents on their way through the worker. */
class SyncWorkerEnvelopeTest {
    private final Rig rig = new Rig();
    private final BackwardsCodec codec = new BackwardsCodec("k1");

    @Test
    void runOnce_withTheKey_mirrorsWhatTheEnvelopeSays() throws Exception {
        rig.envelopes = Optional.of(codec);
        rig.database.put("plain", title("p"));
        rig.database.put("sealed", envelope("k1", title("s")));
        SyncReport report = rig.runOnce();
        assertThat(rig.notes()).containsEntry("plain", "p").containsEntry("sealed", "s");
        assertThat(report.totals().encrypted()).isZero();
    }

    @Test
    void runOnce_withoutAnyKeys_countsEnvelopesByThemselves_andStopsForNone() throws Exception {
        for (int i = 0; i < 50; i++) {
            rig.database.put("sealed" + i, envelope("k1", title("s")));
        }
        rig.database.put("plain", title("p"));
        SyncReport report = rig.runOnce();
        assertThat(rig.notes()).containsOnlyKeys("plain");
        assertThat(report.totals().encrypted()).isEqualTo(50);
        assertThat(report.totals().parked()).isZero();
        assertThat(report.totals().unknownTypes()).isZero();
        assertThat(rig.events(SyncEvent.DocumentParked.class)).isEmpty();
        assertThat(rig.mirror.deadLetters().count(Rig.STREAM)).isZero();
        assertThat(rig.mirror.deadLetters().count(Rig.STREAM, DeadLetterFilter.encrypted()))
                .isEqualTo(50);
    }

    @Test
    void runOnce_envelopeOfALayoutThatTheCodecDoesNotRead_waitsForAKey() throws Exception {
        rig.envelopes = Optional.of(Envelopes.of("clinic", KeyRing.of(EnvelopeKey.raw("k", new byte[32]))));
        rig.database.put("simple", "{\"encrypted\":true,\"data\":\"AAAA\"}");
        SyncReport report = rig.runOnce();
        assertThat(report.totals().encrypted()).isEqualTo(1);
        assertThat(rig.notes()).isEmpty();
    }

    @Test
    void runOnce_plainDocumentThatSaysEncrypted_isNoEnvelope() throws Exception {
        rig.database.put("device", "{\"title\":\"d\",\"encrypted\":true}");
        rig.runOnce();
        assertThat(rig.notes()).containsEntry("device", "d");
    }

    @Test
    void runOnce_mapperThatTakesEnvelopes_getsThemAsTheyAre() throws Exception {
        rig.mapper = new DocumentMapper() {
            @Override
            public Mapping map(Document document, MappingContext context) {
                return Rig.MAPPER.map(document, context);
            }

            @Override
            public boolean takesEnvelopes() {
                return true;
            }
        };
        rig.database.put("sealed", envelope("k1", title("s")));
        rig.runOnce();
        assertThat(rig.notes()).containsEntry("sealed", "");
    }

    @Test
    void runOnce_envelopeThatCantBeOpened_isPoison_andTheRestGoesOn() throws Exception {
        rig.envelopes = Optional.of(codec);
        rig.database.put("bad", "{\"encrypted\":true,\"data\":\"k1|canary\"}");
        rig.database.put("good", envelope("k1", title("g")));
        rig.runOnce();
        assertThat(rig.notes()).containsOnlyKeys("good");
        assertThat(rig.mirror.deadLetters().list(Rig.STREAM, 9)).singleElement().satisfies(letter -> {
            assertThat(letter.kind()).isEqualTo(DeadLetter.Kind.MAPPING);
            assertThat(letter.reason()).contains("can't be opened").doesNotContain("canary");
        });
    }

    @Test
    void runOnce_newVersionWithoutItsKey_leavesTheRowsAsTheyAre_andADeletionDoesNot() throws Exception {
        rig.envelopes = Optional.of(codec);
        rig.database.put("a", title("old"));
        rig.database.put("b", title("old"));
        rig.runOnce();
        rig.database.put("a", envelope("k2", title("new")));
        rig.database.put("b", envelope("k2", title("new")));
        rig.runOnce();
        assertThat(rig.notes()).containsEntry("a", "old").containsEntry("b", "old");
        rig.database.delete("b");
        rig.runOnce();
        assertThat(rig.notes()).containsOnlyKeys("a");
        assertThat(rig.mirror.deadLetters().count(Rig.STREAM, DeadLetterFilter.encrypted()))
                .isEqualTo(1);
    }

    @Test
    void runOnce_leafWithoutItsKey_isNotJudgedUntilTheKeyComes() throws Exception {
        rig.envelopes = Optional.of(codec);
        Revision first = rig.database.put("a", title("base"));
        rig.database.fork("a", "2-aaa", first.toString(), title("left"));
        rig.database.fork("a", "2-bbb", first.toString(), envelope("k2", title("right")));
        rig.runOnce();
        assertThat(rig.notes()).isEmpty();
        assertThat(rig.mirror.archived(Rig.STREAM)).isEmpty();
        codec.add("k2");
        retry();
        assertThat(rig.notes()).containsEntry("a", "right");
        assertThat(rig.mirror.archived(Rig.STREAM))
                .extracting(ArchiveEntry::conflict)
                .extracting(lost -> lost.loser().revision().toString())
                .containsExactly("2-aaa");
    }

    @Test
    void retryEncrypted_keyHasCome_mirrorsThemWithoutReadingTheFeed() throws Exception {
        rig.envelopes = Optional.of(codec);
        for (int i = 0; i < 120; i++) {
            rig.database.put("d" + i, envelope(i % 2 == 0 ? "k2" : "k3", title("t" + i)));
        }
        rig.runOnce();
        codec.add("k2");
        assertThat(retry()).isEqualTo(new ReplayReport(120, 60, 60, 0, 0));
        assertThat(rig.notes()).hasSize(60).containsEntry("d0", "t0");
        codec.add("k3");
        assertThat(retry()).isEqualTo(new ReplayReport(60, 60, 0, 0, 0));
        assertThat(rig.notes()).hasSize(120);
        assertThat(rig.mirror.deadLetters().count(Rig.STREAM, DeadLetterFilter.all()))
                .isZero();
    }

    @Test
    void retryEncrypted_whileTheWorkerFollowsTheFeed_isDoneInBetween() throws Exception {
        rig.envelopes = Optional.of(codec);
        rig.database.put("a", envelope("k2", title("t")));
        try (SyncWorker worker = rig.worker()) {
            worker.start();
            rig.await(worker, SyncState.LIVE);
            codec.add("k2");
            assertThat(worker.retryEncrypted()).isEqualTo(new ReplayReport(1, 1, 0, 0, 0));
            assertThat(worker.state()).isEqualTo(SyncState.LIVE);
        }
        assertThat(rig.notes()).containsEntry("a", "t");
    }

    @Test
    void mergeUpstream_ofEnvelopes_isSealed() throws Exception {
        rig.envelopes = Optional.of(codec);
        rig.upstream = true;
        rig.policy = (conflict, context) -> conflict.leaves().size() < 2
                ? new Resolution.Defer()
                : new Resolution.Merge(
                        conflict.leaves().get(0).body().deepCopy().put("title", "both"), "test");
        Revision first = rig.database.put("a", envelope("k1", title("base")));
        rig.database.fork("a", "2-aaa", first.toString(), envelope("k1", title("left")));
        rig.database.fork("a", "2-bbb", first.toString(), envelope("k1", title("right")));
        rig.runOnce();
        rig.runOnce();
        assertThat(rig.notes()).containsEntry("a", "both");
        assertThat(rig.database.source().read(List.of(Rig.id("a"))))
                .singleElement()
                .satisfies(change -> assertThat(change.winner().text())
                        .contains("\"encrypted\":true")
                        .doesNotContain("both"));
    }

    private ReplayReport retry() throws InterruptedException {
        try (SyncWorker worker = rig.worker()) {
            return worker.retryEncrypted();
        }
    }

    private static String title(String title) {
        return Rig.title(title);
    }
}
