package dev.docmirror.examples.backend.sync;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

import dev.docmirror.cycle.CycleOutcome;
import dev.docmirror.cycle.CycleReport;
import dev.docmirror.cycle.QueueStatus;
import dev.docmirror.cycle.SyncCycle;
import dev.docmirror.queue.QueueFilter;
import dev.docmirror.queue.SyncQueue;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** A sync by hand: push what waits, pull what is new, or both. One runs at a time; meanwhile, another is refused. */
@RestController
@RequestMapping("/api/v1/sync")
class CycleController {
    private final SyncCycle cycle;
    private final SyncQueue queue;

    CycleController(SyncCycle cycle, SyncQueue queue) {
        this.cycle = cycle;
        this.queue = queue;
    }

    @PostMapping("/run")
    CycleReport run() throws InterruptedException {
        return report(cycle.run());
    }

    @PostMapping("/push")
    CycleReport.Push push() throws InterruptedException {
        return report(cycle.push(Set.of())).push();
    }

    /**
     * Waits until the mirror holds what CouchDB has, and tells what came since the last report.
     *
     * @param sinceUtc taken for clients that send it; where the mirror stands, its checkpoint knows better than their clocks
     */
    @GetMapping("/pull")
    CycleReport.Pull pull(@RequestParam Optional<Instant> sinceUtc) throws InterruptedException {
        return report(cycle.pull()).pull();
    }

    @GetMapping("/status")
    QueueStatus status() {
        return QueueStatus.of(queue.statistics(QueueFilter.all()), cycle.standing());
    }

    private static CycleReport report(CycleOutcome outcome) {
        if (outcome instanceof CycleOutcome.Finished finished) {
            return finished.report();
        }
        throw new ResponseStatusException(HttpStatus.CONFLICT, "a sync is running already; ask again when it is done");
    }
}
