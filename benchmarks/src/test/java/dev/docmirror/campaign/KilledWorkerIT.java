package dev.docmirror.campaign;

import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

import dev.docmirror.SyncOptions;
import dev.docmirror.SyncWorker;
import dev.docmirror.monitor.SyncListener;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/** A worker process killed again and again in mid-backfill leaves the mirror that one run without a fault makes. */
class KilledWorkerIT {
    private static final Logger log = LoggerFactory.getLogger(KilledWorkerIT.class);
    private static final int DOCUMENTS = 6_000;
    private static final int KILLS = Integer.getInteger("campaign.kills", 20);

    @Test
    void backfill_killedAtRandomTimes_endsAsARebuild() throws Exception {
        long seed = Long.getLong("campaign.seed", new Random().nextLong());
        log.info("campaign.seed={}", seed);
        try (Site site = new Site()) {
            SampleData.load(site.clinic(), DOCUMENTS, seed);
            Site.Mirror mirror = site.newMirror();
            int midway = killRepeatedly(site, mirror, new SplittableRandom(seed));
            finish(site, mirror);

            MirrorContents contents = MirrorContents.of(mirror);
            assertThat(contents).as("seed %d", seed).isEqualTo(MirrorContents.of(site.rebuilt()));
            assertThat(contents.rows().get("sync_conflicts")).hasSize(SampleData.conflicts(DOCUMENTS));
            assertThat(contents.rows().get("sync_dead_letters")).hasSize(SampleData.POISON);
            assertThat(midway).as("kills that met a running backfill").isGreaterThanOrEqualTo(KILLS);
        }
    }

    /** Kills each worker as soon as the registry has grown past a random mark; returns how many were at work then. */
    private static int killRepeatedly(Site site, Site.Mirror mirror, SplittableRandom random) throws Exception {
        int midway = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            long before = MirrorContents.count(mirror.pool(), "sync_documents");
            long mark = before + 1 + random.nextLong(2L * DOCUMENTS / KILLS / 3);
            try (WorkerProcess worker = WorkerProcess.start(site, mirror)) {
                while (worker.isAlive() && MirrorContents.count(mirror.pool(), "sync_documents") < mark) {
                    TimeUnit.MICROSECONDS.sleep(random.nextInt(3_000));
                }
                midway += worker.isAlive() ? 1 : 0;
                worker.kill();
            }
        }
        return midway;
    }

    private static void finish(Site site, Site.Mirror mirror) throws InterruptedException {
        try (SyncWorker worker = site.worker(mirror, SyncOptions.defaults(), SyncListener.logging())) {
            worker.runOnce();
        }
    }
}
