package dev.docmirror.campaign;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** A large backfill needs no large heap. */
class MemoryIT {
    private static final int DOCUMENTS = Integer.getInteger("campaign.documents", 200_000);

    @Test
    void backfill_ofManyDocuments_runsInASmallHeap() throws Exception {
        try (Site site = new Site();
                GeneratedCouchDb couch = new GeneratedCouchDb(DOCUMENTS)) {
            Site.Mirror mirror = site.newMirror();
            try (WorkerProcess worker = WorkerProcess.start(
                    site, couch.database(), mirror, List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError"), "--once")) {
                assertThat(worker.waitFor()).as(worker::output).isZero();
            }
            assertThat(mirror.count("sync_documents")).isEqualTo(DOCUMENTS);
            assertThat(mirror.count("sync_dead_letters")).isZero();
            assertThat(mirror.count("patients")).isEqualTo(DOCUMENTS / 20 * 4);
            assertThat(mirror.count("clinical_sessions")).isEqualTo(DOCUMENTS / 20 * 6);
            assertThat(mirror.count("clinical_forms")).isEqualTo(DOCUMENTS / 20 * 6);
            assertThat(mirror.count("ai_requests")).isEqualTo(DOCUMENTS / 20 * 4);
        }
    }
}
