package dev.docmirror.worker;

import java.util.Map;

import dev.docmirror.change.Revision;
import dev.docmirror.conflict.Resolution;
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
}
