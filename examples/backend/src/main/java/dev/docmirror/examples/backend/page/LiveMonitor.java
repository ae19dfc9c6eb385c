package dev.docmirror.examples.backend.page;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.docmirror.SyncWorker;
import dev.docmirror.examples.backend.clinic.ClinicTables;
import dev.docmirror.mapping.TableDefinition;
import dev.docmirror.monitor.HealthThresholds;
import dev.docmirror.monitor.MonitorSnapshot;
import dev.docmirror.monitor.SyncHealth;
import dev.docmirror.monitor.SyncMonitor;
import dev.docmirror.monitor.SyncStatistics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Takes a sample of the sync every two seconds, keeps five minutes of them, and tells each to who listens. */
@Component
class LiveMonitor {
    private static final int KEPT = 150;
    private static final Logger log = LoggerFactory.getLogger(LiveMonitor.class);

    private final SyncMonitor monitor;
    private final SyncWorker worker;
    private final SyncStory story;
    private final LiveEvents events;
    private final JdbcClient database;
    private final String countAll;
    private final Deque<MonitorAnswer.Sample> history = new ArrayDeque<>();
    private MonitorAnswer latest;
    private SyncStatistics before;
    private long takenAt = System.nanoTime();

    LiveMonitor(SyncMonitor monitor, SyncWorker worker, SyncStory story, LiveEvents events, JdbcClient database) {
        this.monitor = monitor;
        this.worker = worker;
        this.story = story;
        this.events = events;
        this.database = database;
        this.countAll = countAll(ClinicTables.mapper().tables());
        this.before = worker.statistics();
        this.latest = ask(before, 0, count());
    }

    private static String countAll(List<TableDefinition> tables) {
        List<String> counts = tables.stream()
                .map(table -> "(SELECT COUNT(*) FROM `" + table.name() + "`)")
                .toList();
        return "SELECT " + String.join(" + ", counts);
    }

    @Scheduled(fixedRate = 2, timeUnit = TimeUnit.SECONDS)
    void sample() {
        SyncStatistics now = worker.statistics();
        long nanos = System.nanoTime();
        SyncStatistics since = now.since(before);
        double rate = since.changes() * 1e9 / Math.max(1, nanos - takenAt);
        // Counting is for the database to do, but only when there is something new.
        long mirrored = since.batches() > 0 || latest.mirrored() == 0 ? counted() : latest.mirrored();
        MonitorAnswer answer = ask(now, Math.round(rate * 10) / 10.0, mirrored);
        synchronized (this) {
            before = now;
            takenAt = nanos;
            latest = answer;
            history.addLast(answer.sample());
            if (history.size() > KEPT) {
                history.removeFirst();
            }
        }
        events.tell("monitor", answer);
    }

    private MonitorAnswer ask(SyncStatistics statistics, double rate, long mirrored) {
        MonitorSnapshot snapshot = monitor.snapshot();
        SyncHealth health = SyncHealth.of(snapshot, HealthThresholds.defaults());
        return MonitorAnswer.of(snapshot, statistics, health, story.since(), rate, mirrored);
    }

    /** While MySQL is not there, what there was: that it is not is told by the health. */
    private long counted() {
        try {
            return count();
        } catch (DataAccessException e) {
            log.debug(
                    "the mirrored documents can't be counted now: {}",
                    e.getClass().getName());
            return latest.mirrored();
        }
    }

    private long count() {
        return database.sql(countAll).query(Long.class).single();
    }

    /** The latest sample, with those before. */
    synchronized MonitorAnswer latest() {
        return latest.with(List.copyOf(history));
    }
}
