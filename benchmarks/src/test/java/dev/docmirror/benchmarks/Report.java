package dev.docmirror.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** All figures: a table for people, JSON for programs, who find each by its path or by its whole name. */
final class Report {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final ObjectNode figures = JSON.createObjectNode();
    private final List<String[]> table = new ArrayList<>();

    /** Adds a figure under a path such as {@code lag.p50MinusFloorMillis}, and once more under the whole path as one name. */
    void put(String path, double value) {
        String[] names = path.split("\\.");
        double rounded = Math.round(value * 10_000) / 10_000.0;
        parent(names).put(names[names.length - 1], rounded);
        figures.put(path, rounded);
    }

    void put(String path, String value) {
        String[] names = path.split("\\.");
        parent(names).put(names[names.length - 1], value);
    }

    void put(String path, JsonNode value) {
        String[] names = path.split("\\.");
        parent(names).set(names[names.length - 1], value);
    }

    private ObjectNode parent(String[] names) {
        ObjectNode node = figures;
        for (String name : List.of(names).subList(0, names.length - 1)) {
            node = node.withObjectProperty(name);
        }
        return node;
    }

    /** Adds a line to the table. */
    void line(String what, String figure, String aim) {
        table.add(new String[] {what, figure, aim});
    }

    static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    void environment(Stage stage, Settings settings) throws IOException {
        put("environment.date", LocalDate.now(ZoneOffset.UTC).toString());
        put("environment.machine", machine());
        put("environment.couchdb", stage.couch());
        put("environment.mysql", stage.mysql());
        put("environment.java", System.getProperty("java.vm.name") + " " + Runtime.version());
        put("environment.documents", settings.documents());
        put("environment.repetitions", settings.repetitions());
        put("environment.changes", settings.changes());
    }

    private static String machine() throws IOException {
        Path cpus = Path.of("/proc/cpuinfo");
        String model = System.getProperty("os.arch");
        if (Files.isReadable(cpus)) {
            try (Stream<String> lines = Files.lines(cpus)) {
                model = lines.filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst()
                        .orElse(model);
            }
        }
        return Runtime.getRuntime().availableProcessors() + " cores, " + model + ", " + System.getProperty("os.name");
    }

    void print(PrintStream out) {
        out.println();
        JsonNode of = figures.path("environment");
        out.println(Stream.of("machine", "couchdb", "mysql", "java", "date")
                .map(name -> of.path(name).asString(""))
                .reduce((a, b) -> a + "; " + b)
                .orElse(""));
        out.println();
        out.println("| what | figure | aim |");
        out.println("| --- | --- | --- |");
        table.forEach(row -> out.println("| " + String.join(" | ", Arrays.asList(row)) + " |"));
        out.println();
    }

    void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        JSON.writeValue(file, figures);
    }
}
