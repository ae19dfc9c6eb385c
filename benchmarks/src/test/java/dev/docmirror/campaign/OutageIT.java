package dev.docmirror.campaign;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.docmirror.SyncOptions;
import dev.docmirror.SyncState;
import dev.docmirror.SyncWorker;
import dev.docmirror.examples.quickstart.ClinicalDocuments;
import dev.docmirror.monitor.SyncEvent;
import dev.docmirror.monitor.SyncEvent.Side;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** Servers that are away for long, or freeze, under a running worker cost time and nothing else. */
class OutageIT {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration HEALED = Duration.ofSeconds(90);
    private static final int MOST_ATTEMPTS = 60;
    private static final SyncOptions SWIFT =
            SyncOptions.defaults().withBackoff(Duration.ofMillis(50), Duration.ofMillis(500));

    private static Servers servers;
    private final ClinicalDocuments made = new ClinicalDocuments(7);
    private final Heard heard = new Heard();
    private Site site;
    private Site.Mirror mirror;
    private List<ObjectNode> upcoming;

    private boolean broken;

    @BeforeAll
    static void startServers() {
        servers = Servers.start();
    }

    @AfterAll
    static void stopServers() {
        servers.close();
    }

    @BeforeEach
    void start() throws Exception {
        servers.assumeOwned();
        site = new Site(servers);
        SampleData.load(site.clinic(), 500, 7);
        mirror = site.newMirror();
        upcoming = new ArrayList<>(made.some(3_000).subList(1_000, 3_000));
    }

    @AfterEach
    void stop() throws Exception {
        if (broken) {
            site.couch().restart();
            site.mysql().restart();
        }
        if (site != null) {
            site.close();
        }
    }

    @Test
    void bothServers_stoppedForHalfAMinute_heal() throws Exception {
        try (SyncWorker worker = live(SyncOptions.defaults())) {
            write(50);
            assertThat(worker.awaitCaughtUp(HEALED)).isTrue();
            site.mysql().stop();
            write(10); // one batch, so that the feed goes on waiting
            Await.until("a write failed", HEALED, () -> attempts(Side.SINK) > 0);
            site.couch().stop();
            Await.pass(LONG);
            site.couch().restart();
            site.mysql().restart();
            write(50);
            healed(worker);
            assertThat(attempts(Side.SOURCE)).as("attempts at CouchDB").isBetween(2L, MOST_ATTEMPTS - 1L);
            assertThat(attempts(Side.SINK)).as("attempts at MySQL").isBetween(2L, MOST_ATTEMPTS - 1L);
        }
    }

    @Test
    void servers_frozen_goOnWhereTheyWere() throws Exception {
        try (SyncWorker worker = live(SWIFT)) {
            site.mysql().pause();
            write(100);
            Await.pass(SHORT);
            site.mysql().resume();
            healed(worker);
            write(100);
            site.couch().pause();
            Await.pass(SHORT);
            site.couch().resume();
            write(100);
            healed(worker);
            assertThat(attempts(Side.SOURCE) + attempts(Side.SINK)).isLessThan(MOST_ATTEMPTS);
        }
    }

    private SyncWorker live(SyncOptions options) throws InterruptedException {
        broken = true;
        SyncWorker worker = site.worker(mirror, options.withBatchSize(20), heard);
        worker.start();
        assertThat(worker.awaitCaughtUp(HEALED)).isTrue();
        return worker;
    }

    private void write(int count) throws IOException, InterruptedException {
        List<ObjectNode> next = upcoming.subList(0, count);
        site.clinic().write(new ArrayList<>(next), () -> {});
        next.clear();
    }

    /** The worker gets back by itself, and the mirror is what a rebuild makes. */
    private void healed(SyncWorker worker) throws Exception {
        assertThat(worker.awaitCaughtUp(HEALED))
                .as("caught up; %s", heard.states())
                .isTrue();
        Await.until("the worker is LIVE", HEALED, () -> worker.state() == SyncState.LIVE);
        MirrorContents rebuilt = MirrorContents.of(site.rebuilt());
        assertThat(MirrorContents.of(mirror).differences(rebuilt)).isEmpty();
        broken = false;
    }

    private long attempts(Side side) {
        return heard.all(SyncEvent.RetryScheduled.class).stream()
                .filter(retry -> retry.side() == side)
                .count();
    }
}
