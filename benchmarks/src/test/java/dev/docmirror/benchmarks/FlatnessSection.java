package dev.docmirror.benchmarks;

import java.net.URI;
import java.util.List;

import dev.docmirror.benchmarks.Candidate.Kind;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Whether a long backfill stays as fast, and its heap as small, as it began. */
final class FlatnessSection {
    private final Stage stage;
    private final Settings settings;
    private final Dataset data;
    private final Runs runs;

    FlatnessSection(Stage stage, Settings settings, Dataset data, Runs runs) {
        this.stage = stage;
        this.settings = settings;
        this.data = data;
        this.runs = runs;
    }

    void run(Report report) throws Exception {
        runs.warmUp(Kind.PLAIN_PIPELINE, data);
        runs.warmUp(Kind.MIRROR, data);
        URI database = data.of(settings.changes(), 0, 0);
        Outcome plain = once("plain pipeline, long", Kind.PLAIN_PIPELINE, database);
        Outcome mirror = once("docmirror, long", Kind.MIRROR, database);
        List<Double> live = mirror.liveMiB();
        report.put("flatness.lastTenthToFirst", lastToFirst(mirror));
        report.put("flatness.plainPipelineLastTenthToFirst", lastToFirst(plain));
        report.put("flatness.secondsOfTenths", array(mirror.tenths()));
        report.put("memory.peakHeapMiB", mirror.peakHeapMiB());
        report.put("memory.liveMiBInTenths", array(live));
        report.line(
                Report.format("last tenth of %,d changes to the first", settings.changes()),
                Report.format("%.2f (plain pipeline %.2f)", lastToFirst(mirror), lastToFirst(plain)),
                "≥ 0.95");
        report.line(
                "heap with -Xmx256m, peak; live in the first and last tenth",
                Report.format(
                        "%.0f MiB; %.0f and %.0f MiB", mirror.peakHeapMiB(), live.get(0), live.get(live.size() - 1)),
                "flat");
    }

    private Outcome once(String what, Kind kind, URI database) throws Exception {
        String empty = stage.newMirror();
        Outcome outcome =
                runs.run(what, kind, database, empty, settings.changes()).outcome();
        stage.drop(empty);
        return outcome;
    }

    private static double lastToFirst(Outcome outcome) {
        return outcome.tenths().get(0) / outcome.tenths().get(9);
    }

    private static ArrayNode array(List<Double> values) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        values.forEach(value -> array.add(Math.round(value * 100) / 100.0));
        return array;
    }
}
