package dev.docmirror.worker;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import dev.docmirror.SyncState;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.DocumentId;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.deadletter.DeadLetterFilter;
import dev.docmirror.envelope.EnvelopeCodec;
import dev.docmirror.envelope.EnvelopeKey;
import dev.docmirror.envelope.Envelopes;
import dev.docmirror.envelope.KeyRing;
import dev.docmirror.error.UnexpectedFailureException;
import dev.docmirror.mapping.Mapping;
import dev.docmirror.mapping.RowChange;
import dev.docmirror.monitor.SyncEvent;
import dev.docmirror.policies.ConflictPolicies;
import dev.docmirror.testkit.Documents;
import dev.docmirror.testkit.InMemoryDatabase;
import dev.docmirror.testkit.InMemoryMirror;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.docmirror.worker.Rig.title;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Batches that are large enough to be decided about while the one before is written. */
@Timeout(60)
class DecidingAheadTest {
    private static final int DOCUMENTS = 1_000;
    private static final EnvelopeCodec KNOWN = envelopes("known");
    private static final EnvelopeCodec UNKNOWN = envelopes("unknown");

    private final Rig rig = new Rig();
    private final Map<String, String> sealed = new HashMap<>();

    private static EnvelopeCodec envelopes(String key) {
        return Envelopes.of("clinic", KeyRing.of(EnvelopeKey.raw(key, new byte[32])));
    }

    DecidingAheadTest() {
        rig.options = rig.options.withBatchSize(250);
        for (int i = 0; i < DOCUMENTS; i++) {
            rig.database.put("doc-" + i, title("title " + i));
        }
    }

    @Test
    void firstFill_eachDocument_isMappedOnce_onAnotherThread() throws Exception {
        Set<String> threads = ConcurrentHashMap.newKeySet();
        Set<String> mapped = ConcurrentHashMap.newKeySet();
        rig.mapper = (document, context) -> {
            threads.add(Thread.currentThread().getName());
            assertThat(mapped.add(document.id().value())).isTrue();
            return Rig.MAPPER.map(document, context);
        };
        rig.runOnce();
        assertThat(rig.notes()).hasSize(DOCUMENTS).containsEntry("doc-999", "title 999");
        assertThat(threads).containsExactly("docmirror-test-decide");
    }

    @Test
    void edits_ofMirroredDocuments_areMappedWithTheTypeTheyHave() throws Exception {
        rig.runOnce();
        Set<Optional<String>> types = ConcurrentHashMap.newKeySet();
        rig.mapper = (document, context) -> {
            types.add(context.mirroredType());
            String title = context.mirroredType().orElse("none");
            return new Mapping.Rows("note", List.of(new RowChange.Put(Rig.NOTES, new Object[] {title})));
        };
        for (int i = 0; i < DOCUMENTS; i++) {
            rig.database.put("doc-" + i, title("later"));
        }
        rig.runOnce();
        assertThat(new HashSet<>(rig.notes().values())).containsExactly("notes");
        assertThat(types).contains(Optional.of("notes"));
    }

    @Test
    void edits_ofMirroredDocuments_soonAreMappedOnce() throws Exception {
        rig.runOnce();
        AtomicInteger ahead = new AtomicInteger();
        rig.mapper = (document, context) -> {
            ahead.addAndGet(context.mirroredType().isEmpty() ? 1 : 0);
            return Rig.MAPPER.map(document, context);
        };
        for (int i = 0; i < DOCUMENTS; i++) {
            rig.database.put("doc-" + i, title("later"));
        }
        rig.runOnce();
        assertThat(ahead).as("the first batches, before it is noticed").hasValueLessThan(DOCUMENTS);
        assertThat(new HashSet<>(rig.notes().values())).containsExactly("later");
    }

    @Test
    void anyHistory_endsAsInSmallBatches() throws Exception {
        Rig small = new Rig();
        small.options = small.options.withBatchSize(50);
        ConflictPolicy policy =
                ConflictPolicies.immutableOnceSigned("/signature").orElse(ConflictPolicies.lastWriteWins("/at"));
        small.policy = policy;
        rig.policy = policy;
        small.envelopes = Optional.of(KNOWN);
        rig.envelopes = Optional.of(KNOWN);
        for (int i = 0; i < DOCUMENTS; i++) {
            small.database.put("doc-" + i, title("title " + i));
        }
        for (int round = 0; round < 2; round++) {
            rig.mirror.faults().failNext(InMemoryMirror.Point.COMMIT, 1);
            for (Rig each : List.of(small, rig)) {
                write(each.database, round);
                each.runOnce();
            }
            assertThat(rig.notes()).isEqualTo(small.notes()).isNotEmpty();
            assertThat(new HashSet<>(rig.mirror.registry(Rig.STREAM)))
                    .isEqualTo(new HashSet<>(small.mirror.registry(Rig.STREAM)));
            assertThat(archived(rig))
                    .containsExactlyInAnyOrderElementsOf(archived(small))
                    .isNotEmpty();
            assertThat(parked(rig))
                    .containsExactlyInAnyOrderElementsOf(parked(small))
                    .isNotEmpty();
            assertThat(warned(rig)).isEqualTo(warned(small)).isNotEmpty();
        }
    }

    /** Signed, sealed and future ones, poison, tombstones, branches; in the second round edits of each. */
    private void write(InMemoryDatabase database, int round) {
        for (int i = 0; i < DOCUMENTS / 2; i++) {
            String signature = i % 5 == 0 ? ",\"signature\":\"5f1c\"" : "";
            String at = i % 7 == 0 ? "9999-01-01T00:00:00Z" : "2026-02-14T10:30:0" + round + "Z";
            String title = i % 11 == 0 ? "7" : "\"round " + round + "\"";
            String body = "{\"title\":" + title + ",\"at\":\"" + at + "\"" + signature + "}";
            if (i % 17 < 2) {
                body = sealed("doc-" + i, i % 17 == 0 ? KNOWN : UNKNOWN, body);
            }
            database.put("doc-" + i, body);
            if (i % 3 == 0) {
                database.fork("doc-" + i, "2-" + round + "a" + i, "1-ffff", body);
            }
            if (i % 13 == 0) {
                database.delete("doc-" + i);
            }
        }
    }

    /** The same for both rigs: no two envelopes are alike. */
    private String sealed(String id, EnvelopeCodec codec, String body) {
        return sealed.computeIfAbsent(
                id + body,
                key -> codec.seal(
                                DocumentId.of(id),
                                Documents.document(id, "1-a", body).body())
                        .toString());
    }

    private static List<String> archived(Rig rig) {
        return rig.mirror.archived(Rig.STREAM).stream()
                .map(entry -> entry.conflict().loser() + " " + entry.conflict().outcome())
                .toList();
    }

    private static List<String> parked(Rig rig) {
        return rig.mirror.deadLetters().list(Rig.STREAM, DeadLetterFilter.all(), DOCUMENTS).stream()
                .map(DeadLetter::toString)
                .toList();
    }

    private static Set<String> warned(Rig rig) {
        return rig.events(SyncEvent.WrittenInFuture.class).stream()
                .map(event -> event.id() + " " + event.revision())
                .collect(Collectors.toSet());
    }

    @Test
    void poison_inALargeBatch_isParkedAlone() throws Exception {
        rig.database.put("bad", "{\"title\":7}");
        rig.database.put("worse", "{\"title\":[7]}");
        rig.runOnce();
        assertThat(rig.notes()).hasSize(DOCUMENTS);
        assertThat(rig.mirror.deadLetters().count(Rig.STREAM)).isEqualTo(2);
    }

    @Test
    void mapperThatLeavesItsThreadInterrupted_stopsNothing() throws Exception {
        rig.mapper = (document, context) -> {
            Thread.currentThread().interrupt();
            return Rig.MAPPER.map(document, context);
        };
        rig.runOnce();
        assertThat(rig.notes()).hasSize(DOCUMENTS);
    }

    @Test
    void errorOfTheMapper_endsTheWorker() {
        rig.mapper = (document, context) -> {
            throw new StackOverflowError();
        };
        assertThatThrownBy(rig::runOnce).isInstanceOf(UnexpectedFailureException.class);
        assertThat(rig.notes()).isEmpty();
    }

    @Test
    void replay_ofWhatIsMirrored_soonMapsNothing() throws Exception {
        rig.runOnce();
        Set<String> mapped = ConcurrentHashMap.newKeySet();
        rig.mapper = (document, context) -> {
            mapped.add(document.id().value());
            return Rig.MAPPER.map(document, context);
        };
        rig.mirror.checkpoints().reset(Rig.STREAM);
        assertThat(rig.runOnce().totals().unchanged()).isEqualTo(DOCUMENTS);
        assertThat(mapped).as("the first batches, before it is noticed").hasSizeLessThan(DOCUMENTS);
    }

    @Test
    void close_whileTheMapperIsAtWork_endsItsThread() throws Exception {
        CountDownLatch mapping = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        rig.options = rig.options.withCloseTimeout(Duration.ofMillis(100));
        rig.mapper = (document, context) -> {
            threads.add(Thread.currentThread());
            mapping.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Rig.MAPPER.map(document, context);
        };
        SyncWorker worker = rig.worker();
        worker.start();
        mapping.await();
        worker.close();
        assertThat(worker.state()).isEqualTo(SyncState.STOPPED);
        assertThat(threads).noneMatch(Thread::isAlive);
    }
}
