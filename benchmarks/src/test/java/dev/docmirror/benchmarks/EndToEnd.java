package dev.docmirror.benchmarks;

import java.nio.file.Path;

/**
 * Measures docmirror against what bounds it: {@code mvn -q -Pbenchmark}. See {@link Settings} for what can be set.
 *
 * <p>All candidates work on the same servers in one run, in turn, each in a JVM of its own, so that ratios hold on any
 * machine. The table goes to the standard output, all figures to {@code benchmarks/target/benchmark.json}.
 */
public final class EndToEnd {
    private EndToEnd() {}

    public static void main(String[] arguments) throws Exception {
        Settings settings = Settings.read();
        Progress out = new Progress(System.out);
        Report report = new Report();
        try (Stage stage = new Stage()) {
            Dataset data = new Dataset(stage, out, settings.keep());
            out.say(stage.couch());
            out.say(stage.mysql());
            report.environment(stage, settings);
            try {
                measure(settings, stage, data, report, out);
            } finally {
                data.clear();
            }
        }
        report.print(System.out);
        Path file = Path.of(System.getProperty("benchmark.json", "target/benchmark.json"));
        report.write(file);
        System.out.println("All figures: " + file.toAbsolutePath());
    }

    private static void measure(Settings settings, Stage stage, Dataset data, Report report, Progress out)
            throws Exception {
        try (Runs runs = new Runs(stage, settings, out)) {
            if (settings.has("backfill") || settings.has("replay")) {
                new BackfillSection(stage, settings, data, runs, out).run(report);
            }
            if (settings.has("shapes")) {
                new ShapesSection(stage, settings, data, runs).run(report);
            }
            if (settings.has("lag") || settings.has("idle")) {
                new LagSection(stage, settings, runs, out).run(report);
            }
            if (settings.has("flatness")) {
                new FlatnessSection(stage, settings, data, runs).run(report);
            }
        }
    }
}
