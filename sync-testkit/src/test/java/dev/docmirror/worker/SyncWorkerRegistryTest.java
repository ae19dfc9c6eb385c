package dev.docmirror.worker;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import dev.docmirror.change.Revision;
import dev.docmirror.conflict.Resolution;
import dev.docmirror.deadletter.DeadLetter;
import dev.docmirror.error.TransientSyncException;
import dev.docmirror.mapping.Mapping;
import dev.docmirror.mapping.RowChange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.docmirror.worker.Rig.id;
import static dev.docmirror.worker.Rig.title;
import static org.assertj.core.api.Assertions.assertThat;

/** What the registry says of a version must not stand in the way of the rows that a later decision asks for. */
@Timeout(60)
class SyncWorkerRegistryTest {
    private final Rig rig = new Rig();

    private void fork() {
        Revision base = rig.database.put("a", title("base"));
        rig.database.fork("a", "2-bbb", base.toString(), title("left"));
        rig.database.fork("a", "2-aaa", base.toString(), title("right"));
    }

    @Test
    void reviewBeforeAnythingWasMirrored_laterChoiceOfTheSameWinner_isMirrored() throws Exception {
        rig.policy = (conflict, context) -> new Resolution.Review("a person decides");
        fork();
        rig.runOnce();
        assertThat(rig.notes()).isEmpty();

        rig.policy = (conflict, context) -> new Resolution.Defer();
        rig.database.delete(id("a"), Revision.of("2-aaa"));
        rig.runOnce();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "left"));
    }

    @Test
    void conflict_chosenVersionCanNotBeMapped_isParkedAtThatVersion() throws Exception {
        rig.policy =
                (conflict, context) -> new Resolution.Choose(conflict.leaves().get(1), "the other one");
        Revision base = rig.database.put("a", title("base"));
        rig.database.fork("a", "2-bbb", base.toString(), title("CouchDB's winner"));
        rig.database.fork("a", "2-aaa", base.toString(), "{\"title\":7}");
        rig.runOnce();
        assertThat(rig.mirror.deadLetters().of(Rig.STREAM, id("a")))
                .map(DeadLetter::revision)
                .contains(Revision.of("2-aaa"));
    }

    @Test
    void merge_laterChoiceOfCouchDbsWinner_replacesTheMergedBody() throws Exception {
        rig.policy = (conflict, context) ->
                new Resolution.Merge(conflict.leaves().get(0).body().deepCopy().put("title", "merged"), "both");
        fork();
        rig.runOnce();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "merged"));

        rig.policy = (conflict, context) -> new Resolution.Defer();
        rig.database.delete(id("a"), Revision.of("2-aaa"));
        rig.runOnce();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "left"));
    }

    @Test
    void merge_losingLeafPurged_winnersOwnBodyIsMirrored() throws Exception {
        rig.policy = (conflict, context) ->
                new Resolution.Merge(conflict.leaves().get(0).body().deepCopy().put("title", "merged"), "both");
        fork();
        rig.runOnce();
        rig.database.purge(id("a"), Revision.of("2-aaa"));
        rig.mirror.checkpoints().reset(Rig.STREAM);
        rig.runOnce();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "left"));
    }

    @Test
    void reset_afterTheMappingLearntAType_mapsWhatWasSkipped() throws Exception {
        rig.database.put("a", "{\"type\":\"other\",\"title\":\"one\"}");
        rig.database.put("b", "{\"type\":\"other\",\"title\":\"two\"}");
        rig.runOnce();
        rig.mirror.checkpoints().reset(Rig.STREAM);
        assertThat(rig.runOnce().totals().unchanged()).isEqualTo(2);
        rig.mapper =
                (document, context) -> new Mapping.Rows("other", List.of(new RowChange.Put(Rig.NOTES, new Object[] {
                    document.body().path("title").asString()
                })));
        rig.mirror.checkpoints().reset(Rig.STREAM);
        rig.runOnce();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "one", "b", "two"));
    }

    @Test
    void transientFailureOfTheMapper_isTriedAgain_notParked() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        rig.mapper = (document, context) -> {
            if (calls.incrementAndGet() < 3) {
                throw new TransientSyncException("a key server is down", null);
            }
            return Rig.MAPPER.map(document, context);
        };
        rig.database.put("a", title("one"));
        rig.runOnce();
        assertThat(rig.notes()).isEqualTo(Map.of("a", "one"));
        assertThat(rig.mirror.deadLetters().count(Rig.STREAM)).isZero();
    }
}
