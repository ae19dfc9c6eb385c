package dev.docmirror.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The processes of the candidates, and runs of theirs with the CPU time of the servers. */
final class Runs implements AutoCloseable {
    private static final int WARM_UP = 20_000;
    private static final int WARM_UPS = 3;
    /** The naive loop is so slow that a sample has to do. */
    static final int NAIVE_SHARE = 50;

    private final Stage stage;
    private final Settings settings;
    private final Progress out;
    private final Map<Candidate.Kind, CandidateProcess> processes = new EnumMap<>(Candidate.Kind.class);

    Runs(Stage stage, Settings settings, Progress out) {
        this.stage = stage;
        this.settings = settings;
        this.out = out;
    }

    /**
     * One run.
     *
     * @param couchMicros of the document server, a document
     * @param mysqlMicros of MySQL, a document
     */
    record Run(Outcome outcome, double couchMicros, double mysqlMicros) {
        double perSecond() {
            return outcome.perSecond();
        }

        double micros() {
            return outcome.cpuMicros();
        }

        double allMicros() {
            return outcome.cpuMicros() + couchMicros + mysqlMicros;
        }
    }

    CandidateProcess process(Candidate.Kind kind) throws IOException {
        CandidateProcess process = processes.get(kind);
        if (process == null) {
            process = CandidateProcess.start(kind, settings);
            processes.put(kind, process);
        }
        return process;
    }

    /** Lets a candidate run until its code is compiled. */
    void warmUp(Candidate.Kind kind, Dataset data) throws Exception {
        int all = Math.min(WARM_UP, settings.documents());
        URI database = data.of(all, 0, 0);
        int count = kind == Candidate.Kind.NAIVE_LOOP ? all / NAIVE_SHARE : all;
        for (int round = 0; round < WARM_UPS; round++) {
            String mirror = stage.newMirror();
            run("warm-up, " + kind.name().toLowerCase(Locale.ROOT), kind, database, mirror, count);
            stage.drop(mirror);
        }
    }

    Run run(String what, Candidate.Kind kind, URI database, String mirror, int documents) throws IOException {
        double couch = stage.couchCpuSeconds();
        double mysql = stage.mysqlCpuSeconds();
        Outcome outcome = process(kind).run(stage.task(kind, database, mirror, documents));
        Run run = new Run(
                outcome,
                (stage.couchCpuSeconds() - couch) * 1e6 / outcome.documents(),
                (stage.mysqlCpuSeconds() - mysql) * 1e6 / outcome.documents());
        out.say(Report.format(
                "%-26s %,8.0f documents/s   CPU a document: %3.0f us here, %3.0f us CouchDB, %3.0f us MySQL   heap %3.0f MiB",
                what, run.perSecond(), run.micros(), run.couchMicros(), run.mysqlMicros(), outcome.peakHeapMiB()));
        return run;
    }

    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    static double median(Iterable<Run> runs, ToDoubleFunction<Run> figure) {
        List<Double> values = new ArrayList<>();
        runs.forEach(run -> values.add(figure.applyAsDouble(run)));
        return median(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    @Override
    public void close() throws IOException {
        for (CandidateProcess process : processes.values()) {
            process.close();
        }
    }
}
