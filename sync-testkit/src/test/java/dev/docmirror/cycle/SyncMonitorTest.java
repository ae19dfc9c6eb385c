package dev.docmirror.cycle;

import java.util.List;
import java.util.Optional;

import dev.docmirror.change.Revision;
import dev.docmirror.identity.ExternalId;
import dev.docmirror.identity.LinkNote;
import dev.docmirror.monitor.EntityStatus;
import dev.docmirror.monitor.HealthThresholds;
import dev.docmirror.monitor.SyncHealth;
import dev.docmirror.monitor.SyncMonitor;
import dev.docmirror.queue.OperationResolution;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.testkit.InMemoryIdentityLinks;
import dev.docmirror.testkit.InMemoryQueueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SyncMonitorTest {
    private final Node node = new Node();
    private final SyncCycle cycle = node.cycle().build();
    private final InMemoryIdentityLinks links = new InMemoryIdentityLinks();
    private SyncMonitor monitor;

    @BeforeEach
    void build() {
        monitor = SyncMonitor.builder(Node.NAME)
                .cycle(cycle)
                .queueWorker(node.push)
                .queue(node.store)
                .sink(node.mirror.sink())
                .archive(node.mirror.archive())
                .deadLetters(node.mirror.deadLetters())
                .identities(links, id -> Optional.of(ExternalId.of("couchdb", id.value())))
                .build();
    }

    @AfterEach
    void close() {
        cycle.close();
        node.close();
    }

    private List<SyncHealth.Code> codes(SyncMonitor asked) {
        return asked.health().reasons().stream().map(SyncHealth.Reason::code).toList();
    }

    private EntityStatus entity(String id) {
        return monitor.entity(Node.id(id));
    }

    @Test
    void health_everyPart_isLookedAt() throws Exception {
        assertThat(monitor.health().status()).isEqualTo(SyncHealth.Status.HEALTHY);
        node.database.put("poison", "{\"title\":7}");
        cycle.run();
        assertThat(codes(monitor)).containsExactly(SyncHealth.Code.DEAD_LETTERS);

        QueuedOperation conflicting = conflict("mine");
        SyncMonitor strict = SyncMonitor.builder(Node.NAME)
                .queue(node.store)
                .archive(node.mirror.archive())
                .thresholds(HealthThresholds.defaults().withOpenConflicts(0))
                .build();
        assertThat(codes(strict)).containsExactly(SyncHealth.Code.OPERATIONS_IN_CONFLICT);
        node.queue.resolve(conflicting.number(), OperationResolution.MANUAL, "dr.ada", "to be looked at");
        assertThat(codes(strict)).containsExactly(SyncHealth.Code.OPEN_CONFLICTS);

        SyncMonitor ofTheWorker =
                SyncMonitor.builder(Node.NAME).worker(node.pull).build();
        assertThat(codes(ofTheWorker)).containsExactly(SyncHealth.Code.WORKER_ENDED);
    }

    @Test
    void health_queueCannotBeAsked_isUnhealthy_andDoesNotThrow() throws Exception {
        node.store.faults().failAlways(InMemoryQueueStore.Point.READ);
        node.store.faults().failAlways(InMemoryQueueStore.Point.CLAIM);
        cycle.run();
        SyncHealth health = monitor.health();
        assertThat(health.status()).isEqualTo(SyncHealth.Status.UNHEALTHY);
        assertThat(codes(monitor)).containsExactly(SyncHealth.Code.UNREACHABLE, SyncHealth.Code.CYCLES_FAILING);
        assertThat(health.reasons().get(0).text()).isEqualTo("could not ask: queue");
    }

    @Test
    void entity_onItsWayThroughTheSync_isFoundAtEachStep() throws Exception {
        assertThat(entity("mine").state()).isEqualTo(EntityStatus.State.UNKNOWN);
        QueuedOperation written = node.write("mine", "x");
        assertThat(entity("mine").state()).isEqualTo(EntityStatus.State.UNDER_WAY);
        node.push.runOnce();
        EntityStatus pushed = entity("mine");
        assertThat(pushed.state()).isEqualTo(EntityStatus.State.UNDER_WAY);
        assertThat(pushed.operations()).singleElement().satisfies(operation -> {
            assertThat(operation.number()).isEqualTo(written.number());
            assertThat(operation.state()).isEqualTo(OperationState.COMPLETED);
        });
        cycle.run();
        EntityStatus there = entity("mine");
        assertThat(there.state()).isEqualTo(EntityStatus.State.MIRRORED);
        assertThat(there.mirrored().orElseThrow().revision())
                .isEqualTo(there.operations().get(0).result().orElseThrow());
    }

    @Test
    void entity_inConflictOrParked_saysSo() throws Exception {
        QueuedOperation conflicting = conflict("mine");
        assertThat(entity("mine").state()).isEqualTo(EntityStatus.State.IN_CONFLICT);
        node.queue.resolve(conflicting.number(), OperationResolution.MANUAL, "dr.ada", "to be looked at");
        EntityStatus reviewed = entity("mine");
        assertThat(reviewed.state()).isEqualTo(EntityStatus.State.IN_CONFLICT);
        assertThat(reviewed.conflicts())
                .singleElement()
                .satisfies(loser -> assertThat(loser.open()).isTrue());

        node.database.put("poison", "{\"title\":7}");
        cycle.run();
        EntityStatus parked = entity("poison");
        assertThat(parked.state()).isEqualTo(EntityStatus.State.PARKED);
        assertThat(parked.deadLetter().orElseThrow().reason()).isEqualTo("title: must be text");
        assertThat(parked.mirrored()).isEmpty();
    }

    @Test
    void entity_identityIsLinked_isNamed() {
        assertThat(entity("mine").identity()).isEmpty();
        links.link(
                List.of(ExternalId.of("couchdb", "mine"), ExternalId.of("firebase", "uid-1")),
                LinkNote.of("dr.ada", "registered"));
        assertThat(entity("mine").identity().orElseThrow().externalIds()).contains(ExternalId.of("firebase", "uid-1"));
    }

    @Test
    void entity_moreOperationsThanAPage_areAllListed() {
        for (int i = 0; i < 250; i++) {
            node.queue.cancel(node.write("mine", "title " + i).number(), "dr.ada", "not needed");
        }
        assertThat(entity("mine").operations()).hasSize(250);
        assertThat(entity("other").operations()).isEmpty();
    }

    @Test
    void noParts_knowsNothing_andIsHealthy() {
        SyncMonitor blind = SyncMonitor.builder(Node.NAME).build();
        assertThat(blind.health().status()).isEqualTo(SyncHealth.Status.HEALTHY);
        assertThat(blind.entity(Node.id("mine")).state()).isEqualTo(EntityStatus.State.UNKNOWN);
    }

    /** An operation made from a revision that is not the newest any more. */
    private QueuedOperation conflict(String id) throws InterruptedException {
        Revision base = node.database.put(id, "{\"title\":\"base\"}");
        node.database.put(id, "{\"title\":\"meanwhile\"}");
        QueuedOperation local = node.queue.enqueue(Node.update(id, "local").onRevision(base));
        cycle.run();
        return local;
    }
}
