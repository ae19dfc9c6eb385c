package dev.docmirror.benchmarks;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.docmirror.benchmarks.Candidate.Kind;
import dev.docmirror.benchmarks.Runs.Run;

/** The backfill beside what bounds it and what people would write instead; and the replay beside the raw read. */
final class BackfillSection {
    private final Stage stage;
    private final Settings settings;
    private final Dataset data;
    private final Runs runs;
    private final Progress out;

    private final List<Run> reads = new ArrayList<>();
    private final List<Run> writes = new ArrayList<>();
    private final List<Run> plain = new ArrayList<>();
    private final List<Run> mirror = new ArrayList<>();
    private final List<Run> replay = new ArrayList<>();
    private final List<Run> naive = new ArrayList<>();

    BackfillSection(Stage stage, Settings settings, Dataset data, Runs runs, Progress out) {
        this.stage = stage;
        this.settings = settings;
        this.data = data;
        this.runs = runs;
        this.out = out;
    }

    void run(Report report) throws Exception {
        URI database = data.of(settings.documents(), 0, 0);
        boolean whole = settings.has("backfill");
        for (Kind kind : whole
                ? List.of(Kind.RAW_READ, Kind.RAW_WRITE, Kind.PLAIN_PIPELINE, Kind.MIRROR, Kind.NAIVE_LOOP)
                : List.of(Kind.RAW_READ, Kind.MIRROR)) {
            runs.warmUp(kind, data);
        }
        for (int repetition = 0; repetition < settings.repetitions(); repetition++) {
            out.say("Repetition " + (repetition + 1) + " of " + settings.repetitions());
            boolean mirrorFirst = repetition % 2 == 1;
            reads.add(runs.run("raw read", Kind.RAW_READ, database, "", settings.documents()));
            String mirrored = mirrorFirst ? mirror(database) : "";
            if (whole) {
                String byHand = inEmpty("plain pipeline", Kind.PLAIN_PIPELINE, database, settings.documents(), plain);
                mirrored = mirrorFirst ? mirrored : mirror(database);
                checkSame(byHand, mirrored);
                stage.drop(byHand);
                stage.drop(inEmpty("raw write", Kind.RAW_WRITE, database, settings.documents(), writes));
                int sample = Math.max(1, settings.documents() / Runs.NAIVE_SHARE);
                stage.drop(inEmpty("naive loop", Kind.NAIVE_LOOP, database, sample, naive));
            }
            stage.drop(mirrored.isEmpty() ? mirror(database) : mirrored);
        }
        if (whole) {
            reportBackfill(report);
        }
        if (settings.has("replay")) {
            reportReplay(report);
        }
    }

    private String inEmpty(String what, Kind kind, URI database, int documents, List<Run> into) throws Exception {
        String empty = stage.newMirror();
        into.add(runs.run(what, kind, database, empty, documents));
        return empty;
    }

    /** A backfill, and a replay over what it made. */
    private String mirror(URI database) throws Exception {
        String mirrored = inEmpty("docmirror backfill", Kind.MIRROR, database, settings.documents(), mirror);
        if (settings.has("replay")) {
            stage.rewind(mirrored);
            replay.add(runs.run("docmirror replay", Kind.MIRROR, database, mirrored, settings.documents()));
        }
        return mirrored;
    }

    private void checkSame(String byHand, String mirrored) throws Exception {
        Map<String, String> expected = stage.contents(byHand);
        Map<String, String> found = stage.contents(mirrored);
        if (!expected.equals(found)) {
            throw new IllegalStateException("the plain pipeline wrote " + expected + ", docmirror " + found);
        }
    }

    private void reportBackfill(Report report) {
        double toPlain = ratio(mirror, plain);
        double toNaive = ratio(mirror, naive);
        report.put("backfill.ratioToPlainPipeline", toPlain);
        report.put("backfill.ratioToNaive", toNaive);
        report.put("backfill.cpuRatioToPlainPipeline", cpuRatio(plain, mirror));
        figures(report, "rawRead", "raw read, CouchDB alone", reads, "");
        figures(report, "rawWrite", "raw write, MySQL alone", writes, "");
        figures(report, "plainPipeline", "plain pipeline, no guarantees", plain, "");
        figures(report, "naive", "naive loop", naive, "");
        figures(report, "backfill", "docmirror, backfill", mirror, "");
        report.line("backfill to plain pipeline", Report.format("%.2f", toPlain), "≥ 0.90");
        report.line("backfill to naive loop", Report.format("%.1f", toNaive), "≥ 12");
        report.put("memory.peakHeapMiB", peak(mirror));
    }

    private void reportReplay(Report report) {
        double toRead = ratio(replay, reads);
        report.put("replay.ratioToRawRead", toRead);
        report.put("replay.cpuRatioToRawRead", cpuRatio(reads, replay));
        if (!settings.has("backfill")) {
            figures(report, "rawRead", "raw read, CouchDB alone", reads, "");
        }
        figures(report, "replay", "docmirror, replay over full tables", replay, "");
        report.line("replay to raw read", Report.format("%.2f", toRead), "≥ 0.95");
    }

    static void figures(Report report, String path, String what, List<Run> runs, String aim) {
        double perSecond = Runs.median(runs, Run::perSecond);
        double micros = Runs.median(runs, Run::micros);
        report.put(path + ".documentsPerSecond", perSecond);
        report.put(path + ".cpuSecondsPer100000", micros / 10);
        report.put(path + ".couchCpuMicros", Runs.median(runs, Run::couchMicros));
        report.put(path + ".mysqlCpuMicros", Runs.median(runs, Run::mysqlMicros));
        report.line(
                what,
                Report.format("%,.0f documents/s, %.1f s of CPU for 100,000 documents", perSecond, micros / 10),
                aim);
    }

    static double peak(List<Run> runs) {
        return runs.stream()
                .mapToDouble(run -> run.outcome().peakHeapMiB())
                .max()
                .orElse(0);
    }

    /** The median of the ratios of each repetition: what slows a machine for a while slows both. */
    static double ratio(List<Run> runs, List<Run> to) {
        double[] ratios = new double[runs.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = runs.get(i).perSecond() / to.get(i).perSecond();
        }
        return Runs.median(ratios);
    }

    /** The same by the CPU time of all three processes, which a busy machine disturbs less. */
    private static double cpuRatio(List<Run> runs, List<Run> to) {
        double[] ratios = new double[runs.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = runs.get(i).allMicros() / to.get(i).allMicros();
        }
        return Runs.median(ratios);
    }
}
