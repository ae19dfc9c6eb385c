package dev.docmirror.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is measured, from system properties {@code benchmark.…}; a blank one counts as none.
 *
 * @param documents how many clinical documents the backfill has; other counts are scaled by it
 * @param repetitions how often each figure is measured
 * @param changes how many changes the flatness run has
 * @param lagSeconds how long each round of writes lasts
 * @param sections which parts are run
 * @param keep whether the documents stay in CouchDB, to be used again by the next run
 * @param jvm further arguments for the JVMs of the candidates, such as those of a profiler
 */
record Settings(
        int documents,
        int repetitions,
        int changes,
        int lagSeconds,
        Set<String> sections,
        boolean keep,
        List<String> jvm) {
    static final Set<String> SECTIONS = Set.of("backfill", "replay", "shapes", "lag", "flatness", "idle");

    static Settings read() {
        // Maven hands settings on that nobody made; blank, they would hide the environment's.
        for (String server : List.of("docmirror.couchdb.url", "docmirror.mysql.url")) {
            if (System.getProperty(server, "").isBlank()) {
                System.clearProperty(server);
            }
        }
        Set<String> sections = new TreeSet<>(words("sections", "[,\\s]+"));
        if (!SECTIONS.containsAll(sections)) {
            throw new IllegalArgumentException(
                    "benchmark.sections: must be some of " + new TreeSet<>(SECTIONS) + ", was " + sections);
        }
        return new Settings(
                number("documents", 200_000),
                number("repetitions", 5),
                number("changes", 1_000_000),
                number("lagSeconds", 20),
                sections.isEmpty() ? new TreeSet<>(SECTIONS) : sections,
                text("keep").equals("true"),
                words("jvm", "\\s+"));
    }

    boolean has(String section) {
        return sections.contains(section);
    }

    private static int number(String name, int otherwise) {
        String text = text(name);
        int number = text.isEmpty() ? otherwise : Integer.parseInt(text.replace("_", ""));
        if (number < 1) {
            throw new IllegalArgumentException("benchmark." + name + ": must be >= 1, was " + number);
        }
        return number;
    }

    private static List<String> words(String name, String between) {
        String text = text(name);
        return text.isEmpty() ? List.of() : Arrays.asList(text.split(between));
    }

    private static String text(String name) {
        return System.getProperty("benchmark." + name, "").strip();
    }
}
