package dev.docmirror.benchmarks;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

import dev.docmirror.benchmarks.Candidate.Kind;
import dev.docmirror.benchmarks.Runs.Run;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Backfills of longer documents, and of conflicted ones, whose losing leaves the plain pipeline does not even read. */
final class ShapesSection {

    /**
     * A kind of documents.
     *
     * @param share the part of the documents of the backfill: longer ones are fewer
     */
    private record Shape(String name, int bytes, int conflicted, int share) {}

    private static final List<Shape> SHAPES = List.of(
            new Shape("1 KB", 1_024, 0, 4),
            new Shape("10 KB", 10_240, 0, 20),
            new Shape("100 KB", 102_400, 0, 200),
            new Shape("1 KB, 1 % conflicted", 1_024, 1, 4),
            new Shape("1 KB, 10 % conflicted", 1_024, 10, 4));

    private final Stage stage;
    private final Settings settings;
    private final Dataset data;
    private final Runs runs;

    ShapesSection(Stage stage, Settings settings, Dataset data, Runs runs) {
        this.stage = stage;
        this.settings = settings;
        this.data = data;
        this.runs = runs;
    }

    void run(Report report) throws Exception {
        runs.warmUp(Kind.PLAIN_PIPELINE, data);
        runs.warmUp(Kind.MIRROR, data);
        for (Shape shape : SHAPES) {
            int count = Math.max(100, settings.documents() / shape.share());
            URI database = data.of(count, shape.bytes(), shape.conflicted());
            List<Run> plain = new ArrayList<>();
            List<Run> mirror = new ArrayList<>();
            for (int repetition = 0; repetition < settings.repetitions(); repetition++) {
                plain.add(once("plain, " + shape.name(), Kind.PLAIN_PIPELINE, database, count));
                mirror.add(once("docmirror, " + shape.name(), Kind.MIRROR, database, count));
            }
            double ratio = BackfillSection.ratio(mirror, plain);
            double perSecond = Runs.median(mirror, Run::perSecond);
            ObjectNode figures = JsonNodeFactory.instance
                    .objectNode()
                    .put("documents", count)
                    .put("bytes", shape.bytes())
                    .put("conflictedPercent", shape.conflicted())
                    .put("documentsPerSecond", Math.round(perSecond))
                    .put("ratioToPlainPipeline", Math.round(ratio * 1000) / 1e3)
                    .put("cpuSecondsPer100000", Math.round(Runs.median(mirror, Run::micros)) / 10.0)
                    .put("peakHeapMiB", Math.round(BackfillSection.peak(mirror)));
            report.put("shapes." + shape.name(), figures);
            report.line(
                    "backfill, documents of " + shape.name(),
                    Report.format("%,.0f documents/s, %.2f of the plain pipeline", perSecond, ratio),
                    "");
        }
    }

    private Run once(String what, Kind kind, URI database, int count) throws Exception {
        String empty = stage.newMirror();
        Run run = runs.run(what, kind, database, empty, count);
        stage.drop(empty);
        return run;
    }
}
