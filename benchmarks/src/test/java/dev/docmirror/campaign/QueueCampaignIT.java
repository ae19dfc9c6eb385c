package dev.docmirror.campaign;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
                LossyProxy proxy = LossyProxy.http(site.couch().url(), seed).lose(LOST_OF_HUNDRED)) {
            Site.Mirror mirror = site.emptyMirror();
            HikariDataSource pool = site.pool(
                    site.mysql().jdbcUrl(mirror.name()),
                    site.mysql().user(),
                    site.mysql().password());
            Visits visits = new Visits(site, mirror, pool, DOCUMENTS);
            visits.create();
            List<Future<?>> hosts = new ArrayList<>();
            ExecutorService threads = Executors.newFixedThreadPool(HOSTS);
            try (Workers crew = new Workers(site, mirror, proxy, visits)) {
                SplittableRandom random = new SplittableRandom(seed);
                Await.until("the documents are there", LIMIT, () -> visits.completed() == DOCUMENTS);
                log.info("{} documents are there", DOCUMENTS);
                for (int host = 0; host < HOSTS; host++) {
                    int first = host;
                    SplittableRandom own = random.split();
                    hosts.add(threads.submit(() -> {
                        write(visits, first, own);
                        return true;
                    }));
                }
                crew.disturb(hosts, random);
                for (Future<?> host : hosts) {
                    host.get();
                }
                log.info("{}; {} answers lost", crew, proxy.lost());
            } finally {
                threads.shutdownNow();
            }
            assertThat(visits.committed()).isEqualTo(committed());
            visits.verify("seed " + seed);
            assertThat(proxy.lost()).as("answers lost").isPositive();
        }
    }

    /** One host, which rolls back every tenth of its transactions. */
    private static void write(Visits visits, int first, SplittableRandom random)
            throws SQLException, InterruptedException {
        for (int operation = first; operation < OPERATIONS; operation += HOSTS) {
            Await.pass(Duration.ofNanos(random.nextLong(MOST_NANOS_BETWEEN_TRANSACTIONS)));
            visits.operate(random.nextInt(DOCUMENTS), operation, "" + first, operation / HOSTS % ROLLED_BACK_OF != 0);
        }
    }

    private static long committed() {
        return LongStream.range(0, OPERATIONS)
                .filter(operation -> operation / HOSTS % ROLLED_BACK_OF != 0)
                .count();
    }

    /** The worker processes, each replaced when it is killed. */
    private static final class Workers implements AutoCloseable {
        private final Site site;
        private final Site.Mirror mirror;
        private final LossyProxy proxy;
        private final Visits visits;
        private final List<WorkerProcess> workers = new ArrayList<>();
        private int kills;
        private int cuts;

        Workers(Site site, Site.Mirror mirror, LossyProxy proxy, Visits visits) throws Exception {
            this.site = site;
            this.mirror = mirror;
            this.proxy = proxy;
            this.visits = visits;
            for (int i = 0; i < WORKERS; i++) {
                workers.add(start());
            }
        }

        private WorkerProcess start() throws Exception {
            return WorkerProcess.start(
                    QueueWorkerMain.class, site, proxy.through(site.database()), mirror, List.of("-Xmx128m"));
        }

        /** Until all is done, each time the queue has got on by a random number of operations. */
        void disturb(List<Future<?>> hosts, SplittableRandom random) throws Exception {
            long done = 0;
            while (true) {
                long mark = done + 1 + random.nextLong(MOST_BETWEEN_FAULTS);
                Await.until("the queue gets past " + mark + " or is drained", LIMIT, () -> {
                    Await.pass(BETWEEN_LOOKS);
                    return visits.completed() >= mark || isDrained(hosts);
                });
                if (isDrained(hosts)) {
                    return;
                }
                done = visits.completed();
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

        private boolean isDrained(List<Future<?>> hosts) {
            return hosts.stream().allMatch(Future::isDone) && visits.isDrained();
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
