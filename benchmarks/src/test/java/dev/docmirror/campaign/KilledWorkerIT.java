package dev.docmirror.campaign;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/** A worker process killed again and again in mid-backfill leaves the mirror that one run without a fault makes. */
class KilledWorkerIT {
    private static final Logger log = LoggerFactory.getLogger(KilledWorkerIT.class);
    private static final int KILLS = Integer.getInteger("campaign.kills", 20);
    private static final int DOCUMENTS = 300 * KILLS;
    private static final int MOST_BETWEEN_KILLS = 100;
    private static final long MOST_NANOS_LATER = 50_000_000;

    @Test
    void backfill_killedAtRandomTimes_endsAsARebuild() throws Exception {
        long seed = Long.getLong("campaign.seed", new Random().nextLong());
        log.info("campaign.seed={} campaign.kills={}", seed, KILLS);
        try (Site site = new Site()) {
            SampleData.load(site.clinic(), DOCUMENTS, seed);
            Site.Mirror mirror = site.newMirror();
            killRepeatedly(site, mirror, new SplittableRandom(seed));
            site.drain(mirror);

            MirrorContents contents = MirrorContents.of(mirror);
            MirrorContents rebuilt = MirrorContents.of(site.rebuilt());
            assertThat(contents.differences(rebuilt)).as("seed %d", seed).isEmpty();
            assertThat(contents).as("seed %d", seed).isEqualTo(rebuilt);
            assertThat(contents.rows().get("sync_conflicts")).hasSize(SampleData.conflicts(DOCUMENTS));
            assertThat(contents.rows().get("sync_dead_letters")).hasSize(SampleData.POISON);
            assertThat(mirror.query("SELECT DISTINCT attempts FROM sync_dead_letters"))
                    .as("how often a poison document was parked")
                    .containsExactly(List.of("1"));
        }
    }

    /** Kills each worker a random moment after the registry has grown past a random mark. */
    private static void killRepeatedly(Site site, Site.Mirror mirror, SplittableRandom random) throws Exception {
        for (int kill = 1; kill <= KILLS; kill++) {
            long mark = mirror.count("sync_documents") + random.nextLong(MOST_BETWEEN_KILLS);
            try (WorkerProcess worker = WorkerProcess.start(site, mirror)) {
                Await.until(
                        "a worker gets past " + mark + " documents, or ends",
                        Duration.ofMinutes(1),
                        () -> mirror.count("sync_documents") > mark || !worker.isAlive());
                Await.pass(Duration.ofNanos(random.nextLong(MOST_NANOS_LATER)));
                assertThat(worker.isAlive())
                        .as("kill %d meets a running backfill", kill)
                        .isTrue();
                worker.kill();
            }
        }
        assertThat(mirror.count("sync_documents"))
                .as("documents after the last kill")
                .isLessThan(DOCUMENTS);
    }
}
