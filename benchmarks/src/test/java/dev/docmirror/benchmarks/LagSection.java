package dev.docmirror.benchmarks;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;

import dev.docmirror.benchmarks.Candidate.Kind;
import dev.docmirror.examples.quickstart.Clinic;
import dev.docmirror.examples.quickstart.ClinicalDocuments;
import tools.jackson.databind.node.ObjectNode;

/**
 * The time from a write in CouchDB to its row in MySQL, the write itself included, beside the least that takes; and
 * what a worker costs while nothing happens.
 */
final class LagSection {
    private static final int DOCUMENTS = 400;
    private static final int[] RATES = {20, 200};

    /**
     * How many rounds long each candidate warms up, at the highest rate that is measured. Until then its JVM compiles, on
     * processors that the servers and the writers need.
     */
    private static final int WARM_UP_ROUNDS = 9;

    private static final int WARM_UP_RATE = 200;

    /** A worker begins anew in each round: its first steps are not measured. */
    private static final int BEGINNING_SECONDS = 5;

    /** The last writes arrive in far less. */
    private static final long ARRIVAL_MILLIS = 2_000;

    private static final long SETTLE_MILLIS = 15_000;
    private static final long IDLE_MILLIS = 60_000;

    private final Stage stage;
    private final Settings settings;
    private final Runs runs;
    private final Progress out;

    LagSection(Stage stage, Settings settings, Runs runs, Progress out) {
        this.stage = stage;
        this.settings = settings;
        this.runs = runs;
        this.out = out;
    }

    /** One round: what half and what all but a hundredth of the writes took, in milliseconds. */
    private record Lag(double p50, double p99) {}

    void run(Report report) throws Exception {
        URI database = stage.documents("lag");
        stage.delete(database);
        stage.create(database);
        Clinic clinic = stage.clinic(database);
        List<ObjectNode> documents = new ClinicalDocuments(1).some(DOCUMENTS);
        clinic.write(documents, () -> {});
        String floorTables = stage.newMirror();
        String mirrorTables = stage.newMirror();
        try {
            if (settings.has("lag")) {
                lag(report, database, new LagWrites(clinic, documents), floorTables, mirrorTables);
            }
            if (settings.has("idle")) {
                idle(report, database, mirrorTables);
            }
        } finally {
            stage.delete(database);
            stage.drop(floorTables);
            stage.drop(mirrorTables);
        }
    }

    private void lag(Report report, URI database, LagWrites writes, String floorTables, String mirrorTables)
            throws Exception {
        Task floorTask = stage.task(Kind.LAG_FLOOR, database, floorTables, DOCUMENTS);
        Task mirrorTask = stage.task(Kind.LAG_MIRROR, database, mirrorTables, DOCUMENTS);
        int warmUp = WARM_UP_ROUNDS * settings.lagSeconds();
        out.say("lag: " + warmUp + " seconds of warm-up for each candidate");
        follow(floorTask, writes, WARM_UP_RATE, warmUp);
        follow(mirrorTask, writes, WARM_UP_RATE, warmUp);
        double worst = Double.NEGATIVE_INFINITY;
        double worstRatio = 0;
        for (int rate : RATES) {
            List<Lag> floors = new ArrayList<>();
            List<Lag> mirrors = new ArrayList<>();
            for (int repetition = 0; repetition < settings.repetitions(); repetition++) {
                floors.add(measure(floorTask, writes, rate, settings.lagSeconds()));
                mirrors.add(measure(mirrorTask, writes, rate, settings.lagSeconds()));
            }
            Lag floor = median(floors);
            Lag mirror = median(mirrors);
            double above = median(mirrors, floors, (its, least) -> its.p50() - least.p50());
            double ratio = median(mirrors, floors, (its, least) -> its.p99() / least.p99());
            worst = Math.max(worst, above);
            worstRatio = Math.max(worstRatio, ratio);
            String path = "lag.at" + rate + "PerSecond.";
            report.put(path + "p50MinusFloorMillis", above);
            report.put(path + "p99RatioToFloor", ratio);
            report.put(path + "p50Millis", mirror.p50());
            report.put(path + "p99Millis", mirror.p99());
            report.put(path + "floorP50Millis", floor.p50());
            report.put(path + "floorP99Millis", floor.p99());
            report.line(
                    "lag at " + rate + " writes a second, p50 / p99",
                    Report.format("%.1f / %.1f ms", mirror.p50(), mirror.p99()),
                    Report.format("floor %.1f / %.1f ms", floor.p50(), floor.p99()));
        }
        report.put("lag.p50MinusFloorMillis", worst);
        report.put("lag.p99RatioToFloor", worstRatio);
        report.line("lag, p50 above the floor", Report.format("%.1f ms", worst), "≤ 5 ms");
        report.line("lag, p99 to that of the floor", Report.format("%.2f", worstRatio), "≤ 2");
    }

    /** What writes take to arrive, in milliseconds, in order of size. */
    private double[] follow(Task task, LagWrites writes, int perSecond, int seconds) throws Exception {
        CandidateProcess process = runs.process(task.candidate());
        process.follow(task);
        writes.write(perSecond, BEGINNING_SECONDS);
        LagWrites.Sent sent = writes.write(perSecond, seconds);
        Thread.sleep(ARRIVAL_MILLIS);
        return sent.lags(process.end().stamps());
    }

    private Lag measure(Task task, LagWrites writes, int perSecond, int seconds) throws Exception {
        double[] lags = follow(task, writes, perSecond, seconds);
        Lag lag = new Lag(lags[lags.length / 2], lags[(int) (lags.length * 0.99)]);
        String who = task.candidate() == Kind.LAG_FLOOR ? "lag, floor" : "lag, docmirror";
        out.say(Report.format("%-26s %d writes/s: p50 %.1f ms, p99 %.1f ms", who, perSecond, lag.p50(), lag.p99()));
        return lag;
    }

    private static Lag median(List<Lag> lags) {
        return new Lag(
                Runs.median(lags.stream().mapToDouble(Lag::p50).toArray()),
                Runs.median(lags.stream().mapToDouble(Lag::p99).toArray()));
    }

    /** The median over the repetitions of what the two make of each. */
    private static double median(List<Lag> mirrors, List<Lag> floors, ToDoubleBiFunction<Lag, Lag> figure) {
        return Runs.median(IntStream.range(0, mirrors.size())
                .mapToDouble(i -> figure.applyAsDouble(mirrors.get(i), floors.get(i)))
                .toArray());
    }

    private void idle(Report report, URI database, String mirrorTables) throws Exception {
        CandidateProcess process = runs.process(Kind.LAG_MIRROR);
        process.follow(stage.task(Kind.LAG_MIRROR, database, mirrorTables, DOCUMENTS));
        CandidateProcess without = runs.process(Kind.LAG_FLOOR); // has no task now
        Thread.sleep(SETTLE_MILLIS);
        double before = millis(process);
        double beforeWithout = millis(without);
        Thread.sleep(IDLE_MILLIS);
        double percent = (millis(process) - before) * 100 / IDLE_MILLIS;
        double jvm = (millis(without) - beforeWithout) * 100 / IDLE_MILLIS;
        process.end();
        out.say(Report.format("%-26s %.3f %% of a core, a JVM without a task %.3f %%", "idle", percent, jvm));
        report.put("idle.cpuPercent", percent);
        report.put("idle.jvmPercent", jvm);
        report.put("idle.workerPercent", percent - jvm);
        report.line(
                "CPU of an idle worker",
                Report.format("%.2f %% of a core, beside %.2f %% of the JVM without a worker", percent - jvm, jvm),
                "< 0.1 %");
    }

    private static double millis(CandidateProcess process) {
        return process.cpu().toNanos() / 1e6;
    }
}
