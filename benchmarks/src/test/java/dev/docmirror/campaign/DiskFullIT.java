package dev.docmirror.campaign;

import java.time.Duration;

import dev.docmirror.SyncOptions;
import dev.docmirror.SyncState;
import dev.docmirror.SyncWorker;
import dev.docmirror.mapping.RawMapping;
import dev.docmirror.testkit.server.MySqlServer;
import dev.docmirror.testkit.server.MySqlServer.Flavor;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/** A MySQL whose space is used up, as on a full disk: a tablespace that may not grow further. */
class DiskFullIT {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final String MEGABYTE = "x".repeat(1_000_000);
    private static final int DOCUMENTS = 50;

    @Test
    void worker_onAFullDisk_retriesAndSkipsNothing_andGoesOnWhenThereIsSpace() throws Exception {
        MySqlServer.whyUnavailable(Flavor.MYSQL).ifPresent(Assumptions::abort);
        assumeThat(Servers.shared().mysql().ownsProcess()).isTrue();
        try (MySqlServer small = MySqlServer.start(
                        Flavor.MYSQL,
                        "--innodb-file-per-table=OFF",
                        "--innodb-data-file-path=ibdata1:12M:autoextend:max:100M");
                Site site = new Site(new Servers(Servers.shared().couch(), small))) {
            Site.Mirror mirror = site.newMirror(RawMapping.documents());
            mirror.execute("CREATE TABLE filler (megabyte LONGTEXT)");
            for (int i = 0; i < DOCUMENTS; i++) {
                mirror.execute("INSERT INTO filler VALUES (REPEAT('y', 1000000))");
                assertThat(site.documents().write("{\"_id\":\"d" + i + "\",\"text\":\"" + MEGABYTE + "\"}"))
                        .isPresent();
            }
            Heard heard = new Heard();
            SyncOptions options =
                    SyncOptions.defaults().withBatchSize(5).withBackoff(Duration.ofMillis(50), Duration.ofMillis(500));
            try (SyncWorker worker =
                    site.worker(site.source(), RawMapping.documents(), mirror.pool(), options, heard)) {
                worker.start();
                Await.until("the worker is RETRYING", SOON, () -> worker.state() == SyncState.RETRYING);
                assertThat(mirror.count("documents")).isLessThan(DOCUMENTS);
                mirror.execute("DROP TABLE filler");
                assertThat(worker.awaitCaughtUp(SOON)).as("%s", heard.states()).isTrue();
            }
            assertThat(mirror.count("documents")).isEqualTo(DOCUMENTS);
            assertThat(mirror.count("sync_dead_letters")).isZero();
        }
    }
}
