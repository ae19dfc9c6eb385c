package dev.docmirror.worker;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

import dev.docmirror.SyncState;
import dev.docmirror.SyncWorker;
import dev.docmirror.error.UnexpectedFailureException;
import dev.docmirror.mapping.Mapping;
import dev.docmirror.mapping.RowChange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.docmirror.worker.Rig.title;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Batches that are large enough to be mapped while the one before is written. */
@Timeout(60)
class MappingAheadTest {
    private static final int DOCUMENTS = 1_000;

    private final Rig rig = new Rig();

    MappingAheadTest() {
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
        assertThat(threads).containsExactly("docmirror-test-map");
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
    void poison_inALargeBatch_isParkedAlone() throws Exception {
        rig.database.put("bad", "{\"title\":7}");
        rig.database.put("worse", "{\"title\":[7]}");
        rig.runOnce();
        assertThat(rig.notes()).hasSize(DOCUMENTS);
        assertThat(rig.mirror.deadLetters().count(Rig.STREAM)).isEqualTo(2);
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
