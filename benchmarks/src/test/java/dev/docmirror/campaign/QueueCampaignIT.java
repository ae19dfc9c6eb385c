package dev.docmirror.campaign;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

import com.zaxxer.hikari.HikariDataSource;
import dev.docmirror.change.DocumentId;
import dev.docmirror.change.Revision;
import dev.docmirror.mysql.MySqlQueueStore;
import dev.docmirror.queue.OperationState;
import dev.docmirror.queue.QueueAudit;
import dev.docmirror.queue.QueueFilter;
import dev.docmirror.queue.QueueStatistics;
import dev.docmirror.queue.QueuedOperation;
import dev.docmirror.queue.SyncOperation;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Operations from four hosts' transactions, three worker processes that are killed again and again, connections that are
 * cut and answers that are lost: each operation takes effect exactly once, in its document's order.
 */
class QueueCampaignIT {
    private static final Logger log = LoggerFactory.getLogger(QueueCampaignIT.class);
    private static final int OPERATIONS = Integer.getInteger("campaign.operations", 10_000);
    private static final int HOSTS = 4;
    private static final int WORKERS = 3;
    private static final int DOCUMENTS = OPERATIONS / 10;
    private static final int MOST_BETWEEN_FAULTS = 150;
    private static final int LOST_OF_HUNDRED = 20;
    private static final int ROLLED_BACK_OF = 10;
    /** So that workers get to most operations before the next one on the same document is folded into them. */
    private static final long MOST_NANOS_BETWEEN_TRANSACTIONS = 20_000_000;

    /** To count thousands of rows without a pause would be half of the server's work. */
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private static final Duration LIMIT = Duration.ofMinutes(6);

    @Test
    void operations_underKillsCutsAndLostAnswers_takeEffectExactlyOnceInTheirOrder() throws Exception {
        long seed = Long.getLong("campaign.seed", new Random().nextLong());
        log.info("campaign.seed={} campaign.operations={}", seed, OPERATIONS);
        try (Site site = new Site();
                LossyProxy proxy = new LossyProxy(site.couch().url(), LOST_OF_HUNDRED, seed)) {
            Site.Mirror mirror = site.emptyMirror();
            mirror.execute(
                    "CREATE TABLE visits (place BIGINT AUTO_INCREMENT PRIMARY KEY, document INT, operation INT)");
            HikariDataSource pool = site.pool(
                    site.mysql().jdbcUrl(mirror.name()),
                    site.mysql().user(),
                    site.mysql().password());
            MySqlQueueStore queue = MySqlQueueStore.of(pool);
            for (int document = 0; document < DOCUMENTS; document++) {
                queue.enqueue(SyncOperation.create(
                        "visit", id(document), JsonMapper.shared().createObjectNode()));
            }
            List<Future<?>> hosts = new ArrayList<>();
            ExecutorService threads = Executors.newFixedThreadPool(HOSTS);
            try (Crew crew = new Crew(site, mirror, proxy)) {
                SplittableRandom random = new SplittableRandom(seed);
                Await.until("the documents are there", LIMIT, () -> crew.completed() == DOCUMENTS);
                log.info("{} documents are there", DOCUMENTS);
                for (int host = 0; host < HOSTS; host++) {
                    int first = host;
                    SplittableRandom own = random.split();
                    hosts.add(threads.submit(() -> {
                        write(pool, queue, first, own);
                        return true;
                    }));
                }
                crew.disturb(queue, hosts, random);
                for (Future<?> host : hosts) {
                    host.get();
                }
                log.info("{}; {} answers lost", crew, proxy.lost());
            } finally {
                threads.shutdownNow();
            }
            verify(site, mirror, queue, "seed " + seed);
            assertThat(proxy.lost()).as("answers lost").isPositive();
        }
    }

    /** One host: every operation in a transaction with a row of the host's own, every tenth rolled back. */
    private static void write(HikariDataSource pool, MySqlQueueStore queue, int first, SplittableRandom random)
            throws SQLException, InterruptedException {
        for (int operation = first; operation < OPERATIONS; operation += HOSTS) {
            Await.pass(Duration.ofNanos(random.nextLong(MOST_NANOS_BETWEEN_TRANSACTIONS)));
            int document = random.nextInt(DOCUMENTS);
            try (Connection host = pool.getConnection()) {
                host.setAutoCommit(false);
                queue.joined(host)
                        .enqueue(SyncOperation.patch(
                                        "visit",
                                        id(document),
                                        JsonMapper.shared()
                                                .createObjectNode()
                                                .put(field(operation), true)
                                                .put("last", operation))
                                .by("host " + first, "device " + first));
                // The document is held by now, so the places of its rows are in the order of its operations.
                insert(host, document, operation);
                if (operation / HOSTS % ROLLED_BACK_OF == 0) {
                    host.rollback();
                } else {
                    host.commit();
                }
            }
        }
    }

    private static void insert(Connection host, int document, int operation) throws SQLException {
        try (PreparedStatement statement =
                host.prepareStatement("INSERT INTO visits (document, operation) VALUES (?, ?)")) {
            statement.setInt(1, document);
            statement.setInt(2, operation);
            statement.executeUpdate();
        }
    }

    private static DocumentId id(int document) {
        return DocumentId.of("visit:" + document);
    }

    private static String field(int operation) {
        return "o" + operation;
    }

    private static void verify(Site site, Site.Mirror mirror, MySqlQueueStore queue, String seed) throws Exception {
        QueueStatistics figures = queue.statistics(QueueFilter.all());
        log.info("{} operations of the hosts' took effect with {} writes", mirror.count("visits"), figures.total());
        assertThat(figures.in(OperationState.COMPLETED)).as(seed).isEqualTo(figures.total());
        assertThat(mirror.count("visits")).isEqualTo(committed());
        Map<DocumentId, List<Integer>> visits = new HashMap<>();
        for (List<String> row : mirror.query("SELECT document, operation FROM visits ORDER BY place")) {
            visits.computeIfAbsent(id(Integer.parseInt(row.get(0))), none -> new ArrayList<>())
                    .add(Integer.valueOf(row.get(1)));
        }
        Map<DocumentId, List<Revision>> results = results(queue);
        Map<DocumentId, JsonNode> bodies = new HashMap<>();
        site.documents()
                .send("GET", "/_all_docs?include_docs=true&conflicts=true", "")
                .json()
                .get("rows")
                .forEach(row -> bodies.put(DocumentId.of(row.get("id").asString()), row.get("doc")));
        for (int document = 0; document < DOCUMENTS; document++) {
            DocumentId id = id(document);
            String about = seed + ", " + id;
            List<Integer> operations = visits.getOrDefault(id, List.of());
            List<Revision> written = results.getOrDefault(id, List.of());
            JsonNode body = bodies.get(id);
            assertThat(body.propertyNames()).as(about).doesNotContain("_conflicts");
            assertThat(body.propertyStream().map(field -> field.getKey()).filter(name -> name.startsWith("o")))
                    .as(about)
                    .containsExactlyInAnyOrderElementsOf(
                            operations.stream().map(QueueCampaignIT::field).toList());
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
        QueueAudit.Result audit = QueueAudit.verify(queue::audit);
        assertThat(audit.isIntact()).as(seed).isTrue();
        assertThat(mirror.count("sync_queue_changes")).isZero();
    }

    /** The revisions that were written, by document, in the order of their operations. */
    private static Map<DocumentId, List<Revision>> results(MySqlQueueStore queue) {
        Map<DocumentId, List<Revision>> results = new HashMap<>();
        for (QueuedOperation each : queue.list(QueueFilter.all().page(0, DOCUMENTS + OPERATIONS))) {
            results.computeIfAbsent(each.operation().id(), none -> new ArrayList<>())
                    .add(each.result().orElseThrow());
        }
        return results;
    }

    private static long committed() {
        return LongStream.range(0, OPERATIONS)
                .filter(operation -> operation / HOSTS % ROLLED_BACK_OF != 0)
                .count();
    }

    /** The worker processes, each replaced when it is killed. */
    private static final class Crew implements AutoCloseable {
        private final Site site;
        private final Site.Mirror mirror;
        private final LossyProxy proxy;
        private final List<WorkerProcess> workers = new ArrayList<>();
        private int kills;
        private int cuts;

        Crew(Site site, Site.Mirror mirror, LossyProxy proxy) throws Exception {
            this.site = site;
            this.mirror = mirror;
            this.proxy = proxy;
            for (int i = 0; i < WORKERS; i++) {
                workers.add(start());
            }
        }

        private WorkerProcess start() throws Exception {
            return WorkerProcess.start(
                    QueueWorkerMain.class, site, proxy.through(site.database()), mirror, List.of("-Xmx128m"));
        }

        /** Until all is done, each time the queue has got on by a random number of operations. */
        void disturb(MySqlQueueStore queue, List<Future<?>> hosts, SplittableRandom random) throws Exception {
            long done = 0;
            while (true) {
                long mark = done + 1 + random.nextLong(MOST_BETWEEN_FAULTS);
                Await.until("the queue gets past " + mark + " or is drained", LIMIT, () -> {
                    Await.pass(BETWEEN_LOOKS);
                    return completed() >= mark || isDrained(queue, hosts);
                });
                if (isDrained(queue, hosts)) {
                    return;
                }
                done = completed();
                if (random.nextInt(3) == 0) {
                    cuts += proxy.cut();
                } else {
                    int victim = random.nextInt(WORKERS);
                    workers.get(victim).close();
                    workers.set(victim, start());
                    kills++;
                }
            }
        }

        private long completed() {
            return Long.parseLong(mirror.query("SELECT COUNT(*) FROM sync_queue WHERE state = 'COMPLETED'")
                    .get(0)
                    .get(0));
        }

        private boolean isDrained(MySqlQueueStore queue, List<Future<?>> hosts) {
            if (!hosts.stream().allMatch(Future::isDone)) {
                return false;
            }
            QueueStatistics figures = queue.statistics(QueueFilter.all());
            assertThat(figures.in(OperationState.CONFLICT))
                    .as("conflicts with itself")
                    .isZero();
            return figures.in(OperationState.COMPLETED) == figures.total();
        }

        @Override
        public void close() throws Exception {
            for (WorkerProcess worker : workers) {
                worker.close();
            }
        }

        @Override
        public String toString() {
            return kills + " workers killed, " + cuts + " connections cut";
        }
    }
}
