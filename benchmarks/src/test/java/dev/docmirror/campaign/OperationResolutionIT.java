package dev.docmirror.campaign;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import dev.docmirror.SyncOptions;
import dev.docmirror.SyncWorker;
import dev.docmirror.change.ChangeSource;
import dev.docmirror.change.Document;
import dev.docmirror.change.DocumentChange;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.change.StreamId;
import dev.docmirror.conflict.ArchivedConflict.Outcome;
import dev.docmirror.conflict.ConflictArchive;
import dev.docmirror.conflict.ConflictReview;
import dev.docmirror.conflict.ConflictView;
import dev.docmirror.conflict.OpenConflicts;
import dev.docmirror.cycle.CycleOutcome;
import dev.docmirror.cycle.CycleReport;
import dev.docmirror.cycle.ProcessAnswer;
import dev.docmirror.cycle.PullEvents;
import dev.docmirror.cycle.QueueSummary;
import dev.docmirror.cycle.SyncCycle;
import dev.docmirror.mapping.Column;
import dev.docmirror.mapping.DocumentMapper;
import dev.docmirror.mapping.TableMapping;
import dev.docmirror.monitor.EntityStatus;
import dev.docmirror.monitor.SyncMonitor;
import dev.docmirror.mysql.MySqlCheckpointStore;
import dev.docmirror.mysql.MySqlConflictArchive;
import dev.docmirror.mysql.MySqlDeadLetterStore;
import dev.docmirror.mysql.MySqlMirrorSink;
import dev.docmirror.mysql.MySqlQueueStore;
import dev.docmirror.queue.DocumentTarget;
import dev.docmirror.queue.OperationConflictPolicy;
import dev.docmirror.queue.OperationResolution;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueAudit;
import dev.docmirror.queue.QueueFilter;
import dev.docmirror.queue.QueueStore;
import dev.docmirror.queue.QueueWorker;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.queue.SyncOperation;
import dev.docmirror.queue.SyncQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** A device that was offline meets a document that was changed meanwhile: each way to decide, from server to server. */
class OperationResolutionIT {
    private static final StreamId STREAM = StreamId.of(Site.STREAM);
    private static final DocumentId ID = DocumentId.of("e");
    private static final JsonMapper JSON = new JsonMapper();
    private static final DocumentMapper MAPPER = TableMapping.builder("encounters")
            .key("couch_id", 255)
            .column(Column.text("revision", 300).from("/_rev"))
            .column(Column.text("diagnosis", 200).from("/diagnosis"))
            .column(Column.text("room", 200).from("/room"))
            .build();

    private Site site;
    private Site.Mirror mirror;
    private ChangeSource source;
    private DocumentTarget target;
    private ConflictArchive archive;
    private QueueStore store;
    private SyncQueue queue;
    private SyncWorker pull;
    private final PullEvents events = new PullEvents();

    @BeforeEach
    void start() {
        site = new Site();
        mirror = site.newMirror(MAPPER);
        source = site.source();
        target = site.target();
        archive = MySqlConflictArchive.of(mirror.pool());
        store = MySqlQueueStore.of(mirror.pool());
        queue = SyncQueue.builder(store).conflicts(Site.STREAM, source, archive).build();
        pull = SyncWorker.builder(
                        Site.STREAM,
                        source,
                        MAPPER,
                        MySqlMirrorSink.of(mirror.pool()),
                        MySqlCheckpointStore.of(mirror.pool()))
                .options(SyncOptions.defaults())
                .listener(events)
                .build();
    }

    @AfterEach
    void stop() throws Exception {
        pull.close();
        site.close();
    }

    @Test
    void clientWins_patchOfOneField_isWrittenOnTopOfTheServersVersion() throws Exception {
        QueuedOperation offline = conflict(
                base -> SyncOperation.patch("encounter", ID, object("{\"diagnosis\":\"client\"}"))
                        .onRevision(base),
                "{\"diagnosis\":\"base\",\"room\":\"server\"}");

        queue.resolve(offline.number(), OperationResolution.CLIENT_WINS, "dr.ada", "the device is right");
        CycleReport report = cycle();
        assertThat(report.push()).isEqualTo(new CycleReport.Push(1, 1, 0, 0));
        assertThat(report.pull()).isEqualTo(new CycleReport.Pull(1, 1, 0, 0));
        assertEverywhere("client", "server", 3);
        assertArchived(Outcome.CHOSEN, "base", false);
        ProcessAnswer.Synced answer = (ProcessAnswer.Synced)
                ProcessAnswer.of(queue.find(offline.number()).orElseThrow(), Optional.of(winner()));
        assertThat(answer.result().toString()).isEqualTo("{\"id\":\"e\",\"diagnosis\":\"client\",\"room\":\"server\"}");
        assertSettled(offline);
    }

    @Test
    void clientWins_deletionAgainstAnEdit_deletes_andTheEditIsArchived() throws Exception {
        QueuedOperation offline =
                conflict(base -> SyncOperation.delete("encounter", ID).onRevision(base), "{\"diagnosis\":\"server\"}");
        queue.resolve(offline.number(), OperationResolution.CLIENT_WINS, "dr.ada", "entered by mistake");
        assertThat(cycle().push().success()).isEqualTo(1);
        assertThat(winner().deleted()).isTrue();
        assertThat(rows()).isEmpty();
        assertArchived(Outcome.CHOSEN, "server", false);
        assertSettled(offline);
    }

    @Test
    void serverWins_theOperationIsGivenUp_andStandsInTheArchive() throws Exception {
        QueuedOperation offline = conflict(
                base -> SyncOperation.update("encounter", ID, object("{\"diagnosis\":\"client\"}"))
                        .onRevision(base),
                "{\"diagnosis\":\"server\"}");
        queue.resolve(offline.number(), OperationResolution.SERVER_WINS, "dr.ada", "the server is right");
        CycleReport report = cycle();
        assertThat(report.push().total()).isZero();
        assertEverywhere("server", null, 2);
        assertArchived(Outcome.CHOSEN, "client", false);
        assertSettled(offline);
    }

    @Test
    void manual_aPersonRestoresTheClientsVersion_inTheReview() throws Exception {
        QueuedOperation offline = conflict(
                base -> SyncOperation.update("encounter", ID, object("{\"diagnosis\":\"client\"}"))
                        .onRevision(base),
                "{\"diagnosis\":\"server\"}");
        queue.resolve(offline.number(), OperationResolution.MANUAL, "dr.ada", "somebody has to look");
        cycle();
        assertEverywhere("server", null, 2);
        assertArchived(Outcome.REVIEW, "client", true);
        assertThat(monitor().entity(ID).state()).isEqualTo(EntityStatus.State.IN_CONFLICT);

        ConflictReview review =
                ConflictReview.of(Site.STREAM, source, MySqlMirrorSink.of(mirror.pool()), archive, target);
        assertThat(review.open(OpenConflicts.first(10))).hasSize(1);
        ConflictView view = review.show(ID).orElseThrow();
        assertThat(view.differences())
                .singleElement()
                .satisfies(difference -> assertThat(difference.values().values())
                        .extracting(each -> each.asString())
                        .containsExactlyInAnyOrder("client", "server"));
        review.restore(view, view.archived().get(0), "dr.bob", "the device is right");
        assertThat(cycle().pull().applied()).isEqualTo(1);
        assertEverywhere("client", null, 3);
        assertArchived(Outcome.REVIEW, "client", false);
        assertThat(review.open(OpenConflicts.first(10))).isEmpty();
        assertSettled(offline);
    }

    @Test
    void policy_decidesWhileThePushRuns_eachWay() throws Exception {
        OperationConflictPolicy policy =
                (operation, server) -> operation.device().map(OperationResolution::valueOf);
        for (OperationResolution resolution : OperationResolution.values()) {
            String id = resolution.name();
            String base = write("{\"_id\":\"" + id + "\",\"diagnosis\":\"base\"}");
            write("{\"_id\":\"" + id + "\",\"_rev\":\"" + base + "\",\"diagnosis\":\"server\"}");
            queue.enqueue(SyncOperation.update("encounter", DocumentId.of(id), object("{\"diagnosis\":\"client\"}"))
                    .onRevision(Revision.of(base))
                    .by("dr.ada", id));
        }
        CycleReport report;
        try (QueueWorker push = QueueWorker.builder(store, source, target)
                        .conflicts(policy, Site.STREAM, archive)
                        .build();
                SyncCycle cycle = SyncCycle.builder(push, pull, events).build()) {
            report = ((CycleOutcome.Finished) cycle.run()).report();
        }
        assertThat(report.success()).isTrue();
        assertThat(report.push().total()).isEqualTo(3);
        assertThat(report.push().conflicts()).isEqualTo(3);
        assertThat(report.conflicts())
                .extracting(CycleReport.Conflict::resolution)
                .containsExactlyInAnyOrder("ClientWins", "ServerWins", "Manual");
        assertThat(mirror.query("SELECT couch_id, diagnosis FROM encounters ORDER BY couch_id"))
                .containsExactly(
                        List.of("CLIENT_WINS", "client"),
                        List.of("MANUAL", "server"),
                        List.of("SERVER_WINS", "server"));
        assertThat(archive.open(STREAM, OpenConflicts.first(10)))
                .singleElement()
                .satisfies(entry -> assertThat(entry.conflict().loser().id()).isEqualTo(DocumentId.of("MANUAL")));
        assertThat(archive.count(STREAM)).isEqualTo(3);
    }

    private interface Offline {
        SyncOperation madeFrom(Revision base);
    }

    /** A document that is mirrored, changed on the server, and then written by a device that did not know. */
    private QueuedOperation conflict(Offline offline, String serversFields) throws Exception {
        String base = write("{\"_id\":\"e\",\"diagnosis\":\"base\"}");
        assertThat(cycle().pull().applied()).isEqualTo(1);
        QueuedOperation queued = queue.enqueue(
                offline.madeFrom(Revision.of(base)).by("dr.ada", "tablet-1").at(Instant.parse("2025-11-30T10:00:00Z")));
        ObjectNode server = object(serversFields);
        server.put("_id", "e").put("_rev", base);
        write(server.toString());

        CycleReport report = cycle();
        assertThat(report.success()).isTrue();
        assertThat(report.push()).isEqualTo(new CycleReport.Push(1, 0, 0, 1));
        assertThat(report.pull()).isEqualTo(new CycleReport.Pull(1, 1, 0, 0));
        assertThat(report.conflicts()).singleElement().satisfies(conflict -> {
            assertThat(conflict.entityId()).isEqualTo("e");
            assertThat(conflict.resolution()).isEqualTo("Unresolved");
        });
        QueuedOperation waiting = queue.find(queued.number()).orElseThrow();
        assertThat(waiting.server()).contains(winner().revision());
        assertThat(ProcessAnswer.of(waiting, Optional.empty())).isInstanceOf(ProcessAnswer.Conflict.class);
        assertThat(monitor().entity(ID).state()).isEqualTo(EntityStatus.State.IN_CONFLICT);
        return waiting;
    }

    private CycleReport cycle() throws InterruptedException {
        try (QueueWorker push = QueueWorker.builder(store, source, target).build();
                SyncCycle cycle = SyncCycle.builder(push, pull, events).build()) {
            return ((CycleOutcome.Finished) cycle.run()).report();
        }
    }

    /** Source and mirror hold the same, in one leaf. */
    private void assertEverywhere(String diagnosis, String room, long generation) {
        Document winner = winner();
        assertThat(winner.body().path("diagnosis").asString("")).isEqualTo(diagnosis);
        assertThat(winner.revision().generation()).isEqualTo(generation);
        assertThat(change().leaves()).filteredOn(leaf -> !leaf.deleted()).hasSize(1);
        assertThat(rows())
                .singleElement()
                .satisfies(row ->
                        assertThat(row).containsExactly("e", winner.revision().toString(), diagnosis, room));
    }

    private void assertArchived(Outcome outcome, String diagnosis, boolean open) {
        assertThat(archive.of(STREAM, ID)).singleElement().satisfies(entry -> {
            assertThat(entry.conflict().outcome()).isEqualTo(outcome);
            assertThat(entry.conflict().loser().body().path("diagnosis").asString(""))
                    .isEqualTo(diagnosis);
            assertThat(entry.isOpen()).isEqualTo(open);
        });
    }

    /** The operation is done, every part agrees on that, and another cycle finds nothing to do. */
    private void assertSettled(QueuedOperation offline) throws Exception {
        CycleReport idle = cycle();
        assertThat(idle.push().total()).isZero();
        assertThat(idle.pull().total()).isZero();
        assertThat(queue.find(offline.number()).orElseThrow().state()).isEqualTo(OperationState.COMPLETED);
        assertThat(QueueSummary.of(queue.statistics(QueueFilter.all().ofUser("dr.ada"))))
                .isEqualTo(new QueueSummary(1, 0, 1, 0, 0, "100.00%"));
        assertThat(monitor().entity(ID).state()).isEqualTo(EntityStatus.State.MIRRORED);
        assertThat(monitor().health().reasons()).isEmpty();
        assertThat(queue.verifyAudit(QueueAudit.Head.NONE).isIntact()).isTrue();
    }

    private SyncMonitor monitor() {
        return SyncMonitor.builder(Site.STREAM)
                .queue(store)
                .sink(MySqlMirrorSink.of(mirror.pool()))
                .archive(archive)
                .deadLetters(MySqlDeadLetterStore.of(mirror.pool()))
                .build();
    }

    private String write(String json) throws Exception {
        return site.documents().write(json).orElseThrow();
    }

    private List<List<String>> rows() {
        return mirror.query("SELECT couch_id, revision, diagnosis, room FROM encounters");
    }

    private DocumentChange change() {
        return source.read(List.of(ID)).get(0);
    }

    private Document winner() {
        return change().winner();
    }

    private static ObjectNode object(String json) {
        return (ObjectNode) JSON.readTree(json);
    }
}
