package dev.docmirror.campaign;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import javax.sql.DataSource;

import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.mysql.MySqlQueueStore;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueAudit;
import dev.docmirror.queue.QueueFilter;
import dev.docmirror.queue.QueueStatistics;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.queue.SyncOperation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Documents that hosts write through the queue only: each operation in a transaction with a row of the host's own, and
 * leaves a mark of its own in the document. So the rows tell which marks there must be, and in which order.
 */
final class Visits {
    static final String PREFIX = "visit:";

    private final Site site;
    private final Site.Mirror mirror;
    private final DataSource hosts;
    private final int documents;
    private final MySqlQueueStore queue;

    /** @param hosts the pool of the hosts, whose transactions these are */
    Visits(Site site, Site.Mirror mirror, DataSource hosts, int documents) {
        this.site = site;
        this.mirror = mirror;
        this.hosts = hosts;
        this.documents = documents;
        this.queue = MySqlQueueStore.of(hosts);
    }

    MySqlQueueStore queue() {
        return queue;
    }

    /** Makes the hosts' table and has all documents created, without a mark. */
    void create() {
        mirror.execute("CREATE TABLE host_visits"
                + " (place BIGINT AUTO_INCREMENT PRIMARY KEY, document INT, operation INT UNIQUE)");
        for (int document = 0; document < documents; document++) {
            queue.enqueue(SyncOperation.create(
                    "visit",
                    id(document),
                    JsonMapper.shared().createObjectNode().put("type", "visit")));
        }
    }

    /** One host's transaction. If it fails at its commit, only its row tells whether it counts. */
    void operate(int document, int operation, String host, boolean commits) throws SQLException {
        try (Connection connection = hosts.getConnection()) {
            connection.setAutoCommit(false);
            queue.joined(connection)
                    .enqueue(SyncOperation.patch(
                                    "visit",
                                    id(document),
                                    JsonMapper.shared()
                                            .createObjectNode()
                                            .put(field(operation), true)
                                            .put("last", operation))
                            .by("host " + host, "device " + host));
            // The document is held by now, so the places of its rows are in the order of its operations.
            insert(connection, document, operation);
            if (commits) {
                connection.commit();
            } else {
                connection.rollback();
            }
        }
    }

    private static void insert(Connection host, int document, int operation) throws SQLException {
        try (PreparedStatement statement =
                host.prepareStatement("INSERT INTO host_visits (document, operation) VALUES (?, ?)")) {
            statement.setInt(1, document);
            statement.setInt(2, operation);
            statement.executeUpdate();
        }
    }

    /** How many operations' transactions were committed. */
    long committed() {
        return mirror.count("host_visits");
    }

    long completed() {
        return Long.parseLong(mirror.query("SELECT COUNT(*) FROM sync_queue WHERE state = 'COMPLETED'")
                .get(0)
                .get(0));
    }

    /** Whether every operation had its effect; none may be in conflict with another one. */
    boolean isDrained() {
        QueueStatistics figures = queue.statistics(QueueFilter.all());
        assertThat(figures.in(OperationState.CONFLICT))
                .as("conflicts with itself")
                .isZero();
        return figures.in(OperationState.COMPLETED) == figures.total();
    }

    /** Every operation that was committed took effect exactly once, in its document's order, and none else did. */
    void verify(String about) throws Exception {
        QueueStatistics figures = queue.statistics(QueueFilter.all());
        assertThat(figures.in(OperationState.COMPLETED)).as(about).isEqualTo(figures.total());
        Map<DocumentId, List<Integer>> operations = operations();
        Map<DocumentId, List<Revision>> results = results();
        Map<DocumentId, JsonNode> bodies = bodies();
        for (int document = 0; document < documents; document++) {
            DocumentId id = id(document);
            verify(
                    about + ", " + id,
                    operations.getOrDefault(id, List.of()),
                    results.getOrDefault(id, List.of()),
                    bodies.get(id));
        }
        QueueAudit.Result audit = QueueAudit.verify(queue::audit);
        assertThat(audit.isIntact()).as(about).isTrue();
        assertThat(mirror.count("sync_queue_changes")).as(about).isZero();
    }

    private static void verify(String about, List<Integer> operations, List<Revision> written, JsonNode body) {
        assertThat(body.propertyNames()).as(about).doesNotContain("_conflicts");
        assertThat(body.propertyStream().map(Map.Entry::getKey).filter(name -> name.startsWith("o")))
                .as(about)
                .containsExactlyInAnyOrderElementsOf(
                        operations.stream().map(Visits::field).toList());
        if (!operations.isEmpty()) {
            assertThat(body.get("last").asInt()).as(about).isEqualTo(operations.get(operations.size() - 1));
        }
        assertThat(written.stream().map(Revision::generation))
                .as("%s: one revision for each write, in order", about)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, written.size()).boxed().toList());
        assertThat(body.get("_rev").asString())
                .as(about)
                .isEqualTo(written.get(written.size() - 1).toString());
    }

    private Map<DocumentId, List<Integer>> operations() {
        Map<DocumentId, List<Integer>> operations = new HashMap<>();
        for (List<String> row : mirror.query("SELECT document, operation FROM host_visits ORDER BY place")) {
            operations
                    .computeIfAbsent(id(Integer.parseInt(row.get(0))), none -> new ArrayList<>())
                    .add(Integer.valueOf(row.get(1)));
        }
        return operations;
    }

    /** The revisions that were written, by document, in the order of their operations. */
    private Map<DocumentId, List<Revision>> results() {
        Map<DocumentId, List<Revision>> results = new HashMap<>();
        int all = (int) mirror.count("sync_queue");
        for (QueuedOperation each : queue.list(QueueFilter.all().page(0, Math.max(1, all)))) {
            results.computeIfAbsent(each.operation().id(), none -> new ArrayList<>())
                    .add(each.result().orElseThrow());
        }
        return results;
    }

    private Map<DocumentId, JsonNode> bodies() throws Exception {
        Map<DocumentId, JsonNode> bodies = new HashMap<>();
        site.documents()
                .send("GET", "/_all_docs?include_docs=true&conflicts=true", "")
                .json()
                .get("rows")
                .forEach(row -> bodies.put(DocumentId.of(row.get("id").asString()), row.get("doc")));
        return bodies;
    }

    private static DocumentId id(int document) {
        return DocumentId.of(PREFIX + document);
    }

    private static String field(int operation) {
        return "o" + operation;
    }
}
